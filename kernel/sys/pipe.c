/* SPDX-License-Identifier: MIT */
/*
 * pipe.c - bytes from one descriptor to another, through a page.
 *
 * Writes of up to PIPE_BUF bytes are all or nothing.
 */
#include <string.h>

#include "abi/errno.h"
#include "abi/poll.h"
#include "core/heap.h"
#include "core/page.h"
#include "sys/file.h"
#include "sys/signal.h"
#include "sys/sys_internal.h"

#define CAPACITY K_PAGE_SIZE
#define PIPE_BUF K_PAGE_SIZE

struct end {
    struct k_file file; /* first */
    struct pipe *pipe;
};

struct pipe {
    struct end reader, writer;
    bool has_reader, has_writer;
    uint8_t *bytes;
    size_t start, used;
};

static struct pipe *pipe_of(struct k_file *file)
{
    return ((struct end *)file)->pipe;
}

static size_t take(struct pipe *pipe, uint8_t *to, size_t bytes)
{
    size_t done = 0;

    while (done < bytes && pipe->used) {
        size_t part = CAPACITY - pipe->start;

        part = part < pipe->used ? part : pipe->used;
        part = part < bytes - done ? part : bytes - done;
        memcpy(to + done, pipe->bytes + pipe->start, part);
        pipe->start = (pipe->start + part) % CAPACITY;
        pipe->used -= part;
        done += part;
    }
    return done;
}

static size_t put(struct pipe *pipe, const uint8_t *from, size_t bytes)
{
    size_t done = 0;

    while (done < bytes && pipe->used < CAPACITY) {
        size_t end = (pipe->start + pipe->used) % CAPACITY;
        size_t part = end < pipe->start ? pipe->start - end : CAPACITY - end;

        part = part < bytes - done ? part : bytes - done;
        memcpy(pipe->bytes + end, from + done, part);
        pipe->used += part;
        done += part;
    }
    return done;
}

static ssize_t pipe_readv(struct k_file *file, const struct iovec *iov, int count)
{
    struct pipe *pipe = pipe_of(file);
    size_t total = 0;

    while (!pipe->used) {
        int err;

        if (!pipe->has_writer)
            return 0;
        err = file->flags & O_NONBLOCK ? -EAGAIN
                                       : k_file_wait(file, EPOLLIN | EPOLLHUP, K_NEVER);
        if (err)
            return err;
    }
    for (int i = 0; i < count && pipe->used; i++)
        total += take(pipe, iov[i].iov_base, iov[i].iov_len);
    if (pipe->has_writer && total)
        k_pollable_notify(&pipe->writer.file.poll, EPOLLOUT);
    return (ssize_t)total;
}

static int wait_for_room(struct k_file *file, struct pipe *pipe, size_t bytes)
{
    size_t need = bytes <= PIPE_BUF ? bytes : 1;

    while (pipe->has_reader && CAPACITY - pipe->used < need) {
        int err = file->flags & O_NONBLOCK ? -EAGAIN
                                           : k_file_wait(file, EPOLLOUT | EPOLLERR, K_NEVER);
        if (err)
            return err;
    }
    if (pipe->has_reader)
        return 0;
    k_signal_thread(k_thread_current(), SIGPIPE);
    return -EPIPE;
}

static ssize_t pipe_writev(struct k_file *file, const struct iovec *iov, int count)
{
    struct pipe *pipe = pipe_of(file);
    size_t total = 0;

    for (int i = 0; i < count; i++) {
        size_t done = 0;

        while (done < iov[i].iov_len) {
            int err = wait_for_room(file, pipe, iov[i].iov_len - done);

            if (err)
                return total ? (ssize_t)total : err;
            size_t part = put(pipe, (uint8_t *)iov[i].iov_base + done, iov[i].iov_len - done);
            done += part;
            total += part;
            k_pollable_notify(&pipe->reader.file.poll, EPOLLIN);
        }
    }
    return (ssize_t)total;
}

static uint32_t reader_ready(struct k_file *file)
{
    struct pipe *pipe = pipe_of(file);

    return (pipe->used ? EPOLLIN : 0) | (pipe->has_writer ? 0 : EPOLLHUP);
}

static uint32_t writer_ready(struct k_file *file)
{
    struct pipe *pipe = pipe_of(file);

    return (pipe->used < CAPACITY ? EPOLLOUT : 0) | (pipe->has_reader ? 0 : EPOLLERR);
}

static void free_when_both_closed(struct pipe *pipe)
{
    if (pipe->has_reader || pipe->has_writer)
        return;
    k_pages_free(pipe->bytes, 1);
    k_free(pipe);
}

static void reader_close(struct k_file *file)
{
    struct pipe *pipe = pipe_of(file);

    pipe->has_reader = false;
    if (pipe->has_writer)
        k_pollable_notify(&pipe->writer.file.poll, EPOLLERR | EPOLLOUT);
    free_when_both_closed(pipe);
}

static void writer_close(struct k_file *file)
{
    struct pipe *pipe = pipe_of(file);

    pipe->has_writer = false;
    if (pipe->has_reader)
        k_pollable_notify(&pipe->reader.file.poll, EPOLLHUP);
    free_when_both_closed(pipe);
}

static int pipe_ioctl(struct k_file *file, unsigned long request, void *arg)
{
    if (request != FIONREAD)
        return -ENOTTY;
    *(int *)arg = (int)pipe_of(file)->used;
    return 0;
}

static int pipe_stat(struct k_file *file, struct stat *st)
{
    (void)file;
    st->st_mode = S_IFIFO | 0600;
    st->st_blksize = K_PAGE_SIZE;
    return 0;
}

static const struct k_file_ops reader_ops = {
    .name = "pipe", .readv = pipe_readv, .ready = reader_ready, .ioctl = pipe_ioctl,
    .stat = pipe_stat, .close = reader_close};
static const struct k_file_ops writer_ops = {
    .name = "pipe", .writev = pipe_writev, .ready = writer_ready, .ioctl = pipe_ioctl,
    .stat = pipe_stat, .close = writer_close};

long sys_pipe2(int fds[2], int flags)
{
    struct pipe *pipe;
    int fd_flags = flags & O_CLOEXEC ? FD_CLOEXEC : 0, in, out;

    if (flags & ~(O_CLOEXEC | O_NONBLOCK))
        return -EINVAL;
    pipe = k_calloc(1, sizeof(*pipe));
    if (!pipe)
        return -ENOMEM;
    pipe->bytes = k_pages_alloc(1);
    if (!pipe->bytes) {
        k_free(pipe);
        return -ENOMEM;
    }
    k_file_init(&pipe->reader.file, &reader_ops, O_RDONLY | (flags & O_NONBLOCK));
    k_file_init(&pipe->writer.file, &writer_ops, O_WRONLY | (flags & O_NONBLOCK));
    pipe->reader.pipe = pipe->writer.pipe = pipe;
    pipe->has_reader = pipe->has_writer = true;

    in = k_fd_install(&pipe->reader.file, fd_flags);
    out = in < 0 ? in : k_fd_install(&pipe->writer.file, fd_flags);
    if (out < 0) {
        if (in >= 0)
            k_fd_close(in);
        else
            k_file_put(&pipe->reader.file);
        k_file_put(&pipe->writer.file);
        return out;
    }
    fds[0] = in;
    fds[1] = out;
    return 0;
}

long sys_pipe(int fds[2])
{
    return sys_pipe2(fds, 0);
}
