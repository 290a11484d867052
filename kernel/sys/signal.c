/* SPDX-License-Identifier: MIT */
/*
 * signal.c - actions, masks, sending and delivery.
 */
#include "sys/signal.h"

#include <stddef.h>
#include <string.h>

#include "abi/errno.h"
#include "abi/types.h"
#include "core/power.h"
#include "core/report.h"
#include "core/sched.h"
#include "sys/calls.h"

#define BIT(signal) (1ull << ((signal) - 1))
#define UNMASKABLE (BIT(SIGKILL) | BIT(SIGSTOP))
#define SET_BYTES 8
#define DUMPS (1ull << SIGABRT | 1ull << SIGSEGV | 1ull << SIGBUS | 1ull << SIGILL | 1ull << SIGFPE)

static struct k_sigaction actions[SIGNALS_MAX + 1];
static uint64_t process_pending;

static bool is_ignored(int signal)
{
    uintptr_t handler = actions[signal].handler;

    if (handler != SIG_DFL)
        return handler == SIG_IGN;
    return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

bool k_signal_is_pending(const struct k_thread *thread)
{
    return ((thread->sig_pending | process_pending) & ~thread->sig_mask) != 0;
}

void k_signal_thread(struct k_thread *thread, int signal)
{
    if (is_ignored(signal))
        return;
    thread->sig_pending |= BIT(signal);
    if (k_signal_is_pending(thread))
        k_sched_interrupt_wait(thread);
}

void k_signal_process(int signal)
{
    struct k_thread *chosen = NULL;

    if (is_ignored(signal))
        return;
    process_pending |= BIT(signal);
    /* The list ends with the first thread, which is preferred. */
    for (struct k_thread *t = k_sched_first(); t; t = t->all_next)
        if (!(t->sig_mask & BIT(signal)))
            chosen = t;
    if (chosen)
        k_sched_interrupt_wait(chosen);
}

uint64_t k_signal_set_mask(uint64_t mask)
{
    struct k_thread *self = k_thread_current();
    uint64_t old = self->sig_mask;

    self->sig_mask = mask & ~UNMASKABLE;
    return old;
}

long k_signal_end_masked(long result, uint64_t old)
{
    if (result == -EINTR)
        k_signal_deliver();
    k_signal_set_mask(old);
    return result;
}

static void call_handler(int signal, const struct k_sigaction *action)
{
    struct k_thread *self = k_thread_current();
    struct siginfo info = {.si_signo = signal};
    struct ucontext context;
    union {
        uintptr_t address;
        void (*fn)(int signal, struct siginfo *info, struct ucontext *context);
    } handler = {action->handler};

    memset(&context, 0, sizeof context);
    context.uc_sigmask = self->sig_mask;
    self->sig_mask |= action->mask & ~UNMASKABLE;
    if (!(action->flags & SA_NODEFER))
        self->sig_mask |= BIT(signal);
    handler.fn(signal, &info, &context);
    self->sig_mask = context.uc_sigmask & ~UNMASKABLE;
}

/* A signal that a program raises against itself says where: the place is the message. */
static _Noreturn void die(int signal)
{
    if (DUMPS >> signal & 1) {
        k_report("signal %d (thread %d)", signal, k_sched_current_tid());
        k_report_backtrace((uintptr_t)__builtin_return_address(0),
                           (uintptr_t)__builtin_frame_address(0));
    }
    k_power_killed(signal);
}

bool k_signal_deliver(void)
{
    struct k_thread *self = k_thread_current();
    bool restart = true;
    uint64_t ready;

    while ((ready = (self->sig_pending | process_pending) & ~self->sig_mask)) {
        int signal = __builtin_ctzll(ready) + 1;
        struct k_sigaction action = actions[signal];

        if (self->sig_pending & BIT(signal))
            self->sig_pending &= ~BIT(signal);
        else
            process_pending &= ~BIT(signal);
        if (is_ignored(signal))
            continue;
        if (action.handler == SIG_DFL)
            die(signal);
        if (action.flags & SA_RESETHAND)
            actions[signal].handler = SIG_DFL;
        restart &= (action.flags & SA_RESTART) != 0;
        call_handler(signal, &action);
    }
    return restart;
}

long sys_rt_sigaction(int signal, const struct k_sigaction *new, struct k_sigaction *old,
                      size_t set_bytes)
{
    if (signal < 1 || signal > SIGNALS_MAX || set_bytes != SET_BYTES)
        return -EINVAL;
    if (new && (BIT(signal) & UNMASKABLE))
        return -EINVAL;
    if (old)
        *old = actions[signal];
    if (new)
        actions[signal] = *new;
    return 0;
}

long sys_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t set_bytes)
{
    struct k_thread *self = k_thread_current();
    uint64_t before = self->sig_mask;

    if (set_bytes != SET_BYTES)
        return -EINVAL;
    if (set && how == SIG_BLOCK)
        k_signal_set_mask(before | *set);
    else if (set && how == SIG_UNBLOCK)
        k_signal_set_mask(before & ~*set);
    else if (set && how == SIG_SETMASK)
        k_signal_set_mask(*set);
    else if (set)
        return -EINVAL;
    if (old)
        *old = before;
    return 0;
}

long sys_rt_sigpending(uint64_t *set, size_t set_bytes)
{
    const struct k_thread *self = k_thread_current();

    if (set_bytes != SET_BYTES)
        return -EINVAL;
    *set = (self->sig_pending | process_pending) & self->sig_mask;
    return 0;
}

long sys_rt_sigsuspend(const uint64_t *mask, size_t set_bytes)
{
    struct k_waitq nobody_wakes = {0};
    uint64_t old;

    if (set_bytes != SET_BYTES)
        return -EINVAL;
    old = k_signal_set_mask(*mask);
    while (k_waitq_sleep(&nobody_wakes, K_NEVER) != -EINTR)
        ;
    k_signal_deliver();
    k_signal_set_mask(old);
    return -EINTR;
}

long sys_pause(void)
{
    uint64_t mask = k_thread_current()->sig_mask;

    return sys_rt_sigsuspend(&mask, SET_BYTES);
}

/* Handlers run on the stack of their thread: there is no alternative one to prepare. */
long sys_sigaltstack(const void *new, void *old) { return old ? -ENOSYS : 0; }

long sys_kill(int pid, int signal)
{
    if (signal < 0 || signal > SIGNALS_MAX)
        return -EINVAL;
    if (pid != K_PID && pid != 0 && pid != -K_PID)
        return -ESRCH;
    if (signal)
        k_signal_process(signal);
    return 0;
}

long sys_tkill(int tid, int signal)
{
    struct k_thread *thread = k_sched_find(tid);

    if (signal < 0 || signal > SIGNALS_MAX)
        return -EINVAL;
    if (!thread)
        return -ESRCH;
    if (signal)
        k_signal_thread(thread, signal);
    return 0;
}

long sys_tgkill(int pid, int tid, int signal)
{
    return pid == K_PID ? sys_tkill(tid, signal) : -ESRCH;
}
