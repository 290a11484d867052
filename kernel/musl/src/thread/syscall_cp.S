/* SPDX-License-Identifier: MIT */
/*
 * syscall_cp.S - a system call that is a cancellation point:
 * __syscall_cp_asm(&cancel, number, a, b, c, d, e, f).
 *
 * The kernel delivers the cancellation signal when a call has ended, so cancellation
 * is seen before the call, or after it by its -EINTR; never between the two labels.
 */
        .text
        .global __cp_begin, __cp_end, __cp_cancel, __syscall_cp_asm
        .hidden __cp_begin, __cp_end, __cp_cancel, __syscall_cp_asm
        .hidden __cancel
        .type   __syscall_cp_asm, @function
__syscall_cp_asm:
__cp_begin:
        movl    (%rdi), %eax
        testl   %eax, %eax
        jnz     __cp_cancel
__cp_end:
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        movq    %r8, %rcx
        movq    %r9, %r8
        movq    8(%rsp), %r9
        pushq   16(%rsp)                /* f */
        call    k_syscall
        addq    $8, %rsp
        ret
__cp_cancel:
        jmp     __cancel
        .size   __syscall_cp_asm, . - __syscall_cp_asm

        .section .note.GNU-stack, "", @progbits
