/* SPDX-License-Identifier: MIT */
/*
 * tar.h - an archive, in the ustar form (POSIX.1-2017, pax): what it was given, in that order,
 * with no time and no user's name in it.
 */
#ifndef DEPLOY_IMAGE_TAR_H
#define DEPLOY_IMAGE_TAR_H

#include <stddef.h>
#include <stdio.h>

/* Paths are at most 100 bytes, without a slash in front; a folder's has none behind either. */
void image_tar_folder(FILE *tar, const char *path);
void image_tar_file(FILE *tar, const char *path, const void *bytes, size_t len, unsigned owner);

/* The two empty blocks behind all. */
void image_tar_end(FILE *tar);

#endif
