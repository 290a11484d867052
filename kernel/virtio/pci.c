/* SPDX-License-Identifier: MIT */
#include "virtio/pci.h"

#include <stdbool.h>

#include "core/log.h"

enum {
    COMMAND = 0x04,
    STATUS = 0x06,
    HEADER_TYPE = 0x0e,
    BAR0 = 0x10,
    SECONDARY_BUS = 0x19,
    CAPABILITIES = 0x34,
};

/* The same for ports: where pc and q35 have none. */
#define PORTS_START 0xc000u
#define PORTS_END 0x10000u

#define NOBODY         0xffffffffu
#define MANY_FUNCTIONS 0x80
#define BRIDGE         1
#define BUSES          256

/* Where BARs go that firmware left empty: below the I/O APIC, above all RAM of pc and q35. */
#define WINDOW_START 0xfd000000u
#define WINDOW_END   0xfe000000u

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

static uint16_t assign_ports(struct k_pci at, unsigned offset)
{
    static uint32_t next = PORTS_START;
    uint32_t size, first;

    k_pci_write32(at, offset, NOBODY);
    size = (~(k_pci_read32(at, offset) & ~3u) + 1) & 0xffff;
    if (!size || size & (size - 1) || size > PORTS_END - PORTS_START)
        return 0;
    first = (next + size - 1) & ~(size - 1);
    if (first + size > PORTS_END)
        return 0;
    next = first + size;
    k_pci_write32(at, offset, first | 1);
    return (uint16_t)first;
}

uint16_t k_pci_ports(struct k_pci at, unsigned bar, unsigned ports)
{
    unsigned offset = BAR0 + bar * 4;
    uint32_t value, first;

    if (bar > 5)
        return 0;
    value = k_pci_read32(at, offset);
    if (value == NOBODY || !(value & 1))
        return 0;
    first = value & ~3u;
    if (first)
        return first <= 0x10000 - ports ? (uint16_t)first : 0;
    return at.bus ? 0 : assign_ports(at, offset);
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
    if (address || at.bus) /* a bridge lets through only what firmware told it */
        return address;
    return assign(at, offset, low & 0xf);
}

void k_pci_enable(struct k_pci at)
{
    k_pci_write16(at, COMMAND, k_pci_read16(at, COMMAND) | 0x407); /* all, but no line */
}

/* The buses that we know of, each once, whatever the bridges claim. */
static struct {
    uint8_t list[BUSES];
    bool known[BUSES];
    struct k_pci bridge[BUSES]; /* that leads there */
    unsigned count;
} buses;

bool k_pci_bridge_to(uint8_t bus, struct k_pci *bridge)
{
    *bridge = buses.bridge[bus];
    return bus && buses.known[bus];
}

static void add_bus(struct k_pci bridge)
{
    uint8_t bus = k_pci_read8(bridge, SECONDARY_BUS);

    if (!bus)
        k_log(K_LOG_WARN,
              "pci: firmware gave no number to the bus behind %u:%u.%u; nothing there is used",
              bridge.bus, bridge.slot, bridge.function);
    if (buses.known[bus])
        return;
    buses.known[bus] = true;
    buses.bridge[bus] = bridge;
    buses.list[buses.count++] = bus;
}

static void scan_slot(struct k_pci at, void (*found)(struct k_pci at))
{
    uint8_t functions = 1;

    for (at.function = 0; at.function < functions; at.function++) {
        uint8_t header;

        if (k_pci_read32(at, 0) == NOBODY)
            continue;
        header = k_pci_read8(at, HEADER_TYPE);
        if (at.function == 0 && header & MANY_FUNCTIONS)
            functions = 8;
        if ((header & ~MANY_FUNCTIONS) == BRIDGE)
            add_bus(at);
        else
            found(at);
    }
}

void k_pci_scan(void (*found)(struct k_pci at))
{
    for (unsigned i = 0; i < BUSES; i++)
        buses.known[i] = i == 0;
    buses.count = 1;
    if (k_pci_read32((struct k_pci){0, 0, 0}, 0) == NOBODY)
        return;
    for (unsigned i = 0; i < buses.count; i++)
        for (uint8_t slot = 0; slot < 32; slot++)
            scan_slot((struct k_pci){buses.list[i], slot, 0}, found);
}
