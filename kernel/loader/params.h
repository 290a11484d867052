/* SPDX-License-Identifier: MIT */
/*
 * params.h - what the writer of a disk tells the loader on it (deploy/image/disk.c writes it).
 *
 * One block of LOADER_PARAMS_BYTES before the loader's code. Little-endian; `flat` is the image as
 * it lies in memory, from `load` on; what follows it up to `end` is zeros. The loader jumps to
 * `entry` as the PVH convention says: 32 bits, paging off, EBX = start information.
 */
#ifndef LOADER_PARAMS_H
#define LOADER_PARAMS_H

#include <stdint.h>

#define LOADER_PARAMS_BYTES 1024
#define LOADER_MAGIC "UCBOOT1" /* with its final NUL */
#define LOADER_COMMAND_LINE_MAX (LOADER_PARAMS_BYTES - 32)

struct loader_params {
    char magic[8];
    uint32_t flat_lba; /* of `flat` on the disk, in sectors of 512 bytes */
    uint32_t flat_sectors;
    uint32_t load, end; /* physical addresses */
    uint32_t entry;
    uint32_t reserved;
    char command_line[LOADER_COMMAND_LINE_MAX]; /* ends with NUL */
};

#endif
