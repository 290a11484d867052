/* SPDX-License-Identifier: MIT */
/*
 * date.h - wall time as text; no time zones, no locale, no allocation.
 */
#ifndef UC_DATE_H
#define UC_DATE_H

#include <stdint.h>

#define UC_DATE_HTTP_BYTES 29    /* "Sun, 06 Nov 1994 08:49:37 GMT", without NUL */
#define UC_DATE_RFC3339_BYTES 24 /* "1994-11-06T08:49:37.123Z", without NUL */

/* Exactly that many bytes are written, no NUL. `unix_ms`: from 1970 to the year 9999. */
void uc_date_http(char *out, uint64_t unix_ms);
void uc_date_rfc3339(char *out, uint64_t unix_ms);

/* Wall clock now. */
uint64_t uc_date_now_ms(void);

#endif
