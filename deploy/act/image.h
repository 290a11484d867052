/* SPDX-License-Identifier: MIT */
/* image.h - is this file a bootable image, and how much memory must its machine have? */
#ifndef ACT_IMAGE_H
#define ACT_IMAGE_H

#include "deploy/error.h"
#include <stdint.h>

/* File size, and the end of its segments in guest memory. 0, -ENOENT, -ENOEXEC, ... with
 * a sentence. */
int act_image_inspect(const char *path, uint64_t *file_bytes, uint64_t *memory_bytes,
                      struct deploy_error *error);

#endif
