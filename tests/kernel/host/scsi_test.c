/* SPDX-License-Identifier: MIT */
/* scsi_test.c - virtio-scsi against a model with one unit, honest and not. */
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/heap.h"
#include "core/log.h"
#include "core/page.h"
#include "tap.h"
#include "virtio/disk.h"
#include "virtio/virtio.h"

#define RESPONSE_BYTES 108

enum { RESID = 4, STATUS = 10, RESPONSE = 11, SENSE = 12 };

/* What the model does at one command, or at each. */
struct manner {
    int command;  /* the CDB's first byte; -1: all */
    int response; /* of virtio-scsi */
    int status;   /* of SCSI; 2 comes with `sense_key` */
    int sense_key;
    int times;               /* after so many it is honest again; 0: for ever */
    uint32_t resid, written; /* written: 0 for all */
    bool is_silent;
    uint32_t last, block_bytes; /* of READ CAPACITY; 0: honest */
    int type;                   /* of INQUIRY */
};

static struct manner manner;
static uint64_t now_ns;
static uint16_t seen;
static int kicks;
static void *blocks[512];
static int block_count;
static bool is_reset;

static void *keep(void *block)
{
    return blocks[block_count++] = block;
}
uint64_t k_clock_now_ns(void)
{
    return now_ns += K_NS_PER_MS;
}
void *k_calloc(size_t count, size_t bytes)
{
    return keep(calloc(count, bytes));
}
void *k_pages_alloc(size_t count)
{
    return keep(aligned_alloc(K_PAGE_SIZE, count * K_PAGE_SIZE));
}
void k_free(void *block)
{
    (void)block;
}
void k_log(enum k_log_level level, const char *format, ...)
{
    (void)level, (void)format;
}
void k_virtio_start(struct k_virtio *device)
{
    (void)device;
}

int k_virtio_begin(struct k_virtio *device, uint64_t wanted)
{
    (void)device, (void)wanted;
    return 0;
}

int k_virtio_queue(struct k_virtio *device, uint16_t index, struct k_virtq *made,
                   uint16_t slots_max)
{
    (void)device;
    k_virtq_init(made, index, slots_max, k_calloc(1, k_virtq_bytes(slots_max, K_VIRTQ_ALIGN)),
                 K_VIRTQ_ALIGN, true);
    return 0;
}

