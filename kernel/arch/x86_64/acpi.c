/* SPDX-License-Identifier: MIT */
/*
 * acpi.c - find the fixed table, hear the power button, switch off, reset.
 *
 * No AML is interpreted. What that would tell is fixed in QEMU: sleep type 0 of PM1
 * is soft-off on pc and q35; on microvm the generic event device lies 0x200 below
 * the sleep register and uses input 9.
 */
#include "arch/x86_64/acpi.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "arch/x86_64/paging.h"
#include "core/cmdline.h"
#include "core/irq.h"
#include "core/mmio.h"
#include "core/log.h"
#include "core/page.h"
#include "core/poll.h"
#include "sys/signal.h"

#define PM1_POWER_BUTTON (1u << 8)
#define PM1_SLEEP_ENABLE (1u << 13)
#define PM1_SCI_ENABLE 1u
#define FADT_RESET_SUPPORTED (1u << 10)
#define FADT_HW_REDUCED (1u << 20)
#define GED_SLEEP_OFFSET 0x200
#define GED_INPUT 9
#define GED_POWER_BUTTON 2u
#define PHYSICAL_END (1ull << 52) /* no processor has more */
#define SPACE_MEMORY 0 /* of a generic address */
#define SPACE_PORTS 1
#define GED_S5 (5u << 2 | 1u << 5)
#define DEVICE_BYTES_MAX 64 /* of a device's description, from its name on */
#define BIOS_START 0xe0000
#define BIOS_END 0x100000

struct __attribute__((packed)) table {
    char signature[4];
    uint32_t length;
    uint8_t revision[28];
};

/* Offsets into the fixed table. */
enum {
    FADT_DSDT = 40,
    FADT_SCI = 46,
    FADT_SMI_PORT = 48,
    FADT_ACPI_ENABLE = 52,
    FADT_PM1_EVENT = 56,
    FADT_PM1_CONTROL = 64,
    FADT_FLAGS = 112,
    FADT_RESET_REGISTER = 116, /* generic address: space, bits, their offset, access; 8 bytes of address */
    FADT_RESET_VALUE = 128,
    FADT_SLEEP_CONTROL = 244, /* generic address */
    FADT_SLEEP_END = 256,
};

static uint16_t pm1_event, pm1_control, sleep_port, reset_port;
static uint8_t *ged, *sleep_control, *reset_register;
static uint8_t reset_value;
static volatile bool pressed;

static uint64_t field(const void *at, size_t bytes)
{
    uint64_t value = 0;

    memcpy(&value, at, bytes);
    return value;
}

bool k_acpi_map(uint64_t address, size_t bytes)
{
    if (address >= PHYSICAL_END || bytes > PHYSICAL_END - address)
        return false;
    for (uint64_t at = k_page_down(address); at < address + bytes; at += K_PAGE_SIZE)
        if (!k_paging_access(at) && !k_map_mmio(at, K_PAGE_SIZE))
            return false;
    return true;
}

static const struct table *map_table(uint64_t address)
{
    const struct table *table = (const void *)address;

    if (!address || !k_acpi_map(address, sizeof *table))
        return NULL;
    if (table->length < sizeof *table || table->length > 1u << 20)
        return NULL;
    return k_acpi_map(address, table->length) ? table : NULL;
}

static uint64_t scan_for_rsdp(void)
{
    for (uint64_t at = BIOS_START; at < BIOS_END; at += 16)
        if (!memcmp((const void *)at, "RSD PTR ", 8))
            return at;
    return 0;
}

static const uint8_t *find_fadt(uint64_t rsdp)
{
    const uint8_t *root = (const uint8_t *)rsdp;
    const struct table *list;
    size_t width;

    if (!rsdp || !k_acpi_map(rsdp, 36) || memcmp(root, "RSD PTR ", 8))
        return NULL;
    width = root[15] >= 2 && field(root + 24, 8) ? 8 : 4;
    list = map_table(field(root + (width == 8 ? 24 : 16), width));
    for (size_t at = sizeof *list; list && at + width <= list->length; at += width) {
        const struct table *table = map_table(field((const uint8_t *)list + at, width));

        if (table && !memcmp(table->signature, "FACP", 4) && table->length > FADT_FLAGS)
            return (const uint8_t *)table;
    }
    return NULL;
}

static void on_ged(void *arg)
{
    (void)arg;
    if (k_mmio_read32(ged) & GED_POWER_BUTTON)
        pressed = true;
}

static void on_sci(void *arg)
{
    uint16_t status = k_in16(pm1_event);

    (void)arg;
    k_out16(pm1_event, status); /* writing ones clears them */
    if (status & PM1_POWER_BUTTON)
        pressed = true;
}

static bool poll_button(void *arg)
{
    (void)arg;
    if (!pressed)
        return false;
    pressed = false;
    k_log(K_LOG_INFO, "power button");
    k_signal_process(SIGTERM);
    return true;
}

