/* SPDX-License-Identifier: MIT */
/*
 * format.h - the forms in which an image leaves this computer. Each is a row of one table.
 */
#ifndef DEPLOY_IMAGE_FORMAT_H
#define DEPLOY_IMAGE_FORMAT_H

#include "deploy/error.h"
#include <stdint.h>

struct image_request {
    const char *name;         /* of the service */
    const char *elf;          /* path of the bootable ELF */
    const char *loaders;      /* folder with the boot loaders (of the SDK) */
    const char *command_line; /* of the kernel; a disk holds it, an ELF does not */
};

struct image_format {
    const char *name;
    const char *suffix; /* of the file's name */
    const char *summary;
    /* Write `path`, which does not exist. Returns 0 or a negative errno with `error`; what was
     * begun may stay, the caller removes it. */
    int (*write)(const struct image_request *request, const char *path, struct deploy_error *error);
};

/* Of what a disk, and an archive with one, has beside the ELF: counted up where the same ELF and loaders give other bytes. */
#define IMAGE_DISK_VERSION 1

/* Tells of the loaders and of that version. 0, or a negative errno with `error`. */
int image_format_number(const char *loaders, uint64_t *number, struct deploy_error *error);

extern const struct image_format image_formats[]; /* ends with a NULL name */

const struct image_format *image_format_find(const char *name);

/* Write or replace `path` as a whole: where it fails, what was there stays. Returns as above. */
int image_format_write(const struct image_format *format, const struct image_request *request, const char *path,
                       struct deploy_error *error);

#endif
