/* SPDX-License-Identifier: MIT */
#include "arch/x86_64/ram.h"

#include <string.h>

#include "core/page.h"

static uint64_t end_of(uint64_t start, uint64_t bytes)
{
    return start >= K_RAM_LIMIT || bytes > K_RAM_LIMIT - start ? K_RAM_LIMIT : start + bytes;
}

static void drop(struct k_ram *ram, size_t at, size_t count)
{
    memmove(&ram->ranges[at], &ram->ranges[at + count],
            (ram->count - at - count) * sizeof ram->ranges[0]);
    ram->count -= count;
}

/* With the list full, nothing is inserted. */
static void insert(struct k_ram *ram, size_t at, struct k_ram_range range)
{
    if (ram->count == K_RAM_RANGES_MAX)
        return;
    memmove(&ram->ranges[at + 1], &ram->ranges[at], (ram->count - at) * sizeof range);
    ram->ranges[at] = range;
    ram->count++;
}

void k_ram_add(struct k_ram *ram, uint64_t start, uint64_t bytes)
{
    struct k_ram_range new = {.end = k_page_down(end_of(start, bytes))};
    size_t first = 0, next;

    if (start >= K_RAM_LIMIT)
        return;
    new.start = k_page_up(start);
    if (new.start >= new.end)
        return;
    while (first < ram->count && ram->ranges[first].end < new.start)
        first++;
    for (next = first; next < ram->count && ram->ranges[next].start <= new.end; next++) {
        if (ram->ranges[next].start < new.start)
            new.start = ram->ranges[next].start;
        if (ram->ranges[next].end > new.end)
            new.end = ram->ranges[next].end;
    }
    drop(ram, first, next - first);
    insert(ram, first, new);
}

void k_ram_remove(struct k_ram *ram, uint64_t start, uint64_t bytes)
{
    uint64_t end = k_page_up(end_of(start, bytes));

    if (!bytes)
        return;
    start = k_page_down(start);
    for (size_t i = 0; i < ram->count; i++) {
        struct k_ram_range old = ram->ranges[i];

        if (old.end <= start || old.start >= end)
            continue;
        ram->ranges[i].end = start;
        if (old.end > end)
            insert(ram, i + 1, (struct k_ram_range){end, old.end});
        if (old.start >= start)
            drop(ram, i--, 1);
    }
}

uint64_t k_ram_end(const struct k_ram *ram)
{
    return ram->count ? ram->ranges[ram->count - 1].end : 0;
}

uint64_t k_ram_find(const struct k_ram *ram, uint64_t bytes, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < ram->count; i++) {
        uint64_t start = ram->ranges[i].start > from ? ram->ranges[i].start : from;
        uint64_t end = ram->ranges[i].end < to ? ram->ranges[i].end : to;

        if (start < end && end - start >= bytes)
            return start;
    }
    return 0;
}
