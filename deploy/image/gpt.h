/* SPDX-License-Identifier: MIT */
/*
 * gpt.h - a GUID partition table (UEFI specification, section 5.3), both copies, behind a
 * protective MBR. Pure.
 */
#ifndef DEPLOY_IMAGE_GPT_H
#define DEPLOY_IMAGE_GPT_H

#include <stdint.h>

#define IMAGE_GPT_FIRST_SECTOR   34 /* the first that is free */
#define IMAGE_GPT_BACKUP_SECTORS 33

enum image_gpt_type { IMAGE_GPT_BIOS_BOOT, IMAGE_GPT_EFI_SYSTEM };

struct image_gpt_partition {
    enum image_gpt_type type;
    const char *name; /* ASCII, at most 36 characters */
    uint64_t first, last;
};

/* Write into a zeroed disk of `sectors`. `seed`: two numbers that tell this disk from others, from
 * which come its GUIDs. The first 440 bytes of the disk are left alone. */
void image_gpt_write(uint8_t *disk, uint64_t sectors, const struct image_gpt_partition *partitions,
                     unsigned count, const uint64_t seed[2]);

#endif