static void init_reduced(const uint8_t *fadt)
{
    uint64_t address;

    if (((const struct table *)fadt)->length < FADT_SLEEP_END)
        return;
    address = field(fadt + FADT_SLEEP_CONTROL + 4, 8);
    if (fadt[FADT_SLEEP_CONTROL] == SPACE_PORTS && address && address <= UINT16_MAX) {
        sleep_port = (uint16_t)address;
        k_log(K_LOG_INFO, "ACPI without a power button that we know");
    }
    if (fadt[FADT_SLEEP_CONTROL] != SPACE_MEMORY || address < K_PAGE_SIZE + GED_SLEEP_OFFSET)
        return;
    ged = k_map_mmio(address - GED_SLEEP_OFFSET, GED_SLEEP_OFFSET + 4);
    if (!ged)
        return;
    sleep_control = (uint8_t *)address;
    k_irq_enable(GED_INPUT, false, on_ged, NULL);
}

static void init_pm1(const uint8_t *fadt)
{
    uint16_t smi_port = (uint16_t)field(fadt + FADT_SMI_PORT, 4);

    pm1_event = (uint16_t)field(fadt + FADT_PM1_EVENT, 4);
    pm1_control = (uint16_t)field(fadt + FADT_PM1_CONTROL, 4);
    if (!pm1_event || !pm1_control)
        return;
    if (smi_port && !(k_in16(pm1_control) & PM1_SCI_ENABLE))
        k_out8(smi_port, fadt[FADT_ACPI_ENABLE]);
    k_out16(pm1_event, 0xffff);
    k_out16(pm1_event + 2, PM1_POWER_BUTTON);
    k_irq_enable((unsigned)field(fadt + FADT_SCI, 2), true, on_sci, NULL);
}

/* ACPI 6.5, section 4.8.3.6: eight bits of a port or of memory. (Or of a PCI device, which machines that are
 * virtual do not have.) What is mapped otherwise than as registers is none: nothing is written there. */
static void init_reset(const uint8_t *fadt)
{
    const uint8_t *at = fadt + FADT_RESET_REGISTER;
    uint64_t address;

    if (((const struct table *)fadt)->length <= FADT_RESET_VALUE ||
        !(field(fadt + FADT_FLAGS, 4) & FADT_RESET_SUPPORTED) || at[1] != 8 || at[2])
        return;
    address = field(at + 4, 8);
    reset_value = fadt[FADT_RESET_VALUE];
    if (at[0] == SPACE_PORTS && address <= UINT16_MAX)
        reset_port = (uint16_t)address;
    if (at[0] == SPACE_MEMORY && address >= K_PAGE_SIZE && k_acpi_map(address, 1) &&
        k_paging_access(address) & K_ACCESS_DEVICE)
        reset_register = (uint8_t *)address;
}

/* The value behind a resource descriptor's head, sought from `at`; 0 when there is none. */
static uint32_t resource(const uint8_t *at, const uint8_t *end, const uint8_t head[3], size_t skip)
{
    for (; at + skip + 4 <= end; at++)
        if (!memcmp(at, head, 3))
            return (uint32_t)field(at + skip, 4);
    return 0;
}

/*
 * With ACPI on, QEMU's microvm names its virtio devices only in the DSDT. Each of them is
 * followed by plain resource descriptors; we say on our command line what QEMU would.
 */
static void announce_virtio(const struct table *dsdt)
{
    static const char id[] = "LNRO0005";
    static const uint8_t memory[3] = {0x86, 9, 0}, interrupt[3] = {0x89, 6, 0};
    const uint8_t *at = (const uint8_t *)dsdt, *end = at + (dsdt ? dsdt->length : 0);

    for (; at + DEVICE_BYTES_MAX <= end; at++) {
        char token[64];

        if (*at != 'L' || memcmp(at, id, sizeof id))
            continue;
        k_snprintf(token, sizeof token, "virtio_mmio.device=%u@0x%x:%u",
                   resource(at, at + DEVICE_BYTES_MAX, memory, 8),
                   resource(at, at + DEVICE_BYTES_MAX, memory, 4),
                   resource(at, at + DEVICE_BYTES_MAX, interrupt, 5));
        k_cmdline_add(token);
    }
}

void k_acpi_init(uint64_t rsdp)
{
    static struct k_poller button = {.poll = poll_button};
    const uint8_t *fadt = find_fadt(rsdp ? rsdp : scan_for_rsdp());

    if (!fadt) {
        k_log(K_LOG_INFO, "no ACPI: no power button");
        return;
    }
    if (field(fadt + FADT_FLAGS, 4) & FADT_HW_REDUCED)
        init_reduced(fadt);
    else
        init_pm1(fadt);
    init_reset(fadt);
    k_poller_add(&button);
    announce_virtio(map_table(field(fadt + FADT_DSDT, 4)));
}

bool k_acpi_has_button(void) { return ged || (pm1_event && pm1_control); }

void k_acpi_power_off(void)
{
    if (sleep_control)
        k_mmio_write8(sleep_control, GED_S5);
    if (sleep_port)
        k_out8(sleep_port, GED_S5);
    if (pm1_control)
        k_out16(pm1_control, PM1_SLEEP_ENABLE);
}

void k_acpi_reset(void)
{
    if (reset_register)
        k_mmio_write8(reset_register, reset_value);
    if (reset_port)
        k_out8(reset_port, reset_value);
}
