/* SPDX-License-Identifier: MIT */
#include "net/tcp_sock.h"

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "lwip/priv/tcp_priv.h"

#define BIND_TRIES 32

/* ---- what lwIP tells ---- */

static uint32_t hang_up(const struct tcp_sock *tcp)
{
    return EPOLLIN | EPOLLRDHUP | (tcp->write_shut ? EPOLLHUP : 0);
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *pbuf, err_t err)
{
    struct tcp_sock *tcp = arg;

    (void)err;
    if (!pbuf) {
        tcp->got_fin = true;
        if (tcp->write_shut)
            k_tcp_sock_detach(tcp);
        k_sock_changed(&tcp->sock, hang_up(tcp));
        return ERR_OK;
    }
    if (tcp->read_shut) {
        tcp_recved(pcb, pbuf->tot_len);
        pbuf_free(pbuf);
        return ERR_OK;
    }
    k_tcp_keep(tcp, pbuf);
    k_sock_changed(&tcp->sock, EPOLLIN);
    return ERR_OK;
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
    struct tcp_sock *tcp = arg;

    (void)pcb;
    (void)bytes;
    if (tcp->want_room && k_tcp_sock_has_room(tcp)) {
        tcp->want_room = false;
        k_sock_changed(&tcp->sock, EPOLLOUT);
    }
    return ERR_OK;
}

/* The pcb is gone already. */
static void failed(void *arg, err_t err)
{
    struct tcp_sock *tcp = arg;

    tcp->pcb = NULL;
    tcp->sock.error = k_sock_errno(err);
    if (tcp->state == TCP_CONNECTING && err == ERR_RST)
        tcp->sock.error = ECONNREFUSED;
    tcp->state = TCP_DEAD;
    k_sock_changed(&tcp->sock, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP |
                                   (tcp->sock.error ? EPOLLERR : 0));
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct tcp_sock *tcp = arg;

    (void)err;
    tcp->state = TCP_CONNECTED;
    tcp->local = (struct k_sock_name){pcb->local_ip.addr, lwip_htons(pcb->local_port)};
    k_sock_changed(&tcp->sock, EPOLLOUT);
    return ERR_OK;
}

static void listen_to(struct tcp_sock *tcp)
{
    tcp_arg(tcp->pcb, tcp);
    tcp_recv(tcp->pcb, received);
    tcp_sent(tcp->pcb, sent);
    tcp_err(tcp->pcb, failed);
}

/* Both sides have ended: whatever is left, retransmissions and TIME_WAIT, is lwIP's alone, which
 * frees such a pcb without a word. */
void k_tcp_sock_detach(struct tcp_sock *tcp)
{
    struct tcp_pcb *pcb = tcp->pcb;

    tcp->pcb = NULL;
    tcp->state = TCP_DEAD;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_close(pcb);
}

/* ---- life ---- */

bool k_tcp_sock_has_room(const struct tcp_sock *tcp)
{
    return tcp->pcb->snd_buf > TCP_SNDLOWAT && tcp_sndqueuelen(tcp->pcb) < TCP_SNDQUEUELOWAT;
}

void k_tcp_sock_drop_unread(struct tcp_sock *tcp)
{
    if (tcp->first)
        pbuf_free(tcp->first);
    tcp->first = tcp->last = NULL;
    tcp->gather_room = 0;
    tcp->first_offset = 0;
    tcp->unread = 0;
}

static void tcp_sock_close(struct k_sock *sock)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    struct tcp_pcb *pcb = tcp->pcb;

    if (tcp->state == TCP_LISTENING) {
        k_tcp_listen_close(tcp);
    } else if (pcb) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_err(pcb, NULL);
        if (tcp->sock.linger.l_onoff && !tcp->sock.linger.l_linger)
            tcp_abort(pcb);
        else
            tcp_close(pcb); /* resets when data was not read, as Linux does */
    }
    k_tcp_sock_drop_unread(tcp);
    k_free(tcp);
}

static int bind_to(struct tcp_pcb *pcb, uint32_t address, uint16_t port)
{
    ip4_addr_t ip = {address};
    err_t err = ERR_USE;

    if (port)
        return tcp_bind(pcb, &ip, port);
    for (int tries = 0; tries < BIND_TRIES && err == ERR_USE; tries++)
        err = tcp_bind(pcb, &ip, k_sock_random_port());
    return err;
}

static int tcp_sock_bind(struct k_sock *sock, struct k_sock_name name)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    struct netif *netif;
    bool ours = !name.address;
    int err;

    if (tcp->state != TCP_FRESH || tcp->pcb->local_port)
        return -EINVAL;
    NETIF_FOREACH(netif)
        ours = ours || netif_ip4_addr(netif)->addr == name.address;
    if (!ours && (name.address & 0xff) != 127)
        return -EADDRNOTAVAIL;
    err = bind_to(tcp->pcb, name.address, lwip_htons(name.port));
    if (err == ERR_OK)
        tcp->local = (struct k_sock_name){name.address, lwip_htons(tcp->pcb->local_port)};
    return -k_sock_errno(err);
}

