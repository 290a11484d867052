/* SPDX-License-Identifier: MIT */
/*
 * entry.S - from the loader's jump to C in long mode, for each protocol.
 *
 * PVH and Multiboot 2 enter in protected mode, flat segments, paging and interrupts off, EBX =
 * physical address of their information. Linux's 64-bit protocol enters in long mode by the ELF's own
 * entry point, RSI = physical address of the zero page, with page tables of the loader that map us.
 * The first GiB is then mapped where it lies in 2 MiB pages; k_boot() cuts out what each part may do.
 */
        /* enum k_boot_protocol */
        .set    BOOT_PVH, 0
        .set    BOOT_MULTIBOOT2, 1
        .set    BOOT_LINUX, 2

        .section .note.pvh, "a", @note
        .balign 4
        .long   4                       /* length of the name */
        .long   8                       /* length of the value */
        .long   18                      /* XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .quad   k_entry_pvh

        .section .multiboot2, "a", @progbits
        .balign 8
multiboot2:
        .long   0xe85250d6              /* magic */
        .long   0                       /* i386 */
        .long   multiboot2_end - multiboot2
        .long   -(0xe85250d6 + (multiboot2_end - multiboot2))
        .short  1, 1                    /* information that we use; booting without it is allowed */
        .long   24
        .long   1, 6, 14, 15            /* command line, memory map, ACPI's old and new pointer */
        .short  3, 0                    /* entry in protected mode, whatever the ELF's own is */
        .long   12
        .long   k_entry_multiboot2
        .balign 8
        .short  0, 0
        .long   8
multiboot2_end:

/* Clobbers EAX, ECX, EDX, EDI. The same instructions do in both modes. */
.macro  map_and_enable
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
        movl    $0xc0000080, %ecx       /* EFER: long mode, no-execute */
        rdmsr
        orl     $0x900, %eax
        wrmsr
.endm

        .set    CR4_BITS, 0x620         /* PAE, OSFXSR, OSXMMEXCPT */
        .set    CR0_KEEP, 0x9ffffff3    /* caches on, no emulation of the FPU, no lazy trap */
        .set    CR0_SET, 0x80010022     /* paging, write protection, native FPU errors */

        .section .text.k_entry, "ax", @progbits
        .code32
        .type   k_entry_pvh, @function
k_entry_pvh:
        movl    $BOOT_PVH, %ebp
        jmp     protected_mode
        .size   k_entry_pvh, . - k_entry_pvh

        .type   k_entry_multiboot2, @function
k_entry_multiboot2:
        movl    $BOOT_MULTIBOOT2, %ebp
protected_mode:
        cli
        cld
        movl    %cr4, %eax
        orl     $CR4_BITS, %eax
        movl    %eax, %cr4
        map_and_enable
        movl    $k_boot_pml4, %eax
        movl    %eax, %cr3
        movl    %cr0, %eax
        andl    $CR0_KEEP, %eax
        orl     $CR0_SET, %eax
        movl    %eax, %cr0
        lgdt    boot_gdt_pointer
        ljmp    $0x08, $from_protected_mode
        .size   k_entry_multiboot2, . - k_entry_multiboot2

        .code64
        .global k_entry
        .type   k_entry, @function
k_entry:
        cli
        cld
        movl    $BOOT_LINUX, %ebp
        movq    %rsi, %rbx
        map_and_enable
        movl    $CR4_BITS, %eax         /* no global page of the loader outlives this */
        movq    %rax, %cr4
        movl    $k_boot_pml4, %eax
        movq    %rax, %cr3
        movq    %cr0, %rax
        andl    $CR0_KEEP, %eax
        orl     $CR0_SET, %eax
        movq    %rax, %cr0
        lgdt    boot_gdt_pointer
        movl    $k_boot_stack_end, %esp
        pushq   $0x08
        pushq   $long_mode
        lretq

from_protected_mode:
        movl    %ebx, %ebx              /* the upper half is undefined after the switch */
long_mode:
        movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
        movl    $k_boot_stack_end, %esp
        fninit                          /* a reset leaves its registers marked as in use */
        movl    %ebp, %edi
        movq    %rbx, %rsi
        xorl    %ebp, %ebp
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
        .skip   16384                   /* stack until the first thread runs */
k_boot_stack_end:

        .section .note.GNU-stack, "", @progbits
