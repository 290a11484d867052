/* SPDX-License-Identifier: MIT */
/*
 * poll.c - one round over timers and devices, and the halt when nobody has work.
 */
#include "core/poll.h"

#include <stddef.h>

#include "arch/x86_64/cpu.h"
#include "core/clock.h"
#include "core/idle.h"
#include "core/timer.h"

static struct k_poller *pollers;
static volatile bool interrupted; /* since the round began */

void k_poller_add(struct k_poller *poller)
{
    struct k_poller **link = &pollers;

    while (*link)
        link = &(*link)->next;
    poller->next = NULL;
    *link = poller;
}

bool k_poll_once(void)
{
    bool any = k_timer_next_ns() != K_NEVER && k_timer_run(k_clock_now_ns());

    for (struct k_poller *poller = pollers; poller; poller = poller->next)
        any |= poller->poll(poller->arg);
    return any;
}

bool k_poll_watch(void)
{
    bool any = false;

    for (struct k_poller *poller = pollers; poller; poller = poller->next)
        any |= poller->before_idle && poller->before_idle(poller->arg);
    return any;
}

void k_idle_interrupted(void) { interrupted = true; }

/*
 * An interrupt between the round and the halt is not lost: interrupts are off while
 * we look, and `sti; hlt` lets them in only when the processor has halted.
 */
void k_idle_round(void)
{
    uint64_t deadline;

    interrupted = false;
    if (k_poll_once())
        return;
    k_interrupts_off();
    deadline = k_timer_next_ns();
    if (!k_poll_watch() && !interrupted && k_clock_arm(deadline))
        k_halt();
    k_interrupts_on();
}
