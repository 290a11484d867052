/* SPDX-License-Identifier: MIT */
/*
 * switch.h - stacks of threads that do not run, and the floating-point state.
 */
#ifndef K_ARCH_SWITCH_H
#define K_ARCH_SWITCH_H

#include <stdint.h>

void k_switch(uintptr_t *save_rsp, uintptr_t load_rsp);
void k_switch_begin(void);

struct k_switch_frame {
    uint32_t mxcsr;
    uint16_t fpu_control, unused;
    uint64_t r15, r14, r13, r12, rbx, rbp, rip;
};

/* `stack` as the new thread shall find it, 16-byte aligned. Returns what k_switch loads. */
static inline uintptr_t k_switch_prepare(uintptr_t entry, uintptr_t stack)
{
    uintptr_t at = stack - 128; /* below it: room for k_sched_began, then the frame */
    struct k_switch_frame *frame = (struct k_switch_frame *)(at - sizeof *frame);

    *frame = (struct k_switch_frame){
        .mxcsr = 0x1f80,
        .fpu_control = 0x37f,
        .r12 = stack,
        .rbx = entry,
        .rip = (uintptr_t)k_switch_begin,
    };
    return (uintptr_t)frame;
}

struct k_fpu_state {
    uint8_t bytes[512];
} __attribute__((aligned(16)));

static inline void k_fpu_save(struct k_fpu_state *state)
{
    __asm__ volatile("fxsave64 %0" : "=m"(*state));
}

/* Empty registers, as code finds them that has just been called. */
static inline void k_fpu_reset(void)
{
    __asm__ volatile("fninit");
}

static inline void k_fpu_restore(const struct k_fpu_state *state)
{
    __asm__ volatile("fxrstor64 %0" : : "m"(*state));
}

#endif
