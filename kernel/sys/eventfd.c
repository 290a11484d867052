/* SPDX-License-Identifier: MIT */
/* eventfd.c - a counter that one thread adds to and another waits for. */
#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "sys/file.h"
#include "sys/sys_internal.h"

#define COUNT_MAX (UINT64_MAX - 1)

struct eventfd {
    struct k_file file; /* first */
    uint64_t count;
    bool is_semaphore;
};

static ssize_t eventfd_readv(struct k_file *file, const struct iovec *iov, int count)
{
    struct eventfd *event = (struct eventfd *)file;
    uint64_t value;

    if (count < 1 || iov[0].iov_len < sizeof(value))
        return -EINVAL;
    while (!event->count) {
        int err = file->flags & O_NONBLOCK ? -EAGAIN : k_file_wait(file, EPOLLIN, K_NEVER);
        if (err)
            return err;
    }
    value = event->is_semaphore ? 1 : event->count;
    event->count -= value;
    memcpy(iov[0].iov_base, &value, sizeof(value));
    k_pollable_notify(&file->poll, EPOLLOUT);
    return sizeof(value);
}

static ssize_t eventfd_writev(struct k_file *file, const struct iovec *iov, int count)
{
    struct eventfd *event = (struct eventfd *)file;
    uint64_t value;

    if (count < 1 || iov[0].iov_len < sizeof(value))
        return -EINVAL;
    memcpy(&value, iov[0].iov_base, sizeof(value));
    if (value > COUNT_MAX)
        return -EINVAL;
    while (value > COUNT_MAX - event->count) {
        int err = file->flags & O_NONBLOCK ? -EAGAIN : k_file_wait(file, EPOLLOUT, K_NEVER);
        if (err)
            return err;
    }
    event->count += value;
    if (value)
        k_pollable_notify(&file->poll, EPOLLIN);
    return sizeof(value);
}

static uint32_t eventfd_ready(struct k_file *file)
{
    struct eventfd *event = (struct eventfd *)file;

    return (event->count ? EPOLLIN : 0) | (event->count < COUNT_MAX ? EPOLLOUT : 0);
}

static void eventfd_close(struct k_file *file)
{
    k_free(file);
}

static const struct k_file_ops eventfd_ops = {
    .name = "eventfd",
    .readv = eventfd_readv,
    .writev = eventfd_writev,
    .ready = eventfd_ready,
    .close = eventfd_close,
};

long sys_eventfd2(unsigned value, int flags)
{
    struct eventfd *event;
    int fd;

    if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
        return -EINVAL;
    event = k_calloc(1, sizeof(*event));
    if (!event)
        return -ENOMEM;
    k_file_init(&event->file, &eventfd_ops, O_RDWR | (flags & EFD_NONBLOCK));
    event->count = value;
    event->is_semaphore = flags & EFD_SEMAPHORE;
    fd = k_fd_install(&event->file, flags & EFD_CLOEXEC ? FD_CLOEXEC : 0);
    if (fd < 0)
        k_file_put(&event->file);
    return fd;
}

long sys_eventfd(unsigned value)
{
    return sys_eventfd2(value, 0);
}
