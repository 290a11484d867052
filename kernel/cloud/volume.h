/* SPDX-License-Identifier: MIT */
/*
 * volume.h - one file of a disk that a cloud, or its tools, wrote for this machine.
 *
 * ISO 9660 with Joliet's names (ECMA-119; Joliet Specification, Microsoft 1995) or plain ones, and
 * FAT12, FAT16, FAT32 with long names (Microsoft, FAT: General Overview, 2000), on the whole disk:
 * there are no partitions on such disks. Every number on the disk is foreign.
 */
#ifndef K_CLOUD_VOLUME_H
#define K_CLOUD_VOLUME_H

#include <stddef.h>
#include <stdint.h>

#define K_VOLUME_LABEL_BYTES 33

struct k_volume_disk {
    /* `sectors` sectors of 512 bytes from `sector` on. 0 or negative. */
    int (*read)(void *arg, uint64_t sector, void *out, size_t sectors);
    void *arg;
    uint64_t sectors;
};

struct k_volume {
    const struct k_volume_disk *disk;
    char label[K_VOLUME_LABEL_BYTES]; /* without blanks at its end */
    enum { K_VOLUME_ISO9660, K_VOLUME_FAT } kind;
    union {
        struct {
            uint32_t root_block, root_bytes;
            uint8_t is_joliet;
        } iso;
        struct {
            uint64_t fat, root, data; /* first sectors */
            uint32_t root_entries;    /* FAT12, FAT16: of the fixed root directory */
            uint32_t root_cluster;    /* FAT32 */
            uint32_t clusters;        /* the first has number 2 */
            uint16_t cluster_sectors;
            uint8_t bits; /* of an entry of the table: 12, 16, 32 */
        } fat;
    };
};

/*
 * Returns 0, or
 *   -ENOENT   neither of the two
 *   -EBADMSG  the disk contradicts itself, or ends early, before a label was found
 *   or why the disk cannot be read
 */
int k_volume_open(struct k_volume *volume, const struct k_volume_disk *disk);

/*
 * The whole file at `path` ("user-data", "openstack/latest/user_data"; case does not matter) to
 * `out`, with a NUL behind. Returns its bytes, or
 *   -ENOENT  no such file
 *   -EFBIG   it has `capacity` bytes or more
 *   -EBADMSG  the disk contradicts itself, or ends early
 *   or why the disk cannot be read
 */
long k_volume_read(const struct k_volume *volume, const char *path, char *out, size_t capacity);

/* ---- between the files of this folder ---- */

int k_iso9660_open(struct k_volume *volume);
long k_iso9660_read(const struct k_volume *volume, const char *path, char *out, size_t capacity);
int k_fat_open(struct k_volume *volume);
long k_fat_read(const struct k_volume *volume, const char *path, char *out, size_t capacity);

/* Bytes of the first part of a path, and what follows its slash. */
size_t k_volume_part(const char *path, const char **rest);

/* Is the name of `length` characters this part of a path, small and capital letters alike? */
int k_volume_same(const char *name, size_t length, const char *part, size_t part_bytes);

static inline uint32_t k_volume_get16(const uint8_t *at) { return (uint32_t)(at[0] | at[1] << 8); }
static inline uint32_t k_volume_get32(const uint8_t *at)
{
    return k_volume_get16(at) | k_volume_get16(at + 2) << 16;
}

#endif
