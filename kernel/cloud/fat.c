/* SPDX-License-Identifier: MIT */
/*
 * fat.c - find and read a file of a FAT file system.
 *
 * The number of clusters alone decides between 12, 16 and 32 bits. A chain is followed for at most
 * as many clusters as there are, so that one that runs in a circle ends; a directory, besides, for no more than
 * DIRECTORY_SECTORS_MAX sectors, since each is a request to a device while the machine boots.
 */
#include "cloud/volume.h"

#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"

#define SECTOR 512u
#define ENTRY 32u
#define LONG_NAME_MAX 64 /* characters; a longer name is nothing that we look for */
#define DIRECTORY_SECTORS_MAX 4096
#define CLUSTERS_12 4085
#define CLUSTERS_16 65525

/* Offsets into the boot sector. */
enum {
    B_SECTOR_BYTES = 11,
    B_CLUSTER_SECTORS = 13,
    B_RESERVED = 14,
    B_TABLES = 16,
    B_ROOT_ENTRIES = 17,
    B_SECTORS_16 = 19,
    B_TABLE_SECTORS_16 = 22,
    B_SECTORS_32 = 32,
    B_TABLE_SECTORS_32 = 36,
    B_ROOT_CLUSTER = 44,
    B_LABEL_16 = 43,
    B_LABEL_32 = 71,
    B_MARK = 510,
};
/* Offsets into a directory's entry. */
enum { E_FLAGS = 11, E_CLUSTER_HIGH = 20, E_CLUSTER = 26, E_BYTES = 28 };
enum { FLAG_LABEL = 8, FLAG_DIRECTORY = 16, FLAGS_LONG = 15 };
enum { LONG_LAST = 0x40, LONG_NUMBER = 0x1f, LONG_CHARACTERS = 13, DELETED = 0xe5 };

static int read_sector(const struct k_volume *volume, uint64_t sector, uint8_t *out)
{
    if (sector >= volume->disk->sectors)
        return -EBADMSG;
    return volume->disk->read(volume->disk->arg, sector, out, 1);
}

static void take_label(struct k_volume *volume, const uint8_t *label)
{
    size_t length = 11;

    while (length && label[length - 1] == ' ')
        length--;
    memcpy(volume->label, label, length);
    volume->label[length] = 0;
}

struct place { /* of directories and files: a chain of clusters, or the fixed root */
    uint32_t cluster, bytes;
    bool is_root, is_directory;
};

/* ---- walking ---- */

struct walk {
    const struct k_volume *volume;
    uint64_t sector; /* the one that comes next */
    uint32_t left;   /* sectors of the cluster, or of the fixed root */
    uint32_t cluster;
    uint32_t steps; /* clusters that the chain may still have */
    uint32_t sectors; /* that may still be read */
};

static bool is_cluster(const struct k_volume *volume, uint32_t cluster)
{
    return cluster >= 2 && cluster - 2 < volume->fat.clusters;
}

static void enter_cluster(struct walk *walk, uint32_t cluster)
{
    walk->cluster = cluster;
    walk->sector = walk->volume->fat.data +
                   (uint64_t)(cluster - 2) * walk->volume->fat.cluster_sectors;
    walk->left = walk->volume->fat.cluster_sectors;
}

/* -EBADMSG: the place is no cluster. */
static int start(struct walk *walk, const struct k_volume *volume, const struct place *place)
{
    *walk = (struct walk){.volume = volume,
                          .steps = volume->fat.clusters,
                          .sectors = place->is_directory ? DIRECTORY_SECTORS_MAX : UINT32_MAX};
    if (place->is_root && volume->fat.bits != 32) {
        walk->sector = volume->fat.root;
        walk->left = volume->fat.root_entries * ENTRY / SECTOR;
        return 0;
    }
    if (!is_cluster(volume, place->cluster))
        return -EBADMSG;
    enter_cluster(walk, place->cluster);
    return 0;
}

