/* SPDX-License-Identifier: MIT */
#ifndef ACT_CLOCK_H
#define ACT_CLOCK_H

#include <stdint.h>

/* Milliseconds of the monotonic clock. */
uint64_t act_now_ms(void);

#endif
