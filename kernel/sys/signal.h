/* SPDX-License-Identifier: MIT */
/*
 * signal.h - signals of the one process.
 *
 * A handler runs as a plain function call when the system call that its thread is in
 * has its result; so handlers see a kernel at rest and may call anything. Faults are
 * not signals here: they end the image with a panic.
 */
#ifndef K_SYS_SIGNAL_H
#define K_SYS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/signal.h"
#include "core/thread.h"

/* To the process: any thread that does not block it. May be called by pollers. */
void k_signal_process(int signal);

/* To one thread; SIGPIPE goes to k_thread_current(). */
void k_signal_thread(struct k_thread *thread, int signal);

/* Must this thread leave its wait to have a signal delivered? */
bool k_signal_is_pending(const struct k_thread *thread);

/* Set the mask of the current thread, return the old one. */
uint64_t k_signal_set_mask(uint64_t mask);

/*
 * A wait with a mask of its own (epoll_pwait, ppoll, pselect) ends: what interrupted it is
 * delivered before the `old` mask, which may block it, holds again. Returns `result`.
 */
long k_signal_end_masked(long result, uint64_t old);

/* Run handlers of pending signals. True when all of them want the call restarted. */
bool k_signal_deliver(void);

#endif
