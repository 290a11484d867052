/* SPDX-License-Identifier: MIT */
/*
 * thread.c - beginning and end of threads.
 */
#include "abi/errno.h"
#include "core/panic.h"
#include "core/power.h"
#include "core/sched.h"
#include "sys/calls.h"

#define CLONE_VM 0x100ul
#define CLONE_THREAD 0x10000ul
#define CLONE_SETTLS 0x80000ul
#define CLONE_PARENT_SETTID 0x100000ul
#define CLONE_CHILD_CLEARTID 0x200000ul
#define CLONE_CHILD_SETTID 0x1000000ul

#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003

/*
 * A call into the kernel returns once, so clone() cannot return in the child. Our libc
 * passes the child's first instruction as sixth argument instead.
 */
long sys_clone(unsigned long flags, uintptr_t stack, int *parent_tid, int *child_tid,
               uintptr_t tls, uintptr_t entry)
{
    struct k_thread *thread;

    if ((flags & (CLONE_VM | CLONE_THREAD)) != (CLONE_VM | CLONE_THREAD))
        return -ENOSYS; /* a second process */
    if (!entry || !stack)
        return -EINVAL;
    thread = k_sched_new(entry, stack, flags & CLONE_SETTLS ? tls : 0);
    if (!thread)
        return -ENOMEM;
    if (flags & CLONE_PARENT_SETTID)
        *parent_tid = thread->tid;
    if (flags & CLONE_CHILD_SETTID)
        *child_tid = thread->tid;
    if (flags & CLONE_CHILD_CLEARTID)
        thread->clear_tid = child_tid;
    return thread->tid;
}

static _Noreturn void end_thread(void)
{
    struct k_thread *self = k_thread_current();

    if (self->clear_tid) {
        *self->clear_tid = 0;
        k_futex_wake(self->clear_tid, 1);
    }
    k_sched_exit();
}

long sys_exit(int status)
{
    if (k_sched_count() == 1)
        k_power_exit(status);
    end_thread();
}

/* End a thread and give its stack back, which it cannot do by itself. */
long sys_exit_unmap(uintptr_t stack, size_t bytes)
{
    struct k_thread *self = k_thread_current();

    self->stack = (void *)stack;
    self->stack_bytes = bytes;
    end_thread();
}

long sys_exit_group(int status) { k_power_exit(status); }

long sys_gettid(void) { return k_sched_current_tid(); }

long sys_set_tid_address(int *address)
{
    k_thread_current()->clear_tid = address;
    return k_sched_current_tid();
}

/* The C library unlocks what a thread leaves behind; processes do not share memory here. */
long sys_set_robust_list(void *head, size_t bytes)
{
    (void)head, (void)bytes;
    return 0;
}

long sys_arch_prctl(int code, uintptr_t address)
{
    if (code == ARCH_SET_FS)
        k_sched_set_fs(address);
    else if (code == ARCH_GET_FS)
        *(uintptr_t *)address = k_thread_current()->fs_base;
    else
        return -EINVAL;
    return 0;
}

long sys_sched_yield(void)
{
    k_thread_yield();
    return 0;
}

long sys_sched_getaffinity(int pid, size_t bytes, uint8_t *mask)
{
    (void)pid;
    if (bytes < sizeof(uint64_t))
        return -EINVAL;
    *(uint64_t *)mask = 1;
    return sizeof(uint64_t);
}

/* One processor sees its own memory in order. */
long sys_membarrier(int command, unsigned flags, int cpu)
{
    (void)command, (void)flags, (void)cpu;
    return 0;
}

long sys_getcpu(unsigned *cpu, unsigned *node)
{
    if (cpu)
        *cpu = 0;
    if (node)
        *node = 0;
    return 0;
}
