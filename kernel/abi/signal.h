/* SPDX-License-Identifier: MIT */
/* signal.h - signal numbers and layouts (x86_64 Linux, as musl passes them). */
#ifndef K_ABI_SIGNAL_H
#define K_ABI_SIGNAL_H

#include <stdint.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGURG 23
#define SIGWINCH 28
#define SIGNALS_MAX 64

#define SIG_DFL ((uintptr_t)0)
#define SIG_IGN ((uintptr_t)1)

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SA_SIGINFO 4ul
#define SA_RESTART 0x10000000ul
#define SA_NODEFER 0x40000000ul
#define SA_RESETHAND 0x80000000ul

struct k_sigaction {
    uintptr_t handler;
    unsigned long flags;
    uintptr_t restorer;
    uint64_t mask;
};

struct siginfo {
    int32_t si_signo, si_errno, si_code;
    int32_t pad[29];
};

/* Signal context. Only the mask is filled in and read back. */
struct ucontext {
    uint64_t uc_flags, uc_link, uc_stack[3];
    uint64_t registers[32];
    uint64_t uc_sigmask, mask_rest[15];
    uint64_t fpu[64];
};

#endif
