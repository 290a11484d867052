/* SPDX-License-Identifier: MIT */
/*
 * page.c - the bitmap of pages. A set bit is a free page.
 *
 * Bits are searched a word at a time from where the last search ended, so that
 * taking one page is short however full memory is.
 */
#include "core/page.h"

#include <string.h>

#include "core/panic.h"

#define WORD_BITS 64

static uint64_t *bitmap;
static size_t page_count; /* pages that the bitmap covers */
static size_t search_from;
static size_t pages_total, pages_free;

size_t k_page_bitmap_bytes(uintptr_t ram_end)
{
    return (ram_end / K_PAGE_SIZE + WORD_BITS - 1) / WORD_BITS * sizeof(uint64_t);
}

void k_page_init(uintptr_t ram_end, void *bitmap_space, size_t bitmap_bytes)
{
    bitmap = bitmap_space;
    page_count = ram_end / K_PAGE_SIZE;
    memset(bitmap, 0, bitmap_bytes);
}

static bool is_free(size_t page)
{
    return bitmap[page / WORD_BITS] >> page % WORD_BITS & 1;
}

/* Set or clear `count` bits, whole words where possible. */
static void mark(size_t page, size_t count, bool free)
{
    while (count) {
        size_t bit = page % WORD_BITS;
        size_t some = WORD_BITS - bit < count ? WORD_BITS - bit : count;
        uint64_t mask = (some == WORD_BITS ? ~0ull : (1ull << some) - 1) << bit;

        if (free)
            bitmap[page / WORD_BITS] |= mask;
        else
            bitmap[page / WORD_BITS] &= ~mask;
        page += some;
        count -= some;
    }
}

void k_page_add(uintptr_t start, uintptr_t end)
{
    start = k_page_up(start);
    end = k_page_down(end);
    if (start >= end)
        return;
    mark(start / K_PAGE_SIZE, (end - start) / K_PAGE_SIZE, true);
    pages_total += (end - start) / K_PAGE_SIZE;
    pages_free += (end - start) / K_PAGE_SIZE;
}

/* First page of a free run of `count` in [from, to), or `to`. */
static size_t find_run(size_t from, size_t to, size_t count)
{
    size_t run = 0;

    for (size_t page = from; page < to;) {
        if (page % WORD_BITS == 0 && to - page >= WORD_BITS) {
            uint64_t word = bitmap[page / WORD_BITS];

            if (word == 0) {
                run = 0;
                page += WORD_BITS;
                continue;
            }
            if (word == ~0ull && count - run > WORD_BITS) {
                run += WORD_BITS;
                page += WORD_BITS;
                continue;
            }
        }
        run = is_free(page) ? run + 1 : 0;
        page++;
        if (run == count)
            return page - count;
    }
    return to;
}

void *k_pages_alloc(size_t count)
{
    size_t page;

    if (!count || count > pages_free)
        return NULL;
    page = find_run(search_from, page_count, count);
    if (page == page_count) {
        page = find_run(0, page_count, count);
        if (page == page_count)
            return NULL;
    }
    mark(page, count, false);
    pages_free -= count;
    search_from = page + count;
    return (void *)(page * K_PAGE_SIZE);
}

void k_pages_free(void *pages, size_t count)
{
    size_t page = (uintptr_t)pages / K_PAGE_SIZE;

    K_ASSERT(!((uintptr_t)pages & K_PAGE_MASK) && page + count <= page_count);
    for (size_t i = 0; i < count; i++)
        K_ASSERT(!is_free(page + i));
    mark(page, count, true);
    pages_free += count;
    if (page < search_from)
        search_from = page;
}

bool k_page_is_allocated(uintptr_t address)
{
    return address / K_PAGE_SIZE < page_count && !is_free(address / K_PAGE_SIZE);
}

uint64_t k_memory_total(void) { return pages_total * K_PAGE_SIZE; }
uint64_t k_memory_free(void) { return pages_free * K_PAGE_SIZE; }
