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

static const struct cluster_instance *find(const struct cluster_state *now, const char *service,
                                           unsigned number)
{
    for (size_t i = 0; now && i < now->instance_count; i++)
        if (now->instances[i].number == number && !strcmp(now->instances[i].service, service))
            return &now->instances[i];
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

        if (service && is_meant(options, service->name) && instance->number > service->replicas)
            add_step(plan, DEPLOY_STEP_REMOVE, instance->service, instance->number,
                     "fewer replicas");
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
                          unsigned number, const struct cluster_instance *instance, bool force)
{
    const char *why = instance ? difference(service, instance) : NULL;

    if (!instance)
        add_step(plan, DEPLOY_STEP_CREATE, service->name, number, "");
    else if (why || force)
        add_step(plan, DEPLOY_STEP_REPLACE, service->name, number, why ? why : "asked for");
    else if (down_reason(instance->state))
        add_step(plan, DEPLOY_STEP_START, service->name, number, down_reason(instance->state));
    else
        add_step(plan, DEPLOY_STEP_KEEP, service->name, number, "");
}

struct deploy_plan *deploy_plan_make(const struct deploy_spec *spec,
                                     const struct cluster_state *now,
                                     const struct deploy_plan_options *options)
{
    struct deploy_plan *plan = deploy_memory_array(1, sizeof(*plan));

    plan_removals(plan, spec, now, options);
    for (size_t i = 0; i < spec->service_count; i++) {
        const struct deploy_service *service = &spec->services[i];

        for (unsigned number = 1; is_meant(options, service->name) && number <= service->replicas;
             number++)
            plan_instance(plan, service, number, find(now, service->name, number),
                          options->force_recreate);
    }
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
