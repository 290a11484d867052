/* SPDX-License-Identifier: MIT */
#include "virtio/virtio.h"

#include <string.h>

#include "abi/errno.h"
#include "core/log.h"
#include "core/page.h"

int k_virtio_begin(struct k_virtio *device, uint64_t wanted)
{
    const struct k_virtio_ops *ops = device->ops;
    uint8_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

    ops->set_status(device, 0);
    for (int tries = 0; ops->status(device) != 0; tries++)
        if (tries == 100000)
            return -EIO;
    ops->set_status(device, VIRTIO_STATUS_ACKNOWLEDGE);
    ops->set_status(device, status);

    wanted |= K_BIT(device->is_legacy ? VIRTIO_F_ANY_LAYOUT : VIRTIO_F_VERSION_1);
    device->features = ops->features(device) & wanted;
    if (device->is_legacy) { /* it cannot refuse */
        ops->accept_features(device, device->features);
        return 0;
    }
    if (!(device->features & K_BIT(VIRTIO_F_VERSION_1)))
        goto refuse;
    ops->accept_features(device, device->features);
    ops->set_status(device, status | VIRTIO_STATUS_FEATURES_OK);
    if (!(ops->status(device) & VIRTIO_STATUS_FEATURES_OK))
        goto refuse;
    return 0;

refuse:
    ops->set_status(device, VIRTIO_STATUS_FAILED);
    return -EOPNOTSUPP;
}

/* As many as we want of a modern device's; a power of two. 0: impossible. */
static uint16_t choose_slots(const struct k_virtio *device, uint16_t slots, uint16_t slots_max)
{
    if (device->is_legacy)
        return slots > K_VIRTQ_SLOTS_MAX || slots & (slots - 1) ? 0 : slots;
    if (slots_max > K_VIRTQ_SLOTS_MAX)
        slots_max = K_VIRTQ_SLOTS_MAX;
    if (slots > slots_max)
        slots = slots_max;
    while (slots & (slots - 1))
        slots &= slots - 1; /* down to a power of two */
    return slots;
}

int k_virtio_queue(struct k_virtio *device, uint16_t index, struct k_virtq *queue,
                   uint16_t slots_max)
{
    uint16_t offered = device->ops->queue_slots(device, index);
    uint16_t slots = choose_slots(device, offered, slots_max);
    size_t align = device->is_legacy ? K_VIRTQ_ALIGN_LEGACY : K_VIRTQ_ALIGN;
    size_t pages;
    void *memory;

    if (!slots)
        return -ENODEV;
    pages = (k_virtq_bytes(slots, align) + K_PAGE_MASK) / K_PAGE_SIZE;
    memory = k_pages_alloc(pages);
    if (!memory)
        return -ENOMEM;
    memset(memory, 0, pages * K_PAGE_SIZE);
    k_virtq_init(queue, index, slots, memory, align, device->features & K_BIT(VIRTIO_F_EVENT_IDX));
    device->ops->queue_enable(device, queue);
    return 0;
}

int k_virtio_ready(struct k_virtio *device)
{
    int err = device->ops->irq_enable(device);

    if (err)
        return err;
    k_virtio_start(device);
    return 0;
}

void k_virtio_start(struct k_virtio *device)
{
    uint8_t agreed = device->is_legacy ? 0 : VIRTIO_STATUS_FEATURES_OK;

    device->ops->set_status(device, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | agreed |
                                        VIRTIO_STATUS_DRIVER_OK);
}

void k_virtio_kick(struct k_virtio *device, struct k_virtq *queue)
{
    if (k_virtq_kick_wanted(queue))
        device->ops->notify(device, queue->index);
}

void k_virtio_found(struct k_virtio *device)
{
    static const struct {
        uint32_t type;
        const char *name;
        int (*attach)(struct k_virtio *device);
    } drivers[] = {
        {VIRTIO_ID_NET, "net", k_virtio_net_attach},
        {VIRTIO_ID_BLK, "blk", k_virtio_blk_attach},
        {VIRTIO_ID_SCSI, "scsi", k_virtio_scsi_attach},
        {VIRTIO_ID_CONSOLE, "console", k_virtio_console_attach},
        {VIRTIO_ID_RNG, "rng", k_virtio_rng_attach},
    };

    for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        if (drivers[i].type != device->type)
            continue;
        int err = drivers[i].attach(device);
        if (err)
            k_log(K_LOG_WARN, "virtio-%s: cannot be used (error %d)", drivers[i].name, -err);
        return;
    }
    k_log(K_LOG_INFO, "virtio: no driver for a device of type %u", device->type);
}

void k_virtio_probe(void)
{
    k_virtio_mmio_probe();
    k_virtio_pci_probe();
}
