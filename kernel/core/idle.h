/* SPDX-License-Identifier: MIT */
/*
 * idle.h - between the scheduler, the interrupt path and the clock.
 */
#ifndef K_CORE_IDLE_H
#define K_CORE_IDLE_H

#include <stdbool.h>
#include <stdint.h>

/* Nobody can run: look once at everything, and halt when there is nothing to do. */
void k_idle_round(void);

/* Called by the first lines of every device or timer interrupt. */
void k_idle_interrupted(void);

/*
 * Set the processor's one-shot timer. False when the deadline has passed already.
 * K_NEVER leaves it off.
 */
bool k_clock_arm(uint64_t deadline_ns);

#endif
