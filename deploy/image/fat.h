/* SPDX-License-Identifier: MIT */
/*
 * fat.h - a FAT12 volume with two files, as UEFI wants it (specification, section 13.3):
 * EFI/BOOT/BOOTX64.EFI and UCOMPOSE.IMG. Pure; the same bytes for the same input.
 */
#ifndef DEPLOY_IMAGE_FAT_H
#define DEPLOY_IMAGE_FAT_H

#include "gen/arena.h"

#include <stdint.h>

struct image_fat {
    uint8_t *bytes; /* in the arena */
    uint32_t sectors;
    uint32_t image_sector; /* where UCOMPOSE.IMG begins; it lies in one piece */
};

/*
 * `first_sector` is the volume's place on its disk, `serial` its number.
 * Returns 0, or -EFBIG when the files are larger than FAT12 can hold.
 */
int image_fat_make(struct gen_arena *arena, const void *loader, size_t loader_len,
                   const void *image, size_t image_len, uint32_t first_sector, uint32_t serial,
                   struct image_fat *fat);

#endif
