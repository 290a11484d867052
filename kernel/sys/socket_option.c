/* SPDX-License-Identifier: MIT */
/* socket_option.c - getsockopt and setsockopt: what concerns every socket; the rest is its own. */
#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "sys/socket.h"
#include "sys/sys_internal.h"

static int set_timeout(uint64_t *timeout_ns, const void *value, uint32_t bytes)
{
    struct timeval time;

    if (bytes < sizeof(time))
        return -EINVAL;
    memcpy(&time, value, sizeof(time));
    if (time.tv_usec < 0 || time.tv_usec >= 1000000 || time.tv_sec < 0)
        return -EDOM;
    *timeout_ns = (uint64_t)time.tv_sec * K_NS_PER_S + (uint64_t)time.tv_usec * 1000;
    return 0;
}

/* -ENOPROTOOPT: not one for every socket. */
static int set_common(struct k_socket *socket, int option, const void *value, uint32_t bytes)
{
    switch (option) {
    case SO_RCVTIMEO: return set_timeout(&socket->receive_timeout_ns, value, bytes);
    case SO_SNDTIMEO: return set_timeout(&socket->send_timeout_ns, value, bytes);
    case SO_LINGER:
        if (bytes < sizeof(struct linger))
            return -EINVAL;
        memcpy(&socket->sock->linger, value, sizeof(struct linger));
        return 0;
    case SO_SNDBUF:
    case SO_RCVBUF: return 0; /* sizes come from the memory at boot */
    default: return -ENOPROTOOPT;
    }
}

long sys_setsockopt(int fd, int level, int option, const void *value, uint32_t bytes)
{
    int err, number;
    struct k_socket *socket = k_socket_get(fd, &err);

    if (!socket)
        return err;
    err = level == SOL_SOCKET ? set_common(socket, option, value, bytes) : -ENOPROTOOPT;
    if (err == -ENOPROTOOPT) {
        err = -EINVAL;
        if (bytes >= sizeof(number)) {
            memcpy(&number, value, sizeof(number));
            err = socket->sock->ops->set(socket->sock, level, option, number);
        }
    }
    k_socket_put(socket);
    return err;
}

static int put_out(const void *from, uint32_t size, void *to, uint32_t *bytes)
{
    if (*bytes > size)
        *bytes = size;
    memcpy(to, from, *bytes);
    return 0;
}

static int put_timeout(uint64_t ns, void *to, uint32_t *bytes)
{
    struct timeval time = {(int64_t)(ns / K_NS_PER_S), (int64_t)(ns % K_NS_PER_S / 1000)};

    return put_out(&time, sizeof(time), to, bytes);
}

static int get_common(struct k_socket *socket, int option, void *value, uint32_t *bytes)
{
    int number;

    switch (option) {
    case SO_ERROR:
        number = socket->sock->error;
        socket->sock->error = 0;
        return put_out(&number, sizeof(number), value, bytes);
    case SO_TYPE:
        number = socket->sock->ops->type;
        return put_out(&number, sizeof(number), value, bytes);
    case SO_DOMAIN:
        number = AF_INET;
        return put_out(&number, sizeof(number), value, bytes);
    case SO_PROTOCOL:
        number = socket->sock->ops->type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
        return put_out(&number, sizeof(number), value, bytes);
    case SO_RCVTIMEO: return put_timeout(socket->receive_timeout_ns, value, bytes);
    case SO_SNDTIMEO: return put_timeout(socket->send_timeout_ns, value, bytes);
    case SO_LINGER: return put_out(&socket->sock->linger, sizeof(struct linger), value, bytes);
    default: return -ENOPROTOOPT;
    }
}

long sys_getsockopt(int fd, int level, int option, void *value, uint32_t *bytes)
{
    int err, number;
    struct k_socket *socket = k_socket_get(fd, &err);

    if (!socket)
        return err;
    err = level == SOL_SOCKET ? get_common(socket, option, value, bytes) : -ENOPROTOOPT;
    if (err == -ENOPROTOOPT) {
        err = socket->sock->ops->get(socket->sock, level, option, &number);
        if (!err)
            err = put_out(&number, sizeof(number), value, bytes);
    }
    k_socket_put(socket);
    return err;
}
