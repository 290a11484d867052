/* SPDX-License-Identifier: MIT */
/*
 * pci_line.c - where a device's interrupt line (INTx) arrives at the I/O APIC.
 *
 * The firmware's table of this (_PRT) is AML, which we do not interpret. Instead the two chip sets
 * that hypervisors imitate are known: i440FX with PIIX, and q35 with ICH9.
 */
#include "abi/errno.h"
#include "virtio/pci.h"

#define I440FX 0x12378086u
#define Q35 0x29c08086u
#define INTEL 0x8086
#define CLASS_ISA_BRIDGE 0x0601

#define PINS 4
#define HOPS_MAX 16

enum {
    CLASS = 0x0a,
    INTERRUPT_PIN = 0x3d,
    PIIX_ROUTES = 0x60, /* a byte for each of four wires: the ISA interrupt, bit 7: none */
};

static const unsigned piix_interrupts[PINS] = {10, 10, 11, 11};

/* The function of slots 1 to 7 of bus 0 that routes: PIIX3's or PIIX4's first. */
static bool find_piix(struct k_pci *at)
{
    for (uint8_t slot = 1; slot < 8; slot++) {
        *at = (struct k_pci){0, slot, 0};
        if (k_pci_read16(*at, 0) == INTEL && k_pci_read16(*at, CLASS) == CLASS_ISA_BRIDGE)
            return true;
    }
    return false;
}

/* Bus 0's slots are wired in turn, slot 1 as it is; where no firmware chose, we do as firmware. */
static int piix_line(unsigned slot, unsigned pin)
{
    unsigned wire = (slot + pin - 1) % PINS, shift = wire * 8;
    struct k_pci piix;
    uint32_t routes;

    if (!find_piix(&piix))
        return -ENODEV;
    routes = k_pci_read32(piix, PIIX_ROUTES);
    if (routes >> shift & 0x80) {
        routes = (routes & ~(0xffu << shift)) | piix_interrupts[wire] << shift;
        k_pci_write32(piix, PIIX_ROUTES, routes);
    }
    return (int)(routes >> shift & 0xf);
}

/* Slots below 25 share four wires in turn, those of the chip set itself have the other four; with
 * the I/O APIC in use each wire has an input of its own, from 16 on. */
static int ich9_line(unsigned slot, unsigned pin)
{
    if (slot < 25)
        return (int)(16 + 4 + (slot + pin) % PINS);
    return (int)(16 + pin + (slot == 30 ? 4 : 0));
}

int k_pci_line(struct k_pci at)
{
    unsigned pin = k_pci_read8(at, INTERRUPT_PIN);
    uint32_t host = k_pci_read32((struct k_pci){0, 0, 0}, 0);

    if (pin < 1 || pin > PINS)
        return -ENODEV;
    pin--;
    for (int hops = 0; at.bus; hops++) { /* a bridge turns the pins by the slot */
        pin = (at.slot + pin) % PINS;
        if (hops == HOPS_MAX || !k_pci_bridge_to(at.bus, &at))
            return -ENODEV;
    }
    if (host == I440FX)
        return piix_line(at.slot, pin);
    return host == Q35 ? ich9_line(at.slot, pin) : -ENODEV;
}
