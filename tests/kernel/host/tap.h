/* SPDX-License-Identifier: MIT */
/* tap.h - claims, printed as TAP. A test program ends with `return tap_done();`. */
#ifndef TESTS_KERNEL_TAP_H
#define TESTS_KERNEL_TAP_H

#include <stdio.h>

static int tap_count, tap_failed;

#define ok(condition, name)                                                                  \
    do {                                                                                     \
        int tap_good = (condition) ? 1 : 0;                                                  \
        tap_count++;                                                                         \
        printf("%sok %d - %s\n", tap_good ? "" : "not ", tap_count, name);                   \
        if (!tap_good) {                                                                     \
            tap_failed++;                                                                    \
            printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);                         \
        }                                                                                    \
    } while (0)

static inline int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed != 0;
}

#endif
