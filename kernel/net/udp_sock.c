/* SPDX-License-Identifier: MIT */
/*
 * udp_sock.c - a UDP socket on lwIP's raw API.
 *
 * Datagrams wait in the buffers they came in, up to a bound in bytes; what comes beyond it is
 * lost, as UDP may be.
 */
#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "lwip/ip.h"
#include "lwip/udp.h"
#include "net/sock.h"

#define QUEUE_BYTES_MAX (64u * 1024)
#define DATAGRAM_MAX 65507u
#define BIND_TRIES 32

struct datagram {
    struct datagram *next;
    struct pbuf *pbuf;
    struct k_sock_name from;
};

struct udp_sock {
    struct k_sock sock; /* first */
    struct udp_pcb *pcb;
    struct datagram *first, *last;
    size_t queued; /* bytes, each datagram counted with its overhead */
    bool connected, read_shut;
};

static struct udp_sock *udp_of(struct k_sock *sock)
{
    return (struct udp_sock *)sock;
}

static size_t weight(const struct pbuf *pbuf)
{
    return pbuf->tot_len + 256u;
}

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *pbuf, const ip_addr_t *address,
                     u16_t port)
{
    struct udp_sock *udp = arg;
    struct datagram *datagram = NULL;

    (void)pcb;
    if (udp->queued + weight(pbuf) <= QUEUE_BYTES_MAX && !udp->read_shut)
        datagram = k_malloc(sizeof(*datagram));
    if (!datagram) {
        pbuf_free(pbuf);
        return;
    }
    *datagram = (struct datagram){.pbuf = pbuf, .from = {address->addr, lwip_htons(port)}};
    if (udp->last)
        udp->last->next = datagram;
    else
        udp->first = datagram;
    udp->last = datagram;
    udp->queued += weight(pbuf);
    k_sock_changed(&udp->sock, EPOLLIN);
}

static void drop_first(struct udp_sock *udp)
{
    struct datagram *datagram = udp->first;

    udp->first = datagram->next;
    if (!udp->first)
        udp->last = NULL;
    udp->queued -= weight(datagram->pbuf);
    pbuf_free(datagram->pbuf);
    k_free(datagram);
}

static int udp_sock_bind(struct k_sock *sock, struct k_sock_name name)
{
    struct udp_sock *udp = udp_of(sock);
    ip4_addr_t ip = {name.address};
    err_t err = ERR_USE;

    if (udp->pcb->local_port)
        return -EINVAL;
    if (name.port)
        return -k_sock_errno(udp_bind(udp->pcb, &ip, lwip_htons(name.port)));
    for (int tries = 0; tries < BIND_TRIES && err == ERR_USE; tries++)
        err = udp_bind(udp->pcb, &ip, k_sock_random_port());
    return -k_sock_errno(err);
}

static int have_port(struct k_sock *sock)
{
    if (udp_of(sock)->pcb->local_port)
        return 0;
    return udp_sock_bind(sock, (struct k_sock_name){udp_of(sock)->pcb->local_ip.addr, 0});
}

static int udp_sock_connect(struct k_sock *sock, struct k_sock_name name)
{
    struct udp_sock *udp = udp_of(sock);
    ip4_addr_t ip = {name.address};
    struct netif *netif;
    int err = have_port(sock);

    if (err)
        return err;
    if (!name.port && !name.address) {
        udp_disconnect(udp->pcb);
        udp->connected = false;
        return 0;
    }
    netif = ip4_route(&ip);
    if (!netif)
        return -ENETUNREACH;
    err = udp_connect(udp->pcb, &ip, lwip_htons(name.port));
    if (err == ERR_OK) {
        udp->connected = true;
        if (!udp->pcb->local_ip.addr) /* getsockname tells which address will be used */
            udp->pcb->local_ip = *netif_ip4_addr(netif);
    }
    return -k_sock_errno(err);
}

static struct pbuf *gather(const struct iovec *iov, int count, size_t bytes)
{
    struct pbuf *pbuf = pbuf_alloc(PBUF_TRANSPORT, (u16_t)bytes, PBUF_RAM);
    uint8_t *at;

    if (!pbuf)
        return NULL;
    at = pbuf->payload;
    for (int i = 0; i < count; i++) {
        memcpy(at, iov[i].iov_base, iov[i].iov_len);
        at += iov[i].iov_len;
    }
    return pbuf;
}

static ssize_t udp_sock_send(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                             const struct k_sock_name *to)
{
    struct udp_sock *udp = udp_of(sock);
    size_t bytes = 0;
    struct pbuf *pbuf;
    int err;

    (void)flags;
    for (int i = 0; i < count; i++) {
        if (iov[i].iov_len > DATAGRAM_MAX - bytes)
            return -EMSGSIZE;
        bytes += iov[i].iov_len;
    }
    if (!to && !udp->connected)
        return -EDESTADDRREQ;
    err = have_port(sock);
    if (err)
        return err;
    pbuf = gather(iov, count, bytes);
    if (!pbuf)
        return -ENOBUFS;
    if (to) {
        ip4_addr_t ip = {to->address};
        err = udp_sendto(udp->pcb, pbuf, &ip, lwip_htons(to->port));
    } else {
        err = udp_send(udp->pcb, pbuf);
    }
    pbuf_free(pbuf);
    return err == ERR_OK ? (ssize_t)bytes : -k_sock_errno(err);
}

