/* SPDX-License-Identifier: MIT */
/*
 * enter.c - from the loader to the kernel: the PVH start information, and the jump.
 *
 * Runs in 32 bits with flat segments and interrupts off; the image lies where it belongs.
 */
#include "arch/x86_64/pvh.h"
#include "layout.h"
#include "loader/params.h"

#include <stddef.h>

#define PVH_ENTRY_BYTES 24

static const struct loader_params *const params = (const void *)PARAMS;

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/* On the screen's third line, where a BIOS has left one, and on the serial port. */
static _Noreturn void fail(const char *text)
{
    volatile uint16_t *screen = (volatile uint16_t *)0xb8000 + 2 * 80;

    for (; *text; text++) {
        *screen++ = (uint16_t)(0x4f00 | (uint8_t)*text);
        for (int i = 0; i < 100000 && !(in8(COM1 + 5) & 0x20); i++)
            ;
        out8(COM1, (uint8_t)*text);
    }
    out8(COM1, '\r');
    out8(COM1, '\n');
    for (;;)
        __asm__ volatile("cli; hlt");
}

_Noreturn void loader_unreadable(void);
void loader_unreadable(void)
{
    fail("ucompose: the disk ends before the image does, or cannot be read");
}

/* Does RAM reach from `start` to `end` in one piece of the map? */
static int is_ram(const struct pvh_memory *map, uint32_t entries, uint32_t start, uint32_t end)
{
    for (uint32_t i = 0; i < entries; i++)
        if (map[i].type == PVH_MEMORY_RAM && map[i].start <= start &&
            map[i].start + map[i].bytes >= end)
            return 1;
    return 0;
}

/* The RSDP, as the ACPI specification (section 5.2.5.1) says where a BIOS puts it; or 0. */
static uint32_t find_rsdp(uint32_t start, uint32_t end)
{
    for (uint32_t at = start & ~15u; at + 20 <= end; at += 16) {
        const uint8_t *bytes = (const uint8_t *)at;
        const char *name = "RSD PTR ";
        uint8_t sum = 0;
        int i;

        for (i = 0; i < 8 && bytes[i] == (uint8_t)name[i]; i++)
            ;
        if (i < 8)
            continue;
        for (i = 0; i < 20; i++)
            sum = (uint8_t)(sum + bytes[i]);
        if (!sum)
            return at;
    }
    return 0;
}

static uint32_t rsdp(void)
{
    const volatile uint16_t *bios_data = (const uint16_t *)0x400;
    uint32_t ebda, found;

    __asm__("" : "+r"(bios_data)); /* the compiler takes what lies near 0 for a mistake */
    ebda = (uint32_t)bios_data[7] << 4;
    found = ebda >= 0x80000 && ebda < 0xa0000 ? find_rsdp(ebda, ebda + 1024) : 0;
    return found ? found : find_rsdp(0xe0000, 0x100000);
}

_Noreturn void loader_enter(uint32_t map_entries);
void loader_enter(uint32_t map_entries)
{
    struct pvh_start_info *info = (struct pvh_start_info *)START_INFO;
    uint32_t flat_end = params->load + params->flat_sectors * 512;

    if (!is_ram((const struct pvh_memory *)MEMORY_MAP, map_entries, params->load, params->end))
        fail("ucompose: the machine has less memory than the image occupies");
    for (uint32_t at = flat_end; at < params->end; at++)
        *(volatile uint8_t *)at = 0;
    *info = (struct pvh_start_info){
        .magic = PVH_MAGIC,
        .version = 1,
        .command_line = (uint32_t)(uintptr_t)params->command_line,
        .rsdp = rsdp(),
        .memory_map = MEMORY_MAP,
        .memory_map_entries = map_entries,
    };
    __asm__ volatile("jmp *%0" : : "r"(params->entry), "b"(info) : "memory");
    __builtin_unreachable();
}
