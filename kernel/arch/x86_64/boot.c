/* SPDX-License-Identifier: MIT */
/*
 * boot.c - from what the loader tells to memory, clock and interrupts that work.
 *
 * The loader's structures may lie anywhere in low memory, so they are read before
 * any page is handed out.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/keyboard.h"
#include "arch/x86_64/paging.h"
#include "core/boot.h"
#include "core/clock.h"
#include "core/cmdline.h"
#include "core/page.h"
#include "core/panic.h"
#include "core/power_internal.h"
#include "core/random.h"
#include "core/report.h"
#include "core/symbols.h"

#define MAPPED_BY_ENTRY  (1ul << 30) /* what entry.S maps */
#define LEAST_FREE_BYTES (1ul << 20) /* beyond the image: stacks, buffers, first heap */
#define LOW_END          0xa0000ul
#define BIOS_END         0x100000ul

static struct k_boot_info info;

const void *k_boot_at(uint64_t address, size_t bytes)
{
    if (!address || address >= MAPPED_BY_ENTRY || bytes > MAPPED_BY_ENTRY - address)
        return NULL;
    return (const void *)address;
}

static void read_info(enum k_boot_protocol protocol, uint64_t address)
{
    static int (*const readers[])(struct k_boot_info * info, uint64_t address) = {
        [K_BOOT_PVH] = k_boot_pvh,
        [K_BOOT_MULTIBOOT2] = k_boot_multiboot2,
        [K_BOOT_LINUX] = k_boot_linux,
    };

    if (readers[protocol](&info, address))
        k_panic("the boot loader's information cannot be read");
    k_cmdline_add_bytes(info.command_line, info.command_line_bytes);
}

static _Noreturn void too_small(uintptr_t needed, uintptr_t has)
{
    k_report_begin();
    k_report("needs at least %lu KiB of memory, has %lu KiB", needed / 1024, has / 1024);
    k_power_stop(K_POWER_TOO_SMALL);
}

/* Where the bitmap goes: what follows it, or the image, must do for the first needs. */
static uintptr_t place_bitmap(struct k_ram *ram, uintptr_t image_end)
{
    uintptr_t end = k_ram_end(ram), needed, at;

    for (;; k_ram_remove(ram, end / 2, K_RAM_LIMIT), end = k_ram_end(ram)) {
        needed = k_page_up(k_page_bitmap_bytes(end)) + LEAST_FREE_BYTES;
        at = k_ram_find(ram, needed, image_end, MAPPED_BY_ENTRY);
        if (at)
            return at;
        if (end <= MAPPED_BY_ENTRY) /* with less of it, a bitmap is not smaller to speak of */
            too_small(image_end + needed, end);
    }
}

static void init_memory(void)
{
    extern const char k_image_rodata[], k_image_end[];
    uintptr_t image = (uintptr_t)k_image_rodata;
    uintptr_t image_end = k_page_up(k_symbols_end((uintptr_t)k_image_end));
    struct k_ram *ram = &info.ram;
    uintptr_t bitmap, bitmap_end;

    k_ram_remove(ram, 0, K_PAGE_SIZE);
    k_ram_remove(ram, LOW_END, BIOS_END - LOW_END);
    k_ram_remove(ram, image, image_end - image);
    bitmap = place_bitmap(ram, image_end);
    bitmap_end = bitmap + k_page_bitmap_bytes(k_ram_end(ram));
    k_page_init(k_ram_end(ram), (void *)bitmap, bitmap_end - bitmap);
    bitmap_end = k_page_up(bitmap_end);
    for (size_t i = 0; i < ram->count; i++) {
        struct k_ram_range range = ram->ranges[i];

        if (range.start <= bitmap && bitmap < range.end) {
            k_page_add(range.start, bitmap);
            range.start = bitmap_end;
        }
        k_page_add(range.start, range.end);
    }
    k_paging_init(ram);
}

/* From here on the kernel's own functions are guarded; k_boot() itself never returns. */
__attribute__((no_stack_protector)) static void draw_canary(void)
{
    extern uintptr_t __stack_chk_guard;
    uintptr_t canary; /* k_random_bytes() is guarded itself: not into the guard directly */

    k_random_bytes(&canary, sizeof canary);
    __stack_chk_guard = canary;
}

__attribute__((no_stack_protector)) void k_boot(enum k_boot_protocol protocol, uint64_t address);
void k_boot(enum k_boot_protocol protocol, uint64_t address)
{
    k_descriptors_init();
    read_info(protocol, address);
    init_memory();
    k_apic_init();
    k_clock_init();
    k_random_init();
    draw_canary();
    k_acpi_init(info.rsdp);
    if (!k_acpi_has_button())
        k_keyboard_init();
    k_interrupts_on();
    k_main();
}
