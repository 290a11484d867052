/* SPDX-License-Identifier: MIT */
/*
 * switch.S - change from one thread's stack to another's.
 *
 * k_switch(uintptr_t *save_rsp, uintptr_t load_rsp). What the calling convention lets
 * a function destroy needs no saving: a switch is a function call. A new thread's
 * stack is made by k_switch_prepare() to look as if it had called k_switch.
 */
        .section .text.k_switch, "ax", @progbits
        .global k_switch
        .type   k_switch, @function
k_switch:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $8, %rsp
        stmxcsr (%rsp)
        fnstcw  4(%rsp)
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
        .size   k_switch, . - k_switch

/* First code of a new thread: rbx = entry, r12 = its stack pointer. */
        .global k_switch_begin
        .type   k_switch_begin, @function
k_switch_begin:
        call    k_sched_began
        movq    %r12, %rsp
        xorl    %ebp, %ebp
        xorl    %edx, %edx              /* no function to register with atexit */
        jmp     *%rbx
        .size   k_switch_begin, . - k_switch_begin

        .section .note.GNU-stack, "", @progbits
