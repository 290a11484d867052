/* SPDX-License-Identifier: MIT */
/* tap.h - tests as sentences: each CHECK() is one line of TAP. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failures;

static inline bool tap_check(bool good, const char *sentence, const char *file, int line)
{
    tap_count++;
    tap_failures += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", tap_count, sentence);
    if (!good)
        printf("# at %s:%d\n", file, line);
    fflush(stdout);
    return good;
}
#define CHECK(good, sentence) tap_check(good, sentence, __FILE__, __LINE__)

static inline int tap_finish(void)
{
    printf("1..%d\n", tap_count);
    return tap_failures ? 1 : 0;
}

#endif
