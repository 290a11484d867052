/* SPDX-License-Identifier: MIT */
/*
 * sched.c - one queue of threads that can run, first come first served.
 *
 * With one thread there is nothing here but the idle loop. With several, who gets the
 * processor is interrupted after a slice. If nobody else can run then, the ticks end, and
 * only what sleepers wait for interrupts again: the next timer, a device.
 */
#include "core/sched.h"

#include "abi/errno.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/switch.h"
#include "core/clock.h"
#include "core/heap.h"
#include "core/idle.h"
#include "core/page.h"
#include "core/panic.h"
#include "core/poll.h"
#include "core/region.h"
#include "sys/signal.h"

#define SLICE_NS (10 * K_NS_PER_MS)
#define SOON_NS 100000

static struct k_thread *current;
static struct k_waitq runnable;
static struct k_thread *all_threads;
static struct k_thread *zombie; /* ended; its stack was in use a moment ago */
static unsigned thread_count;
static int last_tid;
static bool tick_armed;

static void push(struct k_waitq *queue, struct k_thread *thread)
{
    thread->next = NULL;
    if (queue->last)
        queue->last->next = thread;
    else
        queue->first = thread;
    queue->last = thread;
}

static void remove_from(struct k_waitq *queue, struct k_thread *thread)
{
    struct k_thread **link = &queue->first, *before = NULL;

    while (*link != thread) {
        before = *link;
        link = &before->next;
    }
    *link = thread->next;
    if (queue->last == thread)
        queue->last = before;
}

/* An interrupt in any case: a moment that has passed already becomes one that comes soon. */
static void arm(uint64_t deadline_ns)
{
    while (!k_clock_arm(deadline_ns))
        deadline_ns = k_clock_now_ns() + SOON_NS;
}

static void arm_tick(void)
{
    uint64_t slice_end = k_clock_now_ns() + SLICE_NS;
    uint64_t timer = k_timer_next_ns();

    tick_armed = true;
    arm(timer < slice_end ? timer : slice_end);
}

/* Nobody's code runs: `current` waits for something or has ended. */
static bool is_idle(void)
{
    return current->waiting_in || current == zombie;
}

/*
 * The current thread computes, and may go on for long: let timers and devices interrupt it.
 * Interrupts stay off, so that none is spent before this thread is back in its own code.
 */
static void watch_for_others(void)
{
    k_interrupts_off();
    if (k_poll_watch())
        arm(k_clock_now_ns() + SOON_NS);
    else if (runnable.first)
        arm_tick();
    else
        arm(k_timer_next_ns());
}

static void make_runnable(struct k_thread *thread)
{
    push(&runnable, thread);
    if (!tick_armed && current && !is_idle())
        arm_tick();
}

static void wake(struct k_thread *thread, int result)
{
    remove_from(thread->waiting_in, thread);
    thread->waiting_in = NULL;
    thread->wait_result = result;
    k_timer_cancel(&thread->timer);
    make_runnable(thread);
}

static void wait_is_over(void *arg) { wake(arg, -ETIMEDOUT); }

static void free_zombie(void)
{
    struct k_thread *dead = zombie;

    if (!dead)
        return;
    zombie = NULL;
    if (dead->stack)
        k_region_free((uintptr_t)dead->stack, dead->stack_bytes);
    k_free(dead);
}

/* The first lines of a thread that has just got the processor. */
static void got_processor(void)
{
    if (thread_count > 1) {
        k_interrupts_off();
        arm_tick();
    }
    k_interrupts_on();
    free_zombie();
}

void k_sched_began(void);
void k_sched_began(void) { got_processor(); }

/* Give the processor to the next thread that can run, waiting for one if need be. */
static void schedule(void)
{
    struct k_thread *from = current, *to;

    while (!runnable.first)
        k_idle_round();
    to = runnable.first;
    remove_from(&runnable, to);
    tick_armed = false;
    current = to;
    if (to == from) {
        got_processor();
        return;
    }
    if (to->fs_base != from->fs_base)
        k_wrmsr(MSR_FS_BASE, to->fs_base);
    k_switch(&from->rsp, to->rsp);
    got_processor();
}

