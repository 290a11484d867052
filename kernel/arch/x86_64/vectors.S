/* SPDX-License-Identifier: MIT */
/*
 * vectors.S - the first instructions of every exception and interrupt.
 *
 * Each vector pushes its number (and a zero where the processor gives no error
 * code), saves the general registers and calls k_trap(frame).
 *
 * All of them have stacks of their own, so that the code that was interrupted may use
 * the red zone below its stack pointer (hand-written assembly and libgcc do). To let
 * another thread run, the frame moves to the interrupted thread's stack first.
 */
        .set    FRAME_RSP, 160
        .set    FRAME_BYTES, 176
        .set    RED_ZONE, 128

        .section .text.k_vectors, "ax", @progbits
        .balign 16
vector_common:
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        cld
        movq    %rsp, %rdi              /* aligned: 22 words below a 16-byte boundary */
        call    k_trap
        testb   %al, %al
        jz      1f
        movq    FRAME_RSP(%rsp), %rdi
        subq    $(RED_ZONE + FRAME_BYTES), %rdi
        andq    $-16, %rdi
        movq    %rsp, %rsi
        movl    $(FRAME_BYTES / 8), %ecx
        movq    %rdi, %rsp              /* its interrupts are still off: nothing writes below */
        rep movsq
        call    k_sched_preempt
1:      popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        addq    $16, %rsp
        iretq

        .balign 16
        .global k_vectors
k_vectors:
        .set    number, 0
        .rept   64
        .balign 16
        .if     (number == 8) || ((number >= 10) && (number <= 14)) || (number == 17) || (number == 21)
        .else
        pushq   $0
        .endif
        pushq   $number
        jmp     vector_common
        .set    number, number + 1
        .endr

        .section .note.GNU-stack, "", @progbits
