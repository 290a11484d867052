/* SPDX-License-Identifier: MIT */
/*
 * symbols.h - names of the image's functions, for a panic's backtrace.
 */
#ifndef K_CORE_SYMBOLS_H
#define K_CORE_SYMBOLS_H

#include <stdint.h>

/* The function that holds `address`, and how far into it; NULL when not known. */
const char *k_symbols_find(uintptr_t address, uintptr_t *offset);

/* Where the image ends in memory, its table of names included. */
uintptr_t k_symbols_end(uintptr_t image_end);

#endif
