/* SPDX-License-Identifier: MIT */
/*
 * paging.c - page tables: large pages, split where the rights change.
 */
#include "arch/x86_64/paging.h"

#include "abi/errno.h"
#include "arch/x86_64/cpu.h"
#include "core/mmio.h"
#include "core/page.h"
#include "core/panic.h"
#include "core/symbols.h"

#define PTE_PRESENT (1ull << 0)
#define PTE_WRITE (1ull << 1)
#define PTE_UNCACHED (1ull << 4 | 1ull << 3)
#define PTE_LARGE (1ull << 7)
#define PTE_NO_EXEC (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull

#define LARGE_SIZE (1ul << 21)
#define ENTRIES 512
#define MAPPED_END (1ul << 47) /* the lower half of what four levels reach */
#define MAPPED_BY_ENTRY (1ul << 30)
#define BIOS_START 0xa0000
#define BIOS_END 0x100000

extern uint64_t k_boot_pml4[ENTRIES];

static uint64_t leaf_bits(unsigned access)
{
    uint64_t bits = PTE_PRESENT;

    if (access == K_ACCESS_NONE)
        return 0;
    if (access & (K_ACCESS_WRITE | K_ACCESS_DEVICE))
        bits |= PTE_WRITE;
    if (access & K_ACCESS_DEVICE)
        bits |= PTE_UNCACHED;
    if (!(access & K_ACCESS_EXEC))
        bits |= PTE_NO_EXEC;
    return bits;
}

static uint64_t *new_table(void)
{
    uint64_t *table = k_pages_alloc(1);

    for (unsigned i = 0; table && i < ENTRIES; i++)
        table[i] = 0;
    return table;
}

/* The table below `entry`; made when missing, split when it was one large page. */
static uint64_t *next_table(uint64_t *entry, uintptr_t step)
{
    uint64_t old = *entry;
    uint64_t *table;

    if ((old & PTE_PRESENT) && !(old & PTE_LARGE))
        return (uint64_t *)(old & PTE_ADDRESS);

    table = new_table();
    if (!table)
        return NULL;
    if (old & PTE_PRESENT)
        for (unsigned i = 0; i < ENTRIES; i++)
            table[i] = (old & ~PTE_LARGE) + i * step;
    *entry = (uintptr_t)table | PTE_PRESENT | PTE_WRITE;
    return table;
}

static uint64_t *directory_entry(uintptr_t address, bool make)
{
    uint64_t *entry = &k_boot_pml4[address >> 39 & (ENTRIES - 1)];
    uint64_t *table;

    if (!make && !(*entry & PTE_PRESENT))
        return NULL;
    table = next_table(entry, 0);
    if (!table)
        return NULL;
    entry = &table[address >> 30 & (ENTRIES - 1)];
    if (!make && !(*entry & PTE_PRESENT))
        return NULL;
    table = next_table(entry, 0);
    return table ? &table[address >> 21 & (ENTRIES - 1)] : NULL;
}

int k_paging_protect(uintptr_t start, uintptr_t end, unsigned access)
{
    uint64_t bits = leaf_bits(access);

    K_ASSERT((access & (K_ACCESS_WRITE | K_ACCESS_EXEC)) != (K_ACCESS_WRITE | K_ACCESS_EXEC));
    while (start < end) {
        uint64_t *entry = directory_entry(start, true);
        bool is_table;

        if (!entry)
            return -ENOMEM;
        is_table = (*entry & PTE_PRESENT) && !(*entry & PTE_LARGE);
        if (!is_table && !(start & (LARGE_SIZE - 1)) && end - start >= LARGE_SIZE) {
            *entry = bits ? start | bits | PTE_LARGE : 0;
            k_invlpg(start);
            start += LARGE_SIZE;
            continue;
        }
        uint64_t *table = next_table(entry, K_PAGE_SIZE);
        if (!table)
            return -ENOMEM;
        do {
            table[start >> 12 & (ENTRIES - 1)] = bits ? start | bits : 0;
            k_invlpg(start);
            start += K_PAGE_SIZE;
        } while (start < end && (start & (LARGE_SIZE - 1)));
    }
    return 0;
}

static unsigned access_of(uint64_t entry)
{
    unsigned access = K_ACCESS_READ;

    if (!(entry & PTE_PRESENT))
        return K_ACCESS_NONE;
    if (entry & PTE_WRITE)
        access |= K_ACCESS_WRITE;
    if (!(entry & PTE_NO_EXEC))
        access |= K_ACCESS_EXEC;
    return access;
}

unsigned k_paging_access(uintptr_t address)
{
    uint64_t *entry = address >> 47 ? NULL : directory_entry(address, false);

    if (!entry || !(*entry & PTE_PRESENT))
        return K_ACCESS_NONE;
    if (*entry & PTE_LARGE)
        return access_of(*entry);
    return access_of(((uint64_t *)(*entry & PTE_ADDRESS))[address >> 12 & (ENTRIES - 1)]);
}

void *k_map_mmio(uint64_t physical, size_t bytes)
{
    uintptr_t start = k_page_down(physical);
    uintptr_t end = k_page_up(physical + bytes);

    if (physical >= MAPPED_END || bytes > MAPPED_END - physical)
        return NULL;
    if (k_paging_protect(start, end, K_ACCESS_DEVICE))
        return NULL;
    return (void *)physical;
}

static void must(int err)
{
    if (err)
        k_panic("no memory for page tables");
}

/* Of what entry.S mapped, which is the first GiB. */
static void unmap(uintptr_t start, uintptr_t end)
{
    if (end > MAPPED_BY_ENTRY)
        end = MAPPED_BY_ENTRY;
    if (start < end)
        must(k_paging_protect(start, end, K_ACCESS_NONE));
}

static void unmap_around(uintptr_t start, uintptr_t end, uintptr_t image, uintptr_t image_end)
{
    if (start >= image_end || end <= image) {
        unmap(start, end);
        return;
    }
    unmap(start, image);
    unmap(image_end, end);
}

void k_paging_init(const struct k_ram *ram)
{
    extern const char k_image_rodata[], k_image_text[], k_image_data[], k_image_end[];
    uintptr_t rodata = (uintptr_t)k_image_rodata, text = (uintptr_t)k_image_text;
    uintptr_t data = (uintptr_t)k_image_data, image_end = (uintptr_t)k_image_end;
    uintptr_t end = k_page_up(k_symbols_end(image_end)), at = 0;

    must(k_paging_protect(rodata, text, K_ACCESS_READ));
    must(k_paging_protect(text, data, K_ACCESS_READ | K_ACCESS_EXEC));
    must(k_paging_protect(data, image_end, K_ACCESS_READ | K_ACCESS_WRITE));
    must(k_paging_protect(image_end, end, K_ACCESS_READ));
    for (size_t i = 0; i < ram->count; i++) {
        const struct k_ram_range *range = &ram->ranges[i];

        unmap_around(at, range->start, rodata, end);
        must(k_paging_protect(range->start, range->end, K_ACCESS_READ | K_ACCESS_WRITE));
        at = range->end;
    }
    unmap_around(at, MAPPED_BY_ENTRY, rodata, end);
    must(k_paging_protect(BIOS_START, BIOS_END, K_ACCESS_READ));
    k_write_cr3((uintptr_t)k_boot_pml4);
}
