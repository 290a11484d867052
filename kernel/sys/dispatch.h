/* SPDX-License-Identifier: MIT */
/*
 * dispatch.h - the system-call door, seen from the C library.
 */
#ifndef K_SYS_DISPATCH_H
#define K_SYS_DISPATCH_H

/* Linux's numbers, arguments and results: 0 or positive, or a negative errno. */
long k_syscall(long number, long a, long b, long c, long d, long e, long f);

#endif
