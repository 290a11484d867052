/* SPDX-License-Identifier: MIT */
#include "virtio/disk.h"

#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/page.h"

#define BOUNCE_PAGES (K_DISK_REQUEST_BYTES / K_PAGE_SIZE)

static struct k_disk *disks[K_DISKS_MAX];
static unsigned disk_count;

unsigned k_disk_count(void)
{
    return disk_count;
}

static uint64_t sectors_of(const struct k_disk *disk)
{
    return disk->blocks * (disk->block_bytes / K_DISK_SECTOR_BYTES);
}

uint64_t k_disk_sectors(unsigned disk)
{
    return disk < disk_count ? sectors_of(disks[disk]) : 0;
}

static int read_blocks(struct k_disk *disk, uint64_t block, uint32_t blocks)
{
    return disk->is_dead ? -ETIMEDOUT : disk->ops->read(disk, block, blocks);
}

int k_disk_read(unsigned index, uint64_t sector, void *buffer, size_t sectors)
{
    struct k_disk *disk = index < disk_count ? disks[index] : NULL;
    uint8_t *out = buffer;

    if (!disk)
        return -ENODEV;
    if (sector > sectors_of(disk) || sectors > sectors_of(disk) - sector)
        return -EINVAL;
    while (sectors) {
        uint32_t per_block = disk->block_bytes / K_DISK_SECTOR_BYTES;
        uint32_t skip = (uint32_t)(sector % per_block);
        uint32_t part = K_DISK_REQUEST_BYTES / K_DISK_SECTOR_BYTES - skip;
        int err;

        if (part > sectors)
            part = (uint32_t)sectors;
        err = read_blocks(disk, sector / per_block, (skip + part + per_block - 1) / per_block);
        if (err)
            return err;
        memcpy(out, disk->bounce + skip * K_DISK_SECTOR_BYTES, part * K_DISK_SECTOR_BYTES);
        out += part * K_DISK_SECTOR_BYTES;
        sector += part;
        sectors -= part;
    }
    return 0;
}

int k_disk_wait(struct k_disk *disk, struct k_virtq *queue, uint32_t *written)
{
    uint64_t start = k_clock_now_ns(), waited = 0;

    while (!k_virtq_take(queue, written)) {
        if (queue->is_broken)
            return -EIO;
        if (waited >= disk->wait_ns) {
            disk->is_dead = true;
            disk->virtio->ops->set_status(disk->virtio, 0);
            k_log(K_LOG_WARN, "%s: a disk does not answer; it is not used any more", disk->kind);
            return -ETIMEDOUT;
        }
        __builtin_ia32_pause();
        waited = k_clock_now_ns() - start;
    }
    disk->wait_ns -= waited < disk->wait_ns ? waited : disk->wait_ns;
    return 0;
}

static bool has_possible_sizes(const struct k_disk *disk)
{
    uint32_t bytes = disk->block_bytes;

    return bytes >= K_DISK_SECTOR_BYTES && bytes <= K_DISK_REQUEST_BYTES &&
           !(bytes & (bytes - 1)) && disk->blocks && disk->blocks <= UINT64_MAX / bytes;
}

static unsigned sum(const struct k_disk *disk)
{
    unsigned total = 0;

    for (uint32_t i = 0; i < disk->block_bytes; i++)
        total += disk->bounce[i];
    return total;
}

int k_disk_add(struct k_disk *disk)
{
    int err;

    if (!has_possible_sizes(disk))
        return -EINVAL;
    if (disk_count == K_DISKS_MAX) {
        k_log(K_LOG_WARN, "%s: one disk more than the %u that are used; it is left alone", disk->kind, K_DISKS_MAX);
        return -ENOSPC;
    }
    disk->bounce = k_pages_alloc(BOUNCE_PAGES);
    if (!disk->bounce)
        return -ENOMEM;
    disk->wait_ns = K_DISK_WAIT_NS;
    disk->is_dead = false;
    err = read_blocks(disk, 0, 1);
    if (err)
        return err; /* and the device keeps the pages: it may write there yet */
    k_log(K_LOG_INFO, "disk %u: %s, %lu KiB in blocks of %u bytes", disk_count, disk->kind,
          (unsigned long)(sectors_of(disk) / 2), disk->block_bytes);
    k_log(K_LOG_DEBUG, "disk %u: the bytes of its first block add up to %u", disk_count, sum(disk));
    disks[disk_count++] = disk;
    return 0;
}
