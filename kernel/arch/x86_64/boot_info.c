/* SPDX-License-Identifier: MIT */
#include "arch/x86_64/boot_info.h"

void k_boot_set_command_line(struct k_boot_info *info, uint64_t address)
{
    size_t bytes = 0;
    const char *at;

    if (!address)
        return;
    while (bytes < K_BOOT_COMMAND_LINE_MAX && (at = k_boot_at(address + bytes, 1)) && *at)
        bytes++;
    info->command_line = k_boot_at(address, bytes);
    info->command_line_bytes = info->command_line ? bytes : 0;
}
