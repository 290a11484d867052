/* SPDX-License-Identifier: MIT */
/* page_test.c - the bitmap of pages, compared with an array that is easy to believe. */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"
#include "core/panic.h"
#include "tap.h"

#define PAGES 1000u
#define ROUNDS 20000

static uint64_t bitmap[(PAGES + 63) / 64];
static bool taken[PAGES];

void k_panic(const char *format, ...) { abort(); }

static bool run_is(unsigned page, unsigned count, bool want)
{
    for (unsigned i = 0; i < count; i++)
        if (taken[page + i] != want)
            return false;
    return true;
}

static bool there_is_a_run(unsigned count)
{
    for (unsigned page = 1; page + count <= PAGES; page++)
        if (run_is(page, count, false))
            return true;
    return false;
}

static void set_run(unsigned page, unsigned count, bool value)
{
    for (unsigned i = 0; i < count; i++)
        taken[page + i] = value;
}

/* Take and give at random; false at the first disagreement. */
static bool agrees(unsigned seed)
{
    struct {
        unsigned page, count;
    } runs[PAGES];
    unsigned run_count = 0;

    srand(seed);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned count = rand() % 16 ? 1 + rand() % 8 : 1 + rand() % 200;

        if (rand() % 2) {
            unsigned page = (unsigned)((uintptr_t)k_pages_alloc(count) / K_PAGE_SIZE);

            if (!page && there_is_a_run(count))
                return false;
            if (!page)
                continue;
            if (page + count > PAGES || !run_is(page, count, false))
                return false;
            set_run(page, count, true);
            runs[run_count].page = page;
            runs[run_count++].count = count;
        } else if (run_count) {
            unsigned i = rand() % run_count;

            k_pages_free((void *)(runs[i].page * K_PAGE_SIZE), runs[i].count);
            set_run(runs[i].page, runs[i].count, false);
            runs[i] = runs[--run_count];
        }
    }
    while (run_count--) {
        k_pages_free((void *)(runs[run_count].page * K_PAGE_SIZE), runs[run_count].count);
        set_run(runs[run_count].page, runs[run_count].count, false);
    }
    return true;
}

int main(void)
{
    bool all = true;

    k_page_init(PAGES * K_PAGE_SIZE, bitmap, k_page_bitmap_bytes(PAGES * K_PAGE_SIZE));
    ok(!k_pages_alloc(1), "nothing can be had before memory is added");
    k_page_add(K_PAGE_SIZE + 1, PAGES * K_PAGE_SIZE);
    taken[1] = true;
    ok(k_memory_total() == (PAGES - 2) * K_PAGE_SIZE, "a page of which a part is missing is not added");
    ok(!k_pages_alloc(0) && !k_pages_alloc(PAGES) && !k_pages_alloc(SIZE_MAX), "no run of none or of too many");
    for (unsigned seed = 1; seed <= 20; seed++)
        all &= agrees(seed);
    ok(all, "taking and giving at random agrees with the model");
    ok(k_memory_free() == k_memory_total(), "and loses nothing");
    ok(k_pages_alloc(PAGES - 2) == (void *)(2 * K_PAGE_SIZE), "afterwards all of memory is one run again");
    ok(!k_pages_alloc(1), "and then there is no more");
    return tap_done();
}
