/* SPDX-License-Identifier: MIT */
/*
 * scsi.c - virtio-scsi (virtio 1.x, section 5.6), for reading: one command at a time, polled.
 *
 * Targets 0 to 7 are asked for their units 0 to 7. Disks and CD-ROMs with a medium become disks.
 * READ(10) reaches the first 2^32 blocks, which is all that configuration needs.
 */
#include <string.h>

#include "abi/errno.h"
#include "core/heap.h"
#include "core/log.h"
#include "virtio/disk.h"
#include "virtio/virtio.h"

#define TARGETS       8
#define UNITS         8
#define QUEUE_REQUEST 2
#define SENSE_BYTES   96
#define CDB_BYTES     32

#define VIRTIO_SCSI_S_OK         0
#define VIRTIO_SCSI_S_BAD_TARGET 3

enum { INQUIRY = 0x12, READ_CAPACITY_10 = 0x25, READ_10 = 0x28, TEST_UNIT_READY = 0x00 };
enum { TYPE_DISK = 0, TYPE_CDROM = 5 };

#define STATUS_GOOD              0
#define STATUS_CHECK_CONDITION   2
#define SENSE_KEY_UNIT_ATTENTION 6
#define ATTENTIONS_MAX           4 /* a unit tells once of each thing that happened to it */

struct __attribute__((packed)) virtio_scsi_cmd_req {
    uint8_t lun[8];
    uint64_t tag;
    uint8_t task_attr, prio, crn;
    uint8_t cdb[CDB_BYTES];
};

struct __attribute__((packed)) virtio_scsi_cmd_resp {
    uint32_t sense_len, resid;
    uint16_t status_qualifier;
    uint8_t status, response;
    uint8_t sense[SENSE_BYTES];
};

struct scsi {
    struct k_virtq control, event, queue;
    struct k_disk scan; /* whose time the search takes; no disk of ours */
    struct virtio_scsi_cmd_req req;
    struct virtio_scsi_cmd_resp resp;
    uint8_t answer[64];
};

struct unit {
    struct k_disk disk;
    struct scsi *scsi;
    uint8_t target, lun;
};

/* -ENODEV: no such target. -EAGAIN: the unit had something to tell first. */
static int judge(const struct virtio_scsi_cmd_resp *resp, uint32_t written)
{
    if (written < sizeof(*resp))
        return -EIO;
    if (resp->response == VIRTIO_SCSI_S_BAD_TARGET)
        return -ENODEV;
    if (resp->response != VIRTIO_SCSI_S_OK)
        return -EIO;
    if (resp->status == STATUS_CHECK_CONDITION &&
        (resp->sense[2] & 0xf) == SENSE_KEY_UNIT_ATTENTION)
        return -EAGAIN;
    return resp->status == STATUS_GOOD ? 0 : -EIO;
}

/* One command, whose answer of at most `bytes` bytes goes to `data`. Time is taken from `disk`. */
static int command(struct unit *unit, struct k_disk *disk, const uint8_t *cdb, size_t cdb_bytes,
                   void *data, uint32_t bytes)
{
    struct scsi *scsi = unit->scsi;
    struct k_virtq_seg segs[] = {
        {&scsi->req, sizeof(scsi->req)}, {&scsi->resp, sizeof(scsi->resp)}, {data, bytes}};
    uint32_t written;
    int err;

    if (scsi->scan.is_dead)
        return -ETIMEDOUT;
    memset(&scsi->req, 0, sizeof(scsi->req));
    memset(&scsi->resp, 0xff, sizeof(scsi->resp));
    scsi->req.lun[0] = 1;
    scsi->req.lun[1] = unit->target;
    scsi->req.lun[2] = 0x40;
    scsi->req.lun[3] = unit->lun;
    memcpy(scsi->req.cdb, cdb, cdb_bytes);
    if (k_virtq_add(&scsi->queue, segs, 1, bytes ? 2 : 1, scsi))
        return -EIO;
    k_virtio_kick(disk->virtio, &scsi->queue);
    err = k_disk_wait(disk, &scsi->queue, &written);
    scsi->scan.is_dead |= disk->is_dead; /* the reset was all units' */
    return err ? err : judge(&scsi->resp, written);
}

