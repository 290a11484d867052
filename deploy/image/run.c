/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void read_all(int from, char *said, size_t capacity)
{
    size_t len = 0;
    ssize_t got;
    char beyond[512];

    do {
        size_t room = capacity - 1 - len;

        got = read(from, room ? said + len : beyond, room ? room : sizeof(beyond));
        if (got > 0 && room)
            len += (size_t)got;
    } while (got > 0 || (got < 0 && errno == EINTR));
    said[len] = '\0';
}

static int start(const char *const argv[], int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int err = posix_spawn_file_actions_init(&actions);

    if (!err && output >= 0) {
        posix_spawn_file_actions_adddup2(&actions, output, 1);
        posix_spawn_file_actions_adddup2(&actions, output, 2);
    }
    if (!err)
        err = posix_spawnp(pid, argv[0], &actions, NULL, (char **)(size_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -err;
}

int image_run(const char *const argv[], const char *package, char *said, size_t capacity,
              struct deploy_error *error)
{
    int pipe_ends[2] = {-1, -1}, wait_status, err;
    pid_t pid;

    if (said && pipe2(pipe_ends, O_CLOEXEC))
        return deploy_fail(error, -errno, "cannot make a pipe: %s", strerror(errno));
    err = start(argv, pipe_ends[1], &pid);
    if (said)
        close(pipe_ends[1]);
    if (!err && said)
        read_all(pipe_ends[0], said, capacity);
    if (said)
        close(pipe_ends[0]);
    if (err == -ENOENT)
        return deploy_fail(error, err, "%s was not found in PATH; install it: apt-get install %s", argv[0],
                           package);
    if (err)
        return deploy_fail(error, err, "cannot start %s: %s", argv[0], strerror(-err));
    while (waitpid(pid, &wait_status, 0) < 0)
        if (errno != EINTR)
            return deploy_fail(error, -errno, "cannot wait for %s: %s", argv[0], strerror(errno));
    if (!WIFEXITED(wait_status))
        return deploy_fail(error, -EINTR, "%s was ended by a signal", argv[0]);
    return WEXITSTATUS(wait_status);
}
