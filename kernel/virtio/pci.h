/* SPDX-License-Identifier: MIT */
/*
 * pci.h - PCI: configuration space by ports 0xCF8 and 0xCFC, and the devices of all buses.
 */
#ifndef K_VIRTIO_PCI_H
#define K_VIRTIO_PCI_H

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

/* Let the device answer at its BARs and write memory. */
void k_pci_enable(struct k_pci at);

#endif
