/* SPDX-License-Identifier: MIT */
/* crt_arch.h - the program's first instructions; a function, so that backtraces name it. */
__asm__(".text\n"
        ".global " START "\n"
        ".type " START ", @function\n"
        START ":\n"
        "xorl %ebp, %ebp\n"
        "movq %rsp, %rdi\n"
        "xorl %esi, %esi\n"
        "andq $-16, %rsp\n"
        "call " START "_c\n"
        "ud2\n"
        ".size " START ", . - " START "\n");
