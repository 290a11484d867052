/* SPDX-License-Identifier: MIT */
#include "cloud/volume.h"

#include <string.h>

#include "abi/errno.h"

int k_volume_open(struct k_volume *volume, const struct k_volume_disk *disk)
{
    int error;

    memset(volume, 0, sizeof *volume);
    volume->disk = disk;
    error = k_iso9660_open(volume);
    return error == -ENOENT ? k_fat_open(volume) : error;
}

long k_volume_read(const struct k_volume *volume, const char *path, char *out, size_t capacity)
{
    return volume->kind == K_VOLUME_FAT ? k_fat_read(volume, path, out, capacity)
                                        : k_iso9660_read(volume, path, out, capacity);
}

size_t k_volume_part(const char *path, const char **rest)
{
    const char *slash = strchr(path, '/');

    *rest = slash ? slash + 1 : NULL;
    return slash ? (size_t)(slash - path) : strlen(path);
}

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

int k_volume_same(const char *name, size_t length, const char *part, size_t part_bytes)
{
    if (length != part_bytes)
        return 0;
    for (size_t i = 0; i < length; i++)
        if (small(name[i]) != small(part[i]))
            return 0;
    return 1;
}