static ssize_t udp_sock_recv(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                             struct k_sock_name *from, bool *truncated)
{
    struct udp_sock *udp = udp_of(sock);
    struct datagram *datagram = udp->first;
    size_t offset = 0, length;

    if (!datagram)
        return udp->read_shut ? 0 : -EAGAIN;
    length = datagram->pbuf->tot_len;
    for (int i = 0; i < count && offset < length; i++) {
        size_t part = length - offset;

        if (part > iov[i].iov_len)
            part = iov[i].iov_len;
        pbuf_copy_partial(datagram->pbuf, iov[i].iov_base, (u16_t)part, (u16_t)offset);
        offset += part;
    }
    *truncated = offset < length;
    if (from)
        *from = datagram->from;
    if (!(flags & MSG_PEEK))
        drop_first(udp);
    return (ssize_t)(flags & MSG_TRUNC ? length : offset);
}

static int udp_sock_shutdown(struct k_sock *sock, int how)
{
    struct udp_sock *udp = udp_of(sock);

    if (!udp->connected)
        return -ENOTCONN;
    if (how != SHUT_WR)
        udp->read_shut = true;
    k_sock_changed(sock, EPOLLIN | EPOLLRDHUP);
    return 0;
}

static int udp_sock_name(struct k_sock *sock, bool peer, struct k_sock_name *name)
{
    struct udp_pcb *pcb = udp_of(sock)->pcb;

    if (peer && !udp_of(sock)->connected)
        return -ENOTCONN;
    *name = peer ? (struct k_sock_name){pcb->remote_ip.addr, lwip_htons(pcb->remote_port)}
                 : (struct k_sock_name){pcb->local_ip.addr, lwip_htons(pcb->local_port)};
    return 0;
}

static int udp_sock_set(struct k_sock *sock, int level, int option, int value)
{
    struct udp_pcb *pcb = udp_of(sock)->pcb;
    u8_t bit;

    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    if (option == SO_REUSEADDR)
        bit = SOF_REUSEADDR;
    else if (option == SO_BROADCAST)
        bit = SOF_BROADCAST;
    else
        return -ENOPROTOOPT;
    if (value)
        ip_set_option(pcb, bit);
    else
        ip_reset_option(pcb, bit);
    return 0;
}

static int udp_sock_get(struct k_sock *sock, int level, int option, int *value)
{
    struct udp_pcb *pcb = udp_of(sock)->pcb;

    *value = 0;
    if (level != SOL_SOCKET)
        return -ENOPROTOOPT;
    switch (option) {
    case SO_REUSEADDR: *value = ip_get_option(pcb, SOF_REUSEADDR) != 0; return 0;
    case SO_BROADCAST: *value = ip_get_option(pcb, SOF_BROADCAST) != 0; return 0;
    case SO_SNDBUF:
    case SO_RCVBUF: *value = QUEUE_BYTES_MAX; return 0;
    default: return -ENOPROTOOPT;
    }
}

static size_t udp_sock_readable(struct k_sock *sock)
{
    return udp_of(sock)->first ? udp_of(sock)->first->pbuf->tot_len : 0;
}

static uint32_t udp_sock_ready(struct k_sock *sock)
{
    struct udp_sock *udp = udp_of(sock);

    return EPOLLOUT | (udp->first ? EPOLLIN : 0) | (sock->error ? EPOLLERR : 0) |
           (udp->read_shut ? EPOLLIN | EPOLLRDHUP : 0);
}

static int no_listen(struct k_sock *sock, int backlog)
{
    (void)sock, (void)backlog;
    return -EOPNOTSUPP;
}

static int no_accept(struct k_sock *sock, struct k_sock **out)
{
    (void)sock, (void)out;
    return -EOPNOTSUPP;
}

static void udp_sock_close(struct k_sock *sock)
{
    struct udp_sock *udp = udp_of(sock);

    udp_remove(udp->pcb);
    while (udp->first)
        drop_first(udp);
    k_free(udp);
}

static const struct k_sock_ops udp_sock_ops = {
    .type = SOCK_DGRAM,
    .bind = udp_sock_bind,
    .listen = no_listen,
    .connect = udp_sock_connect,
    .accept = no_accept,
    .send = udp_sock_send,
    .recv = udp_sock_recv,
    .shutdown = udp_sock_shutdown,
    .name = udp_sock_name,
    .set = udp_sock_set,
    .get = udp_sock_get,
    .readable = udp_sock_readable,
    .ready = udp_sock_ready,
    .close = udp_sock_close,
};

struct k_sock *k_udp_sock_new(void)
{
    struct udp_sock *udp = k_calloc(1, sizeof(*udp));

    if (!udp)
        return NULL;
    udp->pcb = udp_new();
    if (!udp->pcb) {
        k_free(udp);
        return NULL;
    }
    udp->sock.ops = &udp_sock_ops;
    udp_recv(udp->pcb, received, udp);
    return &udp->sock;
}
