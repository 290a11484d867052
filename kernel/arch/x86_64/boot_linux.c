/* SPDX-License-Identifier: MIT */
/*
 * boot_linux.c - the zero page of Linux's 64-bit boot protocol (struct boot_params).
 */
#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"

#define ZERO_PAGE_BYTES  4096
#define HEADER_MAGIC     "HdrS"
#define E820_RAM         1
#define E820_ENTRIES_MAX 128

enum {
    ACPI_RSDP_ADDR = 0x070,
    EXT_CMD_LINE_PTR = 0x0c8,
    E820_ENTRIES = 0x1e8,
    HEADER = 0x202,
    CMD_LINE_PTR = 0x228,
    E820_TABLE = 0x2d0,
};

struct __attribute__((packed)) e820_entry {
    uint64_t start, bytes;
    uint32_t type;
};

static uint64_t field(const uint8_t *page, size_t offset, size_t bytes)
{
    uint64_t value = 0;

    memcpy(&value, page + offset, bytes);
    return value;
}

/* What is not RAM goes last: where entries overlap, it wins. */
static void read_map(struct k_boot_info *info, const uint8_t *page)
{
    const struct e820_entry *map = (const void *)(page + E820_TABLE);
    unsigned count = page[E820_ENTRIES];

    if (count > E820_ENTRIES_MAX)
        count = E820_ENTRIES_MAX;
    for (unsigned i = 0; i < count; i++)
        if (map[i].type == E820_RAM)
            k_ram_add(&info->ram, map[i].start, map[i].bytes);
    for (unsigned i = 0; i < count; i++)
        if (map[i].type != E820_RAM)
            k_ram_remove(&info->ram, map[i].start, map[i].bytes);
}

int k_boot_linux(struct k_boot_info *info, uint64_t address)
{
    const uint8_t *page = k_boot_at(address, ZERO_PAGE_BYTES);

    if (!page || memcmp(page + HEADER, HEADER_MAGIC, 4))
        return -EINVAL;
    k_boot_set_command_line(info, field(page, CMD_LINE_PTR, 4) | field(page, EXT_CMD_LINE_PTR, 4)
                                                                     << 32);
    info->rsdp = field(page, ACPI_RSDP_ADDR, 8);
    read_map(info, page);
    return 0;
}
