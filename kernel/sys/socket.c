/* SPDX-License-Identifier: MIT */
/* socket.c - sockets: making them, naming them, joining them. */
#include "sys/socket.h"

#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "sys/sys_internal.h"

/* ---- the file in front of a socket ---- */

static struct k_socket *socket_of(struct k_file *file)
{
    return (struct k_socket *)file;
}

static ssize_t socket_readv(struct k_file *file, const struct iovec *iov, int count)
{
    bool truncated;

    return k_socket_recv(socket_of(file), iov, count, 0, NULL, &truncated);
}

static ssize_t socket_writev(struct k_file *file, const struct iovec *iov, int count)
{
    return k_socket_send(socket_of(file), iov, count, 0, NULL);
}

static uint32_t socket_ready(struct k_file *file)
{
    struct k_sock *sock = socket_of(file)->sock;

    return sock->ops->ready(sock);
}

static int socket_ioctl(struct k_file *file, unsigned long request, void *arg)
{
    struct k_sock *sock = socket_of(file)->sock;

    if (request != FIONREAD)
        return -ENOTTY;
    *(int *)arg = (int)sock->ops->readable(sock);
    return 0;
}

static int socket_stat(struct k_file *file, struct stat *st)
{
    (void)file;
    st->st_mode = S_IFSOCK | 0777;
    return 0;
}

static void socket_close(struct k_file *file)
{
    struct k_socket *socket = socket_of(file);

    socket->sock->changed = NULL;
    socket->sock->ops->close(socket->sock);
    k_free(socket);
}

static const struct k_file_ops socket_ops = {
    .name = "socket",
    .readv = socket_readv,
    .writev = socket_writev,
    .ioctl = socket_ioctl,
    .stat = socket_stat,
    .ready = socket_ready,
    .close = socket_close,
};

static void changed(void *owner, uint32_t events)
{
    k_pollable_notify(&((struct k_socket *)owner)->file.poll, events);
}

/* A descriptor for `sock`, which is closed when there is none. */
static long install(struct k_sock *sock, int flags)
{
    struct k_socket *socket = k_calloc(1, sizeof(*socket));
    int fd;

    if (!socket) {
        sock->ops->close(sock);
        return -ENOMEM;
    }
    k_file_init(&socket->file, &socket_ops, O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0));
    socket->sock = sock;
    sock->owner = socket;
    sock->changed = changed;
    fd = k_fd_install(&socket->file, flags & SOCK_CLOEXEC ? FD_CLOEXEC : 0);
    if (fd < 0)
        k_file_put(&socket->file);
    return fd;
}

struct k_socket *k_socket_get(int fd, int *err)
{
    struct k_file *file = k_fd_peek(fd);

    *err = file ? -ENOTSOCK : -EBADF;
    if (!file || file->ops != &socket_ops)
        return NULL;
    return socket_of(k_file_ref(file));
}

int k_socket_name_in(const struct sockaddr_in *from, uint32_t bytes, struct k_sock_name *to)
{
    if (bytes < 2 || !from)
        return -EINVAL;
    if (from->sin_family != AF_INET)
        return -EAFNOSUPPORT;
    if (bytes < sizeof(*from))
        return -EINVAL;
    *to = (struct k_sock_name){from->sin_addr, from->sin_port};
    return 0;
}

void k_socket_name_out(const struct k_sock_name *from, struct sockaddr_in *to, uint32_t *bytes)
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_port = from->port, .sin_addr = from->address};

    if (!to || !bytes)
        return;
    memcpy(to, &name, *bytes < sizeof(name) ? *bytes : sizeof(name));
    *bytes = sizeof(name);
}

/* ---- the calls ---- */

long sys_socket(int domain, int type, int protocol)
{
    int kind = type & SOCK_TYPE_MASK;
    struct k_sock *sock;

    if (domain != AF_INET)
        return -EAFNOSUPPORT;
    if (type & ~(SOCK_TYPE_MASK | SOCK_NONBLOCK | SOCK_CLOEXEC))
        return -EINVAL;
    if (kind == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP))
        sock = k_tcp_sock_new();
    else if (kind == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP))
        sock = k_udp_sock_new();
    else
        return kind == SOCK_STREAM || kind == SOCK_DGRAM ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
    return sock ? install(sock, type) : -ENOBUFS;
}

