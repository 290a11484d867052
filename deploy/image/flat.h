/* SPDX-License-Identifier: MIT */
/*
 * flat.h - an image's ELF as the bytes that lie in memory when it starts.
 */
#ifndef DEPLOY_IMAGE_FLAT_H
#define DEPLOY_IMAGE_FLAT_H

#include "deploy/error.h"
#include "gen/arena.h"

#include <stdint.h>

#define IMAGE_SECTOR         512
#define IMAGE_FLAT_BYTES_MAX (64u << 20) /* more than a loader's file system holds */

struct image_flat {
    uint8_t *bytes; /* from `load` on, whole sectors; in the arena */
    uint32_t sectors;
    uint32_t load, end; /* physical; behind the bytes, up to `end`, are zeros */
    uint32_t entry;     /* of the PVH convention: 32 bits */
};

/* Returns 0 or -ENOEXEC with the reason in `error`. */
int image_flat_read(struct gen_arena *arena, const void *elf, size_t len, struct image_flat *flat,
                    struct deploy_error *error);

#endif
