/* SPDX-License-Identifier: MIT */
/*
 * file.h - open files, the descriptor table, and who is told when a file becomes ready.
 *
 * A kind of file (socket, pipe, console, file of the tree) embeds `struct k_file` as its first
 * member and fills a table of verbs. A file is counted: the descriptor table holds one reference
 * for each descriptor, a system call in progress holds another (k_fd_get ... k_file_put). At the
 * last k_file_put its `close` is called, which frees the memory.
 *
 * One processor, and the kernel is never pre-empted inside a system call: nothing here locks.
 * A verb may sleep (k_file_wait); everything it looked at before may have changed after.
 *
 * All verbs return 0 or a count when it went well, a negative errno when not.
 */
#ifndef K_SYS_FILE_H
#define K_SYS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/types.h"
#include "core/timer.h"

struct k_file;
struct k_watcher;

/* Whoever wants to hear that a file became ready. The file's list borrows it until
 * k_watcher_remove. `events` are EPOLL bits, or K_WATCH_GONE: the file is being closed, and the
 * watcher is already off its list. */
#define K_WATCH_GONE (1u << 27)

struct k_watcher {
    struct k_watcher *next, **link;
    void (*fn)(struct k_watcher *watcher, uint32_t events);
};

/* The list of those watchers; all zero is empty. */
struct k_pollable {
    struct k_watcher *first;
};

struct k_file_ops {
    const char *name; /* "socket", "pipe": for messages */
    /* The base forms; NULL: -EINVAL. They obey file->flags & O_NONBLOCK by themselves. */
    ssize_t (*readv)(struct k_file *file, const struct iovec *iov, int count);
    ssize_t (*writev)(struct k_file *file, const struct iovec *iov, int count);
    /* At an offset; NULL: -ESPIPE. */
    ssize_t (*pread)(struct k_file *file, void *buf, size_t len, int64_t offset);
    int64_t (*seek)(struct k_file *file, int64_t offset, int whence); /* NULL: -ESPIPE */
    int (*stat)(struct k_file *file, struct stat *st);            /* NULL: zeros */
    int (*ioctl)(struct k_file *file, unsigned long request, void *arg); /* NULL: -ENOTTY */
    ssize_t (*getdents)(struct k_file *file, void *buf, size_t len);     /* NULL: -ENOTDIR */
    /* EPOLL bits that hold now; cheap. NULL: always readable and writable, and epoll refuses
     * the file with EPERM, as Linux does for regular files. */
    uint32_t (*ready)(struct k_file *file);
    /* The last reference is gone: release everything, the struct included. */
    void (*close)(struct k_file *file);
};

struct k_file {
    const struct k_file_ops *ops;
    unsigned refs;
    int flags; /* O_NONBLOCK, O_APPEND, O_ACCMODE bits */
    struct k_pollable poll;
};

/* Fill a new file with one reference, which belongs to the caller. */
void k_file_init(struct k_file *file, const struct k_file_ops *ops, int flags);

static inline struct k_file *k_file_ref(struct k_file *file)
{
    file->refs++;
    return file;
}

/* Drop one reference; at the last one watchers are told K_WATCH_GONE and `close` runs. */
void k_file_put(struct k_file *file);

/* ---- descriptors (fd.c) ---- */

#define K_FD_MAX 65536

/* Lowest free descriptor for `file`; takes over the caller's reference when it succeeds.
 * `fd_flags`: FD_CLOEXEC or 0. Returns the descriptor, -EMFILE or -ENOMEM. */
int k_fd_install(struct k_file *file, int fd_flags);

/* The same, not below `lowest` (F_DUPFD). */
int k_fd_install_from(struct k_file *file, int fd_flags, int lowest);

/* The file behind `fd` with one more reference (k_file_put), or NULL (EBADF). */
struct k_file *k_fd_get(int fd);

/* The file without a reference: for calls that neither sleep nor close. */
struct k_file *k_fd_peek(int fd);

/* Take `fd` out of the table and drop its reference. 0 or -EBADF. */
int k_fd_close(int fd);

/* Soft and hard limit of descriptors, for getrlimit; setrlimit may lower or raise it. */
unsigned k_fd_limit(void);
int k_fd_limit_set(unsigned limit);

/* ---- readiness (watch.c) ---- */

void k_watcher_add(struct k_pollable *poll, struct k_watcher *watcher);
void k_watcher_remove(struct k_watcher *watcher); /* harmless when already off */

/* Tell all watchers that `events` (EPOLL bits) just became true. */
void k_watch_tell(struct k_pollable *poll, uint32_t events);

static inline void k_pollable_notify(struct k_pollable *poll, uint32_t events)
{
    if (poll->first)
        k_watch_tell(poll, events);
}

/* Sleep until one of `events` is told, or `deadline_ns` (K_NEVER: none).
 * 0, -ETIMEDOUT or -EINTR (a signal). */
int k_file_wait(struct k_file *file, uint32_t events, uint64_t deadline_ns);

#endif
