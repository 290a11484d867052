/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include "show.h"
#include "terminal.h"

#include "plan/memory.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t cmd_watch_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool ended_badly(const struct cluster_instance *instance)
{
    return instance->state == CLUSTER_EXITED && instance->exit_status != 0;
}

static enum cmd_verdict judge_ready(const struct cluster_instance *instance)
{
    switch (instance->state) {
    case CLUSTER_READY:
        return CMD_REACHED;
    case CLUSTER_EXITED: /* a successor must be ready once */
        return ended_badly(instance) || instance->replaces ? CMD_MISSED : CMD_REACHED;
    case CLUSTER_STOPPED:
    case CLUSTER_UNHEALTHY:
        return CMD_MISSED;
    case CLUSTER_BACKOFF:
        return instance->restarts >= CMD_WATCH_RESTARTS_MAX ? CMD_MISSED : CMD_PENDING;
    default:
        return CMD_PENDING;
    }
}

static enum cmd_verdict judge_started(const struct cluster_instance *instance)
{
    if (instance->state == CLUSTER_CREATED || instance->state == CLUSTER_WAITING)
        return CMD_PENDING;
    return ended_badly(instance) ? CMD_MISSED : CMD_REACHED;
}

static enum cmd_verdict judge_one(const struct cluster_instance *instance, enum cmd_goal goal)
{
    switch (goal) {
    case CMD_GOAL_STARTED:
        return judge_started(instance);
    case CMD_GOAL_READY:
        return judge_ready(instance);
    default:
        return cmd_is_ended(instance) ? CMD_REACHED : CMD_PENDING;
    }
}

static bool are_successors(const struct cluster_instance *instances, size_t count)
{
    size_t i = 0;

    while (i < count && instances[i].replaces)
        i++;
    return count && i == count;
}

enum cmd_verdict cmd_judge(const struct cluster_instance *instances, size_t count,
                           enum cmd_goal goal, const struct cluster_instance **culprit)
{
    enum cmd_verdict verdict = CMD_REACHED;

    for (size_t i = 0; i < count; i++) {
        enum cmd_verdict one = judge_one(&instances[i], goal);

        if (one == CMD_REACHED)
            continue;
        *culprit = &instances[i];
        if (one == CMD_MISSED)
            return CMD_MISSED;
        verdict = CMD_PENDING;
    }
    if (verdict == CMD_REACHED && goal == CMD_GOAL_ENDED && are_successors(instances, count)) {
        *culprit = instances;
        verdict = CMD_PENDING;
    }
    return verdict;
}

static bool is_watched(const struct cmd_watch *watch, const struct cluster_instance *instance)
{
    const struct deploy_service *service = deploy_spec_find(watch->spec, instance->service);

    if (watch->whole)
        return true;
    if (!service)
        return false;
    for (size_t i = 0; i < watch->chosen.count; i++)
        if (!strcmp(watch->chosen.items[i], instance->service))
            return true;
    return watch->chosen.count == 0;
}

static void print_change(const struct cluster_instance *instance)
{
    char text[1024];
    enum cmd_colour colour = CMD_PLAIN;

    if (instance->state == CLUSTER_READY)
        colour = CMD_GREEN;
    else if (instance->state == CLUSTER_UNHEALTHY || instance->state == CLUSTER_BACKOFF ||
             ended_badly(instance))
        colour = CMD_RED;
    printf("%s %s%s%s", instance->name, cmd_colour(stdout, colour),
           cmd_show_state(instance, text, sizeof(text)),
           colour == CMD_PLAIN ? "" : cmd_colour_end(stdout));
    if (instance->state == CLUSTER_READY && instance->boot_ns)
        printf(" after %.0f ms", (double)instance->boot_ns / 1e6);
    putchar('\n');
    fflush(stdout);
}

static void take(struct cmd_watch *watch, const struct cluster_instance *instance)
{
    struct cluster_instance *known = NULL;
    bool first;

    for (size_t i = 0; i < watch->count && !known; i++)
        if (!strcmp(watch->instances[i].name, instance->name))
            known = &watch->instances[i];
    if (instance->leaving) {
        if (known)
            *known = watch->instances[--watch->count];
        return;
    }
    first = !known;
    if (first) {
        watch->instances =
            deploy_memory_grow(watch->instances, watch->count, sizeof(*watch->instances));
        known = &watch->instances[watch->count++];
    }
    if (!watch->quiet && (first || known->state != instance->state))
        print_change(instance);
    if (known->replaces && !first && judge_ready(known) == CMD_MISSED)
        return; /* why a successor was given up tells more than how it then ended */
    *known = *instance;
    known->ports = NULL;
    known->port_count = 0;
}

int cmd_watch_open(struct cmd_watch *watch, const struct cluster_paths *paths,
                   const struct deploy_spec *spec, struct deploy_names chosen, int signals,
                   struct deploy_error *error)
{
    *watch = (struct cmd_watch){.spec = spec, .chosen = chosen, .signals = signals};
    return cluster_events_open(paths, &watch->events, error);
}

void cmd_watch_close(struct cmd_watch *watch)
{
    if (watch->events)
        cluster_events_close(watch->events);
    free(watch->instances);
    *watch = (struct cmd_watch){0};
}

void cmd_watch_update(struct cmd_watch *watch)
{
    struct cluster_event event;
    int got;

    while (!watch->gone && (got = cluster_events_next(watch->events, &event, 0)) != 0) {
        watch->gone = got < 0 || event.kind != CLUSTER_EVENT_STATE;
        watch->lost = got < 0 || event.kind == CLUSTER_EVENT_LOST;
        if (!watch->gone && is_watched(watch, &event.instance))
            take(watch, &event.instance);
    }
}

/* Every instance that there should be has been heard of. */
static bool is_complete(const struct cmd_watch *watch)
{
    size_t wanted = 0;

    for (size_t i = 0; i < watch->spec->service_count; i++)
        for (size_t k = 0; k < watch->chosen.count; k++)
            if (!strcmp(watch->chosen.items[k], watch->spec->services[i].name))
                wanted += watch->spec->services[i].replicas;
    return watch->count >= wanted;
}

static enum cmd_verdict verdict_now(struct cmd_watch *watch, enum cmd_goal goal)
{
    const struct cluster_instance *culprit = NULL;
    enum cmd_verdict verdict;

    cmd_watch_update(watch);
    if (watch->gone)
        return CMD_GONE;
    verdict = cmd_judge(watch->instances, watch->count, goal, &culprit);
    if (culprit)
        watch->culprit = *culprit;
    return verdict == CMD_REACHED && !is_complete(watch) ? CMD_PENDING : verdict;
}

enum cmd_verdict cmd_watch_until(struct cmd_watch *watch, enum cmd_goal goal, int64_t timeout_ms)
{
    int64_t end = cmd_watch_now() + timeout_ms;
    enum cmd_verdict verdict;

    while ((verdict = verdict_now(watch, goal)) == CMD_PENDING) {
        struct pollfd fds[] = {{cluster_events_fd(watch->events), POLLIN, 0},
                               {watch->signals, POLLIN, 0}};
        int64_t left = timeout_ms < 0 ? 60000 : end - cmd_watch_now();

        if (left <= 0)
            return CMD_TIMED_OUT;
        poll(fds, 2, left > 60000 ? 60000 : (int)left);
        if (fds[1].revents)
            return CMD_INTERRUPTED;
    }
    return verdict;
}
