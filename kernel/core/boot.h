/* SPDX-License-Identifier: MIT */
/*
 * boot.h - from the machine's part of booting to everybody's.
 */
#ifndef K_CORE_BOOT_H
#define K_CORE_BOOT_H

/* main.c; called with memory, traps, clock, random numbers and interrupts working. */
_Noreturn void k_main(void);

#endif
