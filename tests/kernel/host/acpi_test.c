/* SPDX-License-Identifier: MIT */
/* acpi_test.c - tables that are right, short, or tell of a machine that we do not know. */
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/paging.h"
#include "core/cmdline.h"
#include "core/irq.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/poll.h"
#include "sys/signal.h"
#include "tap.h"

#define REDUCED (1u << 20)
#define SLEEP   0xfea00200ull /* microvm's */

#define RESETS  (1u << 10)
#define RAM     0x5000ull

static int inputs, buttons;
static uint64_t registers_at; /* what was mapped that is no table of ours: the last */

void k_log(enum k_log_level level, const char *format, ...)
{
    (void)level, (void)format;
}
int k_snprintf(char *out, size_t capacity, const char *format, ...)
{
    (void)capacity, (void)format;
    out[0] = '\0';
    return 0;
}
static bool is_table(uintptr_t address);
unsigned k_paging_access(uintptr_t address)
{
    if (registers_at && address - registers_at < 4096)
        return K_ACCESS_DEVICE;
    return is_table(address) ? K_ACCESS_READ : address == RAM ? K_ACCESS_READ | K_ACCESS_WRITE : 0;
}
void k_cmdline_add(const char *text)
{
    (void)text;
}
void k_poller_add(struct k_poller *poller)
{
    buttons += poller->poll != NULL;
}
void k_signal_process(int signal)
{
    (void)signal;
}

int k_irq_enable(unsigned gsi, bool level, void (*fn)(void *arg), void *arg)
{
    (void)gsi, (void)level, (void)fn, (void)arg;
    inputs++;
    return 0;
}

static uint8_t tables[3][512]; /* root pointer, list, fixed table */
static bool is_table(uintptr_t address)
{
    return address - ((uintptr_t)tables & ~4095ul) < sizeof tables + 4096;
}

void *k_map_mmio(uint64_t physical, size_t bytes)
{
    (void)bytes;
    if (!is_table(physical))
        registers_at = physical;
    return (void *)(uintptr_t)physical;
}

static void put(uint8_t *at, uint64_t value, size_t bytes)
{
    memcpy(at, &value, bytes);
}

static void make(uint32_t list_bytes, uint32_t fadt_bytes, uint8_t space, uint64_t sleep)
{
    memset(tables, 0, sizeof tables);
    memcpy(tables[0], "RSD PTR ", 8);
    tables[0][15] = 2;
    put(tables[0] + 24, (uintptr_t)tables[1], 8);
    memcpy(tables[1], "XSDT", 4);
    put(tables[1] + 4, list_bytes, 4);
    put(tables[1] + 36, (uintptr_t)tables[2], 8);
    memcpy(tables[2], "FACP", 4);
    put(tables[2] + 4, fadt_bytes, 4);
    put(tables[2] + 112, REDUCED, 4);
    tables[2][244] = space;
    put(tables[2] + 248, sleep, 8);
}

/* Where the kernel would reset by memory; there is a table of ports in the booted tests. */
static void resets(void)
{
    static const struct {
        const char *name;
        uint32_t fadt_bytes, flags;
        uint8_t space, bits, offset;
        uint64_t address, mapped;
    } rows[] = {
        {"a reset register in memory is mapped", 276, REDUCED | RESETS, 0, 8, 0, 0xfea01202, 0xfea01000},
        {"also where there is no sleep register", 129, RESETS, 0, 8, 0, 0xfea01202, 0xfea01000},
        {"one that is not said to be there is not", 276, REDUCED, 0, 8, 0, 0xfea01202, 0},
        {"nor one that the table ends before", 128, RESETS, 0, 8, 0, 0xfea01202, 0},
        {"nor one of 16 bits", 276, RESETS, 0, 16, 0, 0xfea01202, 0},
        {"nor bits that begin elsewhere", 276, RESETS, 0, 8, 1, 0xfea01202, 0},
        {"nor one at a port", 276, RESETS, 1, 8, 0, 0xcf9, 0},
        {"nor one of a PCI device", 276, RESETS, 2, 8, 0, 0xfea01202, 0},
        {"nor one in the first page", 276, RESETS, 0, 8, 0, 0x202, 0},
        {"nor one beyond the last address", 276, RESETS, 0, 8, 0, UINT64_MAX, 0},
        {"what is RAM is left alone", 276, RESETS, 0, 8, 0, RAM, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t *reset = tables[2] + 116;

        registers_at = 0;
        make(44, rows[i].fadt_bytes, 0, 0);
        put(tables[2] + 112, rows[i].flags, 4);
        memcpy(reset, (uint8_t[]){rows[i].space, rows[i].bits, rows[i].offset, 1}, 4);
        put(reset + 4, rows[i].address, 8);
        put(reset + 12, 0x0f, 1);
        k_acpi_init((uintptr_t)tables[0]);
        ok(registers_at == rows[i].mapped, rows[i].name);
    }
}

int main(void)
{
    static const struct {
        const char *name;
        uint32_t list_bytes, fadt_bytes;
        uint8_t space;
        uint64_t sleep;
        int buttons, inputs;
    } rows[] = {
        {"the generic event device is found below the sleep register", 44, 276, 0, SLEEP, 1, 1},
        {"a sleep register at a port has none below", 44, 276, 1, 0x600, 1, 0},
        {"a register in the first page is none", 44, 276, 0, 0x600, 1, 0},
        {"a port that there is not", 44, 276, 1, 0x12345, 1, 0},
        {"a space that we do not know", 44, 276, 127, SLEEP, 1, 0},
        {"a fixed table that ends before", 44, 255, 0, SLEEP, 1, 0},
        {"one that ends before its flags", 44, 112, 0, SLEEP, 0, 0},
        {"one that says it has no bytes", 44, 0, 0, SLEEP, 0, 0},
        {"one that says it has too many", 44, 1u << 30, 0, SLEEP, 0, 0},
        {"a list without entries", 36, 276, 0, SLEEP, 0, 0},
        {"a list that ends in an entry", 43, 276, 0, SLEEP, 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buttons = inputs = 0;
        registers_at = 0;
        make(rows[i].list_bytes, rows[i].fadt_bytes, rows[i].space, rows[i].sleep);
        k_acpi_init((uintptr_t)tables[0]);
        ok(buttons == rows[i].buttons && inputs == rows[i].inputs &&
               registers_at == (rows[i].inputs ? SLEEP - 0x200 : 0),
           rows[i].name);
    }
    resets();
    ok(!k_acpi_map(UINT64_MAX - 10, 32) && !k_acpi_map(1ull << 52, 1) && !k_acpi_map((1ull << 52) - 1, 2),
       "what lies beyond the last address cannot be read");
    return tap_done();
}
