/* SPDX-License-Identifier: MIT */
/*
 * entry.S - from the loader's 32-bit jump to C in long mode.
 *
 * The loader follows the PVH convention: protected mode, flat segments, paging and
 * interrupts off, EBX = physical address of the start information. The first GiB is
 * mapped where it lies in 2 MiB pages; k_boot() then cuts out what each part may do.
 */
        .section .note.pvh, "a", @note
        .balign 4
        .long   4                       /* length of the name */
        .long   8                       /* length of the value */
        .long   18                      /* XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .quad   k_entry

        .section .text.k_entry, "ax", @progbits
        .code32
        .global k_entry
        .type   k_entry, @function
k_entry:
        cld
        movl    $k_boot_pml4, %edi
        movl    $k_boot_pdpt, %eax
        orl     $0x3, %eax
        movl    %eax, (%edi)
        movl    $k_boot_pdpt, %edi
        movl    $k_boot_pd, %eax
        orl     $0x3, %eax
        movl    %eax, (%edi)
        movl    $k_boot_pd, %edi
        movl    $0x83, %eax             /* present, writable, 2 MiB */
1:      movl    %eax, (%edi)
        addl    $8, %edi
        addl    $0x200000, %eax
        cmpl    $0x40000083, %eax
        jne     1b

        movl    $k_boot_pml4, %eax
        movl    %eax, %cr3
        movl    %cr4, %eax
        orl     $0x620, %eax            /* PAE, OSFXSR, OSXMMEXCPT */
        movl    %eax, %cr4
        movl    $0xc0000080, %ecx       /* EFER: long mode, no-execute */
        rdmsr
        orl     $0x900, %eax
        wrmsr
        movl    %cr0, %eax
        andl    $0xfffffff3, %eax       /* no emulation of the FPU, no lazy trap */
        orl     $0x80010022, %eax       /* paging, write protection, native FPU errors */
        movl    %eax, %cr0
        fninit                          /* a reset leaves its registers marked as in use */
        lgdt    boot_gdt_pointer
        ljmp    $0x08, $long_mode

        .code64
long_mode:
        movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
        movl    $k_boot_stack_end, %esp
        xorl    %ebp, %ebp
        movl    %ebx, %edi
        call    k_boot
        ud2
        .size   k_entry, . - k_entry

        .section .rodata.k_boot_gdt, "a", @progbits
        .balign 8
boot_gdt:
        .quad   0
        .quad   0x00af9b000000ffff      /* code, 64 bits */
        .quad   0x00cf93000000ffff      /* data */
boot_gdt_pointer:
        .word   boot_gdt_pointer - boot_gdt - 1
        .quad   boot_gdt

        .section .bss.k_boot, "aw", @nobits
        .global k_boot_pml4, k_boot_pdpt, k_boot_pd
        .balign 4096
k_boot_pml4:
        .skip   4096
k_boot_pdpt:
        .skip   4096
k_boot_pd:
        .skip   4096
        .skip   8192                    /* stack until the first thread runs */
k_boot_stack_end:

        .section .note.GNU-stack, "", @progbits
