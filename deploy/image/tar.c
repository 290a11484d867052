/* SPDX-License-Identifier: MIT */
#include "tar.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 512
#define TYPE_FILE '0'
#define TYPE_FOLDER '5'

struct header { /* numbers are octal digits */
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100];
    char magic[8], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

static void put_header(FILE *tar, const char *path, char type, unsigned mode, unsigned owner, size_t len)
{
    struct header h = {.type = type, .magic = "ustar\0" "00"};
    unsigned sum = 0;

    assert(strlen(path) <= sizeof(h.name));
    memcpy(h.name, path, strlen(path));
    snprintf(h.mode, sizeof(h.mode), "%07o", mode);
    snprintf(h.uid, sizeof(h.uid), "%07o", owner);
    snprintf(h.gid, sizeof(h.gid), "%07o", owner);
    snprintf(h.size, sizeof(h.size), "%011zo", len);
    snprintf(h.mtime, sizeof(h.mtime), "%011o", 0u);
    memset(h.sum, ' ', sizeof(h.sum));
    for (size_t i = 0; i < sizeof(h); i++)
        sum += ((const unsigned char *)&h)[i];
    snprintf(h.sum, 7, "%06o", sum);
    fwrite(&h, sizeof(h), 1, tar);
}

void image_tar_folder(FILE *tar, const char *path)
{
    char name[101];

    snprintf(name, sizeof(name), "%s/", path);
    put_header(tar, name, TYPE_FOLDER, 0755, 0, 0);
}

void image_tar_file(FILE *tar, const char *path, const void *bytes, size_t len, unsigned owner)
{
    static const char zeros[BLOCK];

    put_header(tar, path, TYPE_FILE, 0644, owner, len);
    fwrite(bytes, 1, len, tar);
    fwrite(zeros, 1, (BLOCK - len % BLOCK) % BLOCK, tar);
}

void image_tar_end(FILE *tar)
{
    static const char zeros[2 * BLOCK];

    fwrite(zeros, 1, sizeof(zeros), tar);
}
