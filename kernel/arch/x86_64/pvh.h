/* SPDX-License-Identifier: MIT */
/*
 * pvh.h - the start information of the PVH boot protocol (Xen's hvm_start_info): the kernel reads
 * it, our loaders write it. It may lie at any address.
 */
#ifndef K_ARCH_PVH_H
#define K_ARCH_PVH_H

#include <stdint.h>

#define PVH_MAGIC      0x336ec578u
#define PVH_MEMORY_RAM 1

struct __attribute__((packed)) pvh_start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp;
    uint64_t memory_map; /* from version 1 */
    uint32_t memory_map_entries, reserved;
};

struct __attribute__((packed)) pvh_memory {
    uint64_t start, bytes;
    uint32_t type, reserved;
};

#endif
