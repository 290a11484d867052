/* SPDX-License-Identifier: MIT */
/* pci_test.c - buses, capabilities and BARs as a model of configuration space has them. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "tap.h"
#include "virtio/pci.h"

#define FUNCTIONS_MAX 8

static struct function {
    struct k_pci at;
    uint8_t config[256];
    uint32_t bar_mask; /* of BAR 0: the bits that can be set */
} functions[FUNCTIONS_MAX];
static int function_count, found_count;
static struct k_pci found_at[64];

void k_log(enum k_log_level level, const char *format, ...)
{
    (void)level, (void)format;
}

static struct function *function_of(struct k_pci at)
{
    for (int i = 0; i < function_count; i++)
        if (!memcmp(&functions[i].at, &at, sizeof at))
            return &functions[i];
    return NULL;
}

uint32_t k_pci_read32(struct k_pci at, unsigned offset)
{
    struct function *function = function_of(at);
    uint32_t value = 0xffffffff;

    if (function)
        memcpy(&value, function->config + (offset & 0xfc), 4);
    return value;
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
    struct function *function = function_of(at);

    if (offset == 0x10)
        value = (value & function->bar_mask) | (function->config[0x10] & 0xf);
    memcpy(function->config + offset, &value, 4);
}

void k_pci_write16(struct k_pci at, unsigned offset, uint16_t value)
{
    memcpy(function_of(at)->config + offset, &value, 2);
}

static struct function *plug(uint8_t bus, uint8_t slot, uint8_t number, uint8_t header)
{
    struct function *function = &functions[function_count++];

    *function = (struct function){.at = {bus, slot, number}};
    memcpy(function->config, "\xf4\x1a\x41\x10", 4);
    function->config[0x0e] = header;
    return function;
}

static void plug_bridge(uint8_t bus, uint8_t slot, uint8_t secondary)
{
    plug(bus, slot, 0, 1)->config[0x19] = secondary;
}

static void found(struct k_pci at)
{
    if (found_count < 64)
        found_at[found_count++] = at;
}

static int scan(void)
{
    found_count = 0;
    k_pci_scan(found);
    return found_count;
}

static void buses_are_found_behind_bridges(void)
{
    function_count = 0;
    ok(scan() == 0, "no PCI, no devices");
    plug(0, 0, 0, 0);
    plug_bridge(0, 1, 5);
    plug_bridge(5, 0, 9);
    plug(9, 3, 0, 0x80);
    plug(9, 3, 6, 0);
    ok(scan() == 3 && found_at[1].bus == 9 && found_at[2].function == 6,
       "devices behind two bridges are found");
    plug_bridge(9, 0, 5);
    plug_bridge(9, 1, 0);
    plug_bridge(9, 2, 9);
    ok(scan() == 3, "bridges in a ring, or without a number, end the search");
}

static void bars_are_where_they_are_said_to_be(void)
{
    static const struct {
        const char *name;
        uint8_t bus;
        uint32_t low, high, mask;
        uint64_t want;
    } rows[] = {
        {"a BAR of 32 bits", 0, 0xfebf0000, 7, 0, 0xfebf0000},
        {"a BAR of 64 bits above 4 GiB", 0, 0x8000000c, 0x3800, 0, 0x380080000000},
        {"a port is no memory BAR", 0, 0xc001, 0, 0, 0},
        {"an empty one on bus 0 is given an address", 0, 0x4, 0, 0xffffc000, 0xfd000000},
        {"the next one another", 0, 0, 0, 0xfffff000, 0xfd004000},
        {"one that is too large is left", 0, 0, 0, 0xf0000000, 0},
        {"one that is not there", 0, 0, 0, 0, 0},
        {"behind a bridge none is given", 3, 0x4, 0, 0xffffc000, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct function *function;

        function_count = 0;
        function = plug(rows[i].bus, 1, 0, 0);
        memcpy(function->config + 0x10, &rows[i].low, 4);
        memcpy(function->config + 0x14, &rows[i].high, 4);
        function->bar_mask = rows[i].mask;
        ok(k_pci_bar(function->at, 0) == rows[i].want, rows[i].name);
    }
    function_count = 0;
    plug(0, 1, 0, 0);
    memcpy(functions[0].config + 0x10, "\x01\xe0\x00\x00", 4);
    ok(k_pci_ports(functions[0].at, 0, 64) == 0xe000, "ports are where firmware put them");
    memcpy(functions[0].config + 0x10, "\xe1\xff\x00\x00", 4);
    ok(k_pci_ports(functions[0].at, 0, 64) == 0, "ports that leave the port space are refused");
    memcpy(functions[0].config + 0x10, "\x01\x00\x00\x00", 4);
    functions[0].bar_mask = 0xffffffe0;
    ok(k_pci_ports(functions[0].at, 0, 64) == 0xc000, "where it put none they are given");
    memcpy(functions[0].config + 0x10, "\x00\x00\x00\xfe", 4);
    ok(k_pci_ports(functions[0].at, 0, 64) == 0, "memory is no port");
    ok(k_pci_bar(functions[0].at, 6) == 0 && k_pci_bar(functions[0].at, 255) == 0,
       "there are six BARs");
}

static void capabilities_may_be_a_ring(void)
{
    struct function *function;

    function_count = 0;
    function = plug(0, 1, 0, 0);
    ok(k_pci_capability(function->at, 9, 0) == 0, "no list, no capability");
    function->config[0x06] = 0x10;
    function->config[0x34] = 0x40;
    memcpy(function->config + 0x40, "\x11\x50", 2);
    memcpy(function->config + 0x50, "\x09\x40", 2);
    ok(k_pci_capability(function->at, 0x11, 0) == 0x40, "the first is found");
    ok(k_pci_capability(function->at, 9, 0) == 0x50, "and the second");
    ok(k_pci_capability(function->at, 5, 0) == 0, "one that is not there ends the search");
}

static void noise_does_no_harm(void)
{
    bool good = true;

    srand(3);
    for (int round = 0; round < 20000; round++) {
        function_count = 0;
        for (int i = 0; i < FUNCTIONS_MAX; i++) {
            struct function *function =
                plug((uint8_t)(i ? rand() % 4 : 0), (uint8_t)(i ? rand() % 4 : 0),
                     (uint8_t)(i ? rand() % 2 : 0), 0);

            for (int j = 4; j < 256; j++)
                function->config[j] = (uint8_t)(rand() % 2 ? rand() % 4 : rand());
            function->bar_mask = (uint32_t)rand() << (rand() % 32);
        }
        good = good && scan() <= FUNCTIONS_MAX;
        for (int i = 0; i < found_count; i++) {
            struct k_pci at = found_at[i], bridge;
            uint64_t bar = k_pci_bar(at, (unsigned)rand() % 8);
            unsigned ports = k_pci_ports(at, (unsigned)rand() % 8, 64);

            good = good && !(bar & 0xf) && ports + 64 <= 0x10000;
            good = good && k_pci_capability(at, (uint8_t)rand(), (unsigned)rand() % 256 & 0xfc) < 256;
            good = good && k_pci_bridge_to(at.bus, &bridge) == (at.bus != 0);
        }
    }
    ok(good, "random values in configuration space do no harm");
}

int main(void)
{
    buses_are_found_behind_bridges();
    bars_are_where_they_are_said_to_be();
    capabilities_may_be_a_ring();
    noise_does_no_harm();
    return tap_done();
}
