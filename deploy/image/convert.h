/* SPDX-License-Identifier: MIT */
/*
 * convert.h - a raw disk in the forms of other hypervisors, by qemu-img (Debian: qemu-utils), and
 * the archive of Compute Engine, by tar and gzip.
 *
 * qemu-img draws identifiers and writes the time into some of them; those become the `seed`'s, so
 * that the same disk gives the same file.
 */
#ifndef DEPLOY_IMAGE_CONVERT_H
#define DEPLOY_IMAGE_CONVERT_H

#include "deploy/error.h"

#include <stddef.h>
#include <stdint.h>

enum image_conversion {
    IMAGE_TO_QCOW2,
    IMAGE_TO_VMDK,
    IMAGE_TO_VHD,
    IMAGE_TO_VDI,
    IMAGE_TO_GCP,
};

/* Returns 0; -ENOENT, the program is missing; -EIO, it failed (it has said why on standard error);
 * or a negative errno of the files. */
int image_convert(enum image_conversion to, const char *raw, const char *path,
                  const uint64_t seed[2], struct deploy_error *error);

/* Replace what was drawn at random in `bytes` of that form. Pure. 0, or -EINVAL: it is not as
 * qemu-img writes it. For a VHD `bytes` is its last sector, the footer. */
int image_convert_settle(enum image_conversion form, uint8_t *bytes, size_t len,
                         const uint64_t seed[2]);

#endif
