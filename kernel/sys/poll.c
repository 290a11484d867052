/* SPDX-License-Identifier: MIT */
/*
 * poll.c - poll and select, for those who do not use epoll: musl's resolver above all.
 */
#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/clock.h"
#include "core/heap.h"
#include "core/poll.h"
#include "core/thread.h"
#include "sys/file.h"
#include "sys/signal.h"
#include "sys/sys_internal.h"

#define FEW 8

struct waiting {
    struct k_watcher watcher; /* first */
    struct k_waitq *queue;
    struct k_file *file;
};

uint64_t k_deadline_ms(int timeout_ms)
{
    return timeout_ms < 0 ? K_NEVER : k_clock_now_ns() + (uint64_t)timeout_ms * K_NS_PER_MS;
}

uint64_t k_deadline_timespec(const struct timespec *timeout)
{
    if (!timeout || timeout->tv_sec > 1000000000)
        return K_NEVER;
    if (timeout->tv_sec < 0)
        return 0;
    return k_clock_now_ns() + (uint64_t)timeout->tv_sec * K_NS_PER_S + (uint64_t)timeout->tv_nsec;
}

static void told(struct k_watcher *watcher, uint32_t events)
{
    (void)events;
    k_waitq_wake(((struct waiting *)watcher)->queue, K_WAKE_ALL);
}

static int look(struct pollfd *fds, uint64_t count)
{
    int found = 0;

    for (uint64_t i = 0; i < count; i++) {
        struct k_file *file = fds[i].fd < 0 ? NULL : k_fd_peek(fds[i].fd);
        uint32_t mask = EPOLLNVAL;

        if (file)
            mask = (file->ops->ready ? file->ops->ready(file) : EPOLLIN | EPOLLOUT) &
                   ((uint16_t)fds[i].events | EPOLLERR | EPOLLHUP);
        fds[i].revents = (int16_t)(fds[i].fd < 0 ? 0 : mask);
        found += fds[i].revents != 0;
    }
    return found;
}

static void watch(struct waiting *waiting, struct k_waitq *queue, struct pollfd *fds,
                  uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct k_file *file = fds[i].fd < 0 ? NULL : k_fd_get(fds[i].fd);

        waiting[i] = (struct waiting){.watcher.fn = told, .queue = queue, .file = file};
        if (file)
            k_watcher_add(&file->poll, &waiting[i].watcher);
    }
}

static void unwatch(struct waiting *waiting, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        k_watcher_remove(&waiting[i].watcher);
        if (waiting[i].file)
            k_file_put(waiting[i].file);
    }
}

static int poll_until(struct pollfd *fds, uint64_t count, uint64_t deadline)
{
    struct waiting few[FEW], *waiting = few;
    struct k_waitq queue = {0};
    int found, err;

    k_poll_once();
    found = look(fds, count);
    if (found || deadline <= k_clock_now_ns())
        return found;
    if (count > FEW) {
        waiting = k_calloc(count, sizeof(*waiting));
        if (!waiting)
            return -ENOMEM;
    }
    watch(waiting, &queue, fds, count);
    do {
        err = k_waitq_sleep(&queue, deadline);
        found = look(fds, count);
    } while (!found && !err);
    unwatch(waiting, count);
    if (waiting != few)
        k_free(waiting);
    return found ? found : err == -ETIMEDOUT ? 0 : err;
}

long sys_poll(struct pollfd *fds, uint64_t count, int timeout_ms)
{
    return count > K_FD_MAX ? -EINVAL : poll_until(fds, count, k_deadline_ms(timeout_ms));
}

long sys_ppoll(struct pollfd *fds, uint64_t count, const struct timespec *timeout,
               const uint64_t *sigmask, size_t sigset_bytes)
{
    uint64_t deadline = k_deadline_timespec(timeout), old;

    (void)sigset_bytes;
    if (count > K_FD_MAX)
        return -EINVAL;
    if (!sigmask)
        return poll_until(fds, count, deadline);
    old = k_signal_set_mask(*sigmask);
    return k_signal_end_masked(poll_until(fds, count, deadline), old);
}

/* ---- select, by way of poll ---- */

static bool has(const uint64_t *set, int fd)
{
    return set && set[fd / 64] >> (fd % 64) & 1;
}

static int mark(uint64_t *set, int fd, bool on)
{
    if (!set || !on)
        return 0;
    set[fd / 64] |= 1ull << (fd % 64);
    return 1;
}

static void clear(uint64_t *set, int count)
{
    if (set)
        memset(set, 0, (size_t)(count + 63) / 64 * 8);
}

static long select_until(int count, uint64_t *in, uint64_t *out, uint64_t *except,
                         uint64_t deadline)
{
    struct pollfd *fds;
    int used = 0, bits = 0;
    long found;

    if (count < 0 || count > 1024)
        return -EINVAL;
    fds = k_calloc((size_t)count + 1, sizeof(*fds));
    if (!fds)
        return -ENOMEM;
    for (int fd = 0; fd < count; fd++) {
        int16_t events = (int16_t)((has(in, fd) ? EPOLLIN : 0) | (has(out, fd) ? EPOLLOUT : 0) |
                                   (has(except, fd) ? EPOLLPRI : 0));
        if (events)
            fds[used++] = (struct pollfd){fd, events, 0};
    }
    found = poll_until(fds, (uint64_t)used, deadline);
    if (found >= 0) {
        clear(in, count);
        clear(out, count);
        clear(except, count);
    }
    for (int i = 0; i < used && found > 0; i++) {
        int revents = fds[i].revents, asked = fds[i].events;

        if (revents & (int)EPOLLNVAL)
            found = -EBADF;
        bits += mark(in, fds[i].fd, asked & EPOLLIN && revents & (EPOLLIN | EPOLLHUP | EPOLLERR));
        bits += mark(out, fds[i].fd, asked & EPOLLOUT && revents & (EPOLLOUT | EPOLLERR));
        bits += mark(except, fds[i].fd, asked & EPOLLPRI && revents & EPOLLPRI);
    }
    k_free(fds);
    return found > 0 ? bits : found;
}

long sys_pselect6(int count, uint64_t *in, uint64_t *out, uint64_t *except,
                  const struct timespec *timeout, const struct pselect_mask *mask)
{
    uint64_t deadline = k_deadline_timespec(timeout), old;

    if (!mask || !mask->set)
        return select_until(count, in, out, except, deadline);
    old = k_signal_set_mask(*mask->set);
    return k_signal_end_masked(select_until(count, in, out, except, deadline), old);
}

long sys_select(int count, uint64_t *in, uint64_t *out, uint64_t *except, struct timeval *timeout)
{
    struct timespec time = {0};

    if (timeout)
        time = (struct timespec){timeout->tv_sec, timeout->tv_usec * 1000};
    return select_until(count, in, out, except, k_deadline_timespec(timeout ? &time : NULL));
}
