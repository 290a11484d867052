/* SPDX-License-Identifier: MIT */
/*
 * poll.h - the devices' turn.
 *
 * Pollers look at their device (a queue, a protocol stack) and do what there is
 * to do. They run on any thread, never in an interrupt, and must not sleep.
 */
#ifndef K_CORE_POLL_H
#define K_CORE_POLL_H

#include <stdbool.h>

struct k_poller {
    bool (*poll)(void *arg); /* returns true when it did something */
    /*
     * Optional. About to halt, or to compute for long: switch the device's interrupts on.
     * True when work arrived meanwhile, so that the machine must not halt.
     */
    bool (*before_idle)(void *arg);
    void *arg;
    struct k_poller *next;
};

/* Keeps the pointer for ever. */
void k_poller_add(struct k_poller *poller);

/* One round: due timers, then every poller. True when any did something. */
bool k_poll_once(void);

/* Nobody will poll for a while: let devices interrupt. True when one has work already. */
bool k_poll_watch(void);

#endif
