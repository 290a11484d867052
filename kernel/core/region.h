/* SPDX-License-Identifier: MIT */
/*
 * region.h - stretches of memory with rights of their own: mappings and stacks.
 *
 * All addresses and sizes are multiples of a page.
 */
#ifndef K_CORE_REGION_H
#define K_CORE_REGION_H

#include <stddef.h>
#include <stdint.h>

/* Readable and writable pages, cleared. 0 when there is no memory. */
uintptr_t k_region_new(size_t bytes);

/* All of it readable and writable again. 0 or -ENOMEM (no memory to split a large page). */
int k_region_unprotect(uintptr_t start, size_t bytes);

/* Give pages back, whatever their rights were. */
void k_region_free(uintptr_t start, size_t bytes);

/* A stack of `bytes` with one page below it that nobody may touch. Returns its top, or 0. */
uintptr_t k_region_new_stack(size_t bytes);

#endif