static uint32_t big32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int scsi_read(struct k_disk *disk, uint64_t block, uint32_t blocks)
{
    struct unit *unit = (struct unit *)disk;
    uint32_t first = (uint32_t)block;
    const uint8_t cdb[10] = {
        READ_10,        0, (uint8_t)(first >> 24), (uint8_t)(first >> 16), (uint8_t)(first >> 8),
        (uint8_t)first, 0, (uint8_t)(blocks >> 8), (uint8_t)blocks};
    int err = command(unit, disk, cdb, sizeof(cdb), disk->bounce, blocks * disk->block_bytes);

    if (err)
        return err == -ETIMEDOUT ? err : -EIO;
    return unit->scsi->resp.resid ? -EIO : 0;
}

static const struct k_disk_ops scsi_ops = {.read = scsi_read};

/* Is there a disk or a CD-ROM? 0 or a negative errno. */
static int inquire(struct unit *unit)
{
    struct scsi *scsi = unit->scsi;
    const uint8_t cdb[6] = {INQUIRY, 0, 0, 0, 36};
    int err;

    memset(scsi->answer, 0xff, sizeof(scsi->answer));
    err = command(unit, &scsi->scan, cdb, sizeof(cdb), scsi->answer, 36);
    if (err)
        return err;
    /* The three bits above the type say whether a unit is there. */
    return scsi->answer[0] == TYPE_DISK || scsi->answer[0] == TYPE_CDROM ? 0 : -ENXIO;
}

/* Hear what it has to tell, and its sizes. 0 or a negative errno; without a medium -EIO. */
static int measure(struct unit *unit)
{
    struct scsi *scsi = unit->scsi;
    const uint8_t ready[6] = {TEST_UNIT_READY}, capacity[10] = {READ_CAPACITY_10};
    int err = -EAGAIN;

    for (int tries = 0; err == -EAGAIN && tries < ATTENTIONS_MAX; tries++)
        err = command(unit, &scsi->scan, ready, sizeof(ready), NULL, 0);
    if (err)
        return err;
    memset(scsi->answer, 0, sizeof(scsi->answer));
    err = command(unit, &scsi->scan, capacity, sizeof(capacity), scsi->answer, 8);
    if (err)
        return err;
    unit->disk.blocks = big32(scsi->answer) + 1ull;
    unit->disk.block_bytes = big32(scsi->answer + 4);
    return 0;
}

/* -ENODEV: the target has no units at all. */
static int probe_unit(struct scsi *scsi, uint8_t target, uint8_t lun)
{
    struct unit *unit = k_calloc(1, sizeof(*unit));
    int err;

    if (!unit)
        return -ENOMEM;
    unit->scsi = scsi;
    unit->target = target;
    unit->lun = lun;
    unit->disk =
        (struct k_disk){.ops = &scsi_ops, .kind = "virtio-scsi", .virtio = scsi->scan.virtio};
    err = inquire(unit);
    if (!err)
        err = measure(unit);
    if (err) {
        k_free(unit);
        return err;
    }
    err = k_disk_add(&unit->disk);
    if (err)
        k_log(K_LOG_WARN, "virtio-scsi: unit %u of target %u cannot be used (error %d)", lun,
              target, -err);
    return 0;
}

int k_virtio_scsi_attach(struct k_virtio *device)
{
    struct scsi *scsi = k_calloc(1, sizeof(*scsi));
    int err;

    if (!scsi)
        return -ENOMEM;
    scsi->scan =
        (struct k_disk){.kind = "virtio-scsi", .virtio = device, .wait_ns = K_DISK_WAIT_NS};
    err = k_virtio_begin(device, K_BIT(VIRTIO_F_EVENT_IDX));
    if (!err)
        err = k_virtio_queue(device, 0, &scsi->control, 4);
    if (!err)
        err = k_virtio_queue(device, 1, &scsi->event, 4);
    if (!err)
        err = k_virtio_queue(device, QUEUE_REQUEST, &scsi->queue, 4);
    if (err) {
        k_free(scsi);
        return err;
    }
    k_virtio_start(device);
    for (uint8_t target = 0; target < TARGETS; target++)
        for (uint8_t lun = 0; lun < UNITS; lun++)
            if (probe_unit(scsi, target, lun) == -ENODEV)
                break;
    return scsi->scan.is_dead ? -ETIMEDOUT : 0;
}
