/* SPDX-License-Identifier: MIT */
/* The end of a project, also of one whose supervisor was killed. */
#include "client.h"
#include "clock.h"
#include "paths.h"
#include "procfile.h"
#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* After the supervisor has killed what did not end, it needs this long at most. */
#define LAST_WORDS_MS 10000

static void wait_until_gone(const char *path, uint64_t limit_ms)
{
    /* No event tells of the end of a process that is not our child. */
    static const struct timespec nap = {.tv_nsec = 5000000};
    uint64_t until = act_now_ms() + limit_ms;

    while (act_procfile_read(path) > 0 && act_now_ms() < until)
        nanosleep(&nap, NULL);
}

static void kill_remembered(const char *path)
{
    pid_t pid = act_procfile_read(path);

    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    wait_until_gone(path, LAST_WORDS_MS);
}

/* Whatever the pid files still name: the supervisor first, so that it starts nothing anew. */
static bool kill_all_remembered(const struct cluster_paths *paths)
{
    char path[PATH_MAX];
    struct dirent *entry;
    bool any = false;
    DIR *dir;

    if (act_supervisor_pid_path(paths, path, sizeof(path)) == 0) {
        any |= act_procfile_read(path) > 0;
        kill_remembered(path);
    }
    if (act_path(paths, path, sizeof(path), "pid", NULL) < 0 || !(dir = opendir(path)))
        return any;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.' ||
            act_path(paths, path, sizeof(path), "pid", entry->d_name) < 0)
            continue;
        any |= act_procfile_read(path) > 0;
        kill_remembered(path);
    }
    closedir(dir);
    return any;
}

/* Ask, then wait until it hangs up. A signal is no reason to stop waiting: the caller's
 * second Ctrl-C comes with a second call and no time. */
static int ask_to_end(const struct cluster_paths *paths, int64_t timeout_ms,
                      struct deploy_error *error)
{
    struct act_client client;
    cJSON *message, *json;
    int got;
    int err = act_client_open(&client, paths, error);

    if (err)
        return err;
    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "do", "down");
    cJSON_AddNumberToObject(json, "timeout_ms", (double)timeout_ms);
    err = act_client_send(&client, json);
    while (!err && (got = act_client_receive(&client, &message, -1)) >= 0)
        if (got > 0)
            cJSON_Delete(message);
        else
            break; /* a signal */
    if (!err && got == 0)
        err = -EINTR;
    act_client_close(&client);
    return err;
}

int cluster_down(const struct cluster_paths *paths, int64_t timeout_ms, bool *found,
                 struct deploy_error *error)
{
    char path[PATH_MAX];
    int err;

    if (found)
        *found = act_paths_exist(paths);
    err = ask_to_end(paths, timeout_ms, error);
    if (err == -EINTR)
        return deploy_fail(error, err, "interrupted");
    if (!err && act_supervisor_pid_path(paths, path, sizeof(path)) == 0)
        wait_until_gone(path, LAST_WORDS_MS);
    kill_all_remembered(paths);
    act_paths_remove(paths);
    return 0;
}
