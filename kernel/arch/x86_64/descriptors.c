/* SPDX-License-Identifier: MIT */
/*
 * descriptors.c - segments, task state and the interrupt table.
 *
 * Faults that may find a broken stack (double fault, NMI, page fault: a guard page
 * was hit) get a stack of their own.
 */
#include "arch/x86_64/cpu.h"

#define VECTORS 64
#define VECTOR_STRIDE 16
#define SELECTOR_CODE 0x08
#define SELECTOR_TSS 0x18
#define GATE_INTERRUPT 0x8e

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
static uint8_t fault_stacks[3][4096] __attribute__((aligned(16)));

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

    for (unsigned i = 0; i < 3; i++)
        tss.ist[i] = (uintptr_t)fault_stacks[i] + sizeof fault_stacks[i];
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
        set_gate(vector, 0);
    set_gate(2, 2);  /* NMI */
    set_gate(8, 1);  /* double fault */
    set_gate(14, 3); /* page fault */
    __asm__ volatile("lidt %0" : : "m"(pointer));
}
