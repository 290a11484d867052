/* SPDX-License-Identifier: MIT */
#include "volumes.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 2048u

int volumes_read(void *arg, uint64_t sector, void *out, size_t sectors)
{
    struct memory_disk *disk = arg;

    if (sector > disk->length / 512 || sectors > disk->length / 512 - sector)
        abort();
    memcpy(out, disk->bytes + sector * 512, sectors * 512);
    return 0;
}

static void put16(uint8_t *at, unsigned v) { at[0] = (uint8_t)v, at[1] = (uint8_t)(v >> 8); }
static void put32(uint8_t *at, uint32_t v) { put16(at, v & 0xffff), put16(at + 2, v >> 16); }

/* ---- ISO 9660 ---- */

static uint8_t *iso_record(uint8_t *at, const char *name, size_t name_bytes, uint32_t block,
                           uint32_t bytes, unsigned flags)
{
    size_t length = (33 + name_bytes + 1) & ~1ul;

    at[0] = (uint8_t)length;
    put32(at + 2, block);
    put32(at + 10, bytes);
    at[25] = (uint8_t)flags;
    at[32] = (uint8_t)name_bytes;
    memcpy(at + 33, name, name_bytes);
    return at + length;
}

static uint8_t *iso_wide(uint8_t *at, const char *name, uint32_t block, uint32_t bytes, unsigned flags)
{
    char wide[64];
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        wide[2 * i] = 0, wide[2 * i + 1] = name[i];
    return iso_record(at, wide, 2 * length, block, bytes, flags);
}

static void iso_descriptor(uint8_t *at, unsigned kind, uint32_t root)
{
    at[0] = (uint8_t)kind;
    memcpy(at + 1, "CD001\1", 6);
    memset(at + 40, ' ', 32);
    memcpy(at + 40, "CIDATA", 6);
    put16(at + 128, BLOCK);
    iso_record(at + 156, "\0", 1, root, BLOCK, 2);
}

void volumes_iso9660(struct memory_disk *disk, const char *user_data)
{
    uint8_t *b = disk->bytes, *at;
    static const char meta[] = "local-hostname: vm\n";

    memset(disk, 0, sizeof(*disk));
    disk->length = 28 * BLOCK;
    iso_descriptor(b + 16 * BLOCK, 1, 20);
    iso_descriptor(b + 17 * BLOCK, 2, 21);
    memcpy(b + 17 * BLOCK + 88, "%/E", 3);
    memcpy(b + 18 * BLOCK, "\xff" "CD001\1", 7);
    iso_record(b + 20 * BLOCK, "USER_DATA.;1", 12, 24, (uint32_t)strlen(user_data), 0);
    at = iso_wide(b + 21 * BLOCK, "meta-data", 26, sizeof(meta) - 1, 0);
    at = iso_wide(at, "openstack", 22, BLOCK, 2);
    iso_wide(at, "user-data", 24, (uint32_t)strlen(user_data), 0);
    iso_wide(b + 22 * BLOCK, "latest", 23, BLOCK, 2);
    iso_wide(b + 23 * BLOCK, "user_data", 24, (uint32_t)strlen(user_data), 0);
    memcpy(b + 24 * BLOCK, user_data, strlen(user_data));
    memcpy(b + 26 * BLOCK, meta, sizeof(meta) - 1);
}

/* ---- FAT12: a sector of boot, one of table, two of root, clusters from 4 on ---- */

#define FAT_CLUSTER(n) (4u + (n) - 2)

static void fat_link(uint8_t *table, unsigned cluster, unsigned next)
{
    uint8_t *at = table + cluster * 3 / 2;

    put16(at, cluster & 1 ? (at[0] & 15) | next << 4 : ((at[0] | at[1] << 8) & 0xf000) | next);
}

static uint8_t *fat_entry(uint8_t *at, const char *short_name, unsigned flags, unsigned cluster,
                          size_t bytes)
{
    memcpy(at, short_name, 11);
    at[11] = (uint8_t)flags;
    put16(at + 26, cluster);
    put32(at + 28, (uint32_t)bytes);
    return at + 32;
}

/* A long name of at most thirteen letters in front. */
static uint8_t *fat_long(uint8_t *at, const char *name)
{
    static const uint8_t places[] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    size_t length = strlen(name);

    at[0] = 0x41;
    at[11] = 15;
    for (size_t i = 0; i < sizeof(places); i++)
        put16(at + places[i], i < length ? (unsigned)name[i] : i == length ? 0 : 0xffff);
    return at + 32;
}

void volumes_fat12(struct memory_disk *disk, const char *user_data)
{
    uint8_t *b = disk->bytes, *at = b + 1024;
    size_t bytes = strlen(user_data), sectors = (bytes + 511) / 512;

    memset(disk, 0, sizeof(*disk));
    disk->length = VOLUME_BYTES;
    put16(b + 11, 512);
    b[13] = 1;
    put16(b + 14, 1);
    b[16] = 1;
    put16(b + 17, 32);
    put16(b + 19, VOLUME_BYTES / 512);
    put16(b + 22, 1);
    memcpy(b + 43, "NO NAME    ", 11);
    b[510] = 0x55, b[511] = 0xaa;
    at = fat_entry(at, "CIDATA     ", 8, 0, 0);
    at = fat_entry(fat_long(at, "meta-data"), "META-D~1   ", 0, 2, 19);
    at = fat_entry(fat_long(at, "openstack"), "OPENST~1   ", 16, 3, 0);
    fat_entry(fat_long(at, "user-data"), "USER-D~1   ", 0, 5, bytes);
    fat_entry(b + 512 * FAT_CLUSTER(3), "LATEST     ", 16, 4, 0);
    fat_entry(fat_long(b + 512 * FAT_CLUSTER(4), "user_data"), "USER_D~1   ", 0, 5, bytes);
    memcpy(b + 512 * FAT_CLUSTER(2), "local-hostname: vm\n", 19);
    for (unsigned i = 2; i < 5; i++)
        fat_link(b + 512, i, 0xfff);
    for (unsigned i = 0; i < sectors; i++)
        fat_link(b + 512, 5 + i, i + 1 < sectors ? 6 + i : 0xfff);
    memcpy(b + 512 * FAT_CLUSTER(5), user_data, bytes);
}
