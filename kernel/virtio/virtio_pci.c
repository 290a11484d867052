/* SPDX-License-Identifier: MIT */
/*
 * virtio_pci.c - modern virtio over PCI (virtio 1.x, section 4.1), as pc and q35 have it.
 *
 * Vendor capabilities say which BAR holds the common registers, the notification area and the
 * device's configuration. Transitional devices that have none are driven as legacy ones
 * (virtio_pci_legacy.c). All queues share one interrupt: it only ends the halt.
 */
#include "abi/errno.h"
#include "core/heap.h"
#include "core/log.h"
#include "core/mmio.h"
#include "virtio/virtio_pci.h"

#define CAP_VENDOR 0x09
#define VENDOR 0x1af4
#define ID_FIRST 0x1000
#define ID_MODERN 0x1040 /* and from here on, plus the type */
#define ID_LAST 0x107f
#define SUBSYSTEM_ID 0x2e /* the type of transitional devices */

enum { CFG_COMMON = 1, CFG_NOTIFY = 2, CFG_ISR = 3, CFG_DEVICE = 4 };

/* Registers of the common configuration. */
enum {
    DEVICE_FEATURE_SELECT = 0x00,
    DEVICE_FEATURE = 0x04,
    DRIVER_FEATURE_SELECT = 0x08,
    DRIVER_FEATURE = 0x0c,
    CONFIG_MSIX_VECTOR = 0x10,
    NUM_QUEUES = 0x12,
    DEVICE_STATUS = 0x14,
    QUEUE_SELECT = 0x16,
    QUEUE_SIZE = 0x18,
    QUEUE_MSIX_VECTOR = 0x1a,
    QUEUE_ENABLE = 0x1c,
    QUEUE_NOTIFY_OFF = 0x1e,
    QUEUE_DESC = 0x20,
    QUEUE_DRIVER = 0x28,
    QUEUE_DEVICE = 0x30,
};

#define QUEUES_MAX 8
#define STRUCTURE_MAX 0x10000 /* bytes that we map of one, whatever it claims */
#define NO_VECTOR 0xffff

struct pci_device {
    struct k_virtio virtio;
    struct k_pci at;
    uint8_t *common, *notify, *isr, *config;
    uint32_t notify_bytes, notify_multiplier, config_bytes;
    uint32_t notify_offset[QUEUES_MAX];
    bool is_msix;
};

static struct pci_device *device_of(struct k_virtio *virtio)
{
    return (struct pci_device *)virtio;
}

static uint64_t pci_features(struct k_virtio *virtio)
{
    uint8_t *common = device_of(virtio)->common;
    uint64_t low;

    k_mmio_write32(common + DEVICE_FEATURE_SELECT, 0);
    low = k_mmio_read32(common + DEVICE_FEATURE);
    k_mmio_write32(common + DEVICE_FEATURE_SELECT, 1);
    return low | (uint64_t)k_mmio_read32(common + DEVICE_FEATURE) << 32;
}

static void pci_accept_features(struct k_virtio *virtio, uint64_t features)
{
    uint8_t *common = device_of(virtio)->common;

    k_mmio_write32(common + DRIVER_FEATURE_SELECT, 0);
    k_mmio_write32(common + DRIVER_FEATURE, (uint32_t)features);
    k_mmio_write32(common + DRIVER_FEATURE_SELECT, 1);
    k_mmio_write32(common + DRIVER_FEATURE, (uint32_t)(features >> 32));
}

static uint8_t pci_status(struct k_virtio *virtio)
{
    return k_mmio_read8(device_of(virtio)->common + DEVICE_STATUS);
}

static void pci_set_status(struct k_virtio *virtio, uint8_t status)
{
    k_mmio_write8(device_of(virtio)->common + DEVICE_STATUS, status);
}

static uint16_t pci_queue_slots(struct k_virtio *virtio, uint16_t index)
{
    uint8_t *common = device_of(virtio)->common;

    if (index >= QUEUES_MAX || index >= k_mmio_read16(common + NUM_QUEUES))
        return 0;
    k_mmio_write16(common + QUEUE_SELECT, index);
    return k_mmio_read16(common + QUEUE_SIZE);
}

static void set_address(uint8_t *at, volatile void *address)
{
    k_mmio_write32(at, (uint32_t)(uintptr_t)address);
    k_mmio_write32(at + 4, (uint32_t)((uintptr_t)address >> 32));
}

static void pci_queue_enable(struct k_virtio *virtio, const struct k_virtq *queue)
{
    struct pci_device *device = device_of(virtio);
    uint8_t *common = device->common;
    uint32_t offset;

    k_mmio_write16(common + QUEUE_SELECT, queue->index);
    k_mmio_write16(common + QUEUE_SIZE, queue->slot_count);
    k_mmio_write16(common + QUEUE_MSIX_VECTOR, 0);
    set_address(common + QUEUE_DESC, queue->desc);
    set_address(common + QUEUE_DRIVER, queue->avail);
    set_address(common + QUEUE_DEVICE, queue->used);
    offset = k_mmio_read16(common + QUEUE_NOTIFY_OFF) * device->notify_multiplier;
    device->notify_offset[queue->index] = offset + 2 <= device->notify_bytes ? offset : 0;
    k_mmio_write16(common + QUEUE_ENABLE, 1);
}

