/* SPDX-License-Identifier: MIT */
/*
 * virtio_pci_legacy.c - virtio of before version 1 over PCI (virtio 1.x, section 4.1.4.8), as
 * transitional devices of older hosts have it: registers at ports, queues at page numbers.
 */
#include "abi/errno.h"
#include "core/heap.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/page.h"
#include "virtio/virtio_pci.h"

/* Ports, from the first of BAR 0. */
enum {
    DEVICE_FEATURES = 0x00,
    DRIVER_FEATURES = 0x04,
    QUEUE_PAGE = 0x08,
    QUEUE_SIZE = 0x0c,
    QUEUE_SELECT = 0x0e,
    QUEUE_NOTIFY = 0x10,
    DEVICE_STATUS = 0x12,
    ISR_STATUS = 0x13,
    CONFIG_MSIX_VECTOR = 0x14, /* this and the next only with MSI-X on; then `config` is behind */
    QUEUE_MSIX_VECTOR = 0x16,
    CONFIG = 0x14,
    CONFIG_WITH_MSIX = 0x18,
};

#define PORTS 0x40
#define QUEUES_MAX 8
#define NO_VECTOR 0xffff

struct legacy {
    struct k_virtio virtio;
    struct k_pci at;
    uint16_t ports;
    uint16_t queues; /* bit of each that is enabled */
    bool is_msix;
};

static struct legacy *legacy_of(struct k_virtio *virtio)
{
    return (struct legacy *)virtio;
}

static uint16_t port(struct k_virtio *virtio, unsigned offset)
{
    return (uint16_t)(legacy_of(virtio)->ports + offset);
}

static uint64_t legacy_features(struct k_virtio *virtio)
{
    return k_in32(port(virtio, DEVICE_FEATURES));
}

static void legacy_accept_features(struct k_virtio *virtio, uint64_t features)
{
    k_out32(port(virtio, DRIVER_FEATURES), (uint32_t)features);
}

static uint8_t legacy_status(struct k_virtio *virtio)
{
    return k_in8(port(virtio, DEVICE_STATUS));
}

static void legacy_set_status(struct k_virtio *virtio, uint8_t status)
{
    k_out8(port(virtio, DEVICE_STATUS), status);
}

static uint16_t legacy_queue_slots(struct k_virtio *virtio, uint16_t index)
{
    if (index >= QUEUES_MAX)
        return 0;
    k_out16(port(virtio, QUEUE_SELECT), index);
    return k_in16(port(virtio, QUEUE_SIZE));
}

static void legacy_queue_enable(struct k_virtio *virtio, const struct k_virtq *queue)
{
    legacy_of(virtio)->queues |= (uint16_t)(1u << queue->index);
    k_out16(port(virtio, QUEUE_SELECT), queue->index);
    k_out32(port(virtio, QUEUE_PAGE), (uint32_t)((uintptr_t)queue->desc / K_PAGE_SIZE));
}

static void legacy_notify(struct k_virtio *virtio, uint16_t index)
{
    k_out16(port(virtio, QUEUE_NOTIFY), index);
}

static uint8_t legacy_config8(struct k_virtio *virtio, unsigned offset)
{
    unsigned config = legacy_of(virtio)->is_msix ? CONFIG_WITH_MSIX : CONFIG;

    return config + offset < PORTS ? k_in8(port(virtio, config + offset)) : 0;
}

/* Interrupt context; reading makes the device release its line. */
static void acknowledge(void *arg)
{
    if (!legacy_of(arg)->is_msix)
        k_in8(port(arg, ISR_STATUS));
}

static int legacy_irq_enable(struct k_virtio *virtio)
{
    struct legacy *legacy = legacy_of(virtio);

    k_pci_interrupt(legacy->at, acknowledge, legacy, &legacy->is_msix);
    if (!legacy->is_msix)
        return 0;
    k_out16(port(virtio, CONFIG_MSIX_VECTOR), NO_VECTOR);
    for (uint16_t index = 0; index < QUEUES_MAX; index++) {
        if (!(legacy->queues >> index & 1))
            continue;
        k_out16(port(virtio, QUEUE_SELECT), index);
        k_out16(port(virtio, QUEUE_MSIX_VECTOR), 0);
        if (k_in16(port(virtio, QUEUE_MSIX_VECTOR)) != 0)
            return -EIO;
    }
    return 0;
}

static const struct k_virtio_ops legacy_ops = {
    .features = legacy_features,
    .accept_features = legacy_accept_features,
    .status = legacy_status,
    .set_status = legacy_set_status,
    .queue_slots = legacy_queue_slots,
    .queue_enable = legacy_queue_enable,
    .notify = legacy_notify,
    .config8 = legacy_config8,
    .irq_enable = legacy_irq_enable,
};

struct k_virtio *k_virtio_pci_legacy_new(struct k_pci at)
{
    uint16_t ports = k_pci_ports(at, 0, PORTS);
    struct legacy *legacy = ports ? k_calloc(1, sizeof(*legacy)) : NULL;

    if (!legacy)
        return NULL;
    legacy->virtio.ops = &legacy_ops;
    legacy->virtio.is_legacy = true;
    legacy->at = at;
    legacy->ports = ports;
    k_log(K_LOG_DEBUG, "virtio-pci: %u:%u.%u is a legacy device, at port 0x%x", at.bus, at.slot,
          at.function, ports);
    return &legacy->virtio;
}
