/* SPDX-License-Identifier: MIT */
/*
 * descriptors.c - segments, task state and the interrupt table.
 *
 * Nothing that interrupts uses the stack of what it interrupted: a fault may have come
 * from a guard page, and the red zone is in use. Double faults, NMI and page faults may
 * come on top of others and have stacks to themselves.
 */
#include "arch/x86_64/cpu.h"

#define VECTORS 64
#define VECTOR_STRIDE 16
#define SELECTOR_CODE 0x08
#define SELECTOR_TSS 0x18
#define GATE_INTERRUPT 0x8e

enum { IST_DOUBLE_FAULT = 1, IST_NMI, IST_PAGE_FAULT, IST_COMMON, IST_COUNT = IST_COMMON };

struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};

struct __attribute__((packed)) task_state {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3, io_map;
};

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    const void *base;
};

extern const uint8_t k_vectors[];

static struct gate idt[VECTORS];
static struct task_state tss;
static uint64_t gdt[5];
static uint8_t stacks[IST_COUNT][4096] __attribute__((aligned(16)));

static void set_gate(unsigned vector, uint8_t ist)
{
    uintptr_t target = (uintptr_t)k_vectors + vector * VECTOR_STRIDE;

    idt[vector] = (struct gate){
        .offset_low = (uint16_t)target,
        .selector = SELECTOR_CODE,
        .ist = ist,
        .type = GATE_INTERRUPT,
        .offset_middle = (uint16_t)(target >> 16),
        .offset_high = (uint32_t)((uint64_t)target >> 32),
    };
}

static void load_segments(void)
{
    uintptr_t base = (uintptr_t)&tss;
    struct table_pointer pointer = {sizeof gdt - 1, gdt};

    for (unsigned i = 0; i < IST_COUNT; i++)
        tss.ist[i] = (uintptr_t)stacks[i] + sizeof stacks[i];
    tss.io_map = sizeof tss;

    gdt[1] = 0x00af9b000000ffff;
    gdt[2] = 0x00cf93000000ffff;
    gdt[3] = (sizeof tss - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56;
    gdt[4] = base >> 32;
    __asm__ volatile("lgdt %0" : : "m"(pointer));
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TSS));
}

void k_descriptors_init(void)
{
    struct table_pointer pointer = {sizeof idt - 1, idt};

    load_segments();
    for (unsigned vector = 0; vector < VECTORS; vector++)
        set_gate(vector, IST_COMMON);
    set_gate(2, IST_NMI);
    set_gate(8, IST_DOUBLE_FAULT);
    set_gate(14, IST_PAGE_FAULT);
    __asm__ volatile("lidt %0" : : "m"(pointer));
}
