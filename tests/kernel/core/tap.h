/* SPDX-License-Identifier: MIT */
/*
 * tap.h - claims of a test image, one line each.
 */
#ifndef TEST_TAP_H
#define TEST_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_claims, tap_failures;

static inline void ok(bool holds, const char *claim)
{
    printf("%sok %d - %s\n", holds ? "" : "not ", ++tap_claims, claim);
    tap_failures += !holds;
}

/* The last line of main: `return tap_end();` */
static inline int tap_end(void)
{
    printf("1..%d\n", tap_claims);
    return tap_failures != 0;
}

#endif
