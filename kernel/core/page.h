/* SPDX-License-Identifier: MIT */
/*
 * page.h - pages of RAM.
 *
 * RAM is mapped where it lies: the address of a page is its physical address, so
 * a pointer to it may be given to a device as it is. Pages are not cleared.
 * The allocator is a bitmap over all of RAM and owns every page that is neither
 * part of the image nor handed out.
 */
#ifndef K_CORE_PAGE_H
#define K_CORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define K_PAGE_SIZE 4096ul
#define K_PAGE_MASK (K_PAGE_SIZE - 1)

static inline uintptr_t k_page_down(uintptr_t address) { return address & ~K_PAGE_MASK; }
static inline uintptr_t k_page_up(uintptr_t address)
{
    return (address + K_PAGE_MASK) & ~K_PAGE_MASK;
}

/* Called once at boot: where RAM ends at most, then each usable range of it. */
void k_page_init(uintptr_t ram_end, void *bitmap_space, size_t bitmap_bytes);
void k_page_add(uintptr_t start, uintptr_t end);
size_t k_page_bitmap_bytes(uintptr_t ram_end);

/*
 * `count` pages beside each other, readable and writable, contents undefined.
 * NULL when there is no such run.
 */
void *k_pages_alloc(size_t count);

/* Any part of what was allocated may be given back, also in pieces. */
void k_pages_free(void *pages, size_t count);

/* True when the page at this address is RAM that somebody has allocated. */
bool k_page_is_allocated(uintptr_t address);

/* Bytes of RAM that the machine has, and bytes that nobody uses. */
uint64_t k_memory_total(void);
uint64_t k_memory_free(void);

#endif
