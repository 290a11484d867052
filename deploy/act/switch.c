/* SPDX-License-Identifier: MIT */
#include "switch.h"
#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What may wait for one receiver: some windows' worth, so that TCP finds its pace by
 * the windows and not by losses. */
#define QUEUE_BYTES (1u << 20)
/* Reads from one port before the others have their turn. */
#define READS_A_TURN 4

struct port {
    struct act_switch *sw;
    int number;
    int fd; /* -1: local, or lost */
    int interest;
    bool seen;
    uv_poll_t *poll; /* its own block: it outlives the port until the loop has closed it */
    struct act_frame_reader reader;
    struct act_frame_queue queue;
    struct act_port_events events;
    act_port_receive_fn *receive;
    void *receive_arg;
    struct act_port_counters counters;
};

struct act_switch {
    uv_loop_t *loop;
    struct act_forward forward;
    struct port *ports[ACT_PORTS_MAX];
    uv_prepare_t flush;
    int dirty[ACT_PORTS_MAX]; /* ports with output that was not yet tried */
    size_t dirty_count;
    bool is_dirty[ACT_PORTS_MAX];
};

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_prepare(uv_prepare_t *handle);

struct act_switch *act_switch_new(uv_loop_t *loop, uint32_t net, uint32_t mask)
{
    struct act_switch *sw = calloc(1, sizeof(*sw));

    if (!sw)
        return NULL;
    sw->loop = loop;
    act_forward_init(&sw->forward, net, mask);
    uv_prepare_init(loop, &sw->flush);
    sw->flush.data = sw;
    uv_prepare_start(&sw->flush, on_prepare);
    return sw;
}

static void on_switch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void act_switch_free(struct act_switch *sw)
{
    if (!sw)
        return;
    for (int i = 0; i < ACT_PORTS_MAX; i++)
        if (sw->ports[i])
            act_switch_leave(sw, i);
    uv_close((uv_handle_t *)&sw->flush, on_switch_closed);
}

/* ---- ports ---- */

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void port_disconnect(struct port *port)
{
    if (port->fd < 0)
        return;
    uv_poll_stop(port->poll);
    port->poll->data = NULL;
    uv_close((uv_handle_t *)port->poll, on_poll_closed);
    close(port->fd);
    port->fd = -1;
    port->poll = NULL;
}

static void port_free(struct port *port)
{
    port_disconnect(port);
    act_frame_reader_deinit(&port->reader);
    act_frame_queue_deinit(&port->queue);
    free(port);
}

static int port_connect(struct port *port, uv_loop_t *loop, int fd)
{
    int err = act_frame_reader_init(&port->reader);

    if (!err)
        err = act_frame_queue_init(&port->queue, QUEUE_BYTES);
    if (err)
        return err;
    port->poll = malloc(sizeof(*port->poll));
    if (!port->poll)
        return -ENOMEM;
    err = uv_poll_init(loop, port->poll, fd);
    if (err) {
        free(port->poll);
        port->poll = NULL;
        return err;
    }
    port->fd = fd;
    port->poll->data = port;
    port->interest = UV_READABLE;
    return uv_poll_start(port->poll, port->interest, on_poll);
}

static struct port *port_add(struct act_switch *sw, const struct act_address *address, bool gateway,
                             int *number)
{
    struct port *port = calloc(1, sizeof(*port));

    if (!port) {
        *number = -ENOMEM;
        return NULL;
    }
    *number = act_forward_join(&sw->forward, address, gateway);
    if (*number < 0) {
        free(port);
        return NULL;
    }
    port->sw = sw;
    port->number = *number;
    port->fd = -1;
    sw->ports[*number] = port;
    return port;
}

int act_switch_join(struct act_switch *sw, const struct act_address *address, bool gateway, int fd,
                    const struct act_port_events *events)
{
    int number, err;
    struct port *port = port_add(sw, address, gateway, &number);

    if (!port) {
        close(fd);
        return number;
    }
    if (events)
        port->events = *events;
    err = port_connect(port, sw->loop, fd);
    if (err) {
        if (port->fd < 0)
            close(fd);
        act_switch_leave(sw, number);
        return err;
    }
    return number;
}

int act_switch_join_local(struct act_switch *sw, const struct act_address *address,
                          act_port_receive_fn *receive, void *arg)
{
    int number;
    struct port *port = port_add(sw, address, false, &number);

    if (!port)
        return number;
    port->receive = receive;
    port->receive_arg = arg;
    return number;
}

void act_switch_leave(struct act_switch *sw, int number)
{
    struct port *port = sw->ports[number];

    act_forward_leave(&sw->forward, number);
    sw->ports[number] = NULL;
    port_free(port);
}

static void port_lost(struct port *port)
{
    struct act_port_events events = port->events;

    port_disconnect(port);
    if (events.lost)
        events.lost(events.arg);
}

