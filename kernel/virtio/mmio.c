/* SPDX-License-Identifier: MIT */
/*
 * mmio.c - virtio over memory-mapped registers (virtio 1.x, section 4.2), as microvm and Firecracker
 * have it.
 *
 * The command line says where: virtio_mmio.device=SIZE@ADDRESS:IRQ, one for each device. Only
 * version 2, the modern layout, is driven; QEMU needs -global virtio-mmio.force-legacy=false.
 */
#include "abi/errno.h"
#include "core/cmdline.h"
#include "core/heap.h"
#include "core/irq.h"
#include "core/log.h"
#include "core/mmio.h"
#include "virtio/virtio.h"

enum {
    MAGIC = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SEL = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SEL = 0x024,
    QUEUE_SEL = 0x030,
    QUEUE_NUM_MAX = 0x034,
    QUEUE_NUM = 0x038,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    INTERRUPT_STATUS = 0x060,
    INTERRUPT_ACK = 0x064,
    STATUS = 0x070,
    QUEUE_DESC = 0x080,
    QUEUE_DRIVER = 0x090,
    QUEUE_DEVICE = 0x0a0,
    CONFIG = 0x100,
};

struct mmio_device {
    struct k_virtio virtio;
    struct mmio_device *next; /* of `known` */
    uint8_t *regs;
    unsigned gsi;
};

static struct mmio_device *known;

static uint32_t get(struct k_virtio *virtio, unsigned offset)
{
    return k_mmio_read32(((struct mmio_device *)virtio)->regs + offset);
}

static void set(struct k_virtio *virtio, unsigned offset, uint32_t value)
{
    k_mmio_write32(((struct mmio_device *)virtio)->regs + offset, value);
}

static uint64_t mmio_features(struct k_virtio *virtio)
{
    uint64_t low, high;

    set(virtio, DEVICE_FEATURES_SEL, 0);
    low = get(virtio, DEVICE_FEATURES);
    set(virtio, DEVICE_FEATURES_SEL, 1);
    high = get(virtio, DEVICE_FEATURES);
    return low | high << 32;
}

static void mmio_accept_features(struct k_virtio *virtio, uint64_t features)
{
    set(virtio, DRIVER_FEATURES_SEL, 0);
    set(virtio, DRIVER_FEATURES, (uint32_t)features);
    set(virtio, DRIVER_FEATURES_SEL, 1);
    set(virtio, DRIVER_FEATURES, (uint32_t)(features >> 32));
}

static uint8_t mmio_status(struct k_virtio *virtio)
{
    return (uint8_t)get(virtio, STATUS);
}

static void mmio_set_status(struct k_virtio *virtio, uint8_t status)
{
    set(virtio, STATUS, status);
}

static uint16_t mmio_queue_slots(struct k_virtio *virtio, uint16_t index)
{
    uint32_t slots;

    set(virtio, QUEUE_SEL, index);
    slots = get(virtio, QUEUE_NUM_MAX);
    return slots < K_VIRTQ_SLOTS_MAX ? (uint16_t)slots : K_VIRTQ_SLOTS_MAX;
}

static void set_address(struct k_virtio *virtio, unsigned offset, volatile void *at)
{
    set(virtio, offset, (uint32_t)(uintptr_t)at);
    set(virtio, offset + 4, (uint32_t)((uintptr_t)at >> 32));
}

static void mmio_queue_enable(struct k_virtio *virtio, const struct k_virtq *queue)
{
    set(virtio, QUEUE_SEL, queue->index);
    set(virtio, QUEUE_NUM, queue->slot_count);
    set_address(virtio, QUEUE_DESC, queue->desc);
    set_address(virtio, QUEUE_DRIVER, queue->avail);
    set_address(virtio, QUEUE_DEVICE, queue->used);
    set(virtio, QUEUE_READY, 1);
}

static void mmio_notify(struct k_virtio *virtio, uint16_t index)
{
    set(virtio, QUEUE_NOTIFY, index);
}

static uint8_t mmio_config8(struct k_virtio *virtio, unsigned offset)
{
    return k_mmio_read8(((struct mmio_device *)virtio)->regs + CONFIG + offset);
}

/* Interrupt context. The line stays up, and no further edge comes, until this is acknowledged. */
static void acknowledge(void *arg)
{
    set(arg, INTERRUPT_ACK, get(arg, INTERRUPT_STATUS));
}

static int mmio_irq_enable(struct k_virtio *virtio)
{
    return k_irq_enable(((struct mmio_device *)virtio)->gsi, false, acknowledge, virtio);
}

static const struct k_virtio_ops mmio_ops = {
    .features = mmio_features,
    .accept_features = mmio_accept_features,
    .status = mmio_status,
    .set_status = mmio_set_status,
    .queue_slots = mmio_queue_slots,
    .queue_enable = mmio_queue_enable,
    .notify = mmio_notify,
    .config8 = mmio_config8,
    .irq_enable = mmio_irq_enable,
};

static const char *number(const char *text, uint64_t *value)
{
    unsigned base = 10;

    *value = 0;
    if (text[0] == '0' && (text[1] | 32) == 'x') {
        base = 16;
        text += 2;
    }
    for (;; text++) {
        char c = *text | 32;
        unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 99;
        if (digit >= base)
            return text;
        *value = *value * base + digit;
    }
}

/* With ACPI, Firecracker tells of a device on the command line and in a table. */
static bool is_known(const uint8_t *regs)
{
    for (const struct mmio_device *device = known; device; device = device->next)
        if (device->regs == regs)
            return true;
    return false;
}

/* SIZE, which may end in K, then @ADDRESS:IRQ. */
static void probe_one(const char *token)
{
    uint64_t size, address, irq;
    struct mmio_device *device;
    uint8_t *regs;

    token = number(token, &size);
    if (*token == 'K' || *token == 'k')
        token++;
    if (*token != '@')
        return;
    token = number(token + 1, &address);
    if (*token != ':')
        return;
    number(token + 1, &irq);

    regs = k_map_mmio(address, 0x200);
    if (!regs || k_mmio_read32(regs + MAGIC) != 0x74726976 || !k_mmio_read32(regs + DEVICE_ID))
        return;
    if (is_known(regs))
        return;
    if (k_mmio_read32(regs + VERSION) != 2) {
        k_log(K_LOG_WARN, "virtio-mmio: the device at 0x%llx is a legacy one; start QEMU with "
              "-global virtio-mmio.force-legacy=false", (unsigned long long)address);
        return;
    }
    device = k_calloc(1, sizeof(*device));
    if (!device)
        return;
    device->virtio.ops = &mmio_ops;
    device->virtio.type = k_mmio_read32(regs + DEVICE_ID);
    device->regs = regs;
    device->gsi = (unsigned)irq;
    device->next = known;
    known = device;
    k_virtio_found(&device->virtio);
}

void k_virtio_mmio_probe(void)
{
    size_t cursor = 0;
    const char *token;

    while ((token = k_cmdline_each("virtio_mmio.device", &cursor)))
        probe_one(token);
}
