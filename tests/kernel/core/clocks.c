/* SPDX-License-Identifier: MIT */
/* clocks.c - time goes forward, at the right speed, and knows the date ($NOW, from the host). */
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static long long now_us(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

/* The machine may stand still amid any of these: what is too slow is tried again, some times. */
#define TRIES 5

static bool sleeps_in_time(long long most_us, int times, long long each_us)
{
    for (int i = 0; i < TRIES; i++) {
        long long begin = now_us(CLOCK_MONOTONIC), slept;

        for (int n = 0; n < times; n++)
            usleep((useconds_t)each_us);
        slept = now_us(CLOCK_MONOTONIC) - begin;
        printf("# slept %lld us\n", slept);
        if (slept < times * each_us)
            return false;
        if (slept < most_us)
            return true;
    }
    return false;
}

/* Both clocks, read within a tenth of a millisecond. */
static void read_both(long long *mono, long long *wall)
{
    long long after;

    do {
        *mono = now_us(CLOCK_MONOTONIC);
        *wall = now_us(CLOCK_REALTIME);
        after = now_us(CLOCK_MONOTONIC);
    } while (after - *mono > 100);
}

int main(void)
{
    long long begin = now_us(CLOCK_MONOTONIC), last = begin, wall = now_us(CLOCK_REALTIME);
    long long started_ms = wall / 1000;
    const char *host = getenv("NOW"), *told = getenv("TOLD_MS");
    bool forward = true;
    long long mono, wall_then, slept, wall_slept;

    for (int i = 0; i < 100000; i++) {
        long long now = now_us(CLOCK_MONOTONIC);

        forward &= now >= last;
        last = now;
    }
    ok(forward, "the monotonic clock never goes back");
    ok(last > begin, "and goes on");

    read_both(&begin, &wall);
    usleep(300000);
    read_both(&mono, &wall_then);
    slept = mono - begin;
    wall_slept = wall_then - wall;
    printf("# slept %lld us, wall clock %lld us\n", slept, wall_slept);
    ok(slept >= 300000, "a sleep is not shorter than asked");
    ok(sleeps_in_time(600000, 1, 300000), "nor much longer");
    ok(llabs(slept - wall_slept) < 1000, "both clocks run at the same speed");
    ok(sleeps_in_time(500000, 20, 1000), "short sleeps are short");

    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec -= 1;
    begin = now_us(CLOCK_MONOTONIC);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    ok(now_us(CLOCK_MONOTONIC) - begin < 100000, "sleeping until a time that is past returns at once");

    if (host)
        ok(time(NULL) >= atoll(host) && time(NULL) <= atoll(host) + 120, "the date is the host's");
    if (told)
        ok(started_ms >= atoll(told), "to the millisecond that the launcher told");
    printf("# clock %lld\n", now_us(CLOCK_MONOTONIC));
    return tap_end();
}
