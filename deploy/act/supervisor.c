/* SPDX-License-Identifier: MIT */
#include "supervisor.h"
#include "names.h"
#include "node.h"
#include "paths.h"
#include "procfile.h"
#include "project.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int act_supervisor_pid_path(const struct cluster_paths *paths, char *out, size_t size)
{
    return act_path(paths, out, size, "pid", "supervisor");
}

/* Nothing of the command's terminal, folder and descriptors stays with the supervisor. */
static void leave_caller(const struct cluster_paths *paths, int keep)
{
    struct rlimit limit;
    char path[PATH_MAX];
    int null = open("/dev/null", O_RDWR);
    int log = -1;

    if (act_path(paths, path, sizeof(path), "supervisor.log", NULL) == 0)
        log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(null, 0);
    dup2(null, 1);
    dup2(log >= 0 ? log : null, 2);
    dup2(keep, 3);
    close_range(4, ~0u, 0);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    if (chdir("/") < 0)
        _exit(1);
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    prctl(PR_SET_NAME, "ucompose-sup");
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void tear_down(struct act_project *project)
{
    act_control_stop(project);
    act_publish_close(project);
    act_proxy_reset_all();
    while (project->instances)
        act_instance_remove(project->instances);
    act_names_stop();
    act_node_stop();
    act_switch_free(project->sw); /* the gateway's stream ends, and so does the gateway */
    uv_run(&project->loop, UV_RUN_NOWAIT);
    if (project->gateway_pid)
        waitpid(project->gateway_pid, NULL, 0);
}

/* The supervisor's life. `ready` gets an errno (0: it listens) and is closed. */
static void run(const struct cluster_paths *paths, int ready)
{
    static struct act_project project;
    char path[PATH_MAX];
    int err = act_project_init(&project, paths);

    if (!err)
        err = act_control_start(&project);
    if (!err && act_supervisor_pid_path(paths, path, sizeof(path)) == 0)
        err = act_procfile_write(path, getpid());
    err = -err;
    if (write(ready, &err, sizeof(err)) != sizeof(err) || err)
        _exit(1);
    close(ready);
    uv_run(&project.loop, UV_RUN_DEFAULT);
    tear_down(&project);
    unlink(path);
    _exit(0);
}

/* Two forks: the supervisor is no child of the command, so it leaves no zombie behind and
 * outlives it. */
static void detach_and_run(const struct cluster_paths *paths, int ready)
{
    pid_t pid;

    setsid();
    pid = fork();
    if (pid != 0)
        _exit(pid < 0);
    leave_caller(paths, ready);
    run(paths, 3);
}

int act_supervisor_start(const struct cluster_paths *paths, struct deploy_error *error)
{
    int pipe_fds[2];
    int err = act_paths_make(paths);
    int told = 0;
    pid_t pid;
    ssize_t n;

    if (err)
        return deploy_fail(error, err, "cannot make the folders %s and %s: %s", paths->run_dir,
                           paths->socket_dir, strerror(-err));
    fflush(NULL);
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return deploy_fail(error, -errno, "cannot start the supervisor: %s", strerror(errno));
    pid = fork();
    if (pid == 0)
        detach_and_run(paths, pipe_fds[1]);
    err = -errno;
    close(pipe_fds[1]);
    if (pid < 0) {
        close(pipe_fds[0]);
        return deploy_fail(error, err, "cannot start the supervisor: %s", strerror(-err));
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    while ((n = read(pipe_fds[0], &told, sizeof(told))) < 0 && errno == EINTR)
        ;
    close(pipe_fds[0]);
    if (n != sizeof(told))
        told = EPIPE;
    return told ? deploy_fail(error, -told, "the supervisor did not start: %s", strerror(told)) : 0;
}
