/* SPDX-License-Identifier: MIT */
/*
 * ram.h - which addresses are RAM, as a loader's memory map tells.
 *
 * The entries of a map are foreign: they may come in any order, overlap, wrap around or be too
 * many. The ranges here are whole pages, in order, apart from each other, and not empty.
 */
#ifndef K_ARCH_RAM_H
#define K_ARCH_RAM_H

#include <stddef.h>
#include <stdint.h>

#define K_RAM_RANGES_MAX 64
#define K_RAM_LIMIT      (1ull << 40) /* what lies above is not used */

struct k_ram_range {
    uint64_t start, end;
};

struct k_ram {
    struct k_ram_range ranges[K_RAM_RANGES_MAX];
    size_t count;
};

/* The whole pages of [start, start + bytes) are RAM. What finds no place in the list is left out.
 */
void k_ram_add(struct k_ram *ram, uint64_t start, uint64_t bytes);

/* No page that [start, start + bytes) touches is RAM any more. Without a place for both halves of a
   range that is cut in two, its upper half goes as well. */
void k_ram_remove(struct k_ram *ram, uint64_t start, uint64_t bytes);

/* Where the last range ends; 0 when there is none. */
uint64_t k_ram_end(const struct k_ram *ram);

/* The lowest page of RAM with `bytes` of RAM from it on, all of it in [from, to); 0 when none. */
uint64_t k_ram_find(const struct k_ram *ram, uint64_t bytes, uint64_t from, uint64_t to);

#endif
