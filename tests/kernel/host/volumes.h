/* SPDX-License-Identifier: MIT */
/*
 * volumes.h - small disks as clouds write them, made in memory: each holds meta-data and a directory
 * openstack/latest with user_data in it, and user-data.
 */
#ifndef TESTS_KERNEL_VOLUMES_H
#define TESTS_KERNEL_VOLUMES_H

#include <stddef.h>
#include <stdint.h>

#include "cloud/volume.h"

#define VOLUME_BYTES (64u * 1024)

struct memory_disk {
    uint8_t bytes[VOLUME_BYTES];
    size_t length;
};

/* Joliet's tree beside the plain one, label CIDATA. */
void volumes_iso9660(struct memory_disk *disk, const char *user_data);
/* FAT12 with long names, label CIDATA; clusters of one sector. */
void volumes_fat12(struct memory_disk *disk, const char *user_data);

/* For struct k_volume_disk: `arg` is a memory_disk. Aborts when asked beyond its end. */
int volumes_read(void *arg, uint64_t sector, void *out, size_t sectors);

#endif
