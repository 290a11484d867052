/* SPDX-License-Identifier: MIT */
/*
 * clock.h - what time it is.
 */
#ifndef K_CORE_CLOCK_H
#define K_CORE_CLOCK_H

#include <stdint.h>

#define K_NS_PER_S 1000000000ull
#define K_NS_PER_MS 1000000ull

/* Since boot; never goes back. Cheap: a TSC read, a multiplication. */
uint64_t k_clock_now_ns(void);

/* Since 1970, UTC. */
uint64_t k_clock_wall_ns(void);

/* Somebody knows better what the date is now. */
void k_clock_set_wall_ns(uint64_t ns);

/* Boot: read the wall clock, choose the source of the monotonic one. */
void k_clock_init(void);

/* Boot is done: learn the rate of the source from the time that it took. */
void k_clock_started(void);

#endif
