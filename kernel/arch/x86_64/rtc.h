/* SPDX-License-Identifier: MIT */
/*
 * rtc.h - the battery-backed clock.
 */
#ifndef K_ARCH_RTC_H
#define K_ARCH_RTC_H

#include <stdint.h>

/* Seconds since 1970, UTC; 0 when there is no such clock. */
uint64_t k_rtc_read_s(void);

#endif
