/* SPDX-License-Identifier: MIT */
/* Names as in Microsoft's FAT specification (fatgen103): BPB_*, BS_*, DIR_*. */
#include "fat.h"

#include "put.h"

#include <errno.h>
#include <string.h>

#define SECTOR          512u
#define CLUSTERS_MAX    4084u /* with more it would be FAT16 */
#define ROOT_ENTRIES    64u
#define ROOT_SECTORS    (ROOT_ENTRIES * 32 / SECTOR)
#define FIRST_CLUSTER   2u
#define DATE_1980_01_01 0x0021
#define ATTR_DIRECTORY  0x10
#define ATTR_VOLUME_ID  0x08

struct layout {
    uint32_t cluster_sectors;
    uint32_t loader_clusters, image_clusters, clusters;
    uint32_t fat_sectors, data_sector, sectors;
};

static uint32_t clusters_of(size_t bytes, uint32_t cluster_sectors)
{
    size_t cluster = (size_t)cluster_sectors * SECTOR;

    return (uint32_t)((bytes + cluster - 1) / cluster);
}

static int lay_out(size_t loader_len, size_t image_len, struct layout *layout)
{
    for (uint32_t size = 1; size <= 64; size *= 2) {
        struct layout l = {.cluster_sectors = size,
                           .loader_clusters = clusters_of(loader_len, size),
                           .image_clusters = clusters_of(image_len, size)};

        l.clusters = 2 + l.loader_clusters + l.image_clusters; /* and the folders EFI and BOOT */
        if (l.clusters > CLUSTERS_MAX)
            continue;
        l.fat_sectors = ((l.clusters + FIRST_CLUSTER) * 3 / 2 + 1 + SECTOR - 1) / SECTOR;
        l.data_sector = 1 + 2 * l.fat_sectors + ROOT_SECTORS;
        l.sectors = l.data_sector + l.clusters * size;
        *layout = l;
        return 0;
    }
    return -EFBIG;
}

static void write_boot_sector(uint8_t *at, const struct layout *l, uint32_t first_sector,
                              uint32_t serial)
{
    memcpy(at, "\xeb\x3c\x90UCOMPOSE", 11);
    put16(at + 11, SECTOR);
    at[13] = (uint8_t)l->cluster_sectors;
    put16(at + 14, 1); /* reserved sectors: this one */
    at[16] = 2;        /* FATs */
    put16(at + 17, ROOT_ENTRIES);
    put16(at + 19, l->sectors < 0x10000 ? (uint16_t)l->sectors : 0);
    at[21] = 0xf8;
    put16(at + 22, (uint16_t)l->fat_sectors);
    put16(at + 24, 63);
    put16(at + 26, 255);
    put32(at + 28, first_sector);
    put32(at + 32, l->sectors < 0x10000 ? 0 : l->sectors);
    at[36] = 0x80;
    at[38] = 0x29;
    put32(at + 39, serial);
    memcpy(at + 43, "UCOMPOSE   FAT12   ", 19);
    put16(at + 510, 0xaa55);
}

static void set_cluster(uint8_t *fat, uint32_t cluster, uint16_t value)
{
    uint8_t *at = fat + cluster * 3 / 2;

    if (cluster & 1) {
        at[0] = (uint8_t)((at[0] & 0x0f) | value << 4);
        at[1] = (uint8_t)(value >> 4);
    } else {
        at[0] = (uint8_t)value;
        at[1] = (uint8_t)((at[1] & 0xf0) | value >> 8);
    }
}

static void chain(uint8_t *fat, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        set_cluster(fat, first + i, i + 1 < count ? (uint16_t)(first + i + 1) : 0xfff);
}

static void write_entry(uint8_t *at, const char name[12], uint8_t attributes, uint32_t cluster,
                        size_t bytes)
{
    memcpy(at, name, 11);
    at[11] = attributes;
    put16(at + 16, DATE_1980_01_01);
    put16(at + 18, DATE_1980_01_01);
    put16(at + 24, DATE_1980_01_01);
    put16(at + 26, (uint16_t)cluster);
    put32(at + 28, (uint32_t)bytes);
}

int image_fat_make(struct gen_arena *arena, const void *loader, size_t loader_len,
                   const void *image, size_t image_len, uint32_t first_sector, uint32_t serial,
                   struct image_fat *fat)
{
    const uint32_t efi = FIRST_CLUSTER, boot = efi + 1, loader_at = boot + 1;
    uint8_t *table, *root, *data;
    uint32_t cluster, image_at;
    struct layout l;
    int err = lay_out(loader_len, image_len, &l);

    if (err)
        return err;
    fat->sectors = l.sectors;
    fat->bytes = gen_arena_alloc(arena, (size_t)l.sectors * SECTOR);
    memset(fat->bytes, 0, (size_t)l.sectors * SECTOR);
    image_at = loader_at + l.loader_clusters;
    cluster = l.cluster_sectors * SECTOR;
    table = fat->bytes + SECTOR;
    root = table + (size_t)2 * l.fat_sectors * SECTOR;
    data = fat->bytes + (size_t)l.data_sector * SECTOR;

    write_boot_sector(fat->bytes, &l, first_sector, serial);
    set_cluster(table, 0, 0xff8);
    set_cluster(table, 1, 0xfff);
    chain(table, efi, 1);
    chain(table, boot, 1);
    chain(table, loader_at, l.loader_clusters);
    chain(table, image_at, l.image_clusters);
    memcpy(table + (size_t)l.fat_sectors * SECTOR, table, (size_t)l.fat_sectors * SECTOR);

    write_entry(root, "UCOMPOSE   ", ATTR_VOLUME_ID, 0, 0);
    write_entry(root + 32, "EFI        ", ATTR_DIRECTORY, efi, 0);
    write_entry(root + 64, "UCOMPOSEIMG", 0, image_at, image_len);
    write_entry(data, ".          ", ATTR_DIRECTORY, efi, 0);
    write_entry(data + 32, "..         ", ATTR_DIRECTORY, 0, 0);
    write_entry(data + 64, "BOOT       ", ATTR_DIRECTORY, boot, 0);
    write_entry(data + cluster, ".          ", ATTR_DIRECTORY, boot, 0);
    write_entry(data + cluster + 32, "..         ", ATTR_DIRECTORY, efi, 0);
    write_entry(data + cluster + 64, "BOOTX64 EFI", 0, loader_at, loader_len);
    memcpy(data + (size_t)(loader_at - FIRST_CLUSTER) * cluster, loader, loader_len);
    memcpy(data + (size_t)(image_at - FIRST_CLUSTER) * cluster, image, image_len);
    fat->image_sector = l.data_sector + (image_at - FIRST_CLUSTER) * l.cluster_sectors;
    return 0;
}
