/* SPDX-License-Identifier: MIT */
/*
 * socket.h - a socket with a descriptor in front; shared by the socket*.c files.
 *
 * The socket below (net/sock.h) never sleeps. Here is the waiting, for descriptors that block,
 * and the time-outs of SO_RCVTIMEO and SO_SNDTIMEO.
 */
#ifndef K_SYS_SOCKET_H
#define K_SYS_SOCKET_H

#include "net/sock.h"
#include "sys/file.h"

struct k_socket {
    struct k_file file; /* first */
    struct k_sock *sock;
    uint64_t receive_timeout_ns, send_timeout_ns; /* 0: none */
};

/* The socket behind `fd` with a reference, or NULL and *err (-EBADF, -ENOTSOCK). */
struct k_socket *k_socket_get(int fd, int *err);

static inline void k_socket_put(struct k_socket *socket)
{
    k_file_put(&socket->file);
}

/* Send and receive, with waiting. `flags`: MSG_DONTWAIT, MSG_NOSIGNAL, MSG_PEEK, ... */
ssize_t k_socket_send(struct k_socket *socket, const struct iovec *iov, int count, int flags,
                      const struct k_sock_name *to);
ssize_t k_socket_recv(struct k_socket *socket, const struct iovec *iov, int count, int flags,
                      struct k_sock_name *from, bool *truncated);

/* sockaddr to name: 0, -EINVAL, -EAFNOSUPPORT. Back: cut to *bytes, which then tells the whole. */
int k_socket_name_in(const struct sockaddr_in *from, uint32_t bytes, struct k_sock_name *to);
void k_socket_name_out(const struct k_sock_name *from, struct sockaddr_in *to, uint32_t *bytes);

#endif
