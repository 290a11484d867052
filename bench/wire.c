/* SPDX-License-Identifier: MIT */
/*
 * wire.c - one guest behind the switch that `ucompose up` uses, and one published port.
 *
 *     wire SOCKET HOST_PORT [GUEST_PORT]
 *
 * Listens on the unix socket SOCKET for QEMU (`-netdev stream,server=off`); the guest is
 * 10.77.0.2 with MAC 02:75:63:00:00:02, we are 10.77.0.1. Connections to
 * 127.0.0.1:HOST_PORT reach the guest's GUEST_PORT (8080). Guests of every
 * kind that the bench compares take this same way. When QEMU goes the next one may come.
 * Prints "ready" once both sockets listen; ends by a signal.
 */
#include "forward.h"
#include "node.h"
#include "proxy.h"
#include "switch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#define NET 0x0a4d0000u
#define MASK 0xffffff00u
#define GUEST (NET | 2)

struct wire {
    uv_loop_t *loop;
    struct act_switch *sw;
    uv_poll_t poll;
    int listener;
    int guest; /* its port of the switch, or ACT_PORT_NONE */
};

static void die(const char *what, int err)
{
    fprintf(stderr, "wire: %s: %s\n", what, strerror(-err));
    exit(1);
}

static size_t pick_guest(uint32_t ips[ACT_PROXY_CANDIDATES], void *arg)
{
    struct wire *wire = arg;

    ips[0] = GUEST;
    return wire->guest == ACT_PORT_NONE ? 0 : 1;
}

static void guest_lost(void *arg)
{
    struct wire *wire = arg;

    act_proxy_reset_instance(GUEST);
    act_switch_leave(wire->sw, wire->guest);
    wire->guest = ACT_PORT_NONE;
}

static void guest_comes(uv_poll_t *poll, int status, int events)
{
    static const struct act_address address = {{2, 0x75, 0x63, 0, 0, 2}, GUEST};
    struct wire *wire = poll->data;
    struct act_port_events told = {.lost = guest_lost, .arg = wire};
    int fd = accept4(wire->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)status, (void)events;
    if (fd < 0)
        return;
    if (wire->guest != ACT_PORT_NONE)
        guest_lost(wire); /* the new one came before the old one's end was seen */
    wire->guest = act_switch_join(wire->sw, &address, false, fd, &told);
    if (wire->guest < 0)
        die("joining the switch", wire->guest);
}

static int listen_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    unlink(path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4) < 0) {
        perror(path);
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv)
{
    static const struct act_address own = {{2, 0x75, 0x63, 0, 0, 1}, NET | 1};
    struct wire wire = {.loop = uv_default_loop(), .guest = ACT_PORT_NONE};
    struct act_listener *published;
    int err;

    if (argc < 3) {
        fprintf(stderr, "usage: wire SOCKET HOST_PORT [GUEST_PORT]\n");
        return 2;
    }
    wire.sw = act_switch_new(wire.loop, NET, MASK);
    if (!wire.sw)
        die("switch", -ENOMEM);
    err = act_node_start(wire.loop, wire.sw, &own, MASK);
    if (err)
        die("node", err);
    err = act_listener_open(wire.loop, "127.0.0.1", (uint16_t)atoi(argv[2]),
                            (uint16_t)(argc > 3 ? atoi(argv[3]) : 8080), pick_guest, &wire, &published);
    if (err)
        die(argv[2], err);
    wire.listener = listen_unix(argv[1]);
    uv_poll_init(wire.loop, &wire.poll, wire.listener);
    wire.poll.data = &wire;
    uv_poll_start(&wire.poll, UV_READABLE, guest_comes);
    puts("ready");
    fflush(stdout);
    return uv_run(wire.loop, UV_RUN_DEFAULT);
}