static int tcp_sock_connect(struct k_sock *sock, struct k_sock_name name)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    ip4_addr_t ip = {name.address};
    int err = ERR_OK;

    if (tcp->state == TCP_CONNECTING)
        return -EALREADY;
    if (tcp->state == TCP_CONNECTED || tcp->state == TCP_LISTENING)
        return -EISCONN;
    if (tcp->state == TCP_DEAD)
        return -ECONNABORTED;
    if (!name.address)
        ip.addr = lwip_htonl(0x7f000001); /* as Linux: this host */
    if (!tcp->pcb->local_port)
        err = bind_to(tcp->pcb, 0, 0);
    if (err == ERR_OK)
        err = tcp_connect(tcp->pcb, &ip, lwip_htons(name.port), connected);
    if (err != ERR_OK)
        return err == ERR_USE ? -EADDRNOTAVAIL : -k_sock_errno(err);
    tcp->peer = (struct k_sock_name){ip.addr, name.port};
    tcp->local = (struct k_sock_name){tcp->pcb->local_ip.addr, lwip_htons(tcp->pcb->local_port)};
    tcp->state = TCP_CONNECTING;
    return -EINPROGRESS;
}

static int tcp_sock_shutdown(struct k_sock *sock, int how)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);

    if (tcp->state != TCP_CONNECTED)
        return -ENOTCONN;
    if (how == SHUT_RD || how == SHUT_RDWR) {
        size_t unread = tcp->unread;

        tcp->read_shut = true;
        k_tcp_sock_drop_unread(tcp);
        for (; unread; unread -= unread < 0xffff ? unread : 0xffff)
            tcp_recved(tcp->pcb, (u16_t)(unread < 0xffff ? unread : 0xffff));
    }
    if ((how == SHUT_WR || how == SHUT_RDWR) && !tcp->write_shut) {
        err_t err = tcp_shutdown(tcp->pcb, 0, 1);

        if (err != ERR_OK)
            return -k_sock_errno(err);
        tcp->write_shut = true;
        if (tcp->got_fin)
            k_tcp_sock_detach(tcp);
    }
    k_sock_changed(sock, sock->ops->ready(sock));
    return 0;
}

static int tcp_sock_name(struct k_sock *sock, bool peer, struct k_sock_name *name)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);

    if (peer && tcp->state != TCP_CONNECTED && !(tcp->state == TCP_DEAD && !sock->error))
        return -ENOTCONN;
    *name = peer ? tcp->peer : tcp->local;
    return 0;
}

static size_t tcp_sock_readable(struct k_sock *sock)
{
    return k_tcp_sock_of(sock)->unread;
}

static uint32_t tcp_sock_ready(struct k_sock *sock)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    uint32_t events = sock->error ? EPOLLERR : 0;

    switch (tcp->state) {
    case TCP_FRESH:
        return EPOLLOUT | EPOLLHUP;
    case TCP_LISTENING:
        return tcp->pending_first ? EPOLLIN : 0;
    case TCP_CONNECTING:
        return 0;
    case TCP_DEAD:
        return events | EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP;
    case TCP_CONNECTED:
        break;
    }
    if (tcp->unread)
        events |= EPOLLIN;
    if (tcp->got_fin || tcp->read_shut)
        events |= EPOLLIN | EPOLLRDHUP | (tcp->write_shut ? EPOLLHUP : 0);
    if (tcp->write_shut || k_tcp_sock_has_room(tcp))
        events |= EPOLLOUT;
    return events;
}

static const struct k_sock_ops tcp_sock_ops = {
    .type = SOCK_STREAM,
    .bind = tcp_sock_bind,
    .listen = k_tcp_listen,
    .connect = tcp_sock_connect,
    .accept = k_tcp_accept,
    .send = k_tcp_send,
    .recv = k_tcp_recv,
    .shutdown = tcp_sock_shutdown,
    .name = tcp_sock_name,
    .set = k_tcp_set,
    .get = k_tcp_get,
    .readable = tcp_sock_readable,
    .ready = tcp_sock_ready,
    .close = tcp_sock_close,
};

static struct tcp_sock *sock_for(struct tcp_pcb *pcb)
{
    struct tcp_sock *tcp = k_calloc(1, sizeof(*tcp));

    if (!tcp)
        return NULL;
    tcp->sock.ops = &tcp_sock_ops;
    tcp->pcb = pcb;
    listen_to(tcp);
    return tcp;
}

/* A connection that came in. */
struct tcp_sock *k_tcp_sock_adopt(struct tcp_pcb *pcb)
{
    struct tcp_sock *tcp = sock_for(pcb);

    if (tcp) {
        tcp->state = TCP_CONNECTED;
        tcp->local = (struct k_sock_name){pcb->local_ip.addr, lwip_htons(pcb->local_port)};
        tcp->peer = (struct k_sock_name){pcb->remote_ip.addr, lwip_htons(pcb->remote_port)};
    }
    return tcp;
}

struct k_sock *k_tcp_sock_new(void)
{
    struct tcp_pcb *pcb = tcp_new();
    struct tcp_sock *tcp;

    if (!pcb)
        return NULL;
    tcp = sock_for(pcb);
    if (!tcp) {
        tcp_abort(pcb);
        return NULL;
    }
    return &tcp->sock;
}
