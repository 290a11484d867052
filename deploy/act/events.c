/* SPDX-License-Identifier: MIT */
#include "client.h"
#include "clock.h"
#include "state_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct cluster_events {
    struct act_client client;
    bool ending; /* it said so */
    bool ended;
};

int cluster_events_open(const struct cluster_paths *paths, struct cluster_events **out,
                        struct deploy_error *error)
{
    struct cluster_events *events = calloc(1, sizeof(*events));
    cJSON *request = cJSON_CreateObject();
    int err;

    if (!events) {
        cJSON_Delete(request);
        return -ENOMEM;
    }
    err = act_client_open(&events->client, paths, error);
    if (err) {
        cJSON_Delete(request);
        free(events);
        return err;
    }
    cJSON_AddStringToObject(request, "do", "events");
    err = act_client_send(&events->client, request);
    if (err) {
        cluster_events_close(events);
        return deploy_fail(error, err, "the supervisor does not listen: %s", strerror(-err));
    }
    *out = events;
    return 0;
}

void cluster_events_close(struct cluster_events *events)
{
    if (!events)
        return;
    act_client_close(&events->client);
    free(events);
}

int cluster_events_fd(const struct cluster_events *events)
{
    return events->client.fd;
}

int cluster_events_next(struct cluster_events *events, struct cluster_event *event, int timeout_ms)
{
    cJSON *message;
    const cJSON *instance;
    int got, err;

    if (events->ended)
        return -EPIPE;
    memset(event, 0, sizeof(*event));
    for (;;) {
        got = act_client_receive(&events->client, &message, timeout_ms);
        if (got == -EPIPE) {
            events->ended = true;
            event->kind = events->ending ? CLUSTER_EVENT_END : CLUSTER_EVENT_LOST;
            return 1;
        }
        if (got <= 0)
            return got;
        instance = cJSON_GetObjectItemCaseSensitive(message, "instance");
        if (instance)
            break;
        events->ending |= cJSON_HasObjectItem(message, "ending");
        cJSON_Delete(message); /* or the answer to the subscription */
    }
    event->kind = CLUSTER_EVENT_STATE;
    err = act_instance_from_json(instance, &event->instance);
    cJSON_Delete(message);
    return err < 0 ? err : 1;
}

/* ---- waiting for all to be ready ---- */

enum progress { READY, NOT_YET, FAILED };

static enum progress progress_of(const struct cluster_instance *instance)
{
    switch (instance->state) {
    case CLUSTER_READY:
        return READY;
    case CLUSTER_EXITED:
        return instance->exit_status == 0 ? READY : FAILED;
    case CLUSTER_STOPPED:
    case CLUSTER_UNHEALTHY:
        return FAILED;
    case CLUSTER_WAITING:
        return strstr(instance->waits_for, "(it has ended)") ? FAILED : NOT_YET;
    default:
        return NOT_YET;
    }
}

static void explain(const struct cluster_instance *instance, char *out, size_t size)
{
    const char *state = cluster_state_name(instance->state);
    size_t len = strlen(out);

    snprintf(out + len, size - len, "%s%s is %s", len ? "; " : "", instance->name, state);
    len = strlen(out);
    if (instance->waits_for[0])
        snprintf(out + len, size - len, ", waits for %s", instance->waits_for);
    else if (instance->last_exit[0])
        snprintf(out + len, size - len, ": %s", instance->last_exit);
}

/* Look at all of them. `out` tells of those that are not ready. */
static enum progress look(const struct cluster_paths *paths, struct cluster_names names, int *err,
                          struct deploy_error *error)
{
    char failed[600] = "", late[600] = "";
    struct cluster_state state;
    enum progress worst = READY;

    *err = cluster_ps(paths, &state, error);
    if (*err)
        return FAILED;
    for (size_t i = 0; i < state.instance_count; i++) {
        enum progress one = progress_of(&state.instances[i]);

        if (!act_client_means(&state.instances[i], names))
            continue;
        if (one != READY)
            explain(&state.instances[i], one == FAILED ? failed : late, sizeof(failed));
        worst = one > worst ? one : worst;
    }
    deploy_fail(error, 0, "%s", failed[0] ? failed : late);
    cluster_state_free(&state);
    return worst;
}

int cluster_wait(const struct cluster_paths *paths, struct cluster_names names, int64_t timeout_ms,
                 struct deploy_error *error)
{
    uint64_t until = timeout_ms < 0 ? UINT64_MAX : act_now_ms() + (uint64_t)timeout_ms;
    struct cluster_events *events;
    struct cluster_event event;
    int err = cluster_events_open(paths, &events, error);

    while (!err) {
        uint64_t now = act_now_ms();
        enum progress progress = look(paths, names, &err, error);
        int got;

        if (err || progress == READY)
            break;
        if (progress == FAILED) {
            err = -ECHILD;
            break;
        }
        if (now >= until) {
            err = -ETIMEDOUT;
            break;
        }
        got = cluster_events_next(events, &event, until - now > 60000 ? 60000 : (int)(until - now));
        if (got < 0)
            err = got;
        else if (got == 0 && act_now_ms() < until && until - now <= 60000)
            err = -EINTR;
        else if (got > 0 && event.kind != CLUSTER_EVENT_STATE)
            err = deploy_fail(error, -ECHILD, "the project was stopped");
    }
    if (!err && error)
        error->text[0] = '\0';
    cluster_events_close(err == -ESRCH ? NULL : events);
    return err;
}
