/* SPDX-License-Identifier: MIT */
/*
 * fwcfg.h - files that QEMU's command line hands to the guest.
 */
#ifndef K_ARCH_FWCFG_H
#define K_ARCH_FWCFG_H

#include <stddef.h>

/*
 * The file's bytes with a NUL behind them, from k_malloc(); the caller owns them.
 * NULL when there is no such file, no such device or no memory.
 */
char *k_fwcfg_read(const char *name);

#endif
