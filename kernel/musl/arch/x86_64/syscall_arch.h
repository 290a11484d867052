/* SPDX-License-Identifier: MIT */
/*
 * syscall_arch.h - a system call is a function call into the kernel.
 *
 * There is no vdso to look for: reading a clock is a call like the others, and as cheap.
 */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

long k_syscall(long, long, long, long, long, long, long);

static __inline long __syscall0(long n) { return k_syscall(n, 0, 0, 0, 0, 0, 0); }
static __inline long __syscall1(long n, long a) { return k_syscall(n, a, 0, 0, 0, 0, 0); }
static __inline long __syscall2(long n, long a, long b)
{
    return k_syscall(n, a, b, 0, 0, 0, 0);
}
static __inline long __syscall3(long n, long a, long b, long c)
{
    return k_syscall(n, a, b, c, 0, 0, 0);
}
static __inline long __syscall4(long n, long a, long b, long c, long d)
{
    return k_syscall(n, a, b, c, d, 0, 0);
}
static __inline long __syscall5(long n, long a, long b, long c, long d, long e)
{
    return k_syscall(n, a, b, c, d, e, 0);
}
static __inline long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
    return k_syscall(n, a, b, c, d, e, f);
}

#define IPC_64 0
