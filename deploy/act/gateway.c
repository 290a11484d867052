/* SPDX-License-Identifier: MIT */
#include "gateway.h"
#include "frame.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_BYTES (512u << 10)
#define FDS_MAX     1024

struct gateway {
    Slirp *slirp;
    int fd;
    struct act_frame_reader reader;
    struct act_frame_queue queue;
    struct pollfd fds[FDS_MAX];
    int fd_count;
};

void act_gateway_address(uint32_t ip, struct act_address *address)
{
    *address = (struct act_address){
        .mac = {0x52, 0x55, (uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8),
                (uint8_t)ip},
        .ip = ip,
    };
}

/* ---- what libslirp asks of us ---- */

static ssize_t send_packet(const void *frame, size_t len, void *opaque)
{
    struct gateway *gateway = opaque;

    act_frame_queue_push(&gateway->queue, frame, len); /* full: TCP will send it again */
    return (ssize_t)len;
}

static void guest_error(const char *message, void *opaque)
{
    (void)message, (void)opaque; /* a guest's mistake is the guest's */
}

static int64_t clock_get_ns(void *opaque)
{
    struct timespec now;

    (void)opaque;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Its only timer sends IPv6 router advertisements, and IPv6 is off. */
static void *timer_new(SlirpTimerCb callback, void *arg, void *opaque)
{
    (void)callback, (void)arg;
    return opaque;
}

static void timer_free(void *timer, void *opaque)
{
    (void)timer, (void)opaque;
}

static void timer_mod(void *timer, int64_t expire_ms, void *opaque)
{
    (void)timer, (void)expire_ms, (void)opaque;
}

/* We ask for its descriptors anew in each round. */
static void poll_fd_changed(int fd, void *opaque)
{
    (void)fd, (void)opaque;
}

static void notify(void *opaque)
{
    (void)opaque;
}

static const SlirpCb callbacks = {
    .send_packet = send_packet,
    .guest_error = guest_error,
    .clock_get_ns = clock_get_ns,
    .timer_new = timer_new,
    .timer_free = timer_free,
    .timer_mod = timer_mod,
    .register_poll_fd = poll_fd_changed,
    .unregister_poll_fd = poll_fd_changed,
    .notify = notify,
};

static int add_poll(int fd, int events, void *opaque)
{
    struct gateway *gateway = opaque;
    short wanted = 0;

    if (gateway->fd_count == FDS_MAX)
        return -1;
    if (events & SLIRP_POLL_IN)
        wanted |= POLLIN;
    if (events & SLIRP_POLL_OUT)
        wanted |= POLLOUT;
    if (events & SLIRP_POLL_PRI)
        wanted |= POLLPRI;
    gateway->fds[gateway->fd_count] = (struct pollfd){.fd = fd, .events = wanted};
    return gateway->fd_count++;
}

static int get_revents(int index, void *opaque)
{
    const struct gateway *gateway = opaque;
    short events = index < 0 ? 0 : gateway->fds[index].revents;
    int told = 0;

    told |= events & POLLIN ? SLIRP_POLL_IN : 0;
    told |= events & POLLOUT ? SLIRP_POLL_OUT : 0;
    told |= events & POLLPRI ? SLIRP_POLL_PRI : 0;
    told |= events & POLLERR ? SLIRP_POLL_ERR : 0;
    told |= events & POLLHUP ? SLIRP_POLL_HUP : 0;
    return told;
}

/* ---- the loop ---- */

static bool read_frames(struct gateway *gateway)
{
    const uint8_t *frame;
    size_t space, len;
    uint8_t *into = act_frame_reader_space(&gateway->reader, &space);
    ssize_t n = recv(gateway->fd, into, space, MSG_DONTWAIT);
    int got;

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    act_frame_reader_received(&gateway->reader, (size_t)n);
    while ((got = act_frame_reader_next(&gateway->reader, &frame, &len)) > 0)
        slirp_input(gateway->slirp, frame, (int)len);
    return got == 0;
}

static bool write_frames(struct gateway *gateway)
{
    size_t len;
    const uint8_t *bytes = act_frame_queue_output(&gateway->queue, &len);
    ssize_t n;

    if (len == 0)
        return true;
    n = send(gateway->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    act_frame_queue_sent(&gateway->queue, (size_t)n);
    return true;
}

static void run(struct gateway *gateway)
{
    for (;;) {
        uint32_t timeout_ms = UINT32_MAX;
        size_t waiting;
        int ready;

        act_frame_queue_output(&gateway->queue, &waiting);
        gateway->fds[0] =
            (struct pollfd){.fd = gateway->fd, .events = (short)(POLLIN | (waiting ? POLLOUT : 0))};
        gateway->fd_count = 1;
        slirp_pollfds_fill(gateway->slirp, &timeout_ms, add_poll, gateway);
        ready = poll(gateway->fds, (nfds_t)gateway->fd_count,
                     timeout_ms > INT32_MAX ? -1 : (int)timeout_ms);
        if (ready < 0 && errno != EINTR)
            return;
        slirp_pollfds_poll(gateway->slirp, ready < 0, get_revents, gateway);
        if ((gateway->fds[0].revents & (POLLIN | POLLHUP | POLLERR)) && !read_frames(gateway))
            return;
        if (!write_frames(gateway))
            return;
    }
}

static void gateway_main(int fd, uint32_t net, uint32_t mask, uint32_t ip)
{
    static struct gateway gateway;
    SlirpConfig config = {
        .version = 4,
        .in_enabled = true,
        .vnetwork.s_addr = htonl(net),
        .vnetmask.s_addr = htonl(mask),
        .vhost.s_addr = htonl(ip),
        .vdhcp_start.s_addr = htonl(net | (~mask - 1)),
        .vnameserver.s_addr = htonl(net | (~mask - 2)),
        .disable_dns = true,
        .disable_dhcp = true,
    };

    gateway.fd = fd;
    if (act_frame_reader_init(&gateway.reader) < 0 ||
        act_frame_queue_init(&gateway.queue, QUEUE_BYTES) < 0)
        return;
    gateway.slirp = slirp_new(&config, &callbacks, &gateway);
    if (gateway.slirp)
        run(&gateway);
}

static void close_all_but(int keep)
{
    long max = sysconf(_SC_OPEN_MAX);

    if (keep > 3)
        close_range(3, (unsigned)keep - 1, 0);
    if (close_range((unsigned)keep + 1, ~0u, 0) < 0)
        for (int fd = keep + 1; fd < max; fd++)
            close(fd);
}

int act_gateway_spawn(uint32_t net, uint32_t mask, uint32_t ip, pid_t *pid, int *fd)
{
    pid_t parent = getpid();
    int pair[2];
    int err;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    *pid = fork();
    if (*pid < 0) {
        err = -errno;
        close(pair[0]);
        close(pair[1]);
        return err;
    }
    if (*pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, "ucompose-gw");
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        close_all_but(pair[1]);
        if (getppid() == parent)
            gateway_main(pair[1], net, mask, ip);
        _exit(0);
    }
    close(pair[1]);
    *fd = pair[0];
    return 0;
}
