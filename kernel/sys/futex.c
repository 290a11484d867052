/* SPDX-License-Identifier: MIT */
/*
 * futex.c - sleeping on a word of memory.
 *
 * Sleepers stand in one list, oldest first: a service has a handful of threads. Each
 * has a wait queue of its own, on its stack.
 */
#include <stdbool.h>
#include <stddef.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/thread.h"
#include "sys/calls.h"

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_REQUEUE 3
#define FUTEX_CMP_REQUEUE 4
#define FUTEX_WAIT_BITSET 9
#define FUTEX_WAKE_BITSET 10
#define FUTEX_PRIVATE 128
#define FUTEX_CLOCK_REALTIME 256

struct sleeper {
    struct sleeper *next;
    const int *address;
    bool listed;
    struct k_waitq queue;
};

static struct sleeper *first;

static void append(struct sleeper *sleeper)
{
    struct sleeper **link = &first;

    while (*link)
        link = &(*link)->next;
    sleeper->next = NULL;
    sleeper->listed = true;
    *link = sleeper;
}

static void remove_sleeper(struct sleeper *sleeper)
{
    struct sleeper **link = &first;

    while (*link != sleeper)
        link = &(*link)->next;
    *link = sleeper->next;
    sleeper->listed = false;
}

static long wait(const int *address, int value, uint64_t deadline_ns)
{
    struct sleeper self = {.address = address};
    int result;

    if (*(const volatile int *)address != value)
        return -EAGAIN;
    append(&self);
    result = k_waitq_sleep(&self.queue, deadline_ns);
    if (!self.listed)
        return 0; /* a wake-up came here, be it after the end of the wait: it must not get lost */
    remove_sleeper(&self);
    return result;
}

int k_futex_wake(const int *address, int count)
{
    int woken = 0;

    for (struct sleeper *s = first, *next; s && woken < count; s = next) {
        next = s->next;
        if (s->address != address)
            continue;
        remove_sleeper(s);
        k_waitq_wake(&s->queue, 1);
        woken++;
    }
    return woken;
}

static long requeue(const int *from, int wake, int move, const int *to)
{
    long done = k_futex_wake(from, wake);

    for (struct sleeper *s = first; s && move > 0; s = s->next) {
        if (s->address != from)
            continue;
        s->address = to;
        move--;
        done++;
    }
    return done;
}

static int read_deadline(const struct timespec *time, int operation, uint64_t *deadline_ns)
{
    uint64_t ns, boot_ns = k_clock_wall_ns() - k_clock_now_ns();

    *deadline_ns = K_NEVER;
    if (!time)
        return 0;
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= (int64_t)K_NS_PER_S)
        return -EINVAL;
    if ((uint64_t)time->tv_sec >= K_NEVER / K_NS_PER_S / 2)
        return 0;
    ns = (uint64_t)time->tv_sec * K_NS_PER_S + (uint64_t)time->tv_nsec;
    if ((operation & 127) == FUTEX_WAIT)
        ns += k_clock_now_ns();
    else if (operation & FUTEX_CLOCK_REALTIME)
        ns = ns > boot_ns ? ns - boot_ns : 0;
    *deadline_ns = ns;
    return 0;
}

long sys_futex(int *address, int operation, int value, uintptr_t timeout, int *address2, int value3)
{
    uint64_t deadline_ns;
    int err;

    switch (operation & ~(FUTEX_PRIVATE | FUTEX_CLOCK_REALTIME)) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
        err = read_deadline((const struct timespec *)timeout, operation, &deadline_ns);
        return err ? err : wait(address, value, deadline_ns);
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
        return k_futex_wake(address, value);
    case FUTEX_CMP_REQUEUE:
        if (*(volatile int *)address != value3)
            return -EAGAIN;
        return requeue(address, value, (int)timeout, address2);
    case FUTEX_REQUEUE:
        return requeue(address, value, (int)timeout, address2);
    default:
        return -ENOSYS;
    }
}
