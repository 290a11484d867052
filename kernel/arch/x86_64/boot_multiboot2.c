/* SPDX-License-Identifier: MIT */
/*
 * boot_multiboot2.c - the boot information of Multiboot 2: tags behind each other, each padded to
 * eight bytes. The header by which a loader knows us is in entry.S.
 */
#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"

#define TOTAL_BYTES_MAX (1u << 20)
#define MEMORY_RAM      1

enum {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_MEMORY_MAP = 6,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15
};

struct tag {
    uint32_t type, bytes;
};

struct memory_map {
    struct tag tag;
    uint32_t entry_bytes, entry_version;
};

struct memory {
    uint64_t start, bytes;
    uint32_t type, reserved;
};

/* One pass over the map; false when it is not one. */
static bool read_map(struct k_boot_info *info, const struct memory_map *map, bool usable)
{
    const uint8_t *at = (const uint8_t *)(map + 1), *end = (const uint8_t *)map + map->tag.bytes;
    struct memory entry;

    if (map->tag.bytes < sizeof *map || map->entry_bytes < sizeof entry)
        return false;
    for (size_t i = 0; i < K_BOOT_MAP_ENTRIES_MAX && (size_t)(end - at) >= map->entry_bytes; i++) {
        memcpy(&entry, at, sizeof entry);
        if (usable && entry.type == MEMORY_RAM)
            k_ram_add(&info->ram, entry.start, entry.bytes);
        else if (!usable && entry.type != MEMORY_RAM)
            k_ram_remove(&info->ram, entry.start, entry.bytes);
        at += map->entry_bytes;
    }
    return true;
}

/* The tag holds the pointer itself, not its address. */
static void copy_rsdp(struct k_boot_info *info, const struct tag *tag)
{
    size_t bytes = tag->bytes - sizeof *tag;

    if (bytes < 20 || (info->rsdp && tag->type == TAG_ACPI_OLD))
        return;
    memset(info->rsdp_copy, 0, sizeof info->rsdp_copy);
    memcpy(info->rsdp_copy, tag + 1,
           bytes < sizeof info->rsdp_copy ? bytes : sizeof info->rsdp_copy);
    info->rsdp = (uintptr_t)info->rsdp_copy;
}

static int read_tag(struct k_boot_info *info, const struct tag *tag)
{
    const struct memory_map *map = (const void *)tag;

    switch (tag->type) {
    case TAG_COMMAND_LINE:
        info->command_line = (const char *)(tag + 1);
        info->command_line_bytes = tag->bytes - sizeof *tag;
        break;
    case TAG_MEMORY_MAP:
        return read_map(info, map, true) && read_map(info, map, false) ? 0 : -EINVAL;
    case TAG_ACPI_OLD:
    case TAG_ACPI_NEW:
        copy_rsdp(info, tag);
        break;
    default:
        break;
    }
    return 0;
}

int k_boot_multiboot2(struct k_boot_info *info, uint64_t address)
{
    const uint32_t *total = address & 7 ? NULL : k_boot_at(address, 8);
    const uint8_t *from = total && *total <= TOTAL_BYTES_MAX ? k_boot_at(address, *total) : NULL;
    int err = from ? 0 : -EINVAL;

    for (size_t at = 8; !err;) {
        const struct tag *tag = (const void *)(from + at);

        if (at + sizeof *tag > *total || tag->bytes < sizeof *tag || tag->bytes > *total - at)
            return -EINVAL;
        if (tag->type == TAG_END)
            return 0;
        err = read_tag(info, tag);
        at += ((size_t)tag->bytes + 7) & ~(size_t)7;
    }
    return err;
}
