/* SPDX-License-Identifier: MIT */
/*
 * traps.c - where exceptions and interrupts arrive.
 *
 * A fault ends the image: there is nobody to hand it to. An interrupt runs its
 * device's handler; if user code was interrupted, the scheduler may then let
 * another thread run.
 */
#include <stdbool.h>
#include <stddef.h>

#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "core/idle.h"
#include "core/log.h"
#include "core/report.h"
#include "core/sched.h"

#define EXCEPTIONS 32
#define VECTOR_PAGE_FAULT 14
#define FAULT_PRESENT 1
#define FAULT_WRITE 2
#define FAULT_EXEC 16

static const char *const names[EXCEPTIONS] = {
    "division by zero", "debug trap", "NMI", "breakpoint", "overflow", "bound exceeded",
    "invalid instruction", "no FPU", "double fault", NULL, "invalid TSS", "segment missing",
    "stack fault", "general protection fault", "page fault", NULL, "FPU error",
    "misaligned access", "machine check", "SIMD error",
};

static void describe_page_fault(const struct k_trap_frame *frame, char *out, size_t capacity)
{
    uintptr_t address = k_read_cr2();
    const char *what = frame->error & FAULT_EXEC ? "execution"
                       : frame->error & FAULT_WRITE ? "write" : "read";
    const char *why = !(frame->error & FAULT_PRESENT) ? "not mapped" : "not allowed";

    if (address < 4096)
        why = "null pointer";
    else if (!(frame->error & FAULT_PRESENT) && address + 65536 > frame->rsp &&
             address < frame->rsp + 4096)
        why = "stack overflow";
    k_snprintf(out, capacity, "page fault: %s at 0x%lx, %s", what, address, why);
}

static void print_registers(const struct k_trap_frame *f)
{
    k_report("rip %016lx  rsp %016lx  flags %08lx  error %lx", f->rip, f->rsp, f->rflags, f->error);
    k_report("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx", f->rax, f->rbx, f->rcx, f->rdx);
    k_report("rsi %016lx  rdi %016lx  rbp %016lx  r8  %016lx", f->rsi, f->rdi, f->rbp, f->r8);
    k_report("r9  %016lx  r10 %016lx  r11 %016lx  r12 %016lx", f->r9, f->r10, f->r11, f->r12);
    k_report("r13 %016lx  r14 %016lx  r15 %016lx", f->r13, f->r14, f->r15);
}

static _Noreturn void fault(const struct k_trap_frame *frame)
{
    const char *name = frame->vector < EXCEPTIONS ? names[frame->vector] : NULL;
    char reason[96];

    k_report_begin();
    if (frame->vector == VECTOR_PAGE_FAULT)
        describe_page_fault(frame, reason, sizeof reason);
    else
        k_snprintf(reason, sizeof reason, "%s", name ? name : "unknown exception");
    k_report("panic: %s (thread %d)", reason, k_sched_current_tid());
    print_registers(frame);
    k_report_backtrace(frame->rip, frame->rbp);
    k_report_stop();
}

/* True: the interrupted thread shall let others run (k_sched_preempt, from its stack). */
bool k_trap(struct k_trap_frame *frame);
bool k_trap(struct k_trap_frame *frame)
{
    if (frame->vector < EXCEPTIONS)
        fault(frame);
    k_idle_interrupted();
    return k_apic_dispatch((unsigned)frame->vector) && k_sched_interrupted(frame->rip);
}
