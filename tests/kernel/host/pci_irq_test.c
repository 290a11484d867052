/* SPDX-License-Identifier: MIT */
/* pci_irq_test.c - how a PCI device interrupts, on chip sets that we know and do not know. */
#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/irq.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/timer.h"
#include "tap.h"
#include "virtio/pci.h"

#define I440FX 0x12378086u
#define Q35 0x29c08086u
#define PIIX 0x70008086u
#define CAP_MSIX 0x11

static uint32_t host;
static uint32_t piix_routes;
static uint8_t pin;
static uint16_t command;
static bool has_msix;
static int msi_result, line_result; /* of asking for a vector, for an input */
static unsigned line_input;
static int timers_set;
static struct k_timer *timer;
static uint32_t msix_entry[4], msix_control;

void k_log(enum k_log_level level, const char *format, ...) { (void)level, (void)format; }
uint64_t k_clock_now_ns(void) { return 5; }

void k_timer_set(struct k_timer *set, uint64_t deadline_ns)
{
    (void)deadline_ns;
    timer = set;
    timer->is_set = true;
    timers_set++;
}

void *k_map_mmio(uint64_t physical, size_t bytes)
{
    (void)physical, (void)bytes;
    return msix_entry;
}

int k_irq_enable(unsigned gsi, bool level, void (*fn)(void *arg), void *arg)
{
    (void)fn, (void)arg;
    line_input = gsi;
    return level ? line_result : -EINVAL;
}

int k_irq_msi(void (*fn)(void *arg), void *arg, uint64_t *address, uint32_t *data)
{
    (void)fn, (void)arg;
    *address = 0xfee00000;
    *data = 40;
    return msi_result;
}

uint64_t k_pci_bar(struct k_pci at, unsigned bar) { return at.slot && bar < 6 ? 0xfe000000 : 0; }

unsigned k_pci_capability(struct k_pci at, uint8_t id, unsigned after)
{
    (void)at, (void)after;
    return has_msix && id == CAP_MSIX ? 0x40 : 0;
}

/* Buses 1 to 20 hang one below the other, 30 below itself. */
bool k_pci_bridge_to(uint8_t bus, struct k_pci *bridge)
{
    *bridge = (struct k_pci){bus == 30 ? 30 : (uint8_t)(bus - 1), 2, 0};
    return bus <= 20 || bus == 30;
}

uint32_t k_pci_read32(struct k_pci at, unsigned offset)
{
    if (!at.bus && !at.slot)
        return offset ? 0 : host;
    if (!at.bus && at.slot == 1 && host == I440FX)
        return offset == 0 ? PIIX : offset == 8 ? 0x06010000u : offset == 0x60 ? piix_routes : 0;
    return offset == 0x3c ? (uint32_t)pin << 8 : offset == 0x44 ? 3 : offset == 4 ? command : 0;
}

uint16_t k_pci_read16(struct k_pci at, unsigned offset)
{
    return (uint16_t)(k_pci_read32(at, offset & 0xfc) >> (offset & 2) * 8);
}

uint8_t k_pci_read8(struct k_pci at, unsigned offset)
{
    return (uint8_t)(k_pci_read32(at, offset & 0xfc) >> (offset & 3) * 8);
}

void k_pci_write32(struct k_pci at, unsigned offset, uint32_t value)
{
    if (at.slot == 1 && offset == 0x60)
        piix_routes = value;
}

void k_pci_write16(struct k_pci at, unsigned offset, uint16_t value)
{
    (void)at;
    if (offset == 4)
        command = value;
    if (offset == 0x42)
        msix_control = value;
}

static void lines_are_where_the_chip_set_puts_them(void)
{
    static const struct {
        const char *name;
        uint32_t host, routes;
        struct k_pci at;
        uint8_t pin;
        int want;
    } rows[] = {
        {"pc: slot 3, pin A is the third wire", I440FX, 0x090b0a05, {0, 3, 0}, 1, 11},
        {"pc: its pin C is the first", I440FX, 0x090b0a05, {0, 3, 0}, 3, 5},
        {"pc: a wire that leads nowhere is connected", I440FX, 0x80808080, {0, 3, 0}, 1, 11},
        {"pc: behind a bridge the slot turns the pin", I440FX, 0x090b0a05, {1, 1, 0}, 1, 11},
        {"q35: slot 3, pin A", Q35, 0, {0, 3, 0}, 1, 23},
        {"q35: slot 4, pin A", Q35, 0, {0, 4, 0}, 1, 20},
        {"q35: a slot of the chip set", Q35, 0, {0, 27, 0}, 2, 17},
        {"q35: behind two bridges", Q35, 0, {2, 6, 0}, 1, 22},
        {"a device without a pin", Q35, 0, {0, 3, 0}, 0, -ENODEV},
        {"a pin that there is not", Q35, 0, {0, 3, 0}, 5, -ENODEV},
        {"a chip set that we do not know", 0x0d571de0, 0, {0, 3, 0}, 1, -ENODEV},
        {"a bus that nobody leads to", Q35, 0, {40, 3, 0}, 1, -ENODEV},
        {"a bus below itself", Q35, 0, {30, 3, 0}, 1, -ENODEV},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        host = rows[i].host;
        piix_routes = rows[i].routes;
        pin = rows[i].pin;
        ok(k_pci_line(rows[i].at) == rows[i].want, rows[i].name);
    }
    host = I440FX;
    pin = 1;
    piix_routes = 0x8080800a;
    k_pci_line((struct k_pci){0, 3, 0});
    ok(piix_routes == 0x800b800a, "pc: only the wire in question is connected");
}

static void the_best_way_is_taken(void)
{
    static const struct k_pci at = {0, 3, 0};
    bool is_msix = false;

    host = Q35;
    has_msix = true;
    command = 0x407;
    k_pci_interrupt(at, NULL, NULL, &is_msix);
    ok(is_msix && msix_entry[2] == 40 && msix_control == 0x8000 && command == 0x407,
       "MSI-X, with its line off");
    has_msix = false;
    k_pci_interrupt(at, NULL, NULL, &is_msix);
    ok(!is_msix && line_input == 23 && command == 7 && !timers_set, "its line where it has no MSI-X");
    has_msix = true;
    msi_result = -ENOSPC;
    command = 0x407;
    k_pci_interrupt(at, NULL, NULL, &is_msix);
    ok(!is_msix && command == 7, "or where no vector is left");
    line_result = -ENODEV;
    command = 0x407;
    k_pci_interrupt(at, NULL, NULL, &is_msix);
    ok(!is_msix && command == 0x407 && timers_set == 1, "else a timer wakes us");
    timer->is_set = false;
    timer->fn(timer->arg);
    ok(timers_set == 2, "again and again");
    k_pci_interrupt(at, NULL, NULL, &is_msix);
    ok(timers_set == 2, "one timer for all devices");
}

int main(void)
{
    lines_are_where_the_chip_set_puts_them();
    the_best_way_is_taken();
    return tap_done();
}
