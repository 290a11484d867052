/* SPDX-License-Identifier: MIT */
#include "model_guest.h"
#include "act/clock.h"
#include "act/node.h"

#include <lwip/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct connection {
    u16_t port;
    char tail[4]; /* the last bytes received */
    bool closing;
    struct pbuf *held;
    size_t sent; /* of the source */
};

static const struct model_guest *self;
static uint64_t started_ms;
static uv_loop_t loop;

static bool is_ready(void)
{
    return act_now_ms() - started_ms >= self->ready_after_ms;
}

static void answer(struct tcp_pcb *pcb, u16_t port)
{
    char text[256];
    const char *status = port == MODEL_ADMIN_PORT && !is_ready() ? "503 Busy" : "200 OK";
    int len = snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status,
                       strlen(self->name), self->name);

    tcp_write(pcb, text, (u16_t)len, TCP_WRITE_FLAG_COPY);
}

static void http_bytes(struct connection *connection, struct tcp_pcb *pcb, const struct pbuf *p)
{
    for (; p; p = p->next)
        for (u16_t i = 0; i < p->len; i++) {
            memmove(connection->tail, connection->tail + 1, 3);
            connection->tail[3] = ((const char *)p->payload)[i];
            if (memcmp(connection->tail, "\r\n\r\n", 4) == 0)
                answer(pcb, connection->port);
        }
    tcp_output(pcb);
}

static void source_fill(struct connection *connection, struct tcp_pcb *pcb)
{
    static uint8_t block[8192];

    while (connection->sent < MODEL_SOURCE_BYTES) {
        size_t n = MODEL_SOURCE_BYTES - connection->sent;

        n = n < sizeof(block) ? n : sizeof(block);
        n = n < tcp_sndbuf(pcb) ? n : tcp_sndbuf(pcb);
        if (n == 0 || tcp_sndqueuelen(pcb) > TCP_SND_QUEUELEN - 32)
            break;
        for (size_t i = 0; i < n; i++)
            block[i] = (uint8_t)((connection->sent + i) % 251);
        if (tcp_write(pcb, block, (u16_t)n, TCP_WRITE_FLAG_COPY) != ERR_OK)
            break;
        connection->sent += n;
    }
    tcp_output(pcb);
    if (connection->sent == MODEL_SOURCE_BYTES && !connection->closing) {
        connection->closing = true;
        tcp_shutdown(pcb, 0, 1);
    }
}

/* Give back as much of what is held as fits. */
static void echo_flush(struct connection *connection, struct tcp_pcb *pcb)
{
    while (connection->held) {
        struct pbuf *p = connection->held;

        if (tcp_sndbuf(pcb) < p->len ||
            tcp_write(pcb, p->payload, p->len, TCP_WRITE_FLAG_COPY) != ERR_OK)
            break;
        tcp_recved(pcb, p->len);
        connection->held = p->next;
        if (p->next)
            pbuf_ref(p->next);
        pbuf_free(p);
    }
    tcp_output(pcb);
}

static void free_connection(struct connection *connection)
{
    if (connection->held)
        pbuf_free(connection->held);
    free(connection);
}

static void end(struct connection *connection, struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_close(pcb);
    free_connection(connection);
}

static void failed(void *arg, err_t error)
{
    (void)error;
    free_connection(arg);
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    struct connection *connection = arg;

    (void)len;
    if (connection->port == MODEL_SOURCE_PORT)
        source_fill(connection, pcb);
    echo_flush(connection, pcb);
    if (connection->closing && !connection->held && connection->port == MODEL_ECHO_PORT)
        end(connection, pcb);
    return ERR_OK;
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct connection *connection = arg;

    (void)error;
    if (!p) {
        connection->closing = true;
        if (!connection->held && connection->port != MODEL_DEAF_PORT)
            end(connection, pcb);
        return ERR_OK;
    }
    if (connection->port == MODEL_RESET_PORT) {
        tcp_err(pcb, NULL);
        free_connection(connection);
        pbuf_free(p);
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    if (connection->port == MODEL_ECHO_PORT || connection->port == MODEL_DEAF_PORT) {
        if (connection->held)
            pbuf_cat(connection->held, p);
        else
            connection->held = p;
        if (connection->port == MODEL_ECHO_PORT)
            echo_flush(connection, pcb);
        return ERR_OK;
    }
    tcp_recved(pcb, p->tot_len);
    if (connection->port != MODEL_SOURCE_PORT)
        http_bytes(connection, pcb, p);
    pbuf_free(p);
    return ERR_OK;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct connection *connection = calloc(1, sizeof(*connection));

    (void)arg, (void)error;
    connection->port = pcb->local_port;
    tcp_arg(pcb, connection);
    tcp_recv(pcb, received);
    tcp_sent(pcb, sent);
    tcp_err(pcb, failed);
    tcp_nagle_disable(pcb);
    if (connection->port == MODEL_SOURCE_PORT)
        source_fill(connection, pcb);
    return ERR_OK;
}

static void listen_on(u16_t port)
{
    struct tcp_pcb *pcb = tcp_new();

    tcp_bind(pcb, IP4_ADDR_ANY, port);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), accepted);
}

static void stop(void *arg)
{
    (void)arg;
    uv_stop(&loop);
}

static void on_stop(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
    uv_stop(&loop);
}

/* What a kernel's stack sends when its link comes up. */
static void announce(const struct model_guest *guest)
{
    uint8_t frame[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, [12] = 8, 6, 0, 1, 8, 0, 6, 4, 0, 1};

    memcpy(frame + 6, guest->mac, 6);
    memcpy(frame + 22, guest->mac, 6);
    for (int i = 0; i < 4; i++)
        frame[28 + i] = frame[38 + i] = (uint8_t)(guest->ip >> (24 - 8 * i));
    uint8_t prefix[4] = {0, 0, 0, sizeof(frame)};

    if (write(guest->fd, prefix, 4) != 4 || write(guest->fd, frame, sizeof(frame)) < 0)
        abort();
}

void model_guest_run(const struct model_guest *guest, int stop_fd)
{
    static const u16_t ports[] = {MODEL_HTTP_PORT,   MODEL_ADMIN_PORT, MODEL_ECHO_PORT,
                                  MODEL_SOURCE_PORT, MODEL_RESET_PORT, MODEL_DEAF_PORT};
    struct act_address own = {.ip = guest->ip}, peer = {.ip = guest->peer_ip};
    struct act_port_events events = {.lost = stop};
    struct act_switch *sw;
    uv_poll_t stop_poll;

    self = guest;
    started_ms = act_now_ms();
    memcpy(own.mac, guest->mac, 6);
    memcpy(peer.mac, guest->peer_mac, 6);
    uv_loop_init(&loop);
    sw = act_switch_new(&loop, guest->ip & guest->mask, guest->mask);
    announce(guest);
    if (act_switch_join(sw, &peer, true, guest->fd, &events) < 0 ||
        act_node_start(&loop, sw, &own, guest->mask) < 0)
        abort();
    for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
        listen_on(ports[i]);
    if (stop_fd >= 0) {
        uv_poll_init(&loop, &stop_poll, stop_fd);
        uv_poll_start(&stop_poll, UV_READABLE, on_stop);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
}
