/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PARALLEL_MAX 64
#define READ_BYTES 4096

extern char **environ;

/* One job that runs: its process and the reading end of its output. */
struct slot {
    struct build_job *job;
    pid_t pid;
    int fd;
};

static int start(struct slot *slot, struct build_job *job)
{
    posix_spawn_file_actions_t actions;
    int ends[2];
    int err;

    if (pipe2(ends, O_CLOEXEC))
        return -errno;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    err = -posix_spawnp(&slot->pid, job->argv[0], &actions, NULL, (char *const *)job->argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (err) {
        close(ends[0]);
        return err;
    }
    slot->job = job;
    slot->fd = ends[0];
    return 0;
}

/* Returns false at the end of the output. */
static bool collect(struct slot *slot)
{
    struct build_job *job = slot->job;
    char *output = realloc(job->output, job->output_len + READ_BYTES + 1);
    ssize_t got;

    if (!output)
        return false;
    job->output = output;
    got = read(slot->fd, output + job->output_len, READ_BYTES);
    if (got < 0 && errno == EINTR)
        return true;
    if (got > 0)
        job->output_len += (size_t)got;
    output[job->output_len] = '\0';
    return got > 0;
}

static void reap(struct slot *slot)
{
    int status = 0;

    close(slot->fd);
    while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
        ;
    slot->job->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static unsigned bounded(unsigned parallel)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (parallel == 0)
        parallel = processors > 0 ? (unsigned)processors : 1;
    return parallel < PARALLEL_MAX ? parallel : PARALLEL_MAX;
}

static int wait_for_output(const struct slot *slots, unsigned running, struct pollfd *polls)
{
    for (unsigned i = 0; i < running; i++)
        polls[i] = (struct pollfd){.fd = slots[i].fd, .events = POLLIN};
    while (poll(polls, running, -1) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return 0;
}

int build_jobs_run(struct build_job *jobs, size_t count, unsigned parallel, build_job_fn *ended,
                   void *arg)
{
    struct slot slots[PARALLEL_MAX];
    struct pollfd polls[PARALLEL_MAX];
    unsigned running = 0;
    size_t next = 0;
    int failed = 0;

    parallel = bounded(parallel);
    while (next < count || running) {
        while (next < count && running < parallel) {
            struct build_job *job = &jobs[next++];

            job->status = start(&slots[running], job);
            if (!job->status) {
                running++;
                continue;
            }
            failed++;
            if (ended)
                ended(arg, job);
        }
        if (running && wait_for_output(slots, running, polls))
            return -errno;
        for (unsigned i = running; i-- > 0;) { /* downwards: the last slot fills the gap */
            if (!polls[i].revents || collect(&slots[i]))
                continue;
            reap(&slots[i]);
            failed += slots[i].job->status != 0;
            if (ended)
                ended(arg, slots[i].job);
            slots[i] = slots[--running];
        }
    }
    return failed;
}

void build_jobs_free(struct build_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(jobs[i].output);
}
