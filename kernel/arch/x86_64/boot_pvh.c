/* SPDX-License-Identifier: MIT */
/*
 * boot_pvh.c - what a loader of the PVH protocol tells.
 */
#include "abi/errno.h"
#include "arch/x86_64/boot_info.h"
#include "arch/x86_64/pvh.h"

/* What is not RAM goes last: where entries overlap, it wins. */
static void read_map(struct k_boot_info *info, const struct pvh_start_info *from)
{
    const struct pvh_memory *map;
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
    const struct pvh_start_info *from = k_boot_at(address, sizeof *from);

    if (!from || from->magic != PVH_MAGIC || from->version < 1)
        return -EINVAL;
    k_boot_set_command_line(info, from->command_line);
    info->rsdp = from->rsdp;
    read_map(info, from);
    return 0;
}
