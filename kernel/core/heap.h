/* SPDX-License-Identifier: MIT */
/*
 * heap.h - small objects of the kernel.
 *
 * Size classes (powers of two, 32 to 1024 bytes) cut from pages; what is larger
 * comes as whole pages. Blocks are aligned to 16 bytes. Not for interrupt handlers.
 */
#ifndef K_CORE_HEAP_H
#define K_CORE_HEAP_H

#include <stddef.h>

/* NULL when there is no memory. */
void *k_malloc(size_t bytes);
void *k_calloc(size_t count, size_t bytes);

/* NULL does nothing. */
void k_free(void *block);

#endif
