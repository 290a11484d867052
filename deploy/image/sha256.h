/* SPDX-License-Identifier: MIT */
/* sha256.h - SHA-256 (FIPS 180-4), by BearSSL, in small hexadecimal digits. */
#ifndef DEPLOY_IMAGE_SHA256_H
#define DEPLOY_IMAGE_SHA256_H

#include <stddef.h>

#define IMAGE_SHA256_DIGITS 64

void image_sha256(const void *bytes, size_t len, char digits[IMAGE_SHA256_DIGITS + 1]);

/* Of a whole file. 0 or a negative errno. */
int image_sha256_file(const char *path, char digits[IMAGE_SHA256_DIGITS + 1]);

#endif
