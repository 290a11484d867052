/* SPDX-License-Identifier: MIT */
#include "proxy.h"
#include "splice.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 511
/* Accepted in a row before the open connections have their turn. */
#define ACCEPTS_A_TURN 64

struct act_listener {
    int fd;
    uint16_t host_port, guest_port;
    act_proxy_pick_fn *pick;
    void *arg;
    uv_loop_t *loop;
    uv_poll_t poll;
};

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t parse_address(const char *ip, uint16_t port, union address *address)
{
    memset(address, 0, sizeof(*address));
    if (inet_pton(AF_INET, ip, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        return sizeof(address->v4);
    }
    if (inet_pton(AF_INET6, ip, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        return sizeof(address->v6);
    }
    return 0;
}

static int bind_and_listen(const char *ip, uint16_t port, uint16_t *bound)
{
    union address address;
    socklen_t len = parse_address(ip, port, &address);
    int one = 1;
    int fd, err;

    if (len == 0)
        return -EINVAL;
    fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (address.any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    if (bind(fd, &address.any, len) < 0 || listen(fd, BACKLOG) < 0 ||
        getsockname(fd, &address.any, &len) < 0) {
        err = -errno;
        close(fd);
        return err;
    }
    *bound = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
    return fd;
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct act_listener *listener = poll->data;

    (void)status, (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        uint32_t ips[ACT_PROXY_CANDIDATES];
        int one = 1;
        int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        act_splice_start(listener->loop, fd, ips, listener->pick(ips, listener->arg),
                         listener->guest_port);
    }
}

int act_listener_open(uv_loop_t *loop, const char *host_ip, uint16_t host_port, uint16_t guest_port,
                      act_proxy_pick_fn *pick, void *arg, struct act_listener **out)
{
    struct act_listener *listener = calloc(1, sizeof(*listener));
    int err;

    if (!listener)
        return -ENOMEM;
    *listener =
        (struct act_listener){.guest_port = guest_port, .pick = pick, .arg = arg, .loop = loop};
    listener->fd = bind_and_listen(host_ip, host_port, &listener->host_port);
    if (listener->fd < 0) {
        err = listener->fd;
        free(listener);
        return err;
    }
    err = uv_poll_init(loop, &listener->poll, listener->fd);
    if (err) {
        close(listener->fd);
        free(listener);
        return err;
    }
    listener->poll.data = listener;
    uv_poll_start(&listener->poll, UV_READABLE, on_connection);
    *out = listener;
    return 0;
}

uint16_t act_listener_port(const struct act_listener *listener)
{
    return listener->host_port;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void act_listener_close(struct act_listener *listener)
{
    if (!listener)
        return;
    uv_poll_stop(&listener->poll);
    uv_close((uv_handle_t *)&listener->poll, on_closed);
    close(listener->fd);
}
