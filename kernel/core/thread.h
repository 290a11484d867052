/* SPDX-License-Identifier: MIT */
/*
 * thread.h - threads and how they wait.
 *
 * One processor. Code inside the kernel is never preempted, so between two calls
 * that may sleep a caller has everything for itself. A call into the kernel runs
 * on the stack of the thread that makes it.
 *
 * A wait queue is memory of its owner, all zero when empty. Its address must stay
 * while threads sleep in it.
 */
#ifndef K_CORE_THREAD_H
#define K_CORE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/timer.h"

struct k_thread;

struct k_waitq {
    struct k_thread *first, *last;
};

/*
 * Sleep until woken or until `deadline_ns` (K_NEVER: no limit).
 * Returns 0 when woken, -ETIMEDOUT, or -EINTR when a signal has to be delivered;
 * the signal's handler runs after the system call has returned its value.
 * A deadline in the past still runs one round of the pollers.
 */
int k_waitq_sleep(struct k_waitq *queue, uint64_t deadline_ns);

/* Wake at most `count` sleepers, first come first woken. Returns how many. */
int k_waitq_wake(struct k_waitq *queue, int count);
#define K_WAKE_ALL INT32_MAX

struct k_thread *k_thread_current(void);
int k_thread_tid(const struct k_thread *thread);

/* Let others run; returns when it is this thread's turn again. */
void k_thread_yield(void);

#endif
