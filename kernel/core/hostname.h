/* SPDX-License-Identifier: MIT */
/*
 * hostname.h - what this machine is called.
 */
#ifndef K_CORE_HOSTNAME_H
#define K_CORE_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>

#define K_HOSTNAME_BYTES 65 /* Linux's limit, with the NUL */

/* host= of the command line, else what the network told, else "service". */
const char *k_hostname(void);

/* Did the launcher choose it? Then no network changes it. */
bool k_hostname_is_chosen(void);

/* The network's word: a name of letters, digits, '-' and '.'; its first label is taken. Anything
 * else is not heard. */
void k_hostname_offer(const char *name, size_t bytes);

#endif
