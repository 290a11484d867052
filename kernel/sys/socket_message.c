/* SPDX-License-Identifier: MIT */
/* socket_message.c - the sends and receives that carry an address or flags. */
#include "abi/errno.h"
#include "sys/socket.h"
#include "sys/sys_internal.h"

static ssize_t send_message(int fd, const struct iovec *iov, int count, int flags,
                            const struct sockaddr_in *to, uint32_t to_bytes)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);
    struct k_sock_name name;
    ssize_t sent;

    if (!socket)
        return err;
    err = to ? k_socket_name_in(to, to_bytes, &name) : 0;
    sent = err ? err : k_socket_send(socket, iov, count, flags, to ? &name : NULL);
    k_socket_put(socket);
    return sent;
}

static ssize_t receive_message(int fd, const struct iovec *iov, int count, int flags,
                               struct sockaddr_in *from, uint32_t *from_bytes, bool *truncated)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);
    struct k_sock_name name = {0};
    ssize_t got;

    if (!socket)
        return err;
    *truncated = false;
    got = k_socket_recv(socket, iov, count, flags, &name, truncated);
    if (got >= 0 && from && from_bytes) {
        if (socket->sock->ops->type == SOCK_DGRAM)
            k_socket_name_out(&name, from, from_bytes);
        else
            *from_bytes = 0;
    }
    k_socket_put(socket);
    return got;
}

long sys_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr_in *to,
                uint32_t to_bytes)
{
    struct iovec iov = {(void *)(uintptr_t)buf, len};

    return send_message(fd, &iov, 1, flags, to, to_bytes);
}

long sys_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr_in *from,
                  uint32_t *from_bytes)
{
    struct iovec iov = {buf, len};
    bool truncated;

    return receive_message(fd, &iov, 1, flags, from, from_bytes, &truncated);
}

long sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
    if (message->msg_controllen)
        return -EOPNOTSUPP;
    if (message->msg_iovlen > IOV_MAX)
        return -EMSGSIZE;
    return send_message(fd, message->msg_iov, (int)message->msg_iovlen, flags, message->msg_name,
                        message->msg_namelen);
}

long sys_recvmsg(int fd, struct msghdr *message, int flags)
{
    bool truncated = false;
    ssize_t got;

    if (message->msg_iovlen > IOV_MAX)
        return -EMSGSIZE;
    got = receive_message(fd, message->msg_iov, (int)message->msg_iovlen, flags,
                          message->msg_name, &message->msg_namelen, &truncated);
    if (got >= 0) {
        message->msg_flags = truncated ? MSG_TRUNC : 0;
        message->msg_controllen = 0;
    }
    return got;
}

long sys_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned done = 0;

    for (; done < count; done++) {
        long sent = sys_sendmsg(fd, &messages[done].msg_hdr, flags);

        if (sent < 0)
            return done ? (long)done : sent;
        messages[done].msg_len = (unsigned)sent;
    }
    return done;
}

long sys_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags,
                  struct timespec *timeout)
{
    unsigned done = 0;

    (void)timeout; /* only looked at between datagrams on Linux, too; here none is awaited */
    for (; done < count; done++) {
        long got = sys_recvmsg(fd, &messages[done].msg_hdr, done ? flags | MSG_DONTWAIT : flags);

        if (got < 0)
            return done ? (long)done : got;
        messages[done].msg_len = (unsigned)got;
    }
    return done;
}
