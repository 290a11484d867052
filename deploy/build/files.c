/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, char *bytes, size_t len)
{
    while (len) {
        ssize_t got = read(fd, bytes, len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got ? -errno : -EIO; /* it became shorter while we read */
        bytes += got;
        len -= (size_t)got;
    }
    return 0;
}

int build_file_read(struct gen_arena *arena, const char *path, char **bytes, size_t *len)
{
    struct stat st;
    int err = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st))
        err = -errno;
    else if (!S_ISREG(st.st_mode))
        err = -EISDIR;
    else if ((size_t)st.st_size > BUILD_FILE_BYTES_MAX)
        err = -EFBIG;
    if (!err) {
        *bytes = gen_arena_alloc(arena, (size_t)st.st_size + 1);
        err = read_all(fd, *bytes, (size_t)st.st_size);
        if (len)
            *len = (size_t)st.st_size;
    }
    close(fd);
    return err;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t put = write(fd, bytes, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        bytes += put;
        len -= (size_t)put;
    }
    return 0;
}

int build_file_write(const char *path, const void *bytes, size_t len, unsigned mode)
{
    char temporary[PATH_MAX];
    int err;
    int fd;

    if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
        return -ENAMETOOLONG;
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    err = write_all(fd, bytes, len);
    if (!err && fchmod(fd, mode))
        err = -errno;
    if (close(fd) && !err)
        err = -errno;
    if (!err && rename(temporary, path))
        err = -errno;
    if (err)
        unlink(temporary);
    return err;
}

int build_file_update(const char *path, const void *bytes, size_t len)
{
    struct gen_arena arena;
    char *old = NULL;
    size_t old_len = 0;
    bool same;

    gen_arena_init(&arena);
    same = build_file_read(&arena, path, &old, &old_len) == 0 && old_len == len &&
           memcmp(old, bytes, len) == 0;
    gen_arena_deinit(&arena);
    return same ? 0 : build_file_write(path, bytes, len, 0644);
}

int build_mkdirs(const char *path)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof(part))
        return -ENAMETOOLONG;
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        if (mkdir(part, 0755) && errno != EEXIST)
            return -errno;
        part[i] = path[i];
    }
    return 0;
}

int build_lock(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

    if (fd < 0)
        return -errno;
    while (flock(fd, LOCK_EX)) {
        int err = -errno;

        if (err == -EINTR)
            continue;
        close(fd);
        return err;
    }
    return fd;
}
