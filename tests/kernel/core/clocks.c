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

int main(void)
{
    long long begin = now_us(CLOCK_MONOTONIC), last = begin, wall = now_us(CLOCK_REALTIME);
    long long started_ms = wall / 1000;
    const char *host = getenv("NOW"), *told = getenv("TOLD_MS");
    bool forward = true;
    long long slept, wall_slept;

    for (int i = 0; i < 100000; i++) {
        long long now = now_us(CLOCK_MONOTONIC);

        forward &= now >= last;
        last = now;
    }
    ok(forward, "the monotonic clock never goes back");
    ok(last > begin, "and goes on");

    begin = now_us(CLOCK_MONOTONIC);
    wall = now_us(CLOCK_REALTIME);
    usleep(300000);
    slept = now_us(CLOCK_MONOTONIC) - begin;
    wall_slept = now_us(CLOCK_REALTIME) - wall;
    printf("# slept %lld us, wall clock %lld us\n", slept, wall_slept);
    ok(slept >= 300000, "a sleep is not shorter than asked");
    ok(slept < 600000, "nor much longer");
    ok(llabs(slept - wall_slept) < 1000, "both clocks run at the same speed");

    begin = now_us(CLOCK_MONOTONIC);
    for (int i = 0; i < 20; i++)
        usleep(1000);
    slept = now_us(CLOCK_MONOTONIC) - begin;
    ok(slept >= 20000 && slept < 500000, "short sleeps are short");

    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec -= 1;
    begin = now_us(CLOCK_MONOTONIC);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    ok(now_us(CLOCK_MONOTONIC) - begin < 100000, "sleeping until a time that is past returns at once");

    if (host)
        ok(llabs(time(NULL) - atoll(host)) <= 5, "the date is the host's");
    if (told)
        ok(started_ms >= atoll(told), "to the millisecond that the launcher told");
    printf("# clock %lld\n", now_us(CLOCK_MONOTONIC));
    return tap_end();
}
