/* SPDX-License-Identifier: MIT */
/*
 * power.h - how the machine ends.
 */
#ifndef K_CORE_POWER_H
#define K_CORE_POWER_H

/* As exit_group: say the status, flush the console, stop the machine. */
_Noreturn void k_power_exit(int status);

/* As death by a signal. */
_Noreturn void k_power_killed(int signal);

/* `finish` is called when the program has ended by itself or by a signal, with interrupts off: the
 * network delivers what was written. */
void k_power_set_finish(void (*finish)(void));

/* `flush` is called once before the machine stops: the console sends what it has. */
void k_power_set_flush(void (*flush)(void));

#endif
