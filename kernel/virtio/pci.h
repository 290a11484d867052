/* SPDX-License-Identifier: MIT */
/*
 * pci.h - PCI: configuration space by ports 0xCF8 and 0xCFC, and the devices of all buses.
 */
#ifndef K_VIRTIO_PCI_H
#define K_VIRTIO_PCI_H

#include <stdbool.h>
#include <stdint.h>

struct k_pci {
    uint8_t bus, slot, function;
};

uint32_t k_pci_read32(struct k_pci at, unsigned offset);
uint16_t k_pci_read16(struct k_pci at, unsigned offset);
uint8_t k_pci_read8(struct k_pci at, unsigned offset);
void k_pci_write32(struct k_pci at, unsigned offset, uint32_t value);
void k_pci_write16(struct k_pci at, unsigned offset, uint16_t value);

/* Offset of the first capability `id` behind the one at `after` (0: from the start); 0: none. */
unsigned k_pci_capability(struct k_pci at, uint8_t id, unsigned after);

/* Call `found` for each function that is no bridge, on bus 0 and on those behind bridges that
 * firmware numbered. Nothing without PCI, as on microvm, where the ports read as ones. */
void k_pci_scan(void (*found)(struct k_pci at));

/* Address of a memory BAR; on bus 0 it is given one when firmware gave none. 0: there is none. */
uint64_t k_pci_bar(struct k_pci at, unsigned bar);

/* First port of an I/O BAR of `ports` ports, found as above. 0: there is none. */
uint16_t k_pci_ports(struct k_pci at, unsigned bar, unsigned ports);

/* Let the device answer at its BARs and write memory. Its interrupt line stays off. */
void k_pci_enable(struct k_pci at);

/* The bridge that leads to a bus which k_pci_scan found; false for bus 0. */
bool k_pci_bridge_to(uint8_t bus, struct k_pci *bridge);

/*
 * Interrupts of the device call `fn`, in interrupt context: by MSI-X (all through vector 0, *is_msix
 * is true, and there is nothing to acknowledge); else by its line, where we know the chip set's
 * wiring (`fn` must make the device release it); else not at all, and the machine wakes every
 * two milliseconds instead, which the log tells.
 */
void k_pci_interrupt(struct k_pci at, void (*fn)(void *arg), void *arg, bool *is_msix);

/* Where the device's line arrives: the input of the I/O APIC. -ENODEV: it has none, or on a chip
 * set that we do not know. */
int k_pci_line(struct k_pci at);

#endif
