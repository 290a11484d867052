/* SPDX-License-Identifier: MIT */
/*
 * boot_info.h - what a loader tells, the same for each protocol by which it may have started us.
 *
 * One reader for each protocol fills it. The loader's structures are foreign, and are reached by
 * k_boot_at() alone. They may lie in memory that the map calls free, so nothing of them may be used
 * once pages are handed out: the command line is borrowed until then, the rest is copied.
 */
#ifndef K_ARCH_BOOT_INFO_H
#define K_ARCH_BOOT_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/ram.h"

#define K_BOOT_COMMAND_LINE_MAX 4096
#define K_BOOT_MAP_ENTRIES_MAX  1024 /* of a memory map; more are not looked at */
#define K_BOOT_RSDP_BYTES       36

/* Numbers that entry.S knows. */
enum k_boot_protocol {
    K_BOOT_PVH,
    K_BOOT_MULTIBOOT2,
    K_BOOT_LINUX,
};

struct k_boot_info {
    const char *command_line; /* not always with a final NUL */
    size_t command_line_bytes;
    uint64_t rsdp; /* physical address; 0 when not told */
    uint8_t rsdp_copy[K_BOOT_RSDP_BYTES] __attribute__((aligned(16)));
    struct k_ram ram;
};

/* `bytes` at a physical address, or NULL where the first map of the kernel does not reach. */
const void *k_boot_at(uint64_t address, size_t bytes);

/*
 * Fill `info`, which is zero, from the structure at this physical address.
 *
 * Returns 0, or -EINVAL when it is not what the protocol says; what was understood is in `info`.
 */
int k_boot_pvh(struct k_boot_info *info, uint64_t address);
int k_boot_multiboot2(struct k_boot_info *info, uint64_t address);
int k_boot_linux(struct k_boot_info *info, uint64_t address);

/* For the readers: the command line is the C string at this physical address, if there is one. */
void k_boot_set_command_line(struct k_boot_info *info, uint64_t address);

#endif
