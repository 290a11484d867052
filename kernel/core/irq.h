/* SPDX-License-Identifier: MIT */
/*
 * irq.h - interrupts of devices.
 *
 * A handler runs in interrupt context, on whatever stack was in use, with
 * interrupts off: it may read and write device registers and set a flag, nothing
 * more. Any interrupt ends the halt of the idle loop, which then runs the pollers.
 */
#ifndef K_CORE_IRQ_H
#define K_CORE_IRQ_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Route I/O APIC input `gsi` to `fn`. Several handlers may share an input.
 * Level-triggered inputs (PCI INTx, the SCI) say so; virtio-mmio is edge.
 * 0, -ENOSPC, -ENODEV.
 */
int k_irq_enable(unsigned gsi, bool level, void (*fn)(void *arg), void *arg);

/*
 * A message-signalled interrupt: the caller writes address and data to the device.
 * 0 or -ENOSPC.
 */
int k_irq_msi(void (*fn)(void *arg), void *arg, uint64_t *address, uint32_t *data);

#endif
