/* SPDX-License-Identifier: MIT */
#include "sha256.h"

#include <bearssl_hash.h>
#include <errno.h>
#include <stdio.h>

static void finish(const br_sha256_context *context, char *digits)
{
    unsigned char sum[br_sha256_SIZE];

    br_sha256_out(context, sum);
    for (size_t i = 0; i < sizeof(sum); i++)
        snprintf(digits + 2 * i, 3, "%02x", sum[i]);
}

void image_sha256(const void *bytes, size_t len, char digits[IMAGE_SHA256_DIGITS + 1])
{
    br_sha256_context context;

    br_sha256_init(&context);
    br_sha256_update(&context, bytes, len);
    finish(&context, digits);
}

int image_sha256_file(const char *path, char digits[IMAGE_SHA256_DIGITS + 1])
{
    char bytes[65536];
    br_sha256_context context;
    FILE *file = fopen(path, "rbe");
    size_t len;
    int err = 0;

    if (!file)
        return -errno;
    br_sha256_init(&context);
    while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
        br_sha256_update(&context, bytes, len);
    if (ferror(file))
        err = errno ? -errno : -EIO;
    fclose(file);
    if (!err)
        finish(&context, digits);
    return err;
}
