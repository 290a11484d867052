/* SPDX-License-Identifier: MIT */
/*
 * blk.c - virtio-blk (virtio 1.x, section 5.2), for reading: one request at a time, polled.
 *
 * A request is a head that the device reads, data that it writes, and a status byte. Sectors are
 * 512 bytes in every request; a device with larger blocks wants them whole.
 */
#include "abi/errno.h"
#include "core/heap.h"
#include "virtio/disk.h"
#include "virtio/virtio.h"

#define VIRTIO_BLK_F_BLK_SIZE 6
#define VIRTIO_BLK_T_IN       0
#define VIRTIO_BLK_S_OK       0
#define STATUS_NONE           0xff

enum { CONFIG_CAPACITY = 0, CONFIG_BLK_SIZE = 20 };

struct virtio_blk_head {
    uint32_t type, reserved;
    uint64_t sector;
};

struct blk {
    struct k_disk disk;
    struct k_virtq queue;
    struct virtio_blk_head head;
    uint8_t status;
};

static int blk_read(struct k_disk *disk, uint64_t block, uint32_t blocks)
{
    struct blk *blk = (struct blk *)disk;
    uint32_t bytes = blocks * disk->block_bytes, written;
    struct k_virtq_seg segs[] = {
        {&blk->head, sizeof(blk->head)}, {disk->bounce, bytes}, {&blk->status, 1}};
    int err;

    blk->head = (struct virtio_blk_head){
        .type = VIRTIO_BLK_T_IN, .sector = block * (disk->block_bytes / K_DISK_SECTOR_BYTES)};
    blk->status = STATUS_NONE;
    if (k_virtq_add(&blk->queue, segs, 1, 2, blk))
        return -EIO;
    k_virtio_kick(disk->virtio, &blk->queue);
    err = k_disk_wait(disk, &blk->queue, &written);
    if (err)
        return err;
    return written == bytes + 1 && blk->status == VIRTIO_BLK_S_OK ? 0 : -EIO;
}

static const struct k_disk_ops blk_ops = {.read = blk_read};

static uint64_t config(struct k_virtio *device, unsigned offset, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)device->ops->config8(device, offset + i) << 8 * i;
    return value;
}

static void read_sizes(struct k_disk *disk)
{
    uint64_t sectors = config(disk->virtio, CONFIG_CAPACITY, 8);

    disk->block_bytes = K_DISK_SECTOR_BYTES;
    if (disk->virtio->features & K_BIT(VIRTIO_BLK_F_BLK_SIZE))
        disk->block_bytes = (uint32_t)config(disk->virtio, CONFIG_BLK_SIZE, 4);
    if (disk->block_bytes >= K_DISK_SECTOR_BYTES)
        disk->blocks = sectors / (disk->block_bytes / K_DISK_SECTOR_BYTES);
}

int k_virtio_blk_attach(struct k_virtio *device)
{
    struct blk *blk = k_calloc(1, sizeof(*blk));
    int err;

    if (!blk)
        return -ENOMEM;
    blk->disk = (struct k_disk){.ops = &blk_ops, .kind = "virtio-blk", .virtio = device};
    err = k_virtio_begin(device, K_BIT(VIRTIO_BLK_F_BLK_SIZE) | K_BIT(VIRTIO_F_EVENT_IDX));
    if (!err)
        err = k_virtio_queue(device, 0, &blk->queue, 4);
    if (err) {
        k_free(blk);
        return err;
    }
    k_virtio_start(device);
    read_sizes(&blk->disk);
    err = k_disk_add(&blk->disk);
    if (err) /* it keeps its memory: no device is trusted to stop at once */
        device->ops->set_status(device, 0);
    return err;
}
