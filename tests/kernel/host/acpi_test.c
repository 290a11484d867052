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

static int inputs, buttons;
static uint64_t registers_at; /* what was mapped that is no table of ours */

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
unsigned k_paging_access(uintptr_t address)
{
    (void)address;
    return K_ACCESS_READ; /* the tables lie in RAM */
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

void *k_map_mmio(uint64_t physical, size_t bytes)
{
    (void)bytes;
    if (physical - (uintptr_t)tables >= sizeof tables)
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
    ok(!k_acpi_map(UINT64_MAX - 10, 32) && !k_acpi_map(1ull << 52, 1) && !k_acpi_map((1ull << 52) - 1, 2),
       "what lies beyond the last address cannot be read");
    return tap_done();
}
