/* SPDX-License-Identifier: MIT */
/*
 * clone.S - __clone(func, stack, flags, arg, ptid, tls, ctid).
 *
 * A call into the kernel cannot return twice: the new thread begins at thread_entry,
 * which finds function and argument on its stack.
 */
        .text
        .global __clone
        .hidden __clone
        .type   __clone, @function
__clone:
        andq    $-16, %rsi
        subq    $16, %rsi
        movq    %rdi, (%rsi)            /* function */
        movq    %rcx, 8(%rsi)           /* argument */
        movq    8(%rsp), %rax           /* ctid */
        movq    %r8, %rcx               /* ptid: third argument of the call */
        movq    %rax, %r8               /* ctid: fourth */
        movl    %edx, %eax
        movq    %rsi, %rdx              /* stack: second */
        movl    %eax, %esi              /* flags: first */
        movl    $56, %edi
        pushq   $thread_entry           /* entry: sixth; tls, the fifth, is in place */
        call    k_syscall
        addq    $8, %rsp
        ret
        .size   __clone, . - __clone

thread_entry:
        popq    %rax
        popq    %rdi
        call    *%rax
        movl    $60, %edi
        movslq  %eax, %rsi
        call    k_syscall
        ud2

        .section .note.GNU-stack, "", @progbits