static void pci_notify(struct k_virtio *virtio, uint16_t index)
{
    struct pci_device *device = device_of(virtio);

    k_mmio_write16(device->notify + device->notify_offset[index], index);
}

static uint8_t pci_config8(struct k_virtio *virtio, unsigned offset)
{
    struct pci_device *device = device_of(virtio);

    return offset < device->config_bytes ? k_mmio_read8(device->config + offset) : 0;
}

/* Interrupt context. A message needs no acknowledgement; for the line, reading makes the device
 * release it. */
static void acknowledge(void *arg)
{
    struct pci_device *device = arg;

    if (!device->is_msix && device->isr)
        k_mmio_read8(device->isr);
}

static int pci_irq_enable(struct k_virtio *virtio)
{
    struct pci_device *device = device_of(virtio);

    k_pci_interrupt(device->at, acknowledge, device, &device->is_msix);
    k_mmio_write16(device->common + CONFIG_MSIX_VECTOR, NO_VECTOR);
    return 0;
}

static const struct k_virtio_ops pci_ops = {
    .features = pci_features,
    .accept_features = pci_accept_features,
    .status = pci_status,
    .set_status = pci_set_status,
    .queue_slots = pci_queue_slots,
    .queue_enable = pci_queue_enable,
    .notify = pci_notify,
    .config8 = pci_config8,
    .irq_enable = pci_irq_enable,
};

/* The structure of kind `type`, mapped; NULL when there is none of at least `least` bytes. */
static uint8_t *find_structure(struct pci_device *device, uint8_t type, uint32_t least,
                               uint32_t *bytes, unsigned *cap_out)
{
    unsigned cap = 0;

    while ((cap = k_pci_capability(device->at, CAP_VENDOR, cap))) {
        uint64_t bar;

        if (k_pci_read8(device->at, cap + 3) != type)
            continue;
        *bytes = k_pci_read32(device->at, cap + 12);
        bar = k_pci_bar(device->at, k_pci_read8(device->at, cap + 4));
        if (!bar || *bytes < least)
            continue;
        if (*bytes > STRUCTURE_MAX)
            *bytes = STRUCTURE_MAX;
        *cap_out = cap;
        return k_map_mmio(bar + k_pci_read32(device->at, cap + 8), *bytes);
    }
    return NULL;
}

/* NULL: it has no modern registers, or firmware left them behind a closed bridge. */
static struct k_virtio *modern_new(struct k_pci at)
{
    struct pci_device *device = k_calloc(1, sizeof(*device));
    uint32_t bytes;
    unsigned cap;

    if (!device)
        return NULL;
    device->virtio.ops = &pci_ops;
    device->at = at;
    device->common = find_structure(device, CFG_COMMON, 0x38, &bytes, &cap);
    device->isr = find_structure(device, CFG_ISR, 1, &bytes, &cap);
    device->config = find_structure(device, CFG_DEVICE, 1, &device->config_bytes, &cap);
    if (!device->config)
        device->config_bytes = 0;
    device->notify = find_structure(device, CFG_NOTIFY, 2, &device->notify_bytes, &cap);
    if (!device->common || !device->isr || !device->notify) {
        k_free(device);
        return NULL;
    }
    device->notify_multiplier = k_pci_read32(at, cap + 16);
    k_log(K_LOG_DEBUG, "virtio-pci: %u:%u.%u has its registers at 0x%lx", at.bus, at.slot,
          at.function, (unsigned long)device->common);
    return &device->virtio;
}

static void probe_one(struct k_pci at, uint16_t id)
{
    bool is_transitional = id < ID_MODERN;
    struct k_virtio *virtio = modern_new(at);

    if (!virtio && is_transitional)
        virtio = k_virtio_pci_legacy_new(at);
    if (!virtio) {
        k_log(K_LOG_WARN, "virtio-pci: %u:%u.%u has no registers from firmware; it is not used",
              at.bus, at.slot, at.function);
        return;
    }
    virtio->type = is_transitional ? k_pci_read16(at, SUBSYSTEM_ID) : id - ID_MODERN;
    k_pci_enable(at);
    k_virtio_found(virtio);
}

static void consider(struct k_pci at)
{
    uint16_t id = k_pci_read16(at, 2);

    if (k_pci_read16(at, 0) == VENDOR && id >= ID_FIRST && id <= ID_LAST)
        probe_one(at, id);
}

void k_virtio_pci_probe(void)
{
    k_pci_scan(consider);
}
