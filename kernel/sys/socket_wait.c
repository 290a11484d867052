/* SPDX-License-Identifier: MIT */
/* socket_wait.c - sending and receiving for descriptors that may block. */
#include "abi/errno.h"
#include "abi/poll.h"
#include "core/clock.h"
#include "sys/signal.h"
#include "sys/socket.h"

static uint64_t deadline_of(uint64_t timeout_ns)
{
    return timeout_ns ? k_clock_now_ns() + timeout_ns : K_NEVER;
}

static bool may_wait(const struct k_socket *socket, int flags)
{
    return !(socket->file.flags & O_NONBLOCK) && !(flags & MSG_DONTWAIT);
}

/* A time-out of the socket is reported as EAGAIN. */
static int wait_for(struct k_socket *socket, uint32_t events, uint64_t deadline)
{
    int err = k_file_wait(&socket->file, events | EPOLLERR | EPOLLHUP, deadline);

    return err == -ETIMEDOUT ? -EAGAIN : err;
}

/* What of iov begins `skip` bytes in; at most `room` pieces. */
static int rest_of(const struct iovec *iov, int count, size_t skip, struct iovec *out, int room)
{
    int used = 0;

    for (int i = 0; i < count && used < room; i++) {
        if (skip >= iov[i].iov_len) {
            skip -= iov[i].iov_len;
            continue;
        }
        out[used++] = (struct iovec){(char *)iov[i].iov_base + skip, iov[i].iov_len - skip};
        skip = 0;
    }
    return used;
}

/* A blocking send of a stream goes on until all is taken. */
static ssize_t send_all(struct k_socket *socket, const struct iovec *iov, int count, int flags,
                        const struct k_sock_name *to)
{
    uint64_t deadline = deadline_of(socket->send_timeout_ns);
    struct iovec rest[16];
    size_t total = 0, wanted = 0;

    for (int i = 0; i < count; i++)
        wanted += iov[i].iov_len;
    for (;;) {
        int pieces = rest_of(iov, count, total, rest, 16);
        ssize_t sent = socket->sock->ops->send(socket->sock, rest, pieces, flags, to);
        int err;

        if (sent >= 0) {
            total += (size_t)sent;
            if (total == wanted)
                return (ssize_t)total;
            if (sent > 0)
                continue;
        } else if (sent != -EAGAIN) {
            return total ? (ssize_t)total : sent;
        }
        err = wait_for(socket, EPOLLOUT, deadline);
        if (err)
            return total ? (ssize_t)total : err;
    }
}

ssize_t k_socket_send(struct k_socket *socket, const struct iovec *iov, int count, int flags,
                      const struct k_sock_name *to)
{
    ssize_t sent;

    /* A datagram goes as one, whatever it is gathered from, and never waits. */
    if (may_wait(socket, flags) && socket->sock->ops->type != SOCK_DGRAM)
        sent = send_all(socket, iov, count, flags, to);
    else
        sent = socket->sock->ops->send(socket->sock, iov, count, flags, to);
    if (sent == -EPIPE && !(flags & MSG_NOSIGNAL))
        k_signal_thread(k_thread_current(), SIGPIPE);
    return sent;
}

ssize_t k_socket_recv(struct k_socket *socket, const struct iovec *iov, int count, int flags,
                      struct k_sock_name *from, bool *truncated)
{
    uint64_t deadline = deadline_of(socket->receive_timeout_ns);
    ssize_t got;

    while ((got = socket->sock->ops->recv(socket->sock, iov, count, flags, from, truncated)) ==
           -EAGAIN) {
        int err;

        if (!may_wait(socket, flags))
            return -EAGAIN;
        err = wait_for(socket, EPOLLIN, deadline);
        if (err)
            return err;
    }
    return got;
}