/* The table's entry. Negative: cannot be read. */
static int64_t next_cluster(const struct k_volume *volume, uint32_t cluster)
{
    uint64_t bit = (uint64_t)cluster * volume->fat.bits;
    uint8_t bytes[2 * SECTOR];
    uint32_t at = (uint32_t)(bit / 8 % SECTOR);
    int error = read_sector(volume, volume->fat.fat + bit / 8 / SECTOR, bytes);

    if (!error && at + 4 > SECTOR)
        error = read_sector(volume, volume->fat.fat + bit / 8 / SECTOR + 1, bytes + SECTOR);
    if (error)
        return error;
    if (volume->fat.bits == 32)
        return k_volume_get32(bytes + at) & 0x0fffffff;
    if (volume->fat.bits == 16)
        return k_volume_get16(bytes + at);
    return k_volume_get16(bytes + at) >> (cluster & 1 ? 4 : 0) & 0xfff;
}

/* 1: there is a sector; 0: the chain has ended; negative. */
static int step(struct walk *walk, uint8_t *sector)
{
    int error;

    if (!walk->sectors--)
        return -EBADMSG;
    if (!walk->left) {
        int64_t next = walk->cluster ? next_cluster(walk->volume, walk->cluster) : 0;

        if (next < 0)
            return (int)next;
        if (!is_cluster(walk->volume, (uint32_t)next))
            return 0;
        if (!walk->steps--)
            return -EBADMSG;
        enter_cluster(walk, (uint32_t)next);
    }
    walk->left--;
    error = read_sector(walk->volume, walk->sector++, sector);
    return error ? error : 1;
}

/* ---- directories ---- */

struct name {
    char text[LONG_NAME_MAX];
    size_t length;
    unsigned next; /* the number of the part that must follow; 0: the entry itself */
};

