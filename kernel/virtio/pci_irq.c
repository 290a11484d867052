/* SPDX-License-Identifier: MIT */
/*
 * pci_irq.c - interrupts of a PCI device: MSI-X, its line, or looking every two milliseconds.
 */
#include <stddef.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/irq.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/timer.h"
#include "virtio/pci.h"

#define CAP_MSIX 0x11
#define MSIX_ENABLE 0x8000
#define MSIX_MASK_ALL 0x4000
#define COMMAND 0x04
#define COMMAND_NO_LINE 0x400
#define LOOK_NS (2 * K_NS_PER_MS)

static int enable_msix(struct k_pci at, void (*fn)(void *arg), void *arg)
{
    unsigned cap = k_pci_capability(at, CAP_MSIX, 0);
    uint32_t place, data;
    uint64_t bar, address;
    uint8_t *entry;
    uint16_t control;
    int err;

    if (!cap)
        return -ENODEV;
    place = k_pci_read32(at, cap + 4);
    bar = k_pci_bar(at, place & 7);
    entry = bar ? k_map_mmio(bar + (place & ~7u), 16) : NULL;
    if (!entry)
        return -EIO;
    err = k_irq_msi(fn, arg, &address, &data);
    if (err)
        return err;
    k_mmio_write32(entry, (uint32_t)address);
    k_mmio_write32(entry + 4, (uint32_t)(address >> 32));
    k_mmio_write32(entry + 8, data);
    k_mmio_write32(entry + 12, 0); /* not masked */
    control = k_pci_read16(at, cap + 2);
    k_pci_write16(at, cap + 2, (uint16_t)((control & ~MSIX_MASK_ALL) | MSIX_ENABLE));
    return 0;
}

static int enable_line(struct k_pci at, void (*fn)(void *arg), void *arg)
{
    int gsi = k_pci_line(at);
    int err = gsi < 0 ? gsi : k_irq_enable((unsigned)gsi, true, fn, arg);

    if (err)
        return err;
    k_pci_write16(at, COMMAND, k_pci_read16(at, COMMAND) & (uint16_t)~COMMAND_NO_LINE);
    k_log(K_LOG_DEBUG, "pci: %u:%u.%u interrupts by input %d", at.bus, at.slot, at.function, gsi);
    return 0;
}

/* The timer only ends the halt; then the pollers look at every device. */
static void look(void *arg)
{
    k_timer_set(arg, k_clock_now_ns() + LOOK_NS);
}

static void look_often(struct k_pci at)
{
    static struct k_timer timer = {.fn = look, .arg = &timer};

    k_log(K_LOG_WARN, "pci: %u:%u.%u has no interrupt that we know; we look at it every 2 ms",
          at.bus, at.slot, at.function);
    if (!timer.is_set)
        look(&timer);
}

void k_pci_interrupt(struct k_pci at, void (*fn)(void *arg), void *arg, bool *is_msix)
{
    *is_msix = !enable_msix(at, fn, arg);
    if (!*is_msix && enable_line(at, fn, arg))
        look_often(at);
}
