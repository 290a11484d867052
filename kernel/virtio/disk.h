/* SPDX-License-Identifier: MIT */
/*
 * disk.h - disks, for reading while the machine boots.
 *
 * Calls are synchronous: they poll the device, and need no interrupt and no thread. A device
 * writes only into memory that belongs to its disk, from which the bytes are copied, so that one
 * that answers late harms nobody. For one disk we wait five seconds in all; then it is reset, named
 * in the log, and every further read fails at once.
 *
 * A driver fills a struct k_disk and hands it to k_disk_add(). Disks live for ever.
 */
#ifndef K_VIRTIO_DISK_H
#define K_VIRTIO_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"
#include "virtio/virtio.h"

#define K_DISK_SECTOR_BYTES 512
#define K_DISKS_MAX 8
#define K_DISK_WAIT_NS (5 * K_NS_PER_S)

/* Bytes that a driver reads at most in one request; also the largest block that a disk may have. */
#define K_DISK_REQUEST_BYTES 16384

/* Disks are numbered from 0, in the order in which they were found. */
unsigned k_disk_count(void);

/* Its size; 0: no such disk. */
uint64_t k_disk_sectors(unsigned disk);

/*
 * Copy `sectors` sectors from `sector` on into `buffer`. 0, or
 *   -ENODEV     no such disk
 *   -EINVAL     it ends before
 *   -EIO        it says that it cannot, or answers what makes no sense
 *   -ETIMEDOUT  it does not answer
 */
int k_disk_read(unsigned disk, uint64_t sector, void *buffer, size_t sectors);

/* ---- for drivers ---- */

struct k_disk;

struct k_disk_ops {
    /* Read `blocks` blocks from `block` on, together at most K_DISK_REQUEST_BYTES, to
     * disk->bounce. 0, -EIO, -ETIMEDOUT. */
    int (*read)(struct k_disk *disk, uint64_t block, uint32_t blocks);
};

struct k_disk {
    const struct k_disk_ops *ops;
    const char *kind;        /* for the log */
    struct k_virtio *virtio; /* who is reset when it does not answer */
    uint64_t blocks;
    uint32_t block_bytes; /* a power of two, K_DISK_SECTOR_BYTES to K_DISK_REQUEST_BYTES */
    /* Owned by disk.c: */
    uint8_t *bounce;
    uint64_t wait_ns; /* for which we still wait */
    bool is_dead;
};

/*
 * Read its first block and number it. 0, -EINVAL when the sizes are impossible, -ENOSPC, -ENOMEM,
 * or why it cannot be read. Once the sizes are right the disk's memory must stay: the device
 * may write there late.
 */
int k_disk_add(struct k_disk *disk);

/* Wait for the one request in `queue`. 0; -EIO when the queue is broken; -ETIMEDOUT when the disk's
 * time is over: `disk` is dead then. */
int k_disk_wait(struct k_disk *disk, struct k_virtq *queue, uint32_t *written);

#endif
