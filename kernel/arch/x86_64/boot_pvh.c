/* SPDX-License-Identifier: MIT */
/*
 * boot_pvh.c - the start information of the PVH protocol (Xen's hvm_start_info).
 */
#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"

#define PVH_MAGIC      0x336ec578u
#define PVH_MEMORY_RAM 1

struct __attribute__((packed)) start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp;
    uint64_t memory_map; /* from version 1 */
    uint32_t memory_map_entries, reserved;
};

struct __attribute__((packed)) memory {
    uint64_t start, bytes;
    uint32_t type, reserved;
};

/* What is not RAM goes last: where entries overlap, it wins. */
static void read_map(struct k_boot_info *info, const struct start_info *from)
{
    const struct memory *map;
    uint32_t count = from->memory_map_entries;

    if (count > K_BOOT_MAP_ENTRIES_MAX)
        count = K_BOOT_MAP_ENTRIES_MAX;
    map = k_boot_at(from->memory_map, count * sizeof *map);
    for (uint32_t i = 0; map && i < count; i++)
        if (map[i].type == PVH_MEMORY_RAM)
            k_ram_add(&info->ram, map[i].start, map[i].bytes);
    for (uint32_t i = 0; map && i < count; i++)
        if (map[i].type != PVH_MEMORY_RAM)
            k_ram_remove(&info->ram, map[i].start, map[i].bytes);
}

int k_boot_pvh(struct k_boot_info *info, uint64_t address)
{
    const struct start_info *from = k_boot_at(address, sizeof *from);

    if (!from || from->magic != PVH_MAGIC || from->version < 1)
        return -EINVAL;
    k_boot_set_command_line(info, from->command_line);
    info->rsdp = from->rsdp;
    read_map(info, from);
    return 0;
}
