/* SPDX-License-Identifier: MIT */
/* entry.S - into the loader by PVH, and out of it into the image in long mode. */
        .section .note.pvh, "a", @note
        .balign 4
        .long   4, 4, 18
        .asciz  "Xen"
        .long   start

        .text
        .code32
        .global start, enter
start:
        movl    $stack_end, %esp
        pushl   %ebx
        call    load

/* enter(entry): registers as Firecracker sets them, then to `entry`. */
enter:
        movl    4(%esp), %ebx
        movl    $0x9000, %eax
        movl    %eax, %cr3
        movl    $0x20, %eax             /* PAE and nothing else */
        movl    %eax, %cr4
        movl    $0xc0000080, %ecx
        movl    $0x100, %eax            /* long mode; no-execute is off */
        xorl    %edx, %edx
        wrmsr
        movl    $0xe0000011, %eax       /* paging; caches off, as after a reset */
        movl    %eax, %cr0
        lgdt    gdt_pointer
        ljmp    $0x08, $1f
        .code64
1:      movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        movl    %ebx, %eax
        movl    $0x8ff0, %esp
        movl    $0x8ff0, %ebp
        movl    $0x7000, %esi
        xorl    %ebx, %ebx
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        xorl    %edi, %edi
        jmp     *%rax

        .data
gdt_pointer:
        .word   31
        .quad   0x500

        .bss
        .balign 16
        .skip   4096
stack_end:
        .section .note.GNU-stack, "", @progbits
