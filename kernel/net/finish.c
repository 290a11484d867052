/* SPDX-License-Identifier: MIT */
/*
 * finish.c - the program has ended, and what it wrote is still on its way.
 *
 * Elsewhere a kernel outlives its programs and delivers what they wrote before their end. Here the
 * machine stops with the program, so it first waits until its peers have acknowledged everything,
 * or until those that do not answer have had their time.
 */
#include "core/clock.h"
#include "core/poll.h"
#include "lwip/priv/tcp_priv.h"
#include "net/net.h"

#define FINISH_NS (1000 * K_NS_PER_MS)

static bool is_delivered(void)
{
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb->state >= ESTABLISHED && (pcb->unsent || pcb->unacked))
            return false;
    return true;
}

void k_net_finish(void)
{
    uint64_t end = k_clock_now_ns() + FINISH_NS;

    do
        k_poll_once();
    while (!is_delivered() && k_clock_now_ns() < end);
}