/* ---- output ---- */

static void deliver(struct act_switch *sw, int number, const uint8_t *frame, size_t len)
{
    struct port *port = sw->ports[number];

    if (port->receive) {
        port->counters.frames_out++;
        port->receive(frame, len, port->receive_arg);
        return;
    }
    if (port->fd < 0 || !act_frame_queue_push(&port->queue, frame, len)) {
        port->counters.dropped_full++;
        return;
    }
    port->counters.frames_out++;
    if (!sw->is_dirty[number]) {
        sw->is_dirty[number] = true;
        sw->dirty[sw->dirty_count++] = number;
    }
}

static void set_interest(struct port *port, int interest)
{
    if (port->interest == interest)
        return;
    port->interest = interest;
    uv_poll_start(port->poll, interest, on_poll);
}

static void flush_port(struct port *port)
{
    size_t len;
    const uint8_t *bytes = act_frame_queue_output(&port->queue, &len);

    while (len > 0) {
        ssize_t n = send(port->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN) {
            port_lost(port);
            return;
        }
        if (n < 0)
            break;
        act_frame_queue_sent(&port->queue, (size_t)n);
        bytes = act_frame_queue_output(&port->queue, &len);
    }
    set_interest(port, len > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void on_prepare(uv_prepare_t *handle)
{
    struct act_switch *sw = handle->data;

    for (size_t i = 0; i < sw->dirty_count; i++) {
        struct port *port = sw->ports[sw->dirty[i]];

        sw->is_dirty[sw->dirty[i]] = false;
        if (port && port->fd >= 0 && !(port->interest & UV_WRITABLE))
            flush_port(port);
    }
    sw->dirty_count = 0;
}

/* ---- input ---- */

static void forward_frame(struct act_switch *sw, struct port *from, const uint8_t *frame,
                          size_t len)
{
    int number = from->number;
    struct act_decision decision = act_forward_decide(&sw->forward, number, frame, len);

    switch (decision.verdict) {
    case ACT_TO_PORT:
        deliver(sw, decision.port, frame, len);
        break;
    case ACT_FLOOD:
        for (int i = 0; i < ACT_PORTS_MAX; i++)
            if (sw->ports[i] && i != number && i != sw->forward.gateway)
                deliver(sw, i, frame, len);
        break;
    case ACT_REPLY:
        deliver(sw, number, decision.reply, decision.reply_len);
        break;
    case ACT_SILENT:
        break;
    default:
        from->counters.dropped_bad++;
    }
}

void act_switch_send(struct act_switch *sw, int port, const uint8_t *frame, size_t len)
{
    sw->ports[port]->counters.frames_in++;
    forward_frame(sw, sw->ports[port], frame, len);
}

static void link_seen(struct port *port)
{
    port->seen = true;
    if (port->events.link_up)
        port->events.link_up(port->events.arg);
}

/* Forward what was read. Delivering to our node runs code that may take this port away:
 * ask the table each time. Returns whether the port still stands. */
static bool forward_input(struct act_switch *sw, int number)
{
    struct port *port = sw->ports[number];
    const uint8_t *frame;
    size_t len;
    int got;

    while ((got = act_frame_reader_next(&port->reader, &frame, &len)) > 0) {
        port->counters.frames_in++;
        forward_frame(sw, port, frame, len);
        if (sw->ports[number] != port || port->fd < 0)
            return false;
        if (!port->seen)
            link_seen(port);
        if (sw->ports[number] != port || port->fd < 0)
            return false;
    }
    if (got < 0) {
        port_lost(port);
        return false;
    }
    return true;
}

static void read_port(struct port *port)
{
    struct act_switch *sw = port->sw;
    int number = port->number;

    for (int turn = 0; turn < READS_A_TURN; turn++) {
        size_t space;
        uint8_t *into = act_frame_reader_space(&port->reader, &space);
        ssize_t n = recv(port->fd, into, space, MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            port_lost(port);
            return;
        }
        act_frame_reader_received(&port->reader, (size_t)n);
        if (!forward_input(sw, number) || (size_t)n < space)
            return;
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct port *port = poll->data;

    if (!port)
        return;
    if (status < 0) {
        port_lost(port);
        return;
    }
    if (events & UV_WRITABLE)
        flush_port(port);
    if (poll->data && (events & UV_READABLE) && port->fd >= 0)
        read_port(port);
}

const struct act_port_counters *act_switch_counters(const struct act_switch *sw, int port)
{
    return &sw->ports[port]->counters;
}

const uint8_t *act_switch_mac_of(const struct act_switch *sw, uint32_t ip)
{
    int port = act_forward_find_ip(&sw->forward, ip);

    return port == ACT_PORT_NONE ? NULL : sw->forward.ports[port].address.mac;
}
