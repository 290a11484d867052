/* SPDX-License-Identifier: MIT */
/*
 * pci_ports.c - configuration space through its two ports.
 */
#include "core/mmio.h"
#include "virtio/pci.h"

static void select(struct k_pci at, unsigned offset)
{
    k_out32(0xcf8, 0x80000000u | (uint32_t)at.bus << 16 | (uint32_t)at.slot << 11 |
                       (uint32_t)at.function << 8 | (offset & 0xfc));
}

uint32_t k_pci_read32(struct k_pci at, unsigned offset)
{
    select(at, offset);
    return k_in32(0xcfc);
}

uint16_t k_pci_read16(struct k_pci at, unsigned offset)
{
    return (uint16_t)(k_pci_read32(at, offset) >> (offset & 2) * 8);
}

uint8_t k_pci_read8(struct k_pci at, unsigned offset)
{
    return (uint8_t)(k_pci_read32(at, offset) >> (offset & 3) * 8);
}

void k_pci_write32(struct k_pci at, unsigned offset, uint32_t value)
{
    select(at, offset);
    k_out32(0xcfc, value);
}

void k_pci_write16(struct k_pci at, unsigned offset, uint16_t value)
{
    select(at, offset);
    k_out16((uint16_t)(0xcfc + (offset & 2)), value);
}
