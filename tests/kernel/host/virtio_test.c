/* SPDX-License-Identifier: MIT */
/* virtio_test.c - negotiation and queues with modern and legacy devices, willing and not. */
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "core/log.h"
#include "core/page.h"
#include "tap.h"
#include "virtio/virtio.h"

#define WANTED (K_BIT(3) | K_BIT(VIRTIO_F_EVENT_IDX))

static struct {
    struct k_virtio virtio;
    uint64_t offered, accepted;
    uint8_t status, statuses; /* now; all bits that were ever set */
    bool refuses, never_resets;
    uint16_t slots;
    const struct k_virtq *queue;
} model;

static void *pages[32];
static int page_count;

void *k_pages_alloc(size_t count)
{
    return pages[page_count++] = aligned_alloc(K_PAGE_SIZE, count * K_PAGE_SIZE);
}

void k_log(enum k_log_level level, const char *format, ...)
{
    (void)level, (void)format;
}
void k_virtio_mmio_probe(void)
{
}
void k_virtio_pci_probe(void)
{
}
int k_virtio_net_attach(struct k_virtio *device)
{
    return device->type == 99;
}
int k_virtio_blk_attach(struct k_virtio *device)
{
    return device->type == 99;
}
int k_virtio_scsi_attach(struct k_virtio *device)
{
    return device->type == 99;
}
int k_virtio_console_attach(struct k_virtio *device)
{
    return device->type == 99;
}
int k_virtio_rng_attach(struct k_virtio *device)
{
    return device->type == 99;
}

static uint64_t features(struct k_virtio *device)
{
    return (void)device, model.offered;
}
static void accept_features(struct k_virtio *device, uint64_t accepted)
{
    (void)device;
    model.accepted = accepted;
}
static uint8_t status(struct k_virtio *device)
{
    return (void)device, model.status;
}
static void set_status(struct k_virtio *device, uint8_t value)
{
    (void)device;
    model.status = model.never_resets && !value ? 1 : value;
    model.statuses |= value;
    if (model.refuses)
        model.status &= (uint8_t)~VIRTIO_STATUS_FEATURES_OK;
}
static uint16_t queue_slots(struct k_virtio *device, uint16_t index)
{
    (void)device;
    return index ? 0 : model.slots;
}
static void queue_enable(struct k_virtio *device, const struct k_virtq *queue)
{
    (void)device;
    model.queue = queue;
}
static int irq_enable(struct k_virtio *device)
{
    return (void)device, 0;
}

static const struct k_virtio_ops ops = {
    .features = features,
    .accept_features = accept_features,
    .status = status,
    .set_status = set_status,
    .queue_slots = queue_slots,
    .queue_enable = queue_enable,
    .irq_enable = irq_enable,
};

static struct k_virtio *plug(bool is_legacy, uint64_t offered)
{
    memset(&model, 0, sizeof model);
    model.virtio.ops = &ops;
    model.virtio.is_legacy = is_legacy;
    model.offered = offered;
    return &model.virtio;
}

static void features_are_agreed_by_allow_list(void)
{
    struct k_virtio *device = plug(false, ~0ull);

    ok(!k_virtio_begin(device, WANTED) && !k_virtio_ready(device) &&
           model.accepted == (WANTED | K_BIT(VIRTIO_F_VERSION_1)) && model.status == 15,
       "a modern device that offers all gets what we want and version 1");
    device = plug(true, 0xffffffff);
    ok(!k_virtio_begin(device, WANTED) && !k_virtio_ready(device) &&
           model.accepted == (WANTED | K_BIT(VIRTIO_F_ANY_LAYOUT)) && model.status == 7 &&
           !(model.statuses & VIRTIO_STATUS_FEATURES_OK),
       "a legacy one what we want and any layout, and is not asked whether it agrees");
    device = plug(false, WANTED);
    ok(k_virtio_begin(device, WANTED) == -EOPNOTSUPP && model.status == VIRTIO_STATUS_FAILED,
       "one that says it is modern and is not is refused");
    device = plug(false, ~0ull);
    model.refuses = true;
    ok(k_virtio_begin(device, WANTED) == -EOPNOTSUPP, "and one that does not agree");
    device = plug(true, 0);
    model.never_resets = true;
    ok(k_virtio_begin(device, WANTED) == -EIO, "and one that does not end its reset");
}

static void queues_have_a_size_that_both_can(void)
{
    static const struct {
        const char *name;
        bool is_legacy;
        uint16_t slots, most, want; /* want: 0 for -ENODEV */
    } rows[] = {
        {"a modern queue as large as we want", false, 1024, 64, 64},
        {"or as large as it can", false, 16, 64, 16},
        {"down to a power of two", false, 48, 64, 32},
        {"no queue", false, 0, 64, 0},
        {"more slots than we ever want", false, 0x8000, 0xffff, 1024},
        {"a legacy queue as large as it is", true, 256, 4, 256},
        {"one that is too large", true, 2048, 4, 0},
        {"one that is no power of two", true, 48, 4, 0},
        {"no legacy queue", true, 0, 4, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct k_virtio *device = plug(rows[i].is_legacy, ~0ull);
        struct k_virtq queue;
        uintptr_t used, end;
        int err;

        k_virtio_begin(device, WANTED);
        model.slots = rows[i].slots;
        err = k_virtio_queue(device, 0, &queue, rows[i].most);
        if (!rows[i].want) {
            ok(err == -ENODEV && !model.queue, rows[i].name);
            continue;
        }
        used = (uintptr_t)queue.used - (uintptr_t)queue.desc;
        end = (uintptr_t)&queue.avail->ring[queue.slot_count + 1] - (uintptr_t)queue.desc;
        ok(!err && queue.slot_count == rows[i].want && used >= end &&
               (!rows[i].is_legacy || used == (end + 4095) / 4096 * 4096),
           rows[i].name);
    }
}

int main(void)
{
    features_are_agreed_by_allow_list();
    queues_have_a_size_that_both_can();
    while (page_count)
        free(pages[--page_count]);
    return tap_done();
}
