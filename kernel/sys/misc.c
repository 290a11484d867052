/* SPDX-License-Identifier: MIT */
/*
 * misc.c - who am I, what may I, how much is there.
 */
#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/hostname.h"
#include "core/page.h"
#include "core/random.h"
#include "sys/calls.h"
#include "sys/file.h"

#define FIELD_BYTES 65
#define RLIMIT_STACK 3
#define RLIMIT_CORE 4
#define RLIMIT_NOFILE 7
#define RLIMITS 16
/* libuv sizes the stacks of its threads by this; memory for a stack is taken at once. */
#define THREAD_STACK_BYTES (64 * 1024)
#define GRND_NONBLOCK 1
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define NAME_BYTES 16

struct utsname {
    char sysname[FIELD_BYTES], nodename[FIELD_BYTES], release[FIELD_BYTES];
    char version[FIELD_BYTES], machine[FIELD_BYTES], domainname[FIELD_BYTES];
};

struct sysinfo {
    uint64_t uptime, loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    uint16_t procs, pad;
    uint64_t totalhigh, freehigh;
    uint32_t mem_unit;
};

struct rusage {
    struct timeval user, system;
    uint64_t fields[14];
};

long sys_uname(struct utsname *out)
{
    memset(out, 0, sizeof *out);
    strncpy(out->sysname, "Linux", FIELD_BYTES - 1);
    strncpy(out->nodename, k_hostname(), FIELD_BYTES - 1);
    strncpy(out->release, "5.15.0-ucompose", FIELD_BYTES - 1);
    strncpy(out->version, "ucompose", FIELD_BYTES - 1);
    strncpy(out->machine, "x86_64", FIELD_BYTES - 1);
    return 0;
}

long sys_sysinfo(struct sysinfo *out)
{
    memset(out, 0, sizeof *out);
    out->uptime = k_clock_now_ns() / K_NS_PER_S;
    out->totalram = k_memory_total();
    out->freeram = k_memory_free();
    out->procs = 1;
    out->mem_unit = 1;
    return 0;
}

long sys_getpid(void) { return K_PID; }
long sys_getppid(void) { return 0; }
long sys_get_id(void) { return 0; } /* user and group: root, there is nobody else */

long sys_getrlimit(int resource, struct rlimit *out)
{
    if (resource < 0 || resource >= RLIMITS)
        return -EINVAL;
    out->rlim_cur = out->rlim_max = UINT64_MAX;
    if (resource == RLIMIT_NOFILE)
        out->rlim_cur = k_fd_limit(), out->rlim_max = K_FD_MAX;
    else if (resource == RLIMIT_STACK)
        out->rlim_cur = THREAD_STACK_BYTES;
    else if (resource == RLIMIT_CORE)
        out->rlim_cur = out->rlim_max = 0;
    return 0;
}

long sys_setrlimit(int resource, const struct rlimit *in)
{
    if (resource < 0 || resource >= RLIMITS || in->rlim_cur > in->rlim_max)
        return -EINVAL;
    if (resource != RLIMIT_NOFILE)
        return 0;
    if (in->rlim_cur > K_FD_MAX)
        return -EPERM;
    return k_fd_limit_set((unsigned)in->rlim_cur);
}

long sys_prlimit64(int pid, int resource, const struct rlimit *new, struct rlimit *old)
{
    long err = 0;

    if (pid && pid != K_PID)
        return -ESRCH;
    if (old)
        err = sys_getrlimit(resource, old);
    if (!err && new)
        err = sys_setrlimit(resource, new);
    return err;
}

long sys_getrusage(int who, struct rusage *out)
{
    uint64_t ns = k_clock_now_ns();

    (void)who;
    memset(out, 0, sizeof *out);
    out->user.tv_sec = (int64_t)(ns / K_NS_PER_S);
    out->user.tv_usec = (int64_t)(ns % K_NS_PER_S / 1000);
    out->fields[0] = (k_memory_total() - k_memory_free()) / 1024; /* ru_maxrss */
    return 0;
}

/* Without a source of entropy nothing would ever come: say so instead of inventing keys. */
long sys_getrandom(void *out, size_t bytes, unsigned flags)
{
    if (!k_random_is_seeded())
        return flags & GRND_NONBLOCK ? -EAGAIN : -EIO;
    k_random_bytes(out, bytes);
    return (long)bytes;
}

long sys_prctl(int option, unsigned long a)
{
    static char name[NAME_BYTES];

    if (option == PR_SET_NAME)
        strncpy(name, (const char *)a, NAME_BYTES - 1);
    else if (option == PR_GET_NAME)
        memcpy((void *)a, name, NAME_BYTES);
    else
        return -EINVAL;
    return 0;
}

long sys_umask(unsigned mask)
{
    static unsigned current = 022;
    unsigned old = current;

    current = mask & 0777;
    return (long)old;
}
