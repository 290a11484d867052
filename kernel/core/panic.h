/* SPDX-License-Identifier: MIT */
/*
 * panic.h - the end of a kernel that found itself broken.
 *
 * Prints on the serial port, then stops the machine with the status for a panic.
 */
#ifndef K_CORE_PANIC_H
#define K_CORE_PANIC_H

_Noreturn void k_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A caller's mistake. The condition must have no effect of its own. */
#define K_ASSERT(condition)                                                          \
    do {                                                                             \
        if (__builtin_expect(!(condition), 0))                                       \
            k_panic("%s:%d: %s", __FILE__, __LINE__, #condition);                    \
    } while (0)

#endif
