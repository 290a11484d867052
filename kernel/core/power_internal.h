/* SPDX-License-Identifier: MIT */
/*
 * power_internal.h - what stopping the machine is made of.
 */
#ifndef K_CORE_POWER_INTERNAL_H
#define K_CORE_POWER_INTERNAL_H

/* Values written to the debug exit device; below these: the exit status itself. */
#define K_POWER_STATUS_MAX 111
#define K_POWER_SIGNAL 112 /* plus the signal's number; 112 alone is SIGTERM */
#define K_POWER_TOO_SMALL 126
#define K_POWER_PANIC 127

/* Send what the console still holds; only the first call does anything. */
void k_power_flush(void);

/* Stop at once: debug exit device, ACPI's off switch or its reset register, keyboard controller, triple fault, whichever is there. */
_Noreturn void k_power_stop(unsigned code);

#endif
