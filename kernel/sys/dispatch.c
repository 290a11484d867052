/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - the door: k_syscall() is the one function of the kernel that programs call.
 */
#include "sys/dispatch.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/errno.h"
#include "abi/syscall_names.h"
#include "core/log.h"
#include "core/thread.h"
#include "sys/signal.h"
#include "sys/syscalls.h"

#define NUMBERS 512

typedef long syscall_fn(long a, long b, long c, long d, long e, long f);

/* Bodies have the parameters that they need; the convention passes all in registers. */
#define DECLARE(number, name, body, remark) extern syscall_fn body;
K_SYSCALLS(DECLARE)
#undef DECLARE

#define BODY(number, name, body, remark) [number] = body,
static syscall_fn *const bodies[NUMBERS] = {K_SYSCALLS(BODY)};
#undef BODY

static const struct {
    short number;
    const char *name;
} missing_names[] = {
#define ROW(number, name) {number, #name},
    K_SYSCALL_NAMES(ROW)
#undef ROW
};

static const char *missing_name(long number)
{
    for (size_t i = 0; i < sizeof missing_names / sizeof missing_names[0]; i++)
        if (missing_names[i].number == number)
            return missing_names[i].name;
    return NULL;
}

static long missing(long number)
{
    static uint8_t said[NUMBERS / 8];
    const char *name = missing_name(number);

    if (number >= 0 && number < NUMBERS) {
        if (said[number / 8] >> number % 8 & 1)
            return -ENOSYS;
        said[number / 8] |= (uint8_t)(1u << number % 8);
    }
    k_log(K_LOG_WARN, "system call %s (%ld) is not implemented", name ? name : "unknown", number);
    return -ENOSYS;
}

/* Waits with a time limit of their own, and those that answer -EINTR by their nature. */
static bool may_restart(long number)
{
    static const short never[] = {7, 23, 35, 130, 230, 232, 270, 271, 281};

    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        if (never[i] == number)
            return false;
    return true;
}

long k_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    bool restart;

    if ((unsigned long)number >= NUMBERS || !bodies[number])
        return missing(number);
    do {
        result = bodies[number](a, b, c, d, e, f);
        if (__builtin_expect(!k_signal_is_pending(k_thread_current()), 1))
            return result;
        restart = k_signal_deliver() && result == -EINTR && may_restart(number);
    } while (restart);
    return result;
}
