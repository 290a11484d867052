/* SPDX-License-Identifier: MIT */
/*
 * boot.c - what the loader tells: memory map, command line, ACPI.
 *
 * The loader's structures may lie anywhere in low memory, so they are read before
 * any page is handed out.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/pvh.h"
#include "core/boot.h"
#include "core/clock.h"
#include "core/cmdline.h"
#include "core/page.h"
#include "core/power_internal.h"
#include "core/random.h"
#include "core/report.h"
#include "core/symbols.h"

#define RANGES_MAX 32
#define LEAST_FREE_BYTES (1ul << 20) /* beyond the image: stacks, buffers, first heap */

struct range {
    uintptr_t start, end;
};

static struct range ram[RANGES_MAX];
static size_t ram_ranges;
static uintptr_t ram_end;
static uint64_t rsdp;

static void read_start_info(const struct pvh_start_info *info)
{
    const struct pvh_memory *map = (const void *)info->memory_map;

    if (info->magic != PVH_MAGIC)
        return;
    k_cmdline_add(info->command_line ? (const char *)info->command_line : "");
    rsdp = info->rsdp;
    for (uint32_t i = 0; i < info->memory_map_entries && ram_ranges < RANGES_MAX; i++) {
        if (map[i].type != PVH_MEMORY_RAM || map[i].start >> 46)
            continue;
        ram[ram_ranges].start = map[i].start;
        ram[ram_ranges].end = k_page_down(map[i].start + map[i].bytes);
        if (ram[ram_ranges].end > ram_end)
            ram_end = ram[ram_ranges].end;
        ram_ranges++;
    }
}

static _Noreturn void too_small(uintptr_t needed)
{
    k_report_begin();
    k_report("needs at least %lu KiB of memory, has %lu KiB", needed / 1024, ram_end / 1024);
    k_power_stop(K_POWER_TOO_SMALL);
}

/* Hand out what of a range is neither page zero nor the image and the bitmap. */
static void add_range(struct range range, uintptr_t used_start, uintptr_t used_end)
{
    if (range.start < K_PAGE_SIZE)
        range.start = K_PAGE_SIZE;
    if (range.start < used_start) {
        k_page_add(range.start, range.end < used_start ? range.end : used_start);
        range.start = used_start;
    }
    if (range.start < used_end)
        range.start = used_end;
    if (range.start < range.end)
        k_page_add(range.start, range.end);
}

static void init_memory(void)
{
    extern const char k_image_rodata[], k_image_end[];
    uintptr_t bitmap = k_page_up(k_symbols_end((uintptr_t)k_image_end));
    size_t bitmap_bytes = k_page_bitmap_bytes(ram_end);
    uintptr_t used_end = k_page_up(bitmap + bitmap_bytes);

    if (ram_end < used_end + LEAST_FREE_BYTES)
        too_small(used_end + LEAST_FREE_BYTES);
    k_page_init(ram_end, (void *)bitmap, bitmap_bytes);
    for (size_t i = 0; i < ram_ranges; i++)
        add_range(ram[i], (uintptr_t)k_image_rodata, used_end);
    k_paging_init(ram_end);
}

/* From here on the kernel's own functions are guarded; k_boot() itself never returns. */
__attribute__((no_stack_protector)) static void draw_canary(void)
{
    extern uintptr_t __stack_chk_guard;
    uintptr_t canary; /* k_random_bytes() is guarded itself: not into the guard directly */

    k_random_bytes(&canary, sizeof canary);
    __stack_chk_guard = canary;
}

__attribute__((no_stack_protector)) void k_boot(const struct pvh_start_info *info);
void k_boot(const struct pvh_start_info *info)
{
    k_descriptors_init();
    read_start_info(info);
    init_memory();
    k_apic_init();
    k_clock_init();
    k_random_init();
    draw_canary();
    k_acpi_init(rsdp);
    k_interrupts_on();
    k_main();
}
