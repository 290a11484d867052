/* SPDX-License-Identifier: MIT */
#include "splice.h"

#include <errno.h>
#include <lwip/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define READ_BYTES (64u << 10)
#define IOVECS     64

struct act_splice {
    struct act_splice *next, **link;
    int fd;
    uv_poll_t poll;
    int interest;
    struct tcp_pcb *pcb;
    struct pbuf *to_host;  /* received from the guest, not yet written; offset below */
    size_t to_host_offset; /* of the first pbuf */
    bool open;             /* the guest has accepted */
    bool host_eof;         /* the host's client sends no more */
    bool guest_eof;
    bool host_shut; /* guest_eof was handed on */
    uint32_t ips[ACT_PROXY_CANDIDATES];
    size_t ip_count, ip_next;
    uint16_t guest_port;
};

static struct act_splice *splices;
static size_t splice_count;
static uint8_t read_buffer[READ_BYTES];

static void on_poll(uv_poll_t *poll, int status, int events);

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void release_pcb(struct act_splice *splice, bool abort)
{
    struct tcp_pcb *pcb = splice->pcb;

    splice->pcb = NULL;
    if (!pcb)
        return;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    if (abort || tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static void finish(struct act_splice *splice, bool reset)
{
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    release_pcb(splice, reset);
    if (splice->to_host)
        pbuf_free(splice->to_host);
    if (reset)
        setsockopt(splice->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    uv_poll_stop(&splice->poll);
    uv_close((uv_handle_t *)&splice->poll, on_closed);
    close(splice->fd);
    *splice->link = splice->next;
    if (splice->next)
        splice->next->link = splice->link;
    splice_count--;
}

/* ---- towards the host ---- */

/* Let go of `sent` bytes of the chain and open the guest's window by as much. */
static void consume(struct act_splice *splice, size_t sent)
{
    if (splice->pcb)
        for (size_t left = sent; left > 0;) {
            u16_t step = left > 0xffff ? 0xffff : (u16_t)left;

            tcp_recved(splice->pcb, step);
            left -= step;
        }
    sent += splice->to_host_offset;
    while (splice->to_host && sent >= splice->to_host->len) {
        struct pbuf *first = splice->to_host;

        sent -= first->len;
        splice->to_host = first->next;
        if (first->next)
            pbuf_ref(first->next);
        pbuf_free(first);
    }
    splice->to_host_offset = sent;
}

static size_t gather(const struct act_splice *splice, struct iovec *iov)
{
    size_t offset = splice->to_host_offset;
    size_t count = 0;

    for (struct pbuf *p = splice->to_host; p && count < IOVECS; p = p->next) {
        iov[count++] = (struct iovec){(char *)p->payload + offset, p->len - offset};
        offset = 0;
    }
    return count;
}

/* Write what waits. 0, or -errno when the host's client is gone. */
static int push_host(struct act_splice *splice)
{
    while (splice->to_host) {
        struct iovec iov[IOVECS];
        struct msghdr message = {.msg_iov = iov, .msg_iovlen = gather(splice, iov)};
        ssize_t n = sendmsg(splice->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? 0 : -errno;
        consume(splice, (size_t)n);
    }
    if (splice->guest_eof && !splice->host_shut) {
        splice->host_shut = true;
        shutdown(splice->fd, SHUT_WR);
    }
    return 0;
}

/* ---- towards the guest ---- */

/* What lwIP takes now in one piece, without running out of segments half-way. */
static size_t guest_room(const struct act_splice *splice)
{
    size_t bytes = tcp_sndbuf(splice->pcb);
    size_t segments = tcp_sndqueuelen(splice->pcb);
    size_t by_segments = (TCP_SND_QUEUELEN - 8) / 2;

    by_segments = segments / 2 >= by_segments ? 0 : (by_segments - segments / 2) * TCP_MSS / 2;
    if (bytes > by_segments)
        bytes = by_segments;
    return bytes < READ_BYTES ? bytes : READ_BYTES - 1;
}

/* 0, or -errno when one of the ends is lost. */
static int pull_host(struct act_splice *splice)
{
    while (splice->open && !splice->host_eof && splice->pcb) {
        size_t room = guest_room(splice);
        ssize_t n;

        if (room == 0)
            return 0;
        n = recv(splice->fd, read_buffer, room, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? 0 : -errno;
        if (n == 0) {
            splice->host_eof = true;
            return tcp_shutdown(splice->pcb, 0, 1) == ERR_OK ? 0 : -ENOMEM;
        }
        if (tcp_write(splice->pcb, read_buffer, (u16_t)n, TCP_WRITE_FLAG_COPY) != ERR_OK)
            return -ENOMEM;
        tcp_output(splice->pcb);
        if ((size_t)n < room)
            return 0;
    }
    return 0;
}

/* ---- both ---- */

/* A client that we cannot serve now is not watched: what it sends, a close too, waits
 * in its socket until there is room. */
static void set_interest(struct act_splice *splice)
{
    int want = 0;

    if (splice->open && !splice->host_eof && splice->pcb && guest_room(splice) > 0)
        want |= UV_READABLE;
    if (splice->to_host)
        want |= UV_WRITABLE;
    if (want == splice->interest)
        return;
    splice->interest = want;
    if (want)
        uv_poll_start(&splice->poll, want, on_poll);
    else
        uv_poll_stop(&splice->poll);
}

/* After any step: see whether it is over. Returns false when the splice is gone. */
static bool settle(struct act_splice *splice)
{
    if (splice->host_eof && splice->guest_eof) {
        /* lwIP frees a connection closed on both sides in its own time: let go of it. */
        release_pcb(splice, false);
        if (!splice->to_host) {
            finish(splice, false);
            return false;
        }
    }
    set_interest(splice);
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct act_splice *splice = poll->data;
    int err = 0;

    if (status < 0) {
        finish(splice, true);
        return;
    }
    if (events & UV_WRITABLE)
        err = push_host(splice);
    if (!err && (events & UV_READABLE))
        err = pull_host(splice);
    if (err)
        finish(splice, true);
    else
        settle(splice);
}

static err_t guest_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct act_splice *splice = arg;

    (void)pcb, (void)error;
    if (!p)
        splice->guest_eof = true;
    else if (splice->to_host)
        pbuf_cat(splice->to_host, p);
    else
        splice->to_host = p;
    if (push_host(splice) < 0) {
        finish(splice, true);
        return ERR_ABRT;
    }
    settle(splice);
    return ERR_OK;
}

static err_t guest_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    struct act_splice *splice = arg;

    (void)pcb, (void)len;
    if (splice->interest & UV_READABLE)
        return ERR_OK;
    set_interest(splice);
    return ERR_OK;
}

static bool connect_next(struct act_splice *splice);

/* lwIP has freed the connection already. */
static void guest_failed(void *arg, err_t error)
{
    struct act_splice *splice = arg;

    (void)error;
    splice->pcb = NULL;
    if (!splice->open) {
        if (!connect_next(splice))
            finish(splice, false);
        return;
    }
    if (splice->guest_eof && splice->host_eof) {
        settle(splice);
        return;
    }
    finish(splice, true);
}

static err_t guest_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct act_splice *splice = arg;

    (void)pcb, (void)error;
    splice->open = true;
    if (pull_host(splice) < 0) {
        finish(splice, true);
        return ERR_ABRT;
    }
    settle(splice);
    return ERR_OK;
}

static bool connect_next(struct act_splice *splice)
{
    while (splice->ip_next < splice->ip_count) {
        ip_addr_t to;
        struct tcp_pcb *pcb = tcp_new();

        if (!pcb)
            return false;
        ip_addr_set_ip4_u32(&to, lwip_htonl(splice->ips[splice->ip_next++]));
        tcp_arg(pcb, splice);
        tcp_nagle_disable(pcb);
        tcp_recv(pcb, guest_received);
        tcp_sent(pcb, guest_sent);
        tcp_err(pcb, guest_failed);
        if (tcp_connect(pcb, &to, splice->guest_port, guest_connected) == ERR_OK) {
            splice->pcb = pcb;
            return true;
        }
        tcp_err(pcb, NULL);
        tcp_abort(pcb);
    }
    return false;
}

void act_splice_start(uv_loop_t *loop, int fd, const uint32_t *ips, size_t ip_count,
                      uint16_t guest_port)
{
    struct act_splice *splice = NULL;

    if (splice_count < ACT_PROXY_CONNECTIONS_MAX && ip_count > 0)
        splice = calloc(1, sizeof(*splice));
    if (!splice || uv_poll_init(loop, &splice->poll, fd) != 0) {
        free(splice);
        close(fd);
        return;
    }
    splice->poll.data = splice;
    splice->fd = fd;
    memcpy(splice->ips, ips, ip_count * sizeof(*ips));
    splice->ip_count = ip_count;
    splice->guest_port = guest_port;
    splice->next = splices;
    splice->link = &splices;
    if (splices)
        splices->link = &splice->next;
    splices = splice;
    splice_count++;
    if (connect_next(splice))
        set_interest(splice);
    else
        finish(splice, false);
}

static uint32_t current_ip(const struct act_splice *splice)
{
    return splice->ip_next ? splice->ips[splice->ip_next - 1] : 0;
}

void act_proxy_reset_instance(uint32_t ip)
{
    struct act_splice *next;

    for (struct act_splice *splice = splices; splice; splice = next) {
        next = splice->next;
        if (current_ip(splice) != ip)
            continue;
        if (splice->guest_eof) { /* it said all it had to say: let the client have that */
            splice->host_eof = true;
            settle(splice);
        } else {
            finish(splice, true);
        }
    }
}

size_t act_proxy_count(uint32_t ip)
{
    size_t count = 0;

    for (struct act_splice *splice = splices; splice; splice = splice->next)
        count += current_ip(splice) == ip;
    return count;
}

void act_proxy_reset_all(void)
{
    while (splices)
        finish(splices, true);
}
