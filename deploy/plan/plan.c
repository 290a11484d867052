/* SPDX-License-Identifier: MIT */
#include "deploy/plan.h"

#include "hash.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_step(struct deploy_plan *plan, enum deploy_step_kind kind, const char *service,
                     unsigned number, const char *reason)
{
    struct deploy_step *step;

    plan->steps = deploy_memory_grow(plan->steps, plan->step_count, sizeof(*plan->steps));
    step = &plan->steps[plan->step_count++];
    step->kind = kind;
    step->number = number;
    snprintf(step->service, sizeof(step->service), "%s", service);
    snprintf(step->reason, sizeof(step->reason), "%s", reason);
    plan->change_count += kind != DEPLOY_STEP_KEEP;
}

static bool is_meant(const struct deploy_plan_options *options, const char *service)
{
    for (size_t i = 0; i < options->service_count; i++)
        if (!strcmp(options->services[i], service))
            return true;
    return options->service_count == 0;
}

static bool is_known(const struct deploy_plan_options *options, const char *service)
{
    for (size_t i = 0; i < options->known_count; i++)
        if (!strcmp(options->known[i], service))
            return true;
    return false;
}

static bool is_of(const struct cluster_instance *instance, const struct deploy_service *service)
{
    return !strcmp(instance->service, service->name);
}

static const struct cluster_instance *find(const struct cluster_state *now,
                                           const struct deploy_service *service, unsigned number)
{
    for (size_t i = 0; now && i < now->instance_count; i++)
        if (now->instances[i].number == number && is_of(&now->instances[i], service))
            return &now->instances[i];
    return NULL;
}

/* Why an instance must be made anew, or NULL. */
static const char *difference(const struct deploy_service *service,
                              const struct cluster_instance *instance)
{
    const char *wanted = service->config_hash ? service->config_hash : "";

    if (!strcmp(wanted, instance->config_hash))
        return NULL;
    if (!strncmp(wanted, instance->config_hash, DEPLOY_HASH_HALF))
        return "image changed";
    return "configuration changed";
}

/* Will it take its predecessor's place, and is it what is wanted? */
static bool is_promising(const struct deploy_service *service,
                         const struct cluster_instance *successor)
{
    return !difference(service, successor) && successor->state != CLUSTER_UNHEALTHY &&
           successor->state != CLUSTER_STOPPING && successor->state != CLUSTER_STOPPED &&
           successor->state != CLUSTER_EXITED;
}

static const struct cluster_instance *
successor_of(const struct cluster_state *now, const struct deploy_service *service, unsigned number)
{
    for (size_t i = 0; i < now->instance_count; i++)
        if (now->instances[i].replaces == number && is_of(&now->instances[i], service) &&
            is_promising(service, &now->instances[i]))
            return &now->instances[i];
    return NULL;
}

/* Instances of the service with a smaller number, those that only replace one not counted. */
static unsigned rank_of(const struct cluster_state *now, const struct deploy_service *service,
                        const struct cluster_instance *instance)
{
    unsigned rank = 0;

    for (size_t i = 0; i < now->instance_count; i++)
        rank += is_of(&now->instances[i], service) && !now->instances[i].replaces &&
                now->instances[i].number < instance->number;
    return rank;
}

/* Why an instance of the service is one too many, or NULL. */
static const char *surplus(const struct cluster_state *now, const struct deploy_service *service,
                           const struct cluster_instance *instance)
{
    const struct cluster_instance *predecessor =
        instance->replaces ? find(now, service, instance->replaces) : NULL;

    if (predecessor && !is_promising(service, instance))
        return "did not replace its predecessor";
    if (rank_of(now, service, predecessor ? predecessor : instance) >= service->replicas)
        return "fewer replicas";
    return NULL;
}

/* What goes: instances beyond the replicas, and services that the file has no more. */
static void plan_removals(struct deploy_plan *plan, const struct deploy_spec *spec,
                          const struct cluster_state *now,
                          const struct deploy_plan_options *options)
{
    for (size_t i = 0; now && i < now->instance_count; i++) {
        const struct cluster_instance *instance = &now->instances[i];
        const struct deploy_service *service = deploy_spec_find(spec, instance->service);
        const char *why = service ? surplus(now, service, instance) : NULL;

        if (why && is_meant(options, service->name))
            add_step(plan, DEPLOY_STEP_REMOVE, instance->service, instance->number, why);
        if (service || is_known(options, instance->service))
            continue;
        if (options->remove_orphans) {
            add_step(plan, DEPLOY_STEP_REMOVE, instance->service, instance->number,
                     "not in the compose file");
            continue;
        }
        plan->orphans =
            deploy_memory_grow(plan->orphans, plan->orphan_count, sizeof(*plan->orphans));
        plan->orphans[plan->orphan_count++] = deploy_memory_text(instance->name);
    }
}

/* Why an instance must be started, or NULL when it runs or soon will. */
static const char *down_reason(enum cluster_instance_state state)
{
    switch (state) {
    case CLUSTER_CREATED:
        return "was never started";
    case CLUSTER_EXITED:
        return "has ended";
    case CLUSTER_STOPPED:
        return "was stopped";
    default:
        return NULL;
    }
}

static void plan_instance(struct deploy_plan *plan, const struct deploy_service *service,
                          const struct cluster_state *now, const struct cluster_instance *instance,
                          bool force)
{
    const struct cluster_instance *successor =
        force ? NULL : successor_of(now, service, instance->number);
    const char *why = difference(service, instance);

    if (successor)
        add_step(plan, DEPLOY_STEP_KEEP, service->name, successor->number, "");
    else if (why || force)
        add_step(plan, DEPLOY_STEP_REPLACE, service->name, instance->number,
                 why ? why : "asked for");
    else if (down_reason(instance->state))
        add_step(plan, DEPLOY_STEP_START, service->name, instance->number,
                 down_reason(instance->state));
    else
        add_step(plan, DEPLOY_STEP_KEEP, service->name, instance->number, "");
}

static unsigned count_instances(const struct cluster_state *now,
                                const struct deploy_service *service)
{
    unsigned count = 0;

    for (size_t i = 0; now && i < now->instance_count; i++)
        count += is_of(&now->instances[i], service) && !now->instances[i].replaces;
    return count;
}

/* Those that there are, in the order of their numbers; new ones take the numbers between. */
static void plan_service(struct deploy_plan *plan, const struct deploy_service *service,
                         const struct cluster_state *now, bool force)
{
    unsigned known = count_instances(now, service);
    unsigned old = known < service->replicas ? known : service->replicas;
    unsigned missing = service->replicas - old;

    for (unsigned number = 1; old || missing; number++) {
        const struct cluster_instance *instance = find(now, service, number);

        if (!instance && missing) {
            add_step(plan, DEPLOY_STEP_CREATE, service->name, number, "");
            missing--;
        } else if (instance && !instance->replaces && old) {
            plan_instance(plan, service, now, instance, force);
            old--;
        }
    }
}

struct deploy_plan *deploy_plan_make(const struct deploy_spec *spec,
                                     const struct cluster_state *now,
                                     const struct deploy_plan_options *options)
{
    struct deploy_plan *plan = deploy_memory_array(1, sizeof(*plan));

    plan_removals(plan, spec, now, options);
    for (size_t i = 0; i < spec->service_count; i++)
        if (is_meant(options, spec->services[i].name))
            plan_service(plan, &spec->services[i], now, options->force_recreate);
    return plan;
}

void deploy_plan_free(struct deploy_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->orphan_count; i++)
        free(plan->orphans[i]);
    free(plan->orphans);
    free(plan->steps);
    free(plan);
}
