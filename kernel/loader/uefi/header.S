/* SPDX-License-Identifier: MIT */
/*
 * header.S - a PE32+ header for code that runs where it is put (UEFI specification, section 2.1.1),
 * and the way down to 32 bits.
 *
 * File and memory have the same layout: one section, writable and executable, a page behind the
 * header. There is nothing to relocate.
 */
        .section .header, "a"
        .global pe_start
pe_start:
        .ascii  "MZ"
        .org    0x3c
        .long   pe - pe_start
pe:     .ascii  "PE\0\0"
        .word   0x8664                  /* x86_64 */
        .word   1                       /* sections */
        .long   0, 0, 0
        .word   sections - optional
        .word   0x22                    /* executable, may lie above 2 GiB */
optional:
        .word   0x20b                   /* PE32+ */
        .byte   0, 0
        .long   pe_code_bytes
        .long   0, 0
        .long   pe_entry
        .long   0x1000
        .quad   0                       /* preferred base */
        .long   0x1000, 0x1000          /* alignment in memory and in the file */
        .word   0, 0, 0, 0, 0, 0
        .long   0
        .long   pe_image_bytes
        .long   0x1000                  /* of headers */
        .long   0
        .word   10, 0                   /* an EFI application */
        .quad   0, 0, 0, 0
        .long   0
        .long   6                       /* directories, none of them used */
        .quad   0, 0, 0, 0, 0, 0
sections:
        .ascii  ".all\0\0\0\0"
        .long   pe_code_bytes, 0x1000, pe_code_bytes, 0x1000
        .long   0, 0
        .word   0, 0
        .long   0xe0000060              /* code and data: read, write, execute */

/*
 * trampoline(uint32_t entry, uint32_t start_info, uint32_t here): copied to `here`, below 4 GiB.
 * Interrupts are off.
 */
        .section .text.trampoline, "ax"
        .code64
        .global trampoline, trampoline_end
trampoline:
        movl    %ecx, %edi              /* entry; the calling convention is Microsoft's */
        movl    %edx, %ebx              /* start information */
        movl    %r8d, %esi              /* here */
        leal    trampoline_gdt - trampoline(%rsi), %eax
        movl    %eax, trampoline_gdt_pointer - trampoline + 2(%rsi)
        leal    trampoline_32 - trampoline(%rsi), %eax
        lgdt    trampoline_gdt_pointer - trampoline(%rsi)
        leal    trampoline_end - trampoline + 64(%rsi), %esp
        pushq   $0x08
        pushq   %rax
        lretq
        .code32
trampoline_32:
        movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        movl    $0x11, %eax             /* protected mode, no paging */
        movl    %eax, %cr0
        movl    $0xc0000080, %ecx
        rdmsr
        andl    $0xfffff6ff, %eax       /* EFER: neither long mode nor no-execute */
        wrmsr
        xorl    %eax, %eax
        movl    %eax, %cr4
        jmp     *%edi
        .balign 8
trampoline_gdt:
        .quad   0
        .quad   0x00cf9b000000ffff      /* code, 32 bits */
        .quad   0x00cf93000000ffff      /* data */
trampoline_gdt_pointer:
        .word   trampoline_gdt_pointer - trampoline_gdt - 1
        .quad   0
        .balign 16
trampoline_end:

        .section .note.GNU-stack, "", @progbits
