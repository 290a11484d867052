/* SPDX-License-Identifier: MIT */
/*
 * iso9660.c - find and read a file of a CD-ROM's file system.
 *
 * Blocks have 2048 bytes. Volume descriptors begin at block 16; Joliet's is a supplementary one
 * whose escape sequence announces UCS-2, and has a directory tree of its own. Names without Joliet
 * have no '-': what was "user-data" is "USER_DATA.;1" there.
 */
#include "cloud/volume.h"

#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"

#define BLOCK 2048u
#define SECTORS (BLOCK / 512)
#define FIRST_DESCRIPTOR 16
#define DESCRIPTORS_MAX 32
#define DIRECTORY_BYTES_MAX (256u * 1024)
#define NAME_MAX 128

enum { KIND_PRIMARY = 1, KIND_SUPPLEMENTARY = 2, KIND_END = 255 };
/* Offsets into a descriptor. */
enum { D_LABEL = 40, D_ESCAPE = 88, D_BLOCK_BYTES = 128, D_ROOT = 156 };
/* Offsets into a directory's record. */
enum { R_LENGTH = 0, R_BLOCK = 2, R_BYTES = 10, R_FLAGS = 25, R_NAME_BYTES = 32, R_NAME = 33 };
enum { FLAG_DIRECTORY = 2, FLAG_CONTINUES = 128 };

static int read_block(const struct k_volume *volume, uint64_t block, uint8_t *out)
{
    if ((block + 1) * SECTORS > volume->disk->sectors)
        return -EBADMSG;
    return volume->disk->read(volume->disk->arg, block * SECTORS, out, SECTORS);
}

static bool is_joliet(const uint8_t *descriptor)
{
    const uint8_t *escape = descriptor + D_ESCAPE;

    return escape[0] == '%' && escape[1] == '/' &&
           (escape[2] == '@' || escape[2] == 'C' || escape[2] == 'E');
}

static void take_root(struct k_volume *volume, const uint8_t *descriptor, bool joliet)
{
    size_t length = 32;

    volume->iso.root_block = k_volume_get32(descriptor + D_ROOT + R_BLOCK);
    volume->iso.root_bytes = k_volume_get32(descriptor + D_ROOT + R_BYTES);
    volume->iso.is_joliet = joliet;
    if (joliet)
        return; /* the primary descriptor had the label in letters of one byte */
    memcpy(volume->label, descriptor + D_LABEL, length);
    while (length && (volume->label[length - 1] == ' ' || !volume->label[length - 1]))
        length--;
    volume->label[length] = 0;
}

int k_iso9660_open(struct k_volume *volume)
{
    uint8_t descriptor[BLOCK];
    bool found = false;

    for (uint32_t i = 0; i < DESCRIPTORS_MAX; i++) {
        int error = read_block(volume, FIRST_DESCRIPTOR + i, descriptor);

        if (error)
            return found || error == -EBADMSG ? (found ? 0 : -ENOENT) : error;
        if (memcmp(descriptor + 1, "CD001", 5) || descriptor[0] == KIND_END)
            break;
        if (k_volume_get16(descriptor + D_BLOCK_BYTES) != BLOCK)
            continue;
        if (descriptor[0] == KIND_PRIMARY && !found)
            take_root(volume, descriptor, false), found = true;
        else if (descriptor[0] == KIND_SUPPLEMENTARY && found && is_joliet(descriptor))
            take_root(volume, descriptor, true);
    }
    volume->kind = K_VOLUME_ISO9660;
    return found ? 0 : -ENOENT;
}

/* The record's name in letters of one byte, without ";1" and the dot before it. */
static size_t take_name(const struct k_volume *volume, const uint8_t *record, char *name)
{
    size_t bytes = record[R_NAME_BYTES], length = 0, step = volume->iso.is_joliet ? 2 : 1;

    for (size_t i = 0; i + step <= bytes && length < NAME_MAX; i += step) {
        const uint8_t *at = record + R_NAME + i;

        name[length++] = step == 1 ? (char)at[0] : at[0] ? '?' : (char)at[1];
    }
    if (length > 2 && name[length - 2] == ';')
        length -= 2;
    if (length > 1 && name[length - 1] == '.')
        length--;
    return length;
}

/* In a plain tree '-' has become '_'. */
static bool is_named(const struct k_volume *volume, const uint8_t *record, const char *part, size_t bytes)
{
    char name[NAME_MAX], wanted[NAME_MAX];
    size_t length = take_name(volume, record, name);

    if (bytes > NAME_MAX)
        return false;
    for (size_t i = 0; i < bytes; i++)
        wanted[i] = part[i] == '-' && !volume->iso.is_joliet ? '_' : part[i];
    return k_volume_same(name, length, wanted, bytes);
}

struct extent {
    uint32_t block, bytes;
    bool is_directory;
};

/* In the directory `in`; -ENOENT. */
static int find(const struct k_volume *volume, const struct extent *in, const char *part,
                size_t part_bytes, struct extent *out)
{
    uint8_t block[BLOCK];

    if (in->bytes > DIRECTORY_BYTES_MAX)
        return -EBADMSG;
    for (uint32_t done = 0; done < in->bytes; done += BLOCK) {
        int error = read_block(volume, (uint64_t)in->block + done / BLOCK, block);
        uint32_t at = 0;

        if (error)
            return error;
        /* Records do not cross blocks; a length of zero ends a block's. */
        while (at + R_NAME < BLOCK && block[at]) {
            const uint8_t *record = block + at;

            if (at + record[R_LENGTH] > BLOCK || R_NAME + record[R_NAME_BYTES] > record[R_LENGTH])
                return -EBADMSG;
            if (is_named(volume, record, part, part_bytes)) {
                if (record[R_FLAGS] & FLAG_CONTINUES)
                    return -EFBIG; /* in several extents: 4 GiB and more */
                *out = (struct extent){k_volume_get32(record + R_BLOCK),
                                       k_volume_get32(record + R_BYTES),
                                       record[R_FLAGS] & FLAG_DIRECTORY};
                return 0;
            }
            at += record[R_LENGTH];
        }
    }
    return -ENOENT;
}

static long read_extent(const struct k_volume *volume, const struct extent *extent, char *out,
                        size_t capacity)
{
    uint8_t block[BLOCK];

    if (extent->bytes >= capacity)
        return -EFBIG;
    for (uint32_t done = 0; done < extent->bytes; done += BLOCK) {
        uint32_t left = extent->bytes - done;
        int error = read_block(volume, (uint64_t)extent->block + done / BLOCK, block);

        if (error)
            return error;
        memcpy(out + done, block, left < BLOCK ? left : BLOCK);
    }
    out[extent->bytes] = 0;
    return (long)extent->bytes;
}

long k_iso9660_read(const struct k_volume *volume, const char *path, char *out, size_t capacity)
{
    struct extent at = {volume->iso.root_block, volume->iso.root_bytes, true};

    while (path) {
        const char *rest;
        size_t bytes = k_volume_part(path, &rest);
        int error = at.is_directory ? find(volume, &at, path, bytes, &at) : -ENOENT;

        if (error)
            return error;
        path = rest;
    }
    return at.is_directory ? -ENOENT : read_extent(volume, &at, out, capacity);
}
