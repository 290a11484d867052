/* SPDX-License-Identifier: MIT */
/*
 * syscalls.h - the system calls of an image, one row each: Linux number, name, body, remark.
 *
 * From this list come the dispatch table, the names in messages and docs/syscalls.md
 * (tests/kernel/syscalls-doc). A call without a row answers -ENOSYS and says so once.
 */
#ifndef K_SYS_SYSCALLS_H
#define K_SYS_SYSCALLS_H

#define K_SYSCALLS(X)                                                                        \
    /* files */                                                                              \
    X(0, read, sys_read, "")                                                                 \
    X(1, write, sys_write, "")                                                               \
    X(2, open, sys_open, "the read-only tree: /etc, /dev, /proc as far as libraries ask")    \
    X(3, close, sys_close, "")                                                               \
    X(4, stat, sys_stat, "")                                                                 \
    X(5, fstat, sys_fstat, "")                                                               \
    X(6, lstat, sys_stat, "")                                                                \
    X(7, poll, sys_poll, "")                                                                 \
    X(8, lseek, sys_lseek, "")                                                               \
    X(16, ioctl, sys_ioctl, "FIONBIO, FIONREAD, FIOCLEX, TIOCGWINSZ")                        \
    X(17, pread64, sys_pread64, "")                                                          \
    X(19, readv, sys_readv, "")                                                              \
    X(20, writev, sys_writev, "")                                                            \
    X(21, access, sys_access, "")                                                            \
    X(22, pipe, sys_pipe, "")                                                                \
    X(23, select, sys_select, "")                                                            \
    X(32, dup, sys_dup, "")                                                                  \
    X(33, dup2, sys_dup2, "")                                                                \
    X(72, fcntl, sys_fcntl, "F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL")                   \
    X(79, getcwd, sys_getcwd, "always /")                                                    \
    X(80, chdir, sys_chdir, "only to /")                                                     \
    X(89, readlink, sys_readlink, "/proc/self/exe")                                          \
    X(95, umask, sys_umask, "")                                                              \
    X(213, epoll_create, sys_epoll_create, "")                                               \
    X(217, getdents64, sys_getdents64, "")                                                   \
    X(232, epoll_wait, sys_epoll_wait, "")                                                   \
    X(233, epoll_ctl, sys_epoll_ctl, "level, edge and one-shot")                             \
    X(257, openat, sys_openat, "")                                                           \
    X(262, newfstatat, sys_newfstatat, "")                                                   \
    X(267, readlinkat, sys_readlinkat, "")                                                   \
    X(269, faccessat, sys_faccessat, "")                                                     \
    X(270, pselect6, sys_pselect6, "")                                                       \
    X(271, ppoll, sys_ppoll, "")                                                             \
    X(281, epoll_pwait, sys_epoll_pwait, "the idle point of a service")                      \
    X(284, eventfd, sys_eventfd, "")                                                         \
    X(290, eventfd2, sys_eventfd2, "")                                                       \
    X(291, epoll_create1, sys_epoll_create1, "")                                             \
    X(292, dup3, sys_dup3, "")                                                               \
    X(293, pipe2, sys_pipe2, "")                                                             \
    X(332, statx, sys_statx, "basic fields")                                                 \
    /* sockets */                                                                            \
    X(41, socket, sys_socket, "AF_INET: SOCK_STREAM, SOCK_DGRAM")                            \
    X(42, connect, sys_connect, "")                                                          \
    X(43, accept, sys_accept, "")                                                            \
    X(44, sendto, sys_sendto, "")                                                            \
    X(45, recvfrom, sys_recvfrom, "")                                                        \
    X(46, sendmsg, sys_sendmsg, "")                                                          \
    X(47, recvmsg, sys_recvmsg, "")                                                          \
    X(48, shutdown, sys_shutdown, "")                                                        \
    X(49, bind, sys_bind, "")                                                                \
    X(50, listen, sys_listen, "")                                                            \
    X(51, getsockname, sys_getsockname, "")                                                  \
    X(52, getpeername, sys_getpeername, "")                                                  \
    X(54, setsockopt, sys_setsockopt, "")                                                    \
    X(55, getsockopt, sys_getsockopt, "")                                                    \
    X(288, accept4, sys_accept4, "")                                                         \
    X(299, recvmmsg, sys_recvmmsg, "")                                                       \
    X(307, sendmmsg, sys_sendmmsg, "")                                                       \
    /* memory */                                                                             \
    X(9, mmap, sys_mmap, "anonymous, never executable, never at a fixed address")            \
    X(10, mprotect, sys_mprotect, "never executable")                                        \
    X(11, munmap, sys_munmap, "")                                                            \
    X(12, brk, sys_brk, "no break area: libraries use mmap instead")                         \
    X(25, mremap, sys_mremap, "")                                                            \
    X(28, madvise, sys_madvise, "MADV_DONTNEED clears; other advice is ignored")             \
    /* threads */                                                                            \
    X(24, sched_yield, sys_sched_yield, "")                                                  \
    X(39, getpid, sys_getpid, "always 1")                                                    \
    X(56, clone, sys_clone, "threads only; the entry point is the sixth argument")           \
    X(60, exit, sys_exit, "")                                                                \
    X(110, getppid, sys_getppid, "always 0")                                                 \
    X(157, prctl, sys_prctl, "PR_SET_NAME, PR_GET_NAME")                                     \
    X(158, arch_prctl, sys_arch_prctl, "ARCH_SET_FS, ARCH_GET_FS")                           \
    X(186, gettid, sys_gettid, "")                                                           \
    X(202, futex, sys_futex, "wait, wake, requeue, and their bitset forms without bitsets")  \
    X(204, sched_getaffinity, sys_sched_getaffinity, "one processor")                        \
    X(218, set_tid_address, sys_set_tid_address, "")                                         \
    X(231, exit_group, sys_exit_group, "ends the machine")                                   \
    X(273, set_robust_list, sys_set_robust_list, "accepted; nothing to do")                  \
    X(309, getcpu, sys_getcpu, "")                                                           \
    X(324, membarrier, sys_membarrier, "nothing to do on one processor")                     \
    X(500, exit_unmap, sys_exit_unmap, "ours: a detached thread ends and frees its stack")   \
    /* signals */                                                                            \
    X(13, rt_sigaction, sys_rt_sigaction, "faults are panics, not signals")                  \
    X(14, rt_sigprocmask, sys_rt_sigprocmask, "")                                            \
    X(34, pause, sys_pause, "")                                                                 \
    X(62, kill, sys_kill, "to the process itself")                                           \
    X(127, rt_sigpending, sys_rt_sigpending, "")                                             \
    X(130, rt_sigsuspend, sys_rt_sigsuspend, "")                                             \
    X(131, sigaltstack, sys_sigaltstack, "accepted; handlers run on their thread's stack")   \
    X(200, tkill, sys_tkill, "")                                                             \
    X(234, tgkill, sys_tgkill, "")                                                           \
    /* time */                                                                               \
    X(35, nanosleep, sys_nanosleep, "")                                                      \
    X(96, gettimeofday, sys_gettimeofday, "")                                                \
    X(201, time, sys_time, "")                                                               \
    X(228, clock_gettime, sys_clock_gettime, "processor time is time since boot")            \
    X(229, clock_getres, sys_clock_getres, "")                                               \
    X(230, clock_nanosleep, sys_clock_nanosleep, "")                                         \
    /* the machine and its limits */                                                         \
    X(63, uname, sys_uname, "")                                                              \
    X(97, getrlimit, sys_getrlimit, "")                                                      \
    X(98, getrusage, sys_getrusage, "")                                                      \
    X(99, sysinfo, sys_sysinfo, "")                                                          \
    X(102, getuid, sys_get_id, "always 0")                                                   \
    X(104, getgid, sys_get_id, "always 0")                                                   \
    X(107, geteuid, sys_get_id, "always 0")                                                  \
    X(108, getegid, sys_get_id, "always 0")                                                  \
    X(160, setrlimit, sys_setrlimit, "RLIMIT_NOFILE; others are ignored")                    \
    X(302, prlimit64, sys_prlimit64, "")                                                     \
    X(318, getrandom, sys_getrandom, "fails rather than give bytes that are not random")

#endif
