/* SPDX-License-Identifier: MIT */
/*
 * swap.c - replace an instance without a gap (`update_config: { order: start-first }`).
 *
 *   X runs --act_swap--> X runs, successor Y starts --Y ready--> X drains and goes, Y stays
 *                                                  \--Y fails--> X stays, Y is stopped
 *
 * Y has a number of its own. While both are ready, both are given connections. One swap of a
 * service goes on at a time; one that fails ends those of its service that have not begun.
 */
#include "image.h"
#include "project.h"

#include <string.h>

static bool same_service(const struct act_instance *a, const struct act_instance *b)
{
    return strcmp(a->service->name, b->service->name) == 0;
}

static struct act_instance *successor_of(const struct act_instance *instance)
{
    struct act_instance *i = instance->project->instances;

    while (i && (i->replaces != instance->number || i->then == ACT_THEN_REMOVE ||
                 !same_service(i, instance)))
        i = i->next;
    return i;
}

/* Is another instance of its service being swapped just now? */
static bool must_queue(const struct act_instance *instance)
{
    for (struct act_instance *i = instance->project->instances; i; i = i->next)
        if (i != instance && i->swapped && same_service(i, instance) && successor_of(i))
            return true;
    return false;
}

static void tell(struct act_instance *instance)
{
    act_instance_set_state(instance, instance->state);
}

static void cancel(struct act_instance *instance, const char *why)
{
    act_log_note(&instance->log, "goes on: %s", why);
    act_spec_release(instance->next_spec);
    instance->next_spec = NULL;
    instance->swapped = false;
    tell(instance);
}

static unsigned free_number(struct act_project *project, const char *service)
{
    unsigned number = 1;

    while (act_project_find(project, service, number))
        number++;
    return number;
}

static void begin(struct act_instance *instance)
{
    struct act_project *project = instance->project;
    const struct deploy_service *service =
        deploy_spec_find(instance->next_spec->spec, instance->service->name);
    struct act_instance *successor = act_instance_new(project, instance->next_spec, service,
                                                      free_number(project, service->name));
    uint64_t end;

    if (!successor) {
        cancel(instance, "there is no room for a successor beside it");
        return;
    }
    successor->replaces = instance->number;
    act_image_inspect(service->image, &successor->image_bytes, &end, NULL);
    act_log_note(&instance->log, "%s is to replace it", successor->name);
    act_instance_want(successor);
}

static void finish(struct act_instance *instance, struct act_instance *successor)
{
    act_log_note(&instance->log, "%s has replaced it", successor->name);
    successor->replaces = 0;
    tell(successor);
    act_spec_release(instance->next_spec);
    instance->next_spec = NULL;
    instance->swapped = false;
    act_instance_stop(instance, ACT_THEN_REMOVE, -1);
}

static void abandon(struct act_instance *instance, struct act_instance *successor)
{
    char why[160];

    snprintf(why, sizeof(why), "%s, which was to replace it, did not get ready", successor->name);
    if (act_instance_has_machine(successor) && successor->state != CLUSTER_STOPPING)
        act_instance_stop(successor, ACT_THEN_STAY, -1);
    for (struct act_instance *i = instance->project->instances; i; i = i->next)
        if (i->swapped && same_service(i, instance))
            cancel(i, why);
}

static bool has_failed(const struct act_instance *successor)
{
    switch (successor->state) {
    case CLUSTER_UNHEALTHY:
    case CLUSTER_STOPPING:
    case CLUSTER_STOPPED:
    case CLUSTER_EXITED:
        return true;
    default:
        return false;
    }
}

/* Returns whether instances came or went. */
static bool go_on(struct act_instance *instance)
{
    struct act_instance *successor = successor_of(instance);

    if (!successor && must_queue(instance))
        return false;
    if (!successor)
        begin(instance);
    else if (successor->state == CLUSTER_READY)
        finish(instance, successor);
    else if (has_failed(successor))
        abandon(instance, successor);
    else
        return false;
    return true;
}

/* A successor whose predecessor is gone, or is not replaced any more, is an instance as any other.
 */
static void release_successor(struct act_instance *successor)
{
    struct act_instance *predecessor =
        act_project_find(successor->project, successor->service->name, successor->replaces);

    if (!predecessor || (successor->state == CLUSTER_READY && !predecessor->swapped)) {
        successor->replaces = 0;
        tell(successor);
    }
}

void act_swap_settle(struct act_project *project)
{
    struct act_instance *i = project->instances;

    while (i) {
        if (i->swapped && go_on(i)) {
            i = project->instances;
            continue;
        }
        if (i->replaces)
            release_successor(i);
        i = i->next;
    }
}

void act_swap(struct act_instance *instance, struct act_spec *spec)
{
    act_spec_release(instance->next_spec);
    instance->next_spec = act_spec_hold(spec);
    instance->swapped = true;
    tell(instance);
}
