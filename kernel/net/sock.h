/* SPDX-License-Identifier: MIT */
/*
 * sock.h - TCP and UDP sockets over IPv4 that never sleep.
 *
 * The layer above (sys/socket.c) owns a socket, puts descriptors in front and does the waiting:
 * it is told by `changed` when something became possible. A verb that cannot go on says -EAGAIN.
 * Addresses and ports are in network order, as in sockaddr_in.
 */
#ifndef K_NET_SOCK_H
#define K_NET_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/socket.h"

struct k_sock;

struct k_sock_name {
    uint32_t address;
    uint16_t port;
};

struct k_sock_ops {
    int type; /* SOCK_STREAM, SOCK_DGRAM */
    int (*bind)(struct k_sock *sock, struct k_sock_name name);
    int (*listen)(struct k_sock *sock, int backlog);
    /* -EINPROGRESS: told by EPOLLOUT, the result is in `error`. */
    int (*connect)(struct k_sock *sock, struct k_sock_name name);
    /* The next connection, which the caller then owns, or -EAGAIN. */
    int (*accept)(struct k_sock *sock, struct k_sock **out);
    /* `to`: NULL for the connected peer. Sends a part when there is room for a part. */
    ssize_t (*send)(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                    const struct k_sock_name *to);
    /* 0: the peer has ended (stream). `from` may be NULL. `flags`: MSG_PEEK, MSG_TRUNC;
     * *truncated: a datagram was longer than the room. */
    ssize_t (*recv)(struct k_sock *sock, const struct iovec *iov, int count, int flags,
                    struct k_sock_name *from, bool *truncated);
    int (*shutdown)(struct k_sock *sock, int how);
    int (*name)(struct k_sock *sock, bool peer, struct k_sock_name *name);
    /* -ENOPROTOOPT: not one of this protocol. */
    int (*set)(struct k_sock *sock, int level, int option, int value);
    int (*get)(struct k_sock *sock, int level, int option, int *value);
    size_t (*readable)(struct k_sock *sock); /* bytes, for FIONREAD */
    uint32_t (*ready)(struct k_sock *sock);  /* EPOLL bits that hold now */
    /* The owner goes. Data already accepted for sending still goes out. Frees the socket. */
    void (*close)(struct k_sock *sock);
};

struct k_sock {
    const struct k_sock_ops *ops;
    void *owner;
    void (*changed)(void *owner, uint32_t events); /* NULL: nobody listens yet */
    int error; /* of the past, a positive errno, for SO_ERROR; 0: none */
    struct linger linger;
};

/* NULL: no memory. */
struct k_sock *k_tcp_sock_new(void);
struct k_sock *k_udp_sock_new(void);

/* ---- for the two kinds ---- */

static inline void k_sock_changed(struct k_sock *sock, uint32_t events)
{
    if (sock->changed)
        sock->changed(sock->owner, events);
}

/* lwIP's err_t as a positive errno; 0 for ERR_OK. */
int k_sock_errno(int lwip_error);

/* A port nobody has predicted, in Linux's ephemeral range, in host order. */
uint16_t k_sock_random_port(void);

#endif
