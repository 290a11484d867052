/* SPDX-License-Identifier: MIT */
#include "project.h"
#include "paths.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/*
 *   CREATED --want--> WAITING --dependencies--> STARTING --healthy--> READY <-> UNHEALTHY
 *                        ^                          \----------\--------/
 *                        |                                ends | stop: STOPPING
 *                        +--pause over-- BACKOFF <--policy-----+---> EXITED, STOPPED
 */

void act_instance_set_state(struct act_instance *instance, enum cluster_instance_state state)
{
    struct act_project *project = instance->project;

    instance->state = state;
    if (state != CLUSTER_WAITING)
        instance->waits_for[0] = '\0';
    if (project->changed)
        project->changed(instance, project->changed_arg);
    act_project_settle(project);
}

bool act_instance_has_machine(const struct act_instance *instance)
{
    return instance->pid > 0;
}

static void init_handles(struct act_instance *instance)
{
    uv_loop_t *loop = &instance->project->loop;

    uv_timer_init(loop, &instance->timer);
    uv_timer_init(loop, &instance->probe_timer);
    act_probe_init(&instance->probe, loop, act_probe_done, instance);
    instance->timer.data = instance->probe_timer.data = instance;
}

struct act_instance *act_instance_new(struct act_project *project, struct act_spec *spec,
                                      const struct deploy_service *service, unsigned number)
{
    struct act_instance *instance = calloc(1, sizeof(*instance));
    struct act_instance **end = &project->instances;
    char path[PATH_MAX];

    if (!instance)
        return NULL;
    if (act_project_address(project, &instance->address) < 0) {
        free(instance);
        return NULL;
    }
    instance->project = project;
    instance->spec = act_spec_hold(spec);
    instance->service = service;
    instance->number = number;
    instance->exit_status = -1;
    instance->port = -1;
    snprintf(instance->name, sizeof(instance->name), "%s-%u", service->name, number);
    instance->log.fd = -1;
    if (cluster_log_path(&project->paths, instance->name, path, sizeof(path)) == 0)
        act_log_open(&instance->log, path);
    init_handles(instance);
    while (*end)
        end = &(*end)->next;
    *end = instance;
    return instance;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct act_instance *instance = handle->type == UV_TIMER && handle->data ? handle->data : NULL;

    if (instance && --instance->handles == 0)
        free(instance);
}

void act_instance_remove(struct act_instance *instance)
{
    struct act_instance **link = &instance->project->instances;

    while (*link != instance)
        link = &(*link)->next;
    *link = instance->next;
    act_probe_cancel(&instance->probe);
    act_spec_release(instance->spec);
    act_spec_release(instance->next_spec);
    act_log_close(&instance->log);
    instance->probe.timer.data = instance;
    instance->handles = 3;
    uv_close((uv_handle_t *)&instance->timer, on_handle_closed);
    uv_close((uv_handle_t *)&instance->probe_timer, on_handle_closed);
    uv_close((uv_handle_t *)&instance->probe.timer, on_handle_closed);
}

/* ---- start ---- */

void act_instance_want(struct act_instance *instance)
{
    if (instance->pid || instance->state == CLUSTER_WAITING)
        return;
    uv_timer_stop(&instance->timer);
    memset(&instance->restart, 0, sizeof(instance->restart));
    act_instance_set_state(instance, CLUSTER_WAITING);
}

/* ---- end ---- */

static void on_grace_over(uv_timer_t *timer)
{
    struct act_instance *instance = timer->data;

    if (!instance->pid)
        return;
    act_log_note(&instance->log, "did not end in its grace time: killed");
    instance->killed = true;
    kill(instance->pid, SIGKILL);
}

static void take_next_spec(struct act_instance *instance)
{
    struct act_spec *old = instance->spec;

    instance->spec = instance->next_spec;
    instance->next_spec = NULL;
    instance->swapped = false;
    instance->service = deploy_spec_find(instance->spec->spec, instance->service->name);
    act_spec_release(old);
}

/* No machine, and none wanted by its policy any more: do what was planned for it. */
static void settle_after_end(struct act_instance *instance)
{
    enum act_then then = instance->then;

    if (then != ACT_THEN_REMOVE) /* which is told with its last state */
        instance->then = ACT_THEN_DECIDE;
    switch (then) {
    case ACT_THEN_REMOVE:
        act_instance_set_state(instance, CLUSTER_STOPPED);
        act_instance_remove(instance);
        break;
    case ACT_THEN_START:
        if (instance->next_spec) {
            take_next_spec(instance);
        }
        instance->state = CLUSTER_CREATED;
        act_instance_want(instance);
        break;
    default:
        act_instance_set_state(instance, CLUSTER_STOPPED);
    }
}

void act_instance_stop(struct act_instance *instance, enum act_then then, int64_t timeout_ms)
{
    uint64_t grace = timeout_ms < 0 ? instance->service->stop_grace_ms : (uint64_t)timeout_ms;

    instance->then = then;
    if (!instance->pid) {
        bool idle = instance->state == CLUSTER_EXITED || instance->state == CLUSTER_STOPPED ||
                    instance->state == CLUSTER_CREATED;

        uv_timer_stop(&instance->timer);
        if (then == ACT_THEN_STAY && idle)
            instance->then = ACT_THEN_DECIDE;
        else
            settle_after_end(instance);
        return;
    }
    if (instance->state != CLUSTER_STOPPING) {
        act_log_note(&instance->log, "asked to stop");
        act_machine_powerdown(instance);
        act_instance_set_state(instance, CLUSTER_STOPPING);
    }
    uv_timer_start(&instance->timer, on_grace_over, grace, 0);
}

void act_instance_replace(struct act_instance *instance, struct act_spec *spec)
{
    act_spec_release(instance->next_spec);
    instance->next_spec = act_spec_hold(spec);
    act_instance_stop(instance, ACT_THEN_START, -1);
}

void act_instance_kill(struct act_instance *instance, int signal)
{
    if (!instance->pid)
        return;
    if (signal == SIGTERM || signal == SIGINT) {
        act_log_note(&instance->log, "power button pressed");
        act_machine_powerdown(instance);
        return;
    }
    act_log_note(&instance->log, "killed on request");
    kill(instance->pid, SIGKILL);
}

static void on_pause_over(uv_timer_t *timer)
{
    act_instance_set_state(timer->data, CLUSTER_WAITING);
}

void act_instance_exited(struct act_instance *instance, int wait_status)
{
    uint64_t ran_ms = (uv_hrtime() - instance->started_ns) / 1000000;
    uint64_t pause_ms;

    act_machine_end(instance, wait_status);
    if (instance->then != ACT_THEN_DECIDE) {
        settle_after_end(instance);
        return;
    }
    if (!instance->project->ending && !instance->replaces &&
        act_restart_decide(&instance->restart, &instance->service->restart, instance->exit_status,
                           ran_ms, &pause_ms)) {
        act_log_note(&instance->log, "restarts in %" PRIu64 " ms (%u)", pause_ms,
                     instance->restart.count);
        uv_timer_start(&instance->timer, on_pause_over, pause_ms, 0);
        act_instance_set_state(instance, CLUSTER_BACKOFF);
        return;
    }
    act_instance_set_state(instance, CLUSTER_EXITED);
}
