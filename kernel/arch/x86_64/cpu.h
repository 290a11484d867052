/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - the instructions of x86_64 that C has no words for, and the trap frame.
 */
#ifndef K_ARCH_CPU_H
#define K_ARCH_CPU_H

#include <stdbool.h>
#include <stdint.h>

#define MSR_APIC_BASE 0x1b
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_FS_BASE 0xc0000100u

/* What vectors.S leaves on the stack. */
struct k_trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

struct k_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct k_cpuid k_cpuid(uint32_t leaf)
{
    struct k_cpuid r;
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(0));
    return r;
}

static inline uint64_t k_rdtsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline uint64_t k_rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void k_wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory"); /* it may make the hypervisor write there */
}

static inline uint64_t k_read_cr2(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

static inline void k_write_cr3(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline void k_invlpg(uintptr_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline void k_interrupts_on(void) { __asm__ volatile("sti" : : : "memory"); }
static inline void k_interrupts_off(void) { __asm__ volatile("cli" : : : "memory"); }

/* Interrupts come on only after the halt began, so none is missed between. */
static inline void k_halt(void) { __asm__ volatile("sti; hlt" : : : "memory"); }

static inline uint64_t k_interrupts_save(void)
{
    uint64_t flags;
    __asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
    return flags;
}

static inline void k_interrupts_restore(uint64_t flags)
{
    __asm__ volatile("pushq %0; popfq" : : "r"(flags) : "memory", "cc");
}

/* Descriptor tables (descriptors.c). */
void k_descriptors_init(void);


#endif
