/* SPDX-License-Identifier: MIT */
#include "read/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, char *into, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size) {
        ssize_t got = read(fd, into + *len, size - *len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        *len += (size_t)got;
    }
    return 0;
}

int gen_file_read(struct gen_arena *arena, const char *path, size_t max, const char **bytes,
                  size_t *len)
{
    struct stat st;
    char *into;
    int err = 0;
    /* Not blocking: opening a FIFO by mistake must not wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st))
        err = -errno;
    else if (S_ISDIR(st.st_mode))
        err = -EISDIR;
    else if (!S_ISREG(st.st_mode))
        err = -EINVAL;
    else if ((size_t)st.st_size > max)
        err = -EFBIG;
    if (err)
        goto close_fd;
    into = gen_arena_alloc(arena, (size_t)st.st_size + 1);
    err = read_all(fd, into, (size_t)st.st_size, len);
    *bytes = into;
close_fd:
    close(fd);
    return err;
}

const char *gen_file_beside(struct gen_arena *arena, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');

    if (*path == '/' || !slash)
        return path;
    return gen_arena_printf(arena, "%.*s/%s", (int)(slash - file), file, path);
}