int k_waitq_sleep(struct k_waitq *queue, uint64_t deadline_ns)
{
    struct k_thread *self = current;

    if (k_signal_is_pending(self))
        return -EINTR;
    if (deadline_ns != K_NEVER && deadline_ns <= k_clock_now_ns()) {
        k_poll_once();
        return -ETIMEDOUT;
    }
    self->waiting_in = queue;
    push(queue, self);
    if (deadline_ns != K_NEVER)
        k_timer_set(&self->timer, deadline_ns);
    schedule();
    return self->wait_result;
}

int k_waitq_wake(struct k_waitq *queue, int count)
{
    int woken = 0;

    for (; queue->first && woken < count; woken++)
        wake(queue->first, 0);
    return woken;
}

void k_sched_interrupt_wait(struct k_thread *thread)
{
    if (thread->waiting_in)
        wake(thread, -EINTR);
}

void k_thread_yield(void)
{
    k_poll_once();
    if (!runnable.first)
        return;
    push(&runnable, current);
    schedule();
}

bool k_sched_interrupted(uintptr_t rip)
{
    extern const char k_kernel_text[], k_kernel_text_end[];

    tick_armed = false;
    if (thread_count < 2 || !current)
        return false;
    if (rip < (uintptr_t)k_kernel_text || rip >= (uintptr_t)k_kernel_text_end)
        return true;
    if (!is_idle())
        arm_tick(); /* the kernel finishes first; ask again */
    return false;
}

void k_sched_preempt(void)
{
    struct k_fpu_state fpu;

    k_fpu_save(&fpu);
    k_fpu_reset();
    k_thread_yield();
    watch_for_others();
    k_fpu_restore(&fpu);
}

static void list(struct k_thread *thread)
{
    thread->tid = ++last_tid;
    thread->timer.fn = wait_is_over;
    thread->timer.arg = thread;
    thread->all_next = all_threads;
    all_threads = thread;
    thread_count++;
}

struct k_thread *k_sched_new(uintptr_t entry, uintptr_t stack, uintptr_t fs_base)
{
    struct k_thread *thread = k_calloc(1, sizeof *thread);

    if (!thread)
        return NULL;
    thread->rsp = k_switch_prepare(entry, stack & ~15ul);
    thread->fs_base = fs_base;
    if (current)
        thread->sig_mask = current->sig_mask;
    list(thread);
    make_runnable(thread);
    return thread;
}

void k_sched_start(uintptr_t entry, uintptr_t stack)
{
    struct k_thread *first = k_sched_new(entry, stack, 0);
    uintptr_t boot_stack;

    if (!first)
        k_panic("no memory for the first thread");
    remove_from(&runnable, first);
    current = first;
    k_switch(&boot_stack, first->rsp);
    __builtin_unreachable();
}

void k_sched_exit(void)
{
    struct k_thread **link = &all_threads;

    while (*link != current)
        link = &(*link)->all_next;
    *link = current->all_next;
    thread_count--;
    k_timer_cancel(&current->timer);
    /* Idle loops run on this stack until another thread can run; it then frees it. */
    free_zombie();
    zombie = current;
    schedule();
    __builtin_unreachable();
}

void k_sched_set_fs(uintptr_t fs_base)
{
    current->fs_base = fs_base;
    k_wrmsr(MSR_FS_BASE, fs_base);
}

struct k_thread *k_sched_find(int tid)
{
    struct k_thread *thread = all_threads;

    while (thread && thread->tid != tid)
        thread = thread->all_next;
    return thread;
}

struct k_thread *k_thread_current(void) { return current; }
int k_thread_tid(const struct k_thread *thread) { return thread->tid; }
int k_sched_current_tid(void) { return current ? current->tid : 0; }
struct k_thread *k_sched_first(void) { return all_threads; }
unsigned k_sched_count(void) { return thread_count; }
