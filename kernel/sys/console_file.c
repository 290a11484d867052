/* SPDX-License-Identifier: MIT */
/*
 * console_file.c - descriptors 0, 1 and 2: output to the console, no input.
 */
#include "abi/errno.h"
#include "abi/poll.h"
#include "arch/x86_64/serial.h"
#include "sys/file.h"
#include "sys/sys_internal.h"
#include "virtio/console.h"

static ssize_t console_readv(struct k_file *file, const struct iovec *iov, int count)
{
    (void)file, (void)iov, (void)count;
    return 0;
}

static ssize_t console_writev(struct k_file *file, const struct iovec *iov, int count)
{
    size_t total = 0;

    (void)file;
    for (int i = 0; i < count; i++) {
        if (k_console_is_present())
            k_console_write(iov[i].iov_base, iov[i].iov_len);
        else
            k_serial_write(iov[i].iov_base, iov[i].iov_len);
        total += iov[i].iov_len;
    }
    return (ssize_t)total;
}

static uint32_t console_ready(struct k_file *file)
{
    (void)file;
    return EPOLLIN | EPOLLOUT;
}

static int console_stat(struct k_file *file, struct stat *st)
{
    (void)file;
    st->st_mode = S_IFCHR | 0620;
    st->st_rdev = 5 << 8 | 1;
    return 0;
}

static void console_close(struct k_file *file)
{
    (void)file; /* static */
}

static const struct k_file_ops console_ops = {
    .name = "console",
    .readv = console_readv,
    .writev = console_writev,
    .ready = console_ready,
    .stat = console_stat,
    .close = console_close,
};

int k_console_file_init(void)
{
    static struct k_file console;

    k_file_init(&console, &console_ops, O_RDWR);
    for (int fd = 0; fd < 3; fd++) {
        int got = k_fd_install(k_file_ref(&console), 0);
        if (got < 0)
            return got;
    }
    return 0; /* our own reference stays for ever */
}
