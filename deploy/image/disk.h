/* SPDX-License-Identifier: MIT */
/*
 * disk.h - a disk that boots one image, by BIOS and by UEFI. Pure: the same input gives the same
 * bytes, and no clock, process or root is needed.
 *
 *   sector 0    MBR: the BIOS loader's first stage (kernel/loader/bios); protective partition
 *   1 to 33     GPT
 *   34 to 49    BIOS boot partition: loader_params, second stage
 *   64 to ...   EFI system partition: the UEFI loader, and UCOMPOSE.IMG, which both loaders read
 *   last 33     GPT's second copy
 */
#ifndef DEPLOY_IMAGE_DISK_H
#define DEPLOY_IMAGE_DISK_H

#include "flat.h"

struct image_blob {
    const void *bytes;
    size_t len;
};

/* What kernel/loader is built to. */
struct image_loaders {
    struct image_blob mbr, stage2, uefi;
};

struct image_disk {
    uint8_t *bytes;   /* in the arena */
    size_t len;       /* a multiple of 1 MiB */
    uint64_t seed[2]; /* derived from the content; for the numbers that other formats want */
};

/*
 * `command_line` is the kernel's. Returns 0; -ENOEXEC, no image of ours; -EFBIG, larger than a disk
 * of ours holds; -E2BIG, the command line is too long; -EINVAL, the loaders are not ours.
 */
int image_disk_make(struct gen_arena *arena, const struct image_blob *elf,
                    const struct image_loaders *loaders, const char *command_line,
                    struct image_disk *disk, struct deploy_error *error);

#endif
