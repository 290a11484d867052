/* SPDX-License-Identifier: MIT */
/* disk_test.c - reading from disks that are honest, broken, slow or wrong, through virtio-blk. */
#include <stdarg.h>
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

#define SECTORS      1000
#define BLK_SIZE_BIT 6

/* How the model answers a request. */
enum manner { HONEST, SAYS_ERROR, SHORT, LONG, SILENT, SAYS_NOTHING, WRONG_ID };

struct model {
    struct k_virtio virtio;
    struct k_virtq *queue;
    uint64_t sectors;
    uint32_t block_bytes; /* 0: not told */
    enum manner manner;
    uint16_t seen;
    unsigned requests, unaligned;
    bool is_reset;
};

static uint64_t now_ns;
static void *blocks[256];
static int block_count;

/* ---- what the driver stands on ---- */

static void *keep(void *block)
{
    blocks[block_count++] = block;
    return block;
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
    struct model *model = (struct model *)device;

    device->features = wanted & (model->block_bytes ? ~0ull : ~K_BIT(BLK_SIZE_BIT));
    return 0;
}

int k_virtio_queue(struct k_virtio *device, uint16_t index, struct k_virtq *queue,
                   uint16_t slots_max)
{
    void *memory = k_calloc(1, k_virtq_bytes(slots_max, K_VIRTQ_ALIGN));

    k_virtq_init(queue, index, slots_max, memory, K_VIRTQ_ALIGN, true);
    ((struct model *)device)->queue = queue;
    return 0;
}

/* ---- the device ---- */

static uint8_t byte_at(uint64_t offset)
{
    return (uint8_t)(offset / 512 * 7 + offset % 251);
}

static uint8_t model_config8(struct k_virtio *device, unsigned offset)
{
    struct model *model = (struct model *)device;

    if (offset < 8)
        return (uint8_t)(model->sectors >> 8 * offset);
    return offset < 24 ? (uint8_t)(model->block_bytes >> 8 * (offset - 20)) : 0;
}

static void model_set_status(struct k_virtio *device, uint8_t status)
{
    ((struct model *)device)->is_reset |= status == 0;
}

static const struct k_virtio_ops model_ops = {
    .config8 = model_config8,
    .set_status = model_set_status,
};

void k_virtio_kick(struct k_virtio *device, struct k_virtq *queue)
{
    struct model *model = (struct model *)device;
    volatile struct virtq_desc *desc[3];
    uint16_t head, at;
    uint32_t block = model->block_bytes ? model->block_bytes : 512, written;
    uint64_t sector;
    uint8_t *data;

    if (model->manner == SILENT || model->seen == queue->avail->idx)
        return;
    head = at = queue->avail->ring[model->seen++ % queue->slot_count];
    for (int i = 0; i < 3; i++, at = desc[i - 1]->next)
        desc[i] = &queue->desc[at];
    memcpy(&sector, (const uint8_t *)(uintptr_t)desc[0]->addr + 8, sizeof sector);
    data = (uint8_t *)(uintptr_t)desc[1]->addr;
    written = desc[1]->len + 1;
    model->requests++;
    model->unaligned += sector * 512 % block || desc[1]->len % block;
    for (uint32_t i = 0; i < desc[1]->len; i++)
        data[i] = byte_at(sector * 512 + i);
    if (model->manner != SAYS_NOTHING)
        *(uint8_t *)(uintptr_t)desc[2]->addr = model->manner == SAYS_ERROR;
    if (model->manner == SHORT)
        written--;
    if (model->manner == LONG)
        written = 0xffffffff;
    queue->used->ring[queue->used->idx % queue->slot_count].id =
        model->manner == WRONG_ID ? 77 : head;
    queue->used->ring[queue->used->idx % queue->slot_count].len = written;
    queue->used->idx++;
}

static bool reads_right(unsigned disk, uint64_t sector, size_t sectors)
{
    uint8_t *buffer = malloc(sectors * 512 + 1);
    bool good;

    buffer[sectors * 512] = 0xa5;
    good = !k_disk_read(disk, sector, buffer, sectors) && buffer[sectors * 512] == 0xa5;
    for (size_t i = 0; good && i < sectors * 512; i++)
        good = buffer[i] == byte_at(sector * 512 + i);
    free(buffer);
    return good;
}

