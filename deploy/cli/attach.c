/* SPDX-License-Identifier: MIT */
#include "attach.h"

#include "follow.h"
#include "notify.h"
#include "show.h"
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

int cmd_attach_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool take_signal(int signals)
{
    struct signalfd_siginfo info;

    return signals >= 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

/* ---- stopping, in a thread of its own, so that a second Ctrl-C is heard ---- */

struct stopping {
    const struct cluster_paths *paths;
    struct cluster_names names;
    int64_t timeout_ms;
    bool all;
    struct deploy_error error;
    int err;
    int done; /* eventfd */
};

static void *stop(void *arg)
{
    struct stopping *stopping = arg;
    uint64_t one = 1;

    if (stopping->all)
        stopping->err = cluster_down(stopping->paths, stopping->timeout_ms, NULL, &stopping->error);
    else
        stopping->err =
            cluster_stop(stopping->paths, stopping->names, stopping->timeout_ms, &stopping->error);
    if (write(stopping->done, &one, sizeof(one)) < 0)
        return NULL;
    return NULL;
}

static void say(const char *text)
{
    printf("%s%s%s\n", cmd_colour(stdout, CMD_BOLD), text, cmd_colour_end(stdout));
    fflush(stdout);
}

static void wait_stopped(struct stopping *stopping, int signals, struct cmd_follow *follow)
{
    bool killed = false;

    for (;;) {
        struct pollfd fds[] = {{stopping->done, POLLIN, 0},
                               {signals, POLLIN, 0},
                               {follow ? cmd_follow_fd(follow) : -1, POLLIN, 0}};

        poll(fds, 3, 1000);
        if (follow)
            cmd_follow_pump(follow);
        if (fds[0].revents)
            return;
        if (take_signal(signals) && !killed) {
            killed = true;
            say("Stopping at once.");
            cluster_kill(stopping->paths, stopping->names, SIGKILL, NULL);
        }
    }
}

static int stop_all(const struct cmd_project *project, const struct cmd_watch *watch,
                    struct cmd_follow *follow, const struct cmd_attach_options *options)
{
    struct stopping stopping = {
        .paths = &project->paths, .timeout_ms = options->stop_timeout_ms, .all = options->stop_all};
    pthread_t thread;

    if (!options->stop_all)
        stopping.names = (struct cluster_names){watch->chosen.items, watch->chosen.count};
    stopping.done = eventfd(0, EFD_CLOEXEC);
    if (stopping.done < 0 || pthread_create(&thread, NULL, stop, &stopping)) {
        stop(&stopping);
    } else {
        wait_stopped(&stopping, watch->signals, follow);
        pthread_join(thread, NULL);
    }
    if (stopping.done >= 0)
        close(stopping.done);
    return stopping.err ? cmd_fail("%s", stopping.error.text) : CMD_OK;
}

static void say_stopping(void)
{
    cmd_notify("STOPPING=1\nSTATUS=stopping");
    say("Stopping; Ctrl-C once more stops at once.");
}

int cmd_attach_stop(const struct cmd_project *project, struct cmd_watch *watch,
                    const struct cmd_attach_options *options)
{
    say_stopping();
    return stop_all(project, watch, NULL, options);
}

static int status_of_ended(const struct cmd_watch *watch)
{
    int status = CMD_OK;

    for (size_t i = 0; i < watch->count; i++)
        if (watch->instances[i].state == CLUSTER_EXITED && watch->instances[i].exit_status != 0)
            status = cmd_fail("%s: %s", watch->instances[i].name, watch->instances[i].last_exit);
    return status;
}

/* A line for the service manager, when it has changed. */
static void tell_manager(const struct cmd_watch *watch, size_t *told)
{
    size_t ready = 0;

    for (size_t i = 0; i < watch->count; i++)
        ready += watch->instances[i].state == CLUSTER_READY;
    if (*told != (ready << 16 | watch->count))
        cmd_notify("STATUS=%zu of %zu instances ready", ready, watch->count);
    *told = ready << 16 | watch->count;
}

static bool are_ended(const struct cmd_watch *watch)
{
    const struct cluster_instance *culprit;

    if (!watch->count && watch->whole)
        return false; /* one version is gone, the next not told of yet */
    return cmd_judge(watch->instances, watch->count, CMD_GOAL_ENDED, &culprit) == CMD_REACHED;
}

static enum cmd_verdict follow_until_end(struct cmd_watch *watch, struct cmd_follow *follow)
{
    size_t told = SIZE_MAX;

    for (;;) {
        struct pollfd fds[] = {{cmd_follow_fd(follow), POLLIN, 0},
                               {cluster_events_fd(watch->events), POLLIN, 0},
                               {watch->signals, POLLIN, 0}};

        cmd_watch_update(watch);
        for (size_t i = 0; i < watch->count; i++)
            cmd_follow_add(follow, watch->instances[i].name);
        if (cmd_follow_pump(follow))
            return CMD_INTERRUPTED; /* nobody reads us any more */
        if (watch->gone)
            return CMD_GONE;
        if (are_ended(watch))
            return CMD_REACHED;
        tell_manager(watch, &told);
        poll(fds, 3, 1000);
        if (take_signal(watch->signals))
            return CMD_INTERRUPTED;
    }
}

int cmd_attach(const struct cmd_project *project, struct cmd_watch *watch,
               const struct cmd_attach_options *options)
{
    struct cmd_follow *follow = cmd_follow_open(
        &project->paths,
        &(struct cmd_follow_options){.prefix = true, .tail = -1, .since = options->since});
    enum cmd_verdict end;
    int status = CMD_OK, stopped;

    watch->quiet = true;
    end = follow_until_end(watch, follow);
    if (end == CMD_GONE && watch->lost) {
        status = cmd_fail("the supervisor ended without being asked; \"ucompose down\" cleans up after it");
    } else if (end == CMD_GONE) {
        say("The project was stopped from elsewhere.");
    } else {
        if (end == CMD_INTERRUPTED)
            say_stopping();
        else
            status = status_of_ended(watch);
        stopped = stop_all(project, watch, follow, options);
        status = status ? status : stopped;
    }
    cmd_follow_pump(follow);
    cmd_follow_close(follow);
    return status;
}
