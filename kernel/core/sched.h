/* SPDX-License-Identifier: MIT */
/*
 * sched.h - what the calls about threads and signals, and the interrupt path, need
 * of the scheduler. Everybody else needs thread.h only.
 *
 * A thread is always in one place: running, in the queue of those that can run, in
 * a wait queue, or a zombie until the next thread frees it.
 */
#ifndef K_CORE_SCHED_H
#define K_CORE_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/thread.h"
#include "core/timer.h"

struct k_thread {
    uintptr_t rsp; /* while it does not run */
    uintptr_t fs_base;
    struct k_thread *next;     /* in the run queue or a wait queue */
    struct k_thread *all_next; /* in the list of all threads */
    struct k_waitq *waiting_in;
    struct k_timer timer;
    int wait_result;
    int tid;
    int *clear_tid; /* zeroed, and its futex woken, when the thread ends */
    uint64_t sig_mask, sig_pending;
    void *stack; /* the kernel's to free when the thread ends, or NULL */
    size_t stack_bytes;
};

/* The first thread, its stack already filled; never returns. */
_Noreturn void k_sched_start(uintptr_t entry, uintptr_t stack);

/* A thread that begins at `entry` on `stack`. NULL: no memory. It can run at once. */
struct k_thread *k_sched_new(uintptr_t entry, uintptr_t stack, uintptr_t fs_base);

/* The current thread ends; its struct and `stack` are freed from another stack. */
_Noreturn void k_sched_exit(void);

void k_sched_set_fs(uintptr_t fs_base);
int k_sched_current_tid(void);
struct k_thread *k_sched_find(int tid);
struct k_thread *k_sched_first(void); /* walk with all_next */
unsigned k_sched_count(void);

/* A signal came: end the wait of this thread, if it waits, with -EINTR. */
void k_sched_interrupt_wait(struct k_thread *thread);

/* In an interrupt: is it another thread's turn? Only if user code was interrupted. */
bool k_sched_interrupted(uintptr_t rip);

/* Then, on the interrupted thread's own stack: give the others their turn. */
void k_sched_preempt(void);

#endif
