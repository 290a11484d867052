/* SPDX-License-Identifier: MIT */
#include "procfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Field 22 of /proc/PID/stat, counted after the name's closing parenthesis; 0: no such
 * process, or one that has ended and waits for its parent. */
static unsigned long long start_time(pid_t pid)
{
    char path[64], text[1024];
    unsigned long long start = 0;
    const char *p;
    char state = 0;
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    p = strrchr(text, ')');
    if (!p || sscanf(p + 1,
                     " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
                     "%*d %*d %*d %llu",
                     &state, &start) != 2)
        return 0;
    return state == 'Z' || state == 'X' ? 0 : start;
}

int act_procfile_write(const char *path, pid_t pid)
{
    char text[64];
    int len = snprintf(text, sizeof(text), "%d %llu\n", (int)pid, start_time(pid));
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = write(fd, text, (size_t)len);
    close(fd);
    return n == len ? 0 : -EIO;
}

pid_t act_procfile_read(const char *path)
{
    FILE *file = fopen(path, "re");
    unsigned long long start = 0;
    int pid = 0;
    int fields;

    if (!file)
        return 0;
    fields = fscanf(file, "%d %llu", &pid, &start);
    fclose(file);
    if (fields != 2 || pid <= 1 || start == 0)
        return 0;
    return start_time(pid) == start ? pid : 0;
}
