/* SPDX-License-Identifier: MIT */
/*
 * stage2.S - what only the BIOS can do: the memory map, and the image from the disk to its place.
 *
 * The BIOS reads below 1 MiB; each piece is then copied up through data segments of 4 GiB, whose
 * limits stay in force after a moment in protected mode. At the end enter.c goes on in 32 bits.
 */
#include "layout.h"

        .code16
        .section .text.start, "ax"
        .global loader_start
loader_start:
        movb    %dl, drive

        /* Address line 20: by the BIOS, and by the chip set where that knows no better. */
        movw    $0x2401, %ax
        int     $0x15
        inb     $0x92, %al
        orb     $2, %al
        andb    $0xfe, %al
        outb    %al, $0x92

        /* Memory map (ACPI specification, section 15.1). */
        xorl    %ebx, %ebx
        movw    $MEMORY_MAP, %di
1:      movl    $0xe820, %eax
        movl    $0x534d4150, %edx       /* "SMAP" */
        movl    $20, %ecx
        movl    $0, 20(%di)
        int     $0x15
        jc      2f
        cmpl    $0x534d4150, %eax
        jne     2f
        cmpl    $20, %ecx
        jb      2f
        addw    $24, %di
        incl    map_entries
        testl   %ebx, %ebx
        jz      2f
        cmpw    $(MEMORY_MAP_END - 24), %di
        jbe     1b
2:
        /* The image. EBP: sectors to read; EDI: where they go. */
        movl    PARAMS + 8, %eax        /* flat_lba */
        movl    %eax, packet_lba
        movl    PARAMS + 12, %ebp       /* flat_sectors */
        movl    PARAMS + 16, %edi       /* load */
3:      testl   %ebp, %ebp
        jz      5f
        movl    $BOUNCE_SECTORS, %ecx
        cmpl    %ecx, %ebp
        jae     4f
        movl    %ebp, %ecx
4:      movw    %cx, packet_count
        pushl   %ecx
        pushl   %edi
        movw    $packet, %si
        movb    drive, %dl
        movb    $0x42, %ah
        int     $0x13
        popl    %edi
        popl    %ecx
        jc      unreadable
        addl    %ecx, packet_lba
        subl    %ecx, %ebp
        shll    $7, %ecx                /* in words of 4 bytes */
        call    copy_up
        jmp     3b

5:      cli
        lgdt    gdt_pointer
        movl    %cr0, %eax
        orl     $1, %eax
        movl    %eax, %cr0
        ljmp    $0x08, $6f

        .code32
6:      movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $STACK, %esp
        pushl   map_entries
        call    loader_enter            /* does not return */

        .code16
/* ECX words from BOUNCE to EDI, which moves on. */
copy_up:
        cli
        pushw   %ds
        pushw   %es
        lgdt    gdt_pointer
        movl    %cr0, %eax
        orb     $1, %al
        movl    %eax, %cr0
        movw    $0x10, %bx
        movw    %bx, %ds
        movw    %bx, %es
        andb    $0xfe, %al
        movl    %eax, %cr0
        movl    $BOUNCE, %esi
        addr32 rep movsl
        popw    %es
        popw    %ds
        sti
        ret

unreadable:
        cli
        lgdt    gdt_pointer
        movl    %cr0, %eax
        orl     $1, %eax
        movl    %eax, %cr0
        ljmp    $0x08, $7f
        .code32
7:      movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $STACK, %esp
        call    loader_unreadable       /* does not return */

        .section .data, "aw"
drive:  .byte   0
        .balign 4
map_entries:
        .long   0
packet: .byte   16, 0
packet_count:
        .word   0
        .word   0, BOUNCE >> 4
packet_lba:
        .quad   0
        .balign 8
gdt:    .quad   0
        .quad   0x00cf9b000000ffff      /* code, 32 bits, all memory */
        .quad   0x00cf93000000ffff      /* data */
gdt_pointer:
        .word   gdt_pointer - gdt - 1
        .long   gdt

        .section .note.GNU-stack, "", @progbits
