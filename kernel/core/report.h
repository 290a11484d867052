/* SPDX-License-Identifier: MIT */
/*
 * report.h - last words: what panics, faults and fatal signals print.
 *
 * Lines go to the serial port directly, each with the prefix "ucompose: ".
 */
#ifndef K_CORE_REPORT_H
#define K_CORE_REPORT_H

#include <stdint.h>

/* Interrupts off; a second failure while reporting stops the machine at once. */
void k_report_begin(void);
void k_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The callers of `rip`, innermost first, along the chain of frame pointers. */
void k_report_backtrace(uintptr_t rip, uintptr_t frame_pointer);

/* Stop with the status of a panic. */
_Noreturn void k_report_stop(void);

#endif
