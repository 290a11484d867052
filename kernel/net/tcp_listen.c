/* SPDX-License-Identifier: MIT */
/*
 * tcp_listen.c - connections that came in and wait to be accepted.
 *
 * lwIP counts half-open and waiting connections against the backlog and drops SYNs beyond it, so
 * that a flood cannot take all memory; a peer that was dropped tries again by itself. When the
 * backlog is full, the oldest half-open connection makes room for a SYN: one that is honest ends
 * its handshake in a round trip, long before it is the oldest.
 */
#include "abi/errno.h"
#include "abi/poll.h"
#include "core/page.h"
#include "lwip/priv/tcp_priv.h"
#include "net/tcp_sock.h"

#define BACKLOG_MAX 255

/* New connections stop while less than a sixteenth of the memory is free: those that are there
 * must be able to go on. */
static bool is_memory_short(void)
{
    return k_memory_free() < k_memory_total() / 16;
}

/* Connections to look at for the oldest: new ones come first in lwIP's list. */
#define LOOK_MAX 1024

void k_tcp_make_room(struct tcp_pcb *pcb)
{
    const struct tcp_pcb_listen *listener = (const struct tcp_pcb_listen *)pcb;
    struct tcp_pcb *oldest = NULL;
    unsigned looked = 0;

    if (listener->accepts_pending < listener->backlog)
        return;
    for (struct tcp_pcb *at = tcp_active_pcbs; at && looked < LOOK_MAX; at = at->next, looked++)
        if (at->state == SYN_RCVD && at->listener == listener)
            oldest = at;
    if (oldest)
        tcp_abandon(oldest, 0); /* in silence: its sender may be somebody else */
}

static err_t arrived(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct tcp_sock *listener = arg, *tcp;

    if (err != ERR_OK || !pcb || !listener)
        return ERR_VAL;
    if (is_memory_short())
        return ERR_MEM; /* lwIP resets the connection */
    tcp = k_tcp_sock_adopt(pcb);
    if (!tcp)
        return ERR_MEM;
    tcp_backlog_delayed(pcb);
    if (listener->pending_last)
        listener->pending_last->pending_next = tcp;
    else
        listener->pending_first = tcp;
    listener->pending_last = tcp;
    k_sock_changed(&listener->sock, EPOLLIN);
    return ERR_OK;
}

int k_tcp_listen(struct k_sock *sock, int backlog)
{
    struct tcp_sock *tcp = k_tcp_sock_of(sock);
    struct tcp_pcb *pcb;
    err_t err;

    if (tcp->state == TCP_LISTENING) {
        tcp_backlog_set(tcp->pcb, (u8_t)(backlog < 1             ? 1
                                         : backlog < BACKLOG_MAX ? backlog
                                                                 : BACKLOG_MAX));
        return 0;
    }
    if (tcp->state != TCP_FRESH)
        return -EINVAL;
    if (!tcp->pcb->local_port) {
        int result = sock->ops->bind(sock, (struct k_sock_name){0});
        if (result)
            return result;
    }
    if (backlog < 1 || backlog > BACKLOG_MAX)
        backlog = BACKLOG_MAX;
    pcb = tcp_listen_with_backlog_and_err(tcp->pcb, (u8_t)backlog, &err);
    if (!pcb)
        return -k_sock_errno(err);
    tcp->pcb = pcb; /* the old one is freed */
    tcp->state = TCP_LISTENING;
    tcp_arg(pcb, tcp);
    tcp_accept(pcb, arrived);
    return 0;
}

static struct tcp_sock *take_pending(struct tcp_sock *listener)
{
    struct tcp_sock *tcp = listener->pending_first;

    if (!tcp)
        return NULL;
    listener->pending_first = tcp->pending_next;
    if (!listener->pending_first)
        listener->pending_last = NULL;
    tcp->pending_next = NULL;
    return tcp;
}

int k_tcp_accept(struct k_sock *sock, struct k_sock **out)
{
    struct tcp_sock *listener = k_tcp_sock_of(sock), *tcp;

    if (listener->state != TCP_LISTENING)
        return -EINVAL;
    tcp = take_pending(listener);
    if (!tcp)
        return -EAGAIN;
    if (tcp->pcb)
        tcp_backlog_accepted(tcp->pcb);
    *out = &tcp->sock;
    return 0;
}

void k_tcp_listen_close(struct tcp_sock *listener)
{
    struct tcp_sock *tcp;

    while ((tcp = take_pending(listener))) {
        tcp->sock.linger = (struct linger){.l_onoff = 1}; /* nobody will ever read: reset */
        tcp->sock.ops->close(&tcp->sock);
    }
    tcp_arg(listener->pcb, NULL);
    tcp_close(listener->pcb);
}
