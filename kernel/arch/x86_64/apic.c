/* SPDX-License-Identifier: MIT */
/*
 * apic.c - local APIC: end of interrupt, one-shot timer, and the table of handlers.
 *
 * The timer's clock: QEMU and KVM both run it at 1 GHz, so a tick is a nanosecond.
 */
#include "arch/x86_64/apic.h"

#include <stddef.h>

#include "abi/errno.h"
#include "arch/x86_64/cpu.h"
#include "core/irq.h"
#include "core/mmio.h"
#include "core/panic.h"

#define LAPIC_BASE 0xfee00000ul
#define REG_ID 0x20
#define REG_TPR 0x80
#define REG_EOI 0xb0
#define REG_SPURIOUS 0xf0
#define REG_LVT_TIMER 0x320
#define REG_LVT_LINT0 0x350
#define REG_LVT_LINT1 0x360
#define REG_TIMER_INITIAL 0x380
#define REG_TIMER_CURRENT 0x390
#define REG_TIMER_DIVIDE 0x3e0
#define MASKED (1u << 16)
#define DIVIDE_BY_1 0xb
#define SOFTWARE_ENABLE 0x100
#define PIC_MASK_1 0x21
#define PIC_MASK_2 0xa1

#define IOAPIC_BASE 0xfec00000ul
#define IOAPIC_VERSION 1
#define IOAPIC_TABLE 0x10
#define IOAPIC_LEVEL (1u << 15)

#define HANDLERS_MAX 24

static struct {
    void (*fn)(void *arg);
    void *arg;
    unsigned vector;
    int gsi; /* -1: message-signalled */
} handlers[HANDLERS_MAX];
static unsigned handler_count;
static unsigned next_vector = K_VECTOR_FIRST;

static uint32_t lapic_read(unsigned reg) { return k_mmio_read32((void *)(LAPIC_BASE + reg)); }
static void lapic_write(unsigned reg, uint32_t value)
{
    k_mmio_write32((void *)(LAPIC_BASE + reg), value);
}

static uint32_t ioapic_read(unsigned reg)
{
    k_mmio_write32((void *)IOAPIC_BASE, reg);
    return k_mmio_read32((void *)(IOAPIC_BASE + 0x10));
}

static void ioapic_write(unsigned reg, uint32_t value)
{
    k_mmio_write32((void *)IOAPIC_BASE, reg);
    k_mmio_write32((void *)(IOAPIC_BASE + 0x10), value);
}

void k_apic_init(void)
{
    if (!k_map_mmio(LAPIC_BASE, 4096) || !k_map_mmio(IOAPIC_BASE, 4096))
        k_panic("no memory for page tables");
    k_out8(PIC_MASK_1, 0xff);
    k_out8(PIC_MASK_2, 0xff);
    lapic_write(REG_SPURIOUS, SOFTWARE_ENABLE | K_VECTOR_SPURIOUS);
    lapic_write(REG_TPR, 0);
    lapic_write(REG_LVT_LINT0, MASKED);
    lapic_write(REG_LVT_LINT1, MASKED);
    lapic_write(REG_TIMER_DIVIDE, DIVIDE_BY_1);
    lapic_write(REG_LVT_TIMER, K_VECTOR_TIMER);
}

uint32_t k_apic_id(void) { return lapic_read(REG_ID) >> 24; }
void k_apic_timer_start(uint32_t ns) { lapic_write(REG_TIMER_INITIAL, ns); }
uint32_t k_apic_timer_left(void) { return lapic_read(REG_TIMER_CURRENT); }

bool k_apic_dispatch(unsigned vector)
{
    if (vector == K_VECTOR_SPURIOUS)
        return false;
    for (unsigned i = 0; i < handler_count; i++)
        if (handlers[i].vector == vector)
            handlers[i].fn(handlers[i].arg);
    lapic_write(REG_EOI, 0);
    return true;
}

static int add_handler(int gsi, void (*fn)(void *arg), void *arg, bool *is_new)
{
    unsigned vector = 0;

    if (handler_count == HANDLERS_MAX || next_vector == K_VECTOR_SPURIOUS)
        return -ENOSPC;
    for (unsigned i = 0; gsi >= 0 && i < handler_count; i++)
        if (handlers[i].gsi == gsi)
            vector = handlers[i].vector;
    *is_new = !vector;
    if (!vector)
        vector = next_vector++;
    handlers[handler_count].fn = fn;
    handlers[handler_count].arg = arg;
    handlers[handler_count].gsi = gsi;
    handlers[handler_count].vector = vector;
    handler_count++;
    return (int)vector;
}

int k_irq_enable(unsigned gsi, bool level, void (*fn)(void *arg), void *arg)
{
    bool is_new;
    int vector;

    if (gsi > (ioapic_read(IOAPIC_VERSION) >> 16 & 0xff))
        return -ENODEV;
    vector = add_handler((int)gsi, fn, arg, &is_new);
    if (vector < 0)
        return vector;
    if (is_new) {
        ioapic_write(IOAPIC_TABLE + 2 * gsi + 1, k_apic_id() << 24);
        ioapic_write(IOAPIC_TABLE + 2 * gsi, (uint32_t)vector | (level ? IOAPIC_LEVEL : 0));
    }
    return 0;
}

int k_irq_msi(void (*fn)(void *arg), void *arg, uint64_t *address, uint32_t *data)
{
    bool is_new;
    int vector = add_handler(-1, fn, arg, &is_new);

    if (vector < 0)
        return vector;
    *address = LAPIC_BASE | (uint64_t)k_apic_id() << 12;
    *data = (uint32_t)vector;
    return 0;
}
