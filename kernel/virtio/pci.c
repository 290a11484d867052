/* SPDX-License-Identifier: MIT */
#include "virtio/pci.h"

#include "core/mmio.h"

enum { COMMAND = 0x04, STATUS = 0x06, BAR0 = 0x10, CAPABILITIES = 0x34 };

/* Where BARs go that firmware left empty: below the I/O APIC, above all RAM of pc and q35. */
#define WINDOW_START 0xfd000000u
#define WINDOW_END 0xfe000000u

static void select(struct k_pci at, unsigned offset)
{
    k_out32(0xcf8, 0x80000000u | (uint32_t)at.slot << 11 | (uint32_t)at.function << 8 |
                       (offset & 0xfc));
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

unsigned k_pci_capability(struct k_pci at, uint8_t id, unsigned after)
{
    unsigned offset;

    if (!(k_pci_read16(at, STATUS) & 0x10))
        return 0;
    offset = k_pci_read8(at, after ? after + 1 : CAPABILITIES) & 0xfc;
    for (int hops = 0; offset && hops < 48; hops++) {
        if (k_pci_read8(at, offset) == id)
            return offset;
        offset = k_pci_read8(at, offset + 1) & 0xfc;
    }
    return 0;
}

static uint64_t assign(struct k_pci at, unsigned offset, uint32_t flags)
{
    static uint32_t next = WINDOW_START;
    uint32_t size, address;

    k_pci_write32(at, offset, 0xffffffffu);
    size = ~(k_pci_read32(at, offset) & ~0xfu) + 1;
    if (!size || size > WINDOW_END - WINDOW_START)
        return 0;
    address = (next + size - 1) & ~(size - 1);
    if (address < next || address + size > WINDOW_END)
        return 0;
    next = address + size;
    k_pci_write32(at, offset, address | flags);
    if ((flags & 6) == 4)
        k_pci_write32(at, offset + 4, 0);
    return address;
}

uint64_t k_pci_bar(struct k_pci at, unsigned bar)
{
    unsigned offset = BAR0 + bar * 4;
    uint32_t low;
    uint64_t address;

    if (bar > 5)
        return 0;
    low = k_pci_read32(at, offset);
    if (low & 1)
        return 0;
    address = low & ~0xfu;
    if ((low & 6) == 4 && bar < 5)
        address |= (uint64_t)k_pci_read32(at, offset + 4) << 32;
    return address ? address : assign(at, offset, low & 0xf);
}

void k_pci_enable(struct k_pci at)
{
    k_pci_write16(at, COMMAND, k_pci_read16(at, COMMAND) | 0x406); /* memory, master, no INTx */
}
