/* SPDX-License-Identifier: MIT */
/*
 * tcp_sock.h - a TCP socket on lwIP's raw API; shared by the tcp_*.c files of this folder.
 *
 *   FRESH --listen--> LISTENING
 *     \--connect--> CONNECTING --answered--> CONNECTED --reset, or ended both ways--> DEAD
 *                        \--refused, timed out-----------------------------------------^
 *
 * lwIP's pcb belongs to the socket until lwIP says that it is gone, or until both sides have
 * ended: from then on lwIP finishes alone.
 */
#ifndef K_NET_TCP_SOCK_H
#define K_NET_TCP_SOCK_H

#include "lwip/tcp.h"
#include "net/sock.h"

enum tcp_state_of_sock { TCP_FRESH, TCP_LISTENING, TCP_CONNECTING, TCP_CONNECTED, TCP_DEAD };

struct tcp_sock {
    struct k_sock sock; /* first */
    struct tcp_pcb *pcb;
    enum tcp_state_of_sock state;
    bool got_fin;    /* the peer has ended its side */
    bool read_shut;  /* we do not want to hear more */
    bool write_shut; /* we have ended our side */
    bool want_room;  /* a writer found no room */
    struct k_sock_name local, peer;
    struct pbuf *first, *last; /* received, not read */
    uint32_t first_offset;     /* bytes of `first` that were read */
    uint32_t gather_room;      /* bytes free behind `last`, where it gathers small segments */
    size_t unread;
    struct tcp_sock *pending_first, *pending_last; /* of a listener: not accepted yet */
    struct tcp_sock *pending_next;
};

static inline struct tcp_sock *k_tcp_sock_of(struct k_sock *sock)
{
    return (struct tcp_sock *)sock;
}

/* tcp_sock.c */
struct tcp_sock *k_tcp_sock_adopt(struct tcp_pcb *pcb);
void k_tcp_sock_detach(struct tcp_sock *tcp);
void k_tcp_sock_drop_unread(struct tcp_sock *tcp);
bool k_tcp_sock_has_room(const struct tcp_sock *tcp);

/* tcp_listen.c */
int k_tcp_listen(struct k_sock *sock, int backlog);
int k_tcp_accept(struct k_sock *sock, struct k_sock **out);
void k_tcp_listen_close(struct tcp_sock *tcp);

/* tcp_data.c */
/* Put what was received behind what waits to be read. Takes ownership of `pbuf`. */
void k_tcp_keep(struct tcp_sock *tcp, struct pbuf *pbuf);
ssize_t k_tcp_send(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                   const struct k_sock_name *to);
ssize_t k_tcp_recv(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                   struct k_sock_name *from, bool *truncated);

/* tcp_option.c */
int k_tcp_set(struct k_sock *sock, int level, int option, int value);
int k_tcp_get(struct k_sock *sock, int level, int option, int *value);

#endif