static void set_status(struct k_virtio *device, uint8_t status)
{
    (void)device;
    is_reset |= !status;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void answer(const uint8_t *cdb, uint8_t *data, uint32_t bytes, bool lies)
{
    memset(data, 0, bytes);
    if (cdb[0] == 0x12)
        data[0] = (uint8_t)(lies ? manner.type : 0);
    if (cdb[0] == 0x25) {
        put32(data, lies && manner.block_bytes ? manner.last : 99);
        put32(data + 4, lies && manner.block_bytes ? manner.block_bytes : 512);
    }
    if (cdb[0] == 0x28)
        memset(data, cdb[5], bytes);
}

void k_virtio_kick(struct k_virtio *device, struct k_virtq *kicked)
{
    volatile struct virtq_desc *desc;
    const uint8_t *req;
    uint8_t *resp;
    uint16_t head;
    bool is_there, lies;
    uint32_t written = RESPONSE_BYTES;

    (void)device;
    kicks++;
    head = kicked->avail->ring[seen++ % kicked->slot_count];
    desc = &kicked->desc[head];
    req = (const uint8_t *)(uintptr_t)desc->addr;
    is_there = req[1] == 3 && req[3] == 0; /* target 3, unit 0 */
    lies = is_there && (manner.command == -1 || manner.command == req[19]);
    if (lies && manner.times && !--manner.times)
        manner.command = -2;
    if (lies && manner.is_silent)
        return;
    desc = &kicked->desc[desc->next];
    resp = (uint8_t *)(uintptr_t)desc->addr;
    memset(resp, 0, RESPONSE_BYTES);
    resp[RESPONSE] = req[1] == 3 ? 0 : 3;
    if (desc->flags & VIRTQ_DESC_F_NEXT) {
        desc = &kicked->desc[desc->next];
        answer(req + 19, (uint8_t *)(uintptr_t)desc->addr, desc->len, lies);
        written += desc->len;
        if (req[19] == 0x12 && !is_there)
            *(uint8_t *)(uintptr_t)desc->addr = 0x7f;
    }
    if (lies) {
        resp[RESPONSE] = (uint8_t)manner.response;
        resp[STATUS] = (uint8_t)manner.status;
        resp[SENSE + 2] = (uint8_t)manner.sense_key;
        memcpy(resp + RESID, &manner.resid, 4);
        written = manner.written ? manner.written : written;
    }
    kicked->used->ring[kicked->used->idx % kicked->slot_count].id = head;
    kicked->used->ring[kicked->used->idx % kicked->slot_count].len = written;
    kicked->used->idx++;
}

static const struct k_virtio_ops ops = {.set_status = set_status};

/* Disks that come from a device of this manner. */
static unsigned attach(struct manner how)
{
    struct k_virtio *device = k_calloc(1, sizeof *device);
    unsigned before = k_disk_count();

    device->ops = &ops;
    manner = how;
    seen = 0;
    k_virtio_scsi_attach(device);
    return k_disk_count() - before;
}

int main(void)
{
    static const struct {
        const char *name;
        struct manner manner;
        unsigned disks;
    } rows[] = {
        {"an honest disk is found", {.command = -2}, 1},
        {"one that was reset tells so first",
         {.command = 0, .status = 2, .sense_key = 6, .times = 2},
         1},
        {"one that never ends telling is left", {.command = 0, .status = 2, .sense_key = 6}, 0},
        {"a drive without a medium", {.command = 0, .status = 2, .sense_key = 2}, 0},
        {"a tape is no disk", {.command = 0x12, .type = 1}, 0},
        {"a unit that is not there", {.command = 0x12, .type = 0x60}, 0},
        {"an answer that is too short", {.command = -1, .written = 12}, 0},
        {"an answer longer than its room is cut", {.command = 0x25, .written = 0xffffffff}, 1},
        {"a device that fails", {.command = -1, .response = 9}, 0},
        {"a read that ends early", {.command = 0x28, .resid = 1}, 0},
        {"blocks of no bytes", {.command = 0x25, .last = 5, .block_bytes = 1}, 0},
        {"blocks of too many", {.command = 0x25, .last = 5, .block_bytes = 1u << 31}, 0},
        {"a device that does not answer", {.command = 0x12, .is_silent = true}, 0},
    };
    uint8_t sectors[512 * 2];
    unsigned disk;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ok(attach(rows[i].manner) == rows[i].disks, rows[i].name);
    ok(is_reset, "and it is reset");

    disk = k_disk_count();
    attach((struct manner){.command = -2});
    ok(k_disk_sectors(disk) == 100 && !k_disk_read(disk, 98, sectors, 2) && sectors[0] == 98,
       "blocks are read where they are asked for");
    ok(k_disk_read(disk, 99, sectors, 2) == -EINVAL, "and none behind the last");
    disk = k_disk_count();
    attach((struct manner){.command = 0x25, .last = 0xffffffff, .block_bytes = 512});
    ok(k_disk_sectors(disk) == 1ull << 32, "a larger disk ends where READ(10) does");
    manner = (struct manner){.command = 0x28, .is_silent = true};
    ok(k_disk_read(disk, 0, sectors, 1) == -ETIMEDOUT, "one that falls silent is given up");
    kicks = 0;
    ok(k_disk_read(disk, 0, sectors, 1) == -ETIMEDOUT && !kicks, "for ever");
    while (block_count)
        free(blocks[--block_count]);
    return tap_done();
}