static struct model *plug(uint64_t sectors, uint32_t block_bytes, enum manner manner)
{
    struct model *model = k_calloc(1, sizeof *model);

    *model = (struct model){.virtio = {.ops = &model_ops},
                            .sectors = sectors,
                            .block_bytes = block_bytes,
                            .manner = manner};
    return model;
}

static void what_is_on_the_disk_is_read(void)
{
    struct model *small = plug(SECTORS, 0, HONEST), *large = plug(SECTORS, 4096, HONEST);
    uint8_t sector[512];

    ok(!k_virtio_blk_attach(&small->virtio) && k_disk_count() == 1 && k_disk_sectors(0) == SECTORS,
       "a disk is found with its size");
    ok(reads_right(0, 0, 1) && reads_right(0, SECTORS - 1, 1),
       "its first and last sector are read");
    small->requests = 0;
    ok(reads_right(0, 3, 90) && small->requests == 3, "a long read is cut into requests");
    ok(!k_disk_read(0, SECTORS, sector, 0), "nothing may be read at its end");
    ok(k_disk_read(0, SECTORS, sector, 1) == -EINVAL, "and nothing behind");
    ok(k_disk_read(0, SECTORS - 1, sector, SIZE_MAX) == -EINVAL, "also when the sum overflows");
    ok(k_disk_read(1, 0, sector, 1) == -ENODEV && !k_disk_sectors(1), "a disk that is not there");

    ok(!k_virtio_blk_attach(&large->virtio) && k_disk_sectors(1) == SECTORS,
       "one with 4 KiB blocks");
    ok(reads_right(1, 5, 90) && reads_right(1, 7, 1) && !large->unaligned,
       "is asked for whole blocks, whatever is wanted of them");
}

static void a_bad_disk_is_refused(void)
{
    static const struct {
        const char *name;
        uint64_t sectors;
        uint32_t block_bytes;
        enum manner manner;
        int want;
    } rows[] = {
        {"a disk without sectors", 0, 0, HONEST, -EINVAL},
        {"blocks that are smaller than a sector", 100, 256, HONEST, -EINVAL},
        {"blocks that are no power of two", 100, 1536, HONEST, -EINVAL},
        {"blocks that are larger than a request", 100, 32768, HONEST, -EINVAL},
        {"more bytes than can be counted", UINT64_MAX, 0, HONEST, -EINVAL},
        {"a disk that says it cannot", 100, 0, SAYS_ERROR, -EIO},
        {"a disk that leaves its status", 100, 0, SAYS_NOTHING, -EIO},
        {"a disk that gives less than was asked for", 100, 0, SHORT, -EIO},
        {"a disk that returns what it was not given", 100, 0, WRONG_ID, -EIO},
        {"a disk that does not answer", 100, 0, SILENT, -ETIMEDOUT},
    };
    unsigned before = k_disk_count();

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct model *model = plug(rows[i].sectors, rows[i].block_bytes, rows[i].manner);

        ok(k_virtio_blk_attach(&model->virtio) == rows[i].want && model->is_reset &&
               k_disk_count() == before,
           rows[i].name);
    }
}

static void a_disk_that_falls_silent_is_given_up(void)
{
    struct model *model = plug(SECTORS, 0, HONEST);
    uint8_t sector[512];
    uint64_t start;
    unsigned disk = k_disk_count();

    k_virtio_blk_attach(&model->virtio);
    model->manner = LONG;
    ok(reads_right(disk, 1, 1), "a length beyond the room is cut to it");
    model->manner = SILENT;
    start = now_ns;
    ok(k_disk_read(disk, 0, sector, 1) == -ETIMEDOUT && now_ns - start < 6 * K_NS_PER_S &&
           model->is_reset,
       "we wait for five seconds, and reset it");
    model->manner = HONEST;
    start = now_ns;
    ok(k_disk_read(disk, 0, sector, 1) == -ETIMEDOUT && now_ns == start, "and not a second time");
}

int main(void)
{
    what_is_on_the_disk_is_read();
    a_bad_disk_is_refused();
    a_disk_that_falls_silent_is_given_up();
    while (block_count)
        free(blocks[--block_count]);
    return tap_done();
}
