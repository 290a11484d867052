/* SPDX-License-Identifier: MIT */
/*
 * paging.h - who may do what with which address.
 *
 * Every address that is mapped is mapped to itself. No page is ever writable and
 * executable at once; k_paging_protect() refuses it with a panic.
 */
#ifndef K_ARCH_PAGING_H
#define K_ARCH_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/ram.h"

enum k_access {
    K_ACCESS_NONE = 0,
    K_ACCESS_READ = 1 << 0,
    K_ACCESS_WRITE = 1 << 1,
    K_ACCESS_EXEC = 1 << 2,
    K_ACCESS_DEVICE = 1 << 3, /* readable, writable, uncached */
};

/*
 * Change [start, end), both page aligned. Takes pages for tables from k_pages_alloc().
 * 0 or -ENOMEM (then part of the range may have changed).
 */
int k_paging_protect(uintptr_t start, uintptr_t end, unsigned access);

/* What is allowed at this address (no bits: not mapped). */
unsigned k_paging_access(uintptr_t address);

/*
 * Boot: drop the coarse first map. `ram`, which leaves out the image, becomes readable and writable
 * in large pages; the image gets its proper rights; the firmware's area below 1 MiB can be read;
 * everything else is not mapped.
 */
void k_paging_init(const struct k_ram *ram);

#endif
