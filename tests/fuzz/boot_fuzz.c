/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the memory in which a boot loader left its information; the last byte chooses the
 * protocol. The map that comes of it is in order, whole pages, and apart.
 */
#include "arch/x86_64/boot_info.h"
#include "core/page.h"

#include <stdlib.h>
#include <string.h>

#define BASE 0x7000u /* where that memory lies */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *memory;
static size_t memory_bytes;

const void *k_boot_at(uint64_t address, size_t bytes)
{
    if (address < BASE || address - BASE > memory_bytes || bytes > memory_bytes - (address - BASE))
        return NULL;
    return memory + (address - BASE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const readers[])(struct k_boot_info * info,
                                  uint64_t address) = {k_boot_pvh, k_boot_multiboot2, k_boot_linux};
    struct k_boot_info info = {0};
    uint64_t before = 0;
    uint8_t *copy;

    if (!size)
        return 0;
    copy = malloc(size - 1 ? size - 1 : 1);
    memcpy(copy, data, size - 1);
    memory = copy;
    memory_bytes = size - 1;
    readers[data[size - 1] % 3](&info, BASE);
    for (size_t i = 0; i < info.ram.count; i++) {
        struct k_ram_range range = info.ram.ranges[i];

        if ((range.start | range.end) & K_PAGE_MASK || range.start >= range.end ||
            (i && range.start <= before) || range.end > K_RAM_LIMIT)
            abort();
        before = range.end;
    }
    if (info.ram.count > K_RAM_RANGES_MAX || info.command_line_bytes > memory_bytes)
        abort();
    free(copy);
    return 0;
}
