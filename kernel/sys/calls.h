/* SPDX-License-Identifier: MIT */
/*
 * calls.h - bodies of the system calls that belong to the core.
 *
 * Arguments come as the program passed them, in our own address space and with our
 * own rights: a bad pointer faults here as it would in the program.
 */
#ifndef K_SYS_CALLS_H
#define K_SYS_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "abi/signal.h"
#include "abi/types.h"

/* The process, which is also the number of its first thread. */
#define K_PID 1

/* signal.c */
long sys_rt_sigaction(int signal, const struct k_sigaction *new, struct k_sigaction *old,
                      size_t set_bytes);
long sys_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old, size_t set_bytes);
long sys_rt_sigpending(uint64_t *set, size_t set_bytes);
long sys_rt_sigsuspend(const uint64_t *mask, size_t set_bytes);
long sys_pause(void);
long sys_sigaltstack(const void *new, void *old);
long sys_kill(int pid, int signal);
long sys_tkill(int tid, int signal);
long sys_tgkill(int pid, int tid, int signal);

/* mm.c */
long sys_mmap(uintptr_t address, size_t bytes, int rights, int flags, int fd, long offset);
long sys_munmap(uintptr_t address, size_t bytes);
long sys_mprotect(uintptr_t address, size_t bytes, int rights);
long sys_mremap(uintptr_t address, size_t old_bytes, size_t new_bytes, int flags);
long sys_madvise(uintptr_t address, size_t bytes, int advice);
long sys_brk(uintptr_t address);

/* thread.c */
long sys_clone(unsigned long flags, uintptr_t stack, int *parent_tid, int *child_tid,
               uintptr_t tls, uintptr_t entry);
long sys_exit(int status);
long sys_exit_group(int status);
long sys_exit_unmap(uintptr_t stack, size_t bytes);
long sys_gettid(void);
long sys_set_tid_address(int *address);
long sys_set_robust_list(void *head, size_t bytes);
long sys_arch_prctl(int code, uintptr_t address);
long sys_sched_yield(void);
long sys_sched_getaffinity(int pid, size_t bytes, uint8_t *mask);
long sys_membarrier(int command, unsigned flags, int cpu);
long sys_getcpu(unsigned *cpu, unsigned *node);

/* futex.c */
long sys_futex(int *address, int operation, int value, uintptr_t timeout, int *address2,
               int value3);
int k_futex_wake(const int *address, int count);

/* time.c */
long sys_clock_gettime(int clock, struct timespec *out);
long sys_clock_getres(int clock, struct timespec *out);
long sys_clock_nanosleep(int clock, int flags, const struct timespec *request,
                         struct timespec *remain);
long sys_nanosleep(const struct timespec *request, struct timespec *remain);
long sys_gettimeofday(struct timeval *out, void *zone);
long sys_time(int64_t *out);

/* misc.c */
struct utsname;
struct sysinfo;
struct rusage;
struct rlimit {
    uint64_t rlim_cur, rlim_max;
};
long sys_uname(struct utsname *out);
long sys_sysinfo(struct sysinfo *out);
long sys_getpid(void);
long sys_getppid(void);
long sys_get_id(void);
long sys_prlimit64(int pid, int resource, const struct rlimit *new, struct rlimit *old);
long sys_getrlimit(int resource, struct rlimit *out);
long sys_setrlimit(int resource, const struct rlimit *in);
long sys_getrusage(int who, struct rusage *out);
long sys_getrandom(void *out, size_t bytes, unsigned flags);
long sys_prctl(int option, unsigned long a);
long sys_umask(unsigned mask);

/* tree.c, path.c */
long sys_open(const char *path, int flags, int mode);
long sys_openat(int dir, const char *path, int flags, int mode);
long sys_access(const char *path, int mode);
long sys_faccessat(int dir, const char *path, int mode);
long sys_stat(const char *path, struct stat *out);
long sys_newfstatat(int dir, const char *path, struct stat *out, int flags);
long sys_fstat(int fd, struct stat *out);
struct statx;
long sys_statx(int dir, const char *path, int flags, unsigned mask, struct statx *out);
long sys_readlink(const char *path, char *out, size_t bytes);
long sys_readlinkat(int dir, const char *path, char *out, size_t bytes);
long sys_getcwd(char *out, size_t bytes);
long sys_chdir(const char *path);

#endif
