/* SPDX-License-Identifier: MIT */
/*
 * time.c - reading clocks and sleeping.
 */
#include <stdbool.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/thread.h"
#include "sys/calls.h"

#define TIMER_ABSTIME 1

enum {
    CLOCK_REALTIME = 0,
    CLOCK_MONOTONIC = 1,
    CLOCK_PROCESS_CPUTIME = 2,
    CLOCK_THREAD_CPUTIME = 3,
    CLOCK_MONOTONIC_RAW = 4,
    CLOCK_REALTIME_COARSE = 5,
    CLOCK_MONOTONIC_COARSE = 6,
    CLOCK_BOOTTIME = 7,
};

static struct timespec timespec_of(uint64_t ns)
{
    return (struct timespec){(int64_t)(ns / K_NS_PER_S), (int64_t)(ns % K_NS_PER_S)};
}

static int ns_of(const struct timespec *time, uint64_t *ns)
{
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= (int64_t)K_NS_PER_S)
        return -EINVAL;
    if ((uint64_t)time->tv_sec > UINT64_MAX / K_NS_PER_S / 2)
        *ns = UINT64_MAX / 2;
    else
        *ns = (uint64_t)time->tv_sec * K_NS_PER_S + (uint64_t)time->tv_nsec;
    return 0;
}

/* Processor time is approximated by time since boot: the image has the machine to itself. */
static int read_clock(int clock, uint64_t *ns)
{
    if (clock < 0 || clock > CLOCK_BOOTTIME)
        return -EINVAL;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        *ns = k_clock_wall_ns();
    else
        *ns = k_clock_now_ns();
    return 0;
}

long sys_clock_gettime(int clock, struct timespec *out)
{
    uint64_t ns;
    int err = read_clock(clock, &ns);

    if (!err)
        *out = timespec_of(ns);
    return err;
}

long sys_clock_getres(int clock, struct timespec *out)
{
    if (clock < 0 || clock > CLOCK_BOOTTIME)
        return -EINVAL;
    if (out)
        *out = (struct timespec){0, 1};
    return 0;
}

static int sleep_until(uint64_t deadline_ns)
{
    struct k_waitq nobody_wakes = {0};
    int err = k_waitq_sleep(&nobody_wakes, deadline_ns);

    return err == -ETIMEDOUT ? 0 : err;
}

long sys_clock_nanosleep(int clock, int flags, const struct timespec *request,
                         struct timespec *remain)
{
    uint64_t ns, clock_ns, now = k_clock_now_ns();
    int err = ns_of(request, &ns);

    if (!err)
        err = read_clock(clock, &clock_ns);
    if (err)
        return err;
    if (flags & TIMER_ABSTIME)
        ns = ns > clock_ns ? ns - clock_ns : 0;
    err = sleep_until(now + ns);
    if (err && remain && !(flags & TIMER_ABSTIME)) {
        uint64_t slept = k_clock_now_ns() - now;

        *remain = timespec_of(slept < ns ? ns - slept : 0);
    }
    return err;
}

long sys_nanosleep(const struct timespec *request, struct timespec *remain)
{
    return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remain);
}

long sys_gettimeofday(struct timeval *out, void *zone)
{
    uint64_t ns = k_clock_wall_ns();

    (void)zone;
    if (out)
        *out = (struct timeval){(int64_t)(ns / K_NS_PER_S), (int64_t)(ns % K_NS_PER_S / 1000)};
    return 0;
}

long sys_time(int64_t *out)
{
    int64_t seconds = (int64_t)(k_clock_wall_ns() / K_NS_PER_S);

    if (out)
        *out = seconds;
    return seconds;
}
