/* SPDX-License-Identifier: MIT */
/*
 * process.h - from the booted kernel to the program's first instruction.
 */
#ifndef K_CORE_PROCESS_H
#define K_CORE_PROCESS_H

/* Build the first stack as the System V ABI wants it and go to _start. */
_Noreturn void k_process_start(void);

#endif
