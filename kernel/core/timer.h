/* SPDX-License-Identifier: MIT */
/*
 * timer.h - call me at a time.
 *
 * The caller owns the timer's memory. Callbacks run from k_poll_once(), on
 * whichever thread came by, never in an interrupt; they must not sleep.
 * A callback may set its own timer again.
 */
#ifndef K_CORE_TIMER_H
#define K_CORE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#define K_NEVER UINT64_MAX

struct k_timer {
    void (*fn)(void *arg);
    void *arg;
    uint64_t deadline_ns; /* while it is set */
    struct k_timer *next; /* sorted by deadline */
    bool is_set;
};

/* `deadline_ns` counts as k_clock_now_ns() does. Setting a set timer moves it. */
void k_timer_set(struct k_timer *timer, uint64_t deadline_ns);
void k_timer_cancel(struct k_timer *timer);

/* Run what is due. Returns true when something was. */
bool k_timer_run(uint64_t now_ns);

/* Deadline of the earliest timer, K_NEVER without one. */
uint64_t k_timer_next_ns(void);

#endif
