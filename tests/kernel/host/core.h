/* SPDX-License-Identifier: MIT */
/*
 * core.h - the kernel's core, as much of it as portable parts need on Linux.
 *
 * Time stands still unless a test moves it; memory is malloc's, counted, and can be made to fail;
 * nobody sleeps: a wait runs poll rounds and then says -ETIMEDOUT.
 */
#ifndef TESTS_KERNEL_CORE_H
#define TESTS_KERNEL_CORE_H

#include <stdbool.h>
#include <stdint.h>

extern uint64_t host_now_ns, host_wall_at_zero_ns;
extern long host_blocks;            /* allocated and not freed */
extern long host_fail_after;        /* allocations that still succeed; negative: all */
extern uint64_t host_memory_total;
extern const char *host_cmdline[8]; /* "name=value" */
extern char host_logged[160];       /* the last line of the log */

/* Let `ns` pass in steps of ten milliseconds, with poll rounds and timers. */
void host_run(uint64_t ns);

#endif
