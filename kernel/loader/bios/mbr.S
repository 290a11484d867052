/* SPDX-License-Identifier: MIT */
/*
 * mbr.S - first sector of a disk that boots by BIOS: read the second stage and go there.
 *
 * The BIOS loads this sector to 0x7c00 and jumps to it with the drive's number in DL. 440 bytes
 * are ours; the partition table follows. Disks are read by block number (INT 13h, AH=42h).
 */
#include "layout.h"

        .code16
        .section .text, "ax"
        .global _start
_start:
        cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $STACK, %sp
        sti
        cld
        ljmp    $0, $1f                 /* some BIOSes start at 07c0:0000 */
1:      movw    $packet, %si
        movb    $0x42, %ah
        pushw   %dx
        int     $0x13
        popw    %dx
        jc      2f
        movw    $PARAMS, %si
        movw    $magic, %di
        movw    $8, %cx
        repe cmpsb
        jne     2f
        ljmp    $0, $STAGE2

2:      movw    $message, %si
3:      lodsb
        testb   %al, %al
        jz      5f
        movb    $0x0e, %ah              /* to the screen */
        movw    $7, %bx
        pushw   %ax
        int     $0x10
        popw    %ax
        movw    $(COM1 + 5), %dx        /* and the serial port; one that is not there reads as ones */
        xorw    %cx, %cx
        movb    %al, %ah
4:      inb     %dx, %al
        testb   $0x20, %al
        loopz   4b
        movb    %ah, %al
        movw    $COM1, %dx
        outb    %al, %dx
        jmp     3b
5:      hlt
        jmp     5b

packet: .byte   16, 0
        .word   STAGE2_SECTORS, PARAMS, 0
        .quad   STAGE2_LBA
magic:  .asciz  "UCBOOT1"
message:
        .asciz  "ucompose: the disk's loader cannot be read\r\n"
        .org    440                     /* an error where the code is longer */
        .section .note.GNU-stack, "", @progbits
