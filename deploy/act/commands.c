/* SPDX-License-Identifier: MIT */
/* The commands of cluster.h that are one request each, and those made of them. */
#include "client.h"
#include "clock.h"
#include "paths.h"
#include "state_json.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static cJSON *request(const char *verb)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "do", verb);
    return json;
}

static cJSON *request_for(const char *verb, struct cluster_names names)
{
    cJSON *json = request(verb);
    cJSON *list = cJSON_AddArrayToObject(json, "names");

    for (size_t i = 0; i < names.count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(names.names[i]));
    return json;
}

int cluster_ps(const struct cluster_paths *paths, struct cluster_state *state,
               struct deploy_error *error)
{
    cJSON *reply = NULL;
    int err = act_client_ask(paths, request("ps"), &reply, error);

    memset(state, 0, sizeof(*state));
    if (err)
        return err;
    err = act_state_from_json(cJSON_GetObjectItemCaseSensitive(reply, "state"), state);
    cJSON_Delete(reply);
    return err ? deploy_fail(error, err, "out of memory") : 0;
}

/* The lock is on the project's folder itself, so that it leaves no file behind. A folder
 * that `down` removed while we waited is no lock any more: take the new one. */
int cluster_lock(const struct cluster_paths *paths, struct deploy_error *error)
{
    for (;;) {
        struct stat st;
        int err = act_paths_make(paths);
        int fd;

        if (err)
            return deploy_fail(error, err, "cannot make the folders %s and %s: %s", paths->run_dir,
                               paths->socket_dir, strerror(-err));
        fd = open(paths->run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0)
            return deploy_fail(error, -errno, "cannot open %s: %s", paths->run_dir,
                               strerror(errno));
        if (flock(fd, LOCK_EX) < 0) {
            err = -errno;
            close(fd);
            return deploy_fail(error, err, "cannot lock %s: %s", paths->run_dir, strerror(-err));
        }
        if (fstat(fd, &st) == 0 && st.st_nlink > 0)
            return fd;
        close(fd);
    }
}

void cluster_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}

static cJSON *request_apply(const struct deploy_spec *spec, const struct deploy_step *steps,
                            size_t count)
{
    char *text = deploy_spec_to_json(spec);
    cJSON *json = request("apply");
    cJSON *list = cJSON_AddArrayToObject(json, "steps");

    cJSON_AddStringToObject(json, "spec", text ? text : "");
    free(text);
    for (size_t i = 0; i < count; i++) {
        cJSON *one = cJSON_CreateObject();

        cJSON_AddNumberToObject(one, "kind", steps[i].kind);
        cJSON_AddStringToObject(one, "service", steps[i].service);
        cJSON_AddNumberToObject(one, "number", steps[i].number);
        cJSON_AddItemToArray(list, one);
    }
    return json;
}

int cluster_apply(const struct cluster_paths *paths, const struct deploy_spec *spec,
                  const struct deploy_step *steps, size_t step_count, struct deploy_error *error)
{
    struct act_client probe;
    bool ran = true;
    int err = act_client_open(&probe, paths, NULL);

    if (err == -ESRCH) {
        ran = false;
        err = act_supervisor_start(paths, error);
    } else {
        act_client_close(&probe);
        err = 0;
    }
    if (!err)
        err = act_client_ask(paths, request_apply(spec, steps, step_count), NULL, error);
    if (err && !ran)
        cluster_down(paths, 0, NULL, NULL); /* as it was before */
    return err;
}

int cluster_start(const struct cluster_paths *paths, struct cluster_names names,
                  struct deploy_error *error)
{
    return act_client_ask(paths, request_for("start", names), NULL, error);
}

int cluster_kill(const struct cluster_paths *paths, struct cluster_names names, int signal,
                 struct deploy_error *error)
{
    cJSON *json = request_for("kill", names);

    cJSON_AddNumberToObject(json, "signal", signal);
    return act_client_ask(paths, json, NULL, error);
}

/* How many of the named still have a machine. */
static int count_running(const struct cluster_paths *paths, struct cluster_names names,
                         struct deploy_error *error)
{
    struct cluster_state state;
    int err = cluster_ps(paths, &state, error);
    int running = 0;

    if (err)
        return err;
    for (size_t i = 0; i < state.instance_count; i++)
        running += act_client_means(&state.instances[i], names) && state.instances[i].pid > 0;
    cluster_state_free(&state);
    return running;
}

int cluster_stop(const struct cluster_paths *paths, struct cluster_names names, int64_t timeout_ms,
                 struct deploy_error *error)
{
    struct cluster_events *events;
    cJSON *json = request_for("stop", names);
    int err, left;

    cJSON_AddNumberToObject(json, "timeout_ms", (double)timeout_ms);
    err = cluster_events_open(paths, &events, error);
    if (err) {
        cJSON_Delete(json);
        return err;
    }
    err = act_client_ask(paths, json, NULL, error);
    /* Look again whenever something has changed; the supervisor keeps the time. */
    while (!err && (left = count_running(paths, names, error)) != 0) {
        struct cluster_event event;

        err = left < 0 ? left : 0;
        while (!err && (left = cluster_events_next(events, &event, 1000)) > 0)
            if (event.kind != CLUSTER_EVENT_STATE || event.instance.state == CLUSTER_STOPPED)
                break;
        if (!err && left < 0)
            err = left;
    }
    cluster_events_close(events);
    return err;
}

int cluster_restart(const struct cluster_paths *paths, struct cluster_names names,
                    int64_t timeout_ms, struct deploy_error *error)
{
    int err = cluster_stop(paths, names, timeout_ms, error);

    return err ? err : cluster_start(paths, names, error);
}
