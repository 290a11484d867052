/* SPDX-License-Identifier: MIT */
/*
 * tcp_data.c - bytes into and out of a connection.
 *
 * Out: one copy, into segments that go to the device as they are. In: one copy, out of the buffer
 * that the device filled. The window opens as the service reads; an answer that follows carries
 * the acknowledgement. The window bounds bytes, not buffers: small segments that nobody reads yet
 * are gathered, or a peer could make us hold a buffer for each byte.
 */
#include <string.h>

#include "abi/errno.h"
#include "net/tcp_sock.h"

/* lwIP counts the bytes of one call in 16 bits. */
#define WRITE_MAX (32u * TCP_MSS)

/* Why the socket cannot be written to; 0: it can. A pending error is said once. */
static int why_not_send(struct tcp_sock *tcp)
{
    int error = tcp->sock.error;

    if (tcp->state == TCP_CONNECTED && !tcp->write_shut)
        return 0;
    if (tcp->state == TCP_CONNECTING)
        return -EAGAIN;
    tcp->sock.error = 0;
    return error ? -error : -EPIPE;
}

static size_t put(struct tcp_sock *tcp, const uint8_t *from, size_t bytes, u8_t flags)
{
    size_t done = 0;

    while (done < bytes) {
        size_t part = tcp_sndbuf(tcp->pcb);
        u8_t more = flags;

        if (part > bytes - done)
            part = bytes - done;
        if (part > WRITE_MAX)
            part = WRITE_MAX;
        if (done + part < bytes)
            more |= TCP_WRITE_FLAG_MORE;
        if (!part || tcp_write(tcp->pcb, from + done, (u16_t)part, more) != ERR_OK)
            break;
        done += part;
    }
    return done;
}

ssize_t k_tcp_send(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                   const struct k_sock_name *to)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    int err = why_not_send(tcp);
    size_t total = 0;

    (void)to;
    if (err)
        return err;
    for (int i = 0; i < count; i++) {
        bool more = i + 1 < count || flags & MSG_MORE;
        size_t done;

        if (!iov[i].iov_len)
            continue;
        done = put(tcp, iov[i].iov_base, iov[i].iov_len,
                   TCP_WRITE_FLAG_COPY | (more ? TCP_WRITE_FLAG_MORE : 0));
        total += done;
        if (done < iov[i].iov_len) {
            tcp->want_room = true;
            break;
        }
        if (!k_tcp_sock_has_room(tcp))
            tcp->want_room = true; /* the next writer will be told, even if it asks by epoll */
    }
    if (total && !(flags & MSG_MORE))
        tcp_output(tcp->pcb);
    return total || !tcp->want_room ? (ssize_t)total : -EAGAIN;
}

/* ---- receiving ---- */

#define GATHER_BYTES 1024 /* of a block that gathers */
#define GATHER_BELOW 256  /* segments that are smaller */

static void append(struct tcp_sock *tcp, struct pbuf *pbuf)
{
    if (tcp->last)
        tcp->last->next = pbuf;
    else
        tcp->first = pbuf;
    while (pbuf->next)
        pbuf = pbuf->next;
    tcp->last = pbuf;
    tcp->gather_room = 0;
}

static bool begin_gathering(struct tcp_sock *tcp)
{
    struct pbuf *block = pbuf_alloc(PBUF_RAW, GATHER_BYTES, PBUF_RAM);

    if (!block)
        return false;
    block->len = block->tot_len = 0;
    append(tcp, block);
    tcp->gather_room = GATHER_BYTES;
    return true;
}

void k_tcp_keep(struct tcp_sock *tcp, struct pbuf *pbuf)
{
    u16_t bytes = pbuf->tot_len;

    tcp->unread += bytes;
    /* With nothing before it, it is probably read at once: no copy then. */
    if (!tcp->last || bytes >= GATHER_BELOW ||
        (tcp->gather_room < bytes && !begin_gathering(tcp))) {
        append(tcp, pbuf);
        return;
    }
    pbuf_copy_partial(pbuf, (uint8_t *)tcp->last->payload + tcp->last->len, bytes, 0);
    tcp->last->len = tcp->last->tot_len = (u16_t)(tcp->last->len + bytes);
    tcp->gather_room -= bytes;
    pbuf_free(pbuf);
}

/* Drop `bytes` from the front of what was received. */
static void consume(struct tcp_sock *tcp, size_t bytes)
{
    tcp->unread -= bytes;
    while (bytes) {
        struct pbuf *pbuf = tcp->first;
        size_t here = pbuf->len - tcp->first_offset;

        if (bytes < here) {
            tcp->first_offset += (uint32_t)bytes;
            return;
        }
        bytes -= here;
        tcp->first_offset = 0;
        tcp->first = pbuf->next;
        if (!tcp->first) {
            tcp->last = NULL;
            tcp->gather_room = 0;
        }
        pbuf->next = NULL;
        pbuf->tot_len = pbuf->len;
        pbuf_free(pbuf);
    }
}

static size_t copy_out(const struct tcp_sock *tcp, const struct iovec *iov, int count)
{
    const struct pbuf *pbuf = tcp->first;
    size_t offset = tcp->first_offset, total = 0;

    for (int i = 0; i < count && pbuf; i++) {
        uint8_t *to = iov[i].iov_base;
        size_t room = iov[i].iov_len;

        while (room && pbuf) {
            size_t part = pbuf->len - offset;

            if (part > room)
                part = room;
            memcpy(to, (const uint8_t *)pbuf->payload + offset, part);
            to += part;
            room -= part;
            total += part;
            offset += part;
            if (offset == pbuf->len) {
                pbuf = pbuf->next;
                offset = 0;
            }
        }
    }
    return total;
}

static ssize_t nothing_to_read(struct tcp_sock *tcp)
{
    int error = tcp->sock.error;

    if (error) {
        tcp->sock.error = 0;
        return -error;
    }
    switch (tcp->state) {
    case TCP_FRESH:
    case TCP_LISTENING: return -ENOTCONN;
    case TCP_CONNECTING: return -EAGAIN;
    case TCP_DEAD: return 0;
    case TCP_CONNECTED: break;
    }
    return tcp->got_fin || tcp->read_shut ? 0 : -EAGAIN;
}

ssize_t k_tcp_recv(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                   struct k_sock_name *from, bool *truncated)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    size_t total;

    (void)from;
    (void)truncated;
    if (!tcp->first)
        return nothing_to_read(tcp);
    total = copy_out(tcp, iov, count);
    if (flags & MSG_PEEK)
        return (ssize_t)total;
    consume(tcp, total);
    for (size_t left = total; left && tcp->pcb;) {
        u16_t part = (u16_t)(left < 0xffff ? left : 0xffff);

        tcp_recved(tcp->pcb, part);
        left -= part;
    }
    return (ssize_t)total;
}
