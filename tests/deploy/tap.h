/* SPDX-License-Identifier: MIT */
/*
 * tap.h - claims as TAP lines, for table tests whose rows are claims of their own.
 */
#ifndef TESTS_DEPLOY_TAP_H
#define TESTS_DEPLOY_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned tap_count, tap_failures;

static inline void tap_ok(bool passed, const char *name)
{
    printf("%sok %u - %s\n", passed ? "" : "not ", ++tap_count, name);
    tap_failures += !passed;
}

static inline __attribute__((format(printf, 2, 3))) void tap_okf(bool passed, const char *format, ...)
{
    char name[256];
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof(name), format, args);
    va_end(args);
    tap_ok(passed, name);
}

/* Both texts are shown when they differ. */
static inline void tap_text(const char *name, const char *got, const char *want)
{
    bool same = got && !strcmp(got, want);

    tap_ok(same, *name ? name : "nothing");
    if (!same)
        printf("# got:  %s\n# want: %s\n", got ? got : "(nothing)", want);
}

/* Print the plan; the exit status of the program. */
static inline int tap_end(void)
{
    printf("1..%u\n", tap_count);
    return tap_failures ? 1 : 0;
}

#endif
