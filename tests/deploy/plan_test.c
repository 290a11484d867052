/* SPDX-License-Identifier: MIT */
/* From what is wanted and what runs to the steps between. */
#include "deploy/plan.h"
#include "tap.h"

#include <stdlib.h>

static struct deploy_service services[2];
static struct deploy_spec spec = {.services = services, .service_count = 2};

struct running {
    const char *service;
    unsigned number;
    enum cluster_instance_state state;
    const char *hash;
    unsigned replaces;
};

#define SAME "aaaaaaaaaaaaaaaa-1111111111111111"
#define OTHER_IMAGE "aaaaaaaaaaaaaaaa-2222222222222222"
#define OTHER_CONFIG "bbbbbbbbbbbbbbbb-1111111111111111"

static const struct {
    const char *name;
    unsigned replicas; /* of "api"; "web" has one */
    struct running running[4];
    const char *only; /* a service to plan for, or NULL */
    bool remove_orphans, force;
    const char *want;
    unsigned changes;
} rows[] = {
    {"nothing runs: everything is created, dependencies first", 2, {{0}}, NULL, false, false,
     "create api-1; create api-2; create web-1; ", 3},
    {"all runs as wanted: nothing changes", 1, {{"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_STARTING, SAME}}, NULL, false, false,
     "keep api-1; keep web-1; ", 0},
    {"another configuration replaces", 1, {{"api", 1, CLUSTER_READY, OTHER_CONFIG}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "replace api-1 (configuration changed); keep web-1; ", 1},
    {"another image replaces", 1, {{"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, OTHER_IMAGE}}, NULL, false, false,
     "keep api-1; replace web-1 (image changed); ", 1},
    {"what has ended is started", 1, {{"api", 1, CLUSTER_EXITED, SAME}, {"web", 1, CLUSTER_STOPPED, SAME}}, NULL, false, false,
     "start api-1 (has ended); start web-1 (was stopped); ", 2},
    {"what has ended and changed is replaced", 1, {{"api", 1, CLUSTER_EXITED, OTHER_IMAGE}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "replace api-1 (image changed); keep web-1; ", 1},
    {"what restarts by itself is left alone", 1, {{"api", 1, CLUSTER_BACKOFF, SAME}, {"web", 1, CLUSTER_WAITING, SAME}}, NULL, false, false,
     "keep api-1; keep web-1; ", 0},
    {"more replicas add the missing ones", 3, {{"api", 1, CLUSTER_READY, SAME}, {"api", 3, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}},
     NULL, false, false, "keep api-1; create api-2; keep api-3; keep web-1; ", 1},
    {"fewer replicas remove the last ones, before anything else", 1,
     {{"api", 1, CLUSTER_READY, SAME}, {"api", 2, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, OTHER_IMAGE}}, NULL, false, false,
     "remove api-2 (fewer replicas); keep api-1; replace web-1 (image changed); ", 2},
    {"no replicas remove all", 0, {{"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "remove api-1 (fewer replicas); keep web-1; ", 1},
    {"an orphan is kept and told", 1, {{"old", 1, CLUSTER_READY, SAME}, {"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}},
     NULL, false, false, "keep api-1; keep web-1; orphan old-1; ", 0},
    {"an orphan is removed when asked", 1, {{"old", 1, CLUSTER_READY, SAME}, {"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}},
     NULL, true, false, "remove old-1 (not in the compose file); keep api-1; keep web-1; ", 1},
    {"a service of a disabled profile is no orphan", 1,
     {{"tool", 1, CLUSTER_READY, SAME}, {"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}}, NULL, true, false,
     "keep api-1; keep web-1; ", 0},
    {"an instance keeps its number, whatever it is", 1, {{"api", 2, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "keep api-2; keep web-1; ", 0},
    {"new instances take the numbers between", 3, {{"api", 2, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "create api-1; keep api-2; create api-3; keep web-1; ", 2},
    {"a swap that goes on is left alone", 1,
     {{"api", 1, CLUSTER_READY, OTHER_IMAGE}, {"api", 2, CLUSTER_STARTING, SAME, 1}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "keep api-2; keep web-1; ", 0},
    {"a swap towards something else begins anew", 1,
     {{"api", 1, CLUSTER_READY, OTHER_IMAGE}, {"api", 2, CLUSTER_STARTING, OTHER_CONFIG, 1}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "remove api-2 (did not replace its predecessor); replace api-1 (image changed); keep web-1; ", 2},
    {"a successor that failed goes, and another is tried", 1,
     {{"api", 1, CLUSTER_READY, OTHER_IMAGE}, {"api", 2, CLUSTER_EXITED, SAME, 1}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "remove api-2 (did not replace its predecessor); replace api-1 (image changed); keep web-1; ", 2},
    {"a successor that failed goes when what runs is wanted again", 1,
     {{"api", 1, CLUSTER_READY, SAME}, {"api", 2, CLUSTER_EXITED, OTHER_IMAGE, 1}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "remove api-2 (did not replace its predecessor); keep api-1; keep web-1; ", 1},
    {"a swap ends with its service", 0,
     {{"api", 1, CLUSTER_READY, OTHER_IMAGE}, {"api", 2, CLUSTER_STARTING, SAME, 1}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, false,
     "remove api-1 (fewer replicas); remove api-2 (fewer replicas); keep web-1; ", 2},
    {"only named services are touched", 1, {{"web", 1, CLUSTER_READY, OTHER_IMAGE}}, "api", false, false, "create api-1; ", 1},
    {"everything is replaced when asked", 1, {{"api", 1, CLUSTER_READY, SAME}, {"web", 1, CLUSTER_READY, SAME}}, NULL, false, true,
     "replace api-1 (asked for); replace web-1 (asked for); ", 2},
};

static void show(const struct deploy_plan *plan, char *text, size_t size)
{
    static const char *const names[] = {"keep", "create", "start", "replace", "remove"};
    size_t len = 0;

    *text = '\0';
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct deploy_step *step = &plan->steps[i];

        len += (size_t)snprintf(text + len, size - len, "%s %s-%u%s%s%s; ", names[step->kind], step->service, step->number,
                                *step->reason ? " (" : "", step->reason, *step->reason ? ")" : "");
    }
    for (size_t i = 0; i < plan->orphan_count; i++)
        len += (size_t)snprintf(text + len, size - len, "orphan %s; ", plan->orphans[i]);
}

static size_t fill(struct cluster_instance *instances, const struct running *running)
{
    size_t count = 0;

    for (; count < 4 && running[count].service; count++) {
        struct cluster_instance *instance = &instances[count];

        snprintf(instance->service, sizeof(instance->service), "%s", running[count].service);
        snprintf(instance->name, sizeof(instance->name), "%s-%u", running[count].service, running[count].number);
        snprintf(instance->config_hash, sizeof(instance->config_hash), "%s", running[count].hash);
        instance->number = running[count].number;
        instance->state = running[count].state;
        instance->replaces = running[count].replaces;
    }
    return count;
}

static void check(size_t row)
{
    static const char *const known[] = {"tool"};
    struct cluster_instance instances[4] = {0};
    struct cluster_state now = {.instances = instances};
    struct deploy_plan_options options = {
        .remove_orphans = rows[row].remove_orphans, .force_recreate = rows[row].force,
        .services = &rows[row].only, .service_count = rows[row].only ? 1 : 0, .known = known, .known_count = 1};
    struct deploy_plan *plan;
    char text[1024];

    services[0] = (struct deploy_service){.name = (char[]){"api"}, .replicas = rows[row].replicas, .config_hash = (char[]){SAME}};
    services[1] = (struct deploy_service){.name = (char[]){"web"}, .replicas = 1, .config_hash = (char[]){SAME}};
    now.instance_count = fill(instances, rows[row].running);
    plan = deploy_plan_make(&spec, now.instance_count ? &now : NULL, &options);
    show(plan, text, sizeof(text));
    tap_text(rows[row].name, text, rows[row].want);
    if (plan->change_count != rows[row].changes)
        tap_okf(false, "%s: %u changes", rows[row].name, rows[row].changes);
    deploy_plan_free(plan);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check(i);
    return tap_end();
}
