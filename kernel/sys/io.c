/* SPDX-License-Identifier: MIT */
/* io.c - read, write and ioctl on any kind of file. */
#include "abi/errno.h"
#include "abi/poll.h"
#include "sys/file.h"
#include "sys/sys_internal.h"

static long read_file(int fd, const struct iovec *iov, int count)
{
    struct k_file *file = k_fd_get(fd);
    long result = -EBADF;

    if (!file)
        return -EBADF;
    if ((file->flags & O_ACCMODE) != O_WRONLY)
        result = file->ops->readv ? file->ops->readv(file, iov, count) : -EINVAL;
    k_file_put(file);
    return result;
}

static long write_file(int fd, const struct iovec *iov, int count)
{
    struct k_file *file = k_fd_get(fd);
    long result = -EBADF;

    if (!file)
        return -EBADF;
    if ((file->flags & O_ACCMODE) != O_RDONLY)
        result = file->ops->writev ? file->ops->writev(file, iov, count) : -EINVAL;
    k_file_put(file);
    return result;
}

long sys_read(int fd, void *buf, size_t len)
{
    struct iovec iov = {buf, len};

    return read_file(fd, &iov, 1);
}

long sys_write(int fd, const void *buf, size_t len)
{
    struct iovec iov = {(void *)(uintptr_t)buf, len};

    return write_file(fd, &iov, 1);
}

long sys_readv(int fd, const struct iovec *iov, int count)
{
    return count < 0 || count > IOV_MAX ? -EINVAL : read_file(fd, iov, count);
}

long sys_writev(int fd, const struct iovec *iov, int count)
{
    return count < 0 || count > IOV_MAX ? -EINVAL : write_file(fd, iov, count);
}

long sys_pread64(int fd, void *buf, size_t len, int64_t offset)
{
    struct k_file *file = k_fd_get(fd);
    long result;

    if (!file)
        return -EBADF;
    if (offset < 0)
        result = -EINVAL;
    else
        result = file->ops->pread ? file->ops->pread(file, buf, len, offset) : -ESPIPE;
    k_file_put(file);
    return result;
}

long sys_ioctl(int fd, unsigned long request, void *arg)
{
    struct k_file *file = k_fd_get(fd);
    long result = 0;

    if (!file)
        return -EBADF;
    switch (request) {
    case FIONBIO:
        if (*(int *)arg)
            file->flags |= O_NONBLOCK;
        else
            file->flags &= ~O_NONBLOCK;
        break;
    case FIOCLEX:
        result = sys_fcntl(fd, F_SETFD, FD_CLOEXEC);
        break;
    case FIONCLEX:
        result = sys_fcntl(fd, F_SETFD, 0);
        break;
    default:
        result = file->ops->ioctl ? file->ops->ioctl(file, request, arg) : -ENOTTY;
    }
    k_file_put(file);
    return result;
}

long sys_lseek(int fd, int64_t offset, int whence)
{
    struct k_file *file = k_fd_peek(fd);

    if (!file)
        return -EBADF;
    return file->ops->seek ? file->ops->seek(file, offset, whence) : -ESPIPE;
}

long sys_getdents64(int fd, void *buf, size_t len)
{
    struct k_file *file = k_fd_peek(fd);

    if (!file)
        return -EBADF;
    return file->ops->getdents ? file->ops->getdents(file, buf, len) : -ENOTDIR;
}
