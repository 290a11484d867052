/* SPDX-License-Identifier: MIT */
/*
 * timer.c - timers in a list sorted by deadline; there are only a few at a time.
 */
#include "core/timer.h"

#include <stddef.h>

static struct k_timer *first;

void k_timer_cancel(struct k_timer *timer)
{
    struct k_timer **link = &first;

    if (!timer->is_set)
        return;
    while (*link != timer)
        link = &(*link)->next;
    *link = timer->next;
    timer->is_set = false;
}

void k_timer_set(struct k_timer *timer, uint64_t deadline_ns)
{
    struct k_timer **link = &first;

    k_timer_cancel(timer);
    while (*link && (*link)->deadline_ns <= deadline_ns)
        link = &(*link)->next;
    timer->deadline_ns = deadline_ns;
    timer->next = *link;
    timer->is_set = true;
    *link = timer;
}

bool k_timer_run(uint64_t now_ns)
{
    bool any = false;

    while (first && first->deadline_ns <= now_ns) {
        struct k_timer *timer = first;

        k_timer_cancel(timer);
        timer->fn(timer->arg);
        any = true;
    }
    return any;
}

uint64_t k_timer_next_ns(void) { return first ? first->deadline_ns : K_NEVER; }