long sys_bind(int fd, const struct sockaddr_in *name, uint32_t bytes)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);
    struct k_sock_name to;

    if (!socket)
        return err;
    err = k_socket_name_in(name, bytes, &to);
    if (!err)
        err = socket->sock->ops->bind(socket->sock, to);
    k_socket_put(socket);
    return err;
}

long sys_listen(int fd, int backlog)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);

    if (!socket)
        return err;
    err = socket->sock->ops->listen(socket->sock, backlog);
    k_socket_put(socket);
    return err;
}

static long accept_on(struct k_socket *socket, struct sockaddr_in *name, uint32_t *bytes,
                      int flags)
{
    struct k_sock_name peer = {0};
    struct k_sock *sock;
    int err;

    while ((err = socket->sock->ops->accept(socket->sock, &sock)) == -EAGAIN) {
        if (socket->file.flags & O_NONBLOCK)
            return -EAGAIN;
        err = k_file_wait(&socket->file, EPOLLIN, K_NEVER);
        if (err)
            return err;
    }
    if (err)
        return err;
    sock->ops->name(sock, true, &peer);
    k_socket_name_out(&peer, name, bytes);
    return install(sock, flags);
}

long sys_accept4(int fd, struct sockaddr_in *name, uint32_t *bytes, int flags)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);
    long result;

    if (!socket)
        return err;
    if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
        result = -EINVAL;
    else
        result = accept_on(socket, name, bytes, flags);
    k_socket_put(socket);
    return result;
}

long sys_accept(int fd, struct sockaddr_in *name, uint32_t *bytes)
{
    return sys_accept4(fd, name, bytes, 0);
}

static int wait_connected(struct k_socket *socket)
{
    int err;

    while (!(socket->sock->ops->ready(socket->sock) & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
        err = k_file_wait(&socket->file, EPOLLOUT | EPOLLERR | EPOLLHUP, K_NEVER);
        if (err)
            return err;
    }
    err = socket->sock->error;
    socket->sock->error = 0;
    return -err;
}

long sys_connect(int fd, const struct sockaddr_in *name, uint32_t bytes)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);
    struct k_sock_name to = {0};

    if (!socket)
        return err;
    if (bytes >= 2 && name && name->sin_family == AF_UNSPEC &&
        socket->sock->ops->type == SOCK_DGRAM)
        err = 0; /* dissolve the association */
    else
        err = k_socket_name_in(name, bytes, &to);
    if (!err)
        err = socket->sock->ops->connect(socket->sock, to);
    /* EALREADY: a signal interrupted the wait, and its handler wants the call to go on. */
    if ((err == -EINPROGRESS || err == -EALREADY) && !(socket->file.flags & O_NONBLOCK))
        err = wait_connected(socket);
    k_socket_put(socket);
    return err;
}

long sys_shutdown(int fd, int how)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);

    if (!socket)
        return err;
    err = how < SHUT_RD || how > SHUT_RDWR ? -EINVAL
                                           : socket->sock->ops->shutdown(socket->sock, how);
    k_socket_put(socket);
    return err;
}

static long tell_name(int fd, bool peer, struct sockaddr_in *to, uint32_t *bytes)
{
    int err;
    struct k_socket *socket = k_socket_get(fd, &err);
    struct k_sock_name name;

    if (!socket)
        return err;
    err = socket->sock->ops->name(socket->sock, peer, &name);
    if (!err)
        k_socket_name_out(&name, to, bytes);
    k_socket_put(socket);
    return err;
}

long sys_getsockname(int fd, struct sockaddr_in *name, uint32_t *bytes)
{
    return tell_name(fd, false, name, bytes);
}

long sys_getpeername(int fd, struct sockaddr_in *name, uint32_t *bytes)
{
    return tell_name(fd, true, name, bytes);
}