/* A part of a long name; the last part comes first. */
static void take_long(struct name *name, const uint8_t *entry)
{
    static const uint8_t places[LONG_CHARACTERS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    unsigned number = entry[0] & LONG_NUMBER;

    if (entry[0] & LONG_LAST)
        name->length = number * LONG_CHARACTERS;
    else if (number != name->next)
        name->length = 0;
    name->next = number - 1;
    if (!number || name->length > LONG_NAME_MAX) {
        name->length = 0;
        return;
    }
    for (unsigned i = 0; i < LONG_CHARACTERS && name->length; i++) {
        size_t at = (number - 1) * LONG_CHARACTERS + i;
        uint32_t c = k_volume_get16(entry + places[i]);

        if (c == 0) {
            if (at < name->length)
                name->length = at;
            return;
        }
        if (at < name->length)
            name->text[at] = c < 128 ? (char)c : '?';
    }
}

/* "USER    TXT": the name of an entry that has no long one. */
static void take_short(struct name *name, const uint8_t *entry)
{
    size_t length = 8, extension = 3;

    while (length && entry[length - 1] == ' ')
        length--;
    memcpy(name->text, entry, length);
    while (extension && entry[8 + extension - 1] == ' ')
        extension--;
    if (extension)
        name->text[length++] = '.';
    memcpy(name->text + length, entry + 8, extension);
    name->length = length + extension;
}

static int find(const struct k_volume *volume, const struct place *in, const char *part,
                size_t part_bytes, struct place *out)
{
    uint8_t sector[SECTOR];
    struct name name = {.length = 0};
    struct walk walk;
    int more = start(&walk, volume, in);

    if (more)
        return more;
    while ((more = step(&walk, sector)) > 0) {
        for (uint8_t *entry = sector; entry < sector + SECTOR; entry += ENTRY) {
            if (!entry[0])
                return -ENOENT;
            if ((entry[E_FLAGS] & FLAGS_LONG) == FLAGS_LONG && entry[0] != DELETED) {
                take_long(&name, entry);
                continue;
            }
            if (!name.length || name.next)
                take_short(&name, entry);
            if (entry[0] != DELETED && !(entry[E_FLAGS] & FLAG_LABEL) &&
                k_volume_same(name.text, name.length, part, part_bytes)) {
                *out = (struct place){k_volume_get16(entry + E_CLUSTER), k_volume_get32(entry + E_BYTES),
                                      false, entry[E_FLAGS] & FLAG_DIRECTORY};
                if (volume->fat.bits == 32)
                    out->cluster |= k_volume_get16(entry + E_CLUSTER_HIGH) << 16;
                return 0;
            }
            name.length = 0;
        }
    }
    return more ? more : -ENOENT;
}

/* The label as an entry of the root is the one that tools change. */
static int find_label(struct k_volume *volume)
{
    uint8_t sector[SECTOR];
    struct place root = {volume->fat.root_cluster, 0, true, true};
    struct walk walk;
    int more = start(&walk, volume, &root);

    if (more)
        return more;
    while ((more = step(&walk, sector)) > 0) {
        for (uint8_t *entry = sector; entry < sector + SECTOR; entry += ENTRY) {
            if (!entry[0])
                return 0;
            if ((entry[E_FLAGS] & FLAGS_LONG) == FLAG_LABEL && entry[0] != DELETED) {
                take_label(volume, entry);
                return 0;
            }
        }
    }
    return more;
}

/* ---- the whole ---- */

int k_fat_open(struct k_volume *volume)
{
    uint8_t b[SECTOR];
    uint64_t sectors, table_sectors;
    bool is_named;
    int error = read_sector(volume, 0, b);

    if (error)
        return error == -EBADMSG ? -ENOENT : error;
    if (b[B_MARK] != 0x55 || b[B_MARK + 1] != 0xaa || k_volume_get16(b + B_SECTOR_BYTES) != SECTOR)
        return -ENOENT;
    sectors = k_volume_get16(b + B_SECTORS_16) ? k_volume_get16(b + B_SECTORS_16)
                                               : k_volume_get32(b + B_SECTORS_32);
    table_sectors = k_volume_get16(b + B_TABLE_SECTORS_16) ? k_volume_get16(b + B_TABLE_SECTORS_16)
                                                           : k_volume_get32(b + B_TABLE_SECTORS_32);
    volume->kind = K_VOLUME_FAT;
    volume->fat.cluster_sectors = b[B_CLUSTER_SECTORS];
    volume->fat.root_entries = k_volume_get16(b + B_ROOT_ENTRIES);
    volume->fat.fat = k_volume_get16(b + B_RESERVED);
    volume->fat.root = volume->fat.fat + b[B_TABLES] * table_sectors;
    volume->fat.data = volume->fat.root + (volume->fat.root_entries * ENTRY + SECTOR - 1) / SECTOR;
    if (!volume->fat.cluster_sectors || !volume->fat.fat || !b[B_TABLES] || !table_sectors ||
        volume->fat.data >= sectors)
        return -ENOENT;
    volume->fat.clusters = (uint32_t)((sectors - volume->fat.data) / volume->fat.cluster_sectors);
    volume->fat.bits = volume->fat.clusters < CLUSTERS_12 ? 12 : volume->fat.clusters < CLUSTERS_16 ? 16 : 32;
    if (volume->fat.bits == 32)
        volume->fat.root_cluster = k_volume_get32(b + B_ROOT_CLUSTER);
    take_label(volume, b + (volume->fat.bits == 32 ? B_LABEL_32 : B_LABEL_16));
    is_named = *volume->label && strcmp(volume->label, "NO NAME");
    error = find_label(volume);
    return is_named ? 0 : error; /* what is wrong with the root will show when a file is sought there */
}

static long read_place(const struct k_volume *volume, const struct place *place, char *out, size_t capacity)
{
    uint8_t sector[SECTOR];
    struct walk walk;
    int more;

    if (place->bytes >= capacity)
        return -EFBIG;
    out[place->bytes] = 0;
    if (!place->bytes)
        return 0;
    more = start(&walk, volume, place);
    if (more)
        return more;
    for (uint32_t done = 0; done < place->bytes; done += SECTOR) {
        uint32_t left = place->bytes - done;

        more = step(&walk, sector);
        if (more <= 0)
            return more ? more : -EBADMSG;
        memcpy(out + done, sector, left < SECTOR ? left : SECTOR);
    }
    return (long)place->bytes;
}

long k_fat_read(const struct k_volume *volume, const char *path, char *out, size_t capacity)
{
    struct place at = {volume->fat.root_cluster, 0, true, true};

    while (path) {
        const char *rest;
        size_t bytes = k_volume_part(path, &rest);
        int error = at.is_directory ? find(volume, &at, path, bytes, &at) : -ENOENT;

        if (error)
            return error;
        path = rest;
    }
    return at.is_directory ? -ENOENT : read_place(volume, &at, out, capacity);
}
