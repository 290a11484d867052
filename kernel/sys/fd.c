/* SPDX-License-Identifier: MIT */
/*
 * fd.c - the descriptor table: one process, one table, lowest free number first.
 */
#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "core/panic.h"
#include "sys/file.h"
#include "sys/sys_internal.h"

static struct slot {
    struct k_file *file;
    uint32_t fd_flags;
} *slots;
static unsigned slot_count;   /* in memory */
static unsigned lowest_free;  /* no free slot lies below */
static unsigned limit = 4096; /* RLIMIT_NOFILE */

void k_file_init(struct k_file *file, const struct k_file_ops *ops, int flags)
{
    *file = (struct k_file){.ops = ops, .refs = 1, .flags = flags};
}

void k_file_put(struct k_file *file)
{
    K_ASSERT(file->refs > 0);
    if (--file->refs)
        return;
    while (file->poll.first) {
        struct k_watcher *watcher = file->poll.first;

        k_watcher_remove(watcher);
        watcher->fn(watcher, K_WATCH_GONE);
    }
    file->ops->close(file);
}

static int grow(unsigned at_least)
{
    unsigned count = slot_count ? slot_count : 32;
    struct slot *bigger;

    while (count < at_least)
        count *= 2;
    bigger = k_calloc(count, sizeof(*bigger));
    if (!bigger)
        return -ENOMEM;
    if (slots)
        memcpy(bigger, slots, slot_count * sizeof(*slots));
    k_free(slots);
    slots = bigger;
    slot_count = count;
    return 0;
}

static void put_in(unsigned fd, struct k_file *file, int fd_flags)
{
    slots[fd] = (struct slot){file, (uint32_t)fd_flags};
    if (fd == lowest_free)
        lowest_free++;
}

int k_fd_install_from(struct k_file *file, int fd_flags, int lowest)
{
    unsigned fd = (unsigned)lowest > lowest_free ? (unsigned)lowest : lowest_free;

    while (fd < slot_count && slots[fd].file)
        fd++;
    if (fd >= limit)
        return -EMFILE;
    if (fd >= slot_count && grow(fd + 1))
        return -ENOMEM;
    if ((unsigned)lowest <= lowest_free)
        lowest_free = fd;
    put_in(fd, file, fd_flags);
    return (int)fd;
}

int k_fd_install(struct k_file *file, int fd_flags)
{
    return k_fd_install_from(file, fd_flags, 0);
}

struct k_file *k_fd_peek(int fd)
{
    return (unsigned)fd < slot_count ? slots[fd].file : NULL;
}

struct k_file *k_fd_get(int fd)
{
    struct k_file *file = k_fd_peek(fd);

    return file ? k_file_ref(file) : NULL;
}

int k_fd_close(int fd)
{
    struct k_file *file = k_fd_peek(fd);

    if (!file)
        return -EBADF;
    slots[fd].file = NULL;
    if ((unsigned)fd < lowest_free)
        lowest_free = (unsigned)fd;
    k_file_put(file);
    return 0;
}

unsigned k_fd_limit(void)
{
    return limit;
}

int k_fd_limit_set(unsigned new_limit)
{
    if (new_limit > K_FD_MAX)
        return -EPERM;
    limit = new_limit;
    return 0;
}

long sys_close(int fd)
{
    return k_fd_close(fd);
}

long sys_dup(int fd)
{
    return sys_fcntl(fd, F_DUPFD, 0);
}

long sys_dup3(int from, int to, int flags)
{
    struct k_file *file = k_fd_peek(from);

    if (!file || to < 0 || (unsigned)to >= limit)
        return -EBADF;
    if (from == to)
        return -EINVAL;
    if ((unsigned)to >= slot_count && grow((unsigned)to + 1))
        return -ENOMEM;
    k_file_ref(file);
    k_fd_close(to);
    put_in((unsigned)to, file, flags & O_CLOEXEC ? FD_CLOEXEC : 0);
    return to;
}

long sys_dup2(int from, int to)
{
    if (from == to)
        return k_fd_peek(from) ? to : -EBADF;
    return sys_dup3(from, to, 0);
}

long sys_fcntl(int fd, int command, unsigned long arg)
{
    struct k_file *file = k_fd_peek(fd);
    int copy;

    if (!file)
        return -EBADF;
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        if (arg >= limit)
            return -EINVAL;
        copy = k_fd_install_from(k_file_ref(file), command == F_DUPFD ? 0 : FD_CLOEXEC, (int)arg);
        if (copy < 0)
            k_file_put(file);
        return copy;
    case F_GETFD:
        return (long)slots[fd].fd_flags;
    case F_SETFD:
        slots[fd].fd_flags = arg & FD_CLOEXEC;
        return 0;
    case F_GETFL:
        return file->flags;
    case F_SETFL:
        file->flags = (file->flags & ~(O_NONBLOCK | O_APPEND)) |
                      (int)(arg & (O_NONBLOCK | O_APPEND));
        return 0;
    default:
        return -EINVAL;
    }
}
