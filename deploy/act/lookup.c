/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <errno.h>
#include <string.h>

/* What a guest calls this computer. */
#define HOST_NAME "host.ucompose.internal"

/* Collect a service's addresses, beginning with another one each time. With `ready_only`
 * those that answer their health check, else all that have a machine. */
static size_t collect(struct act_project *project, const char *service, bool ready_only,
                      unsigned turn, uint32_t *ips, size_t max)
{
    uint32_t found[DEPLOY_INSTANCES_MAX];
    size_t count = 0;

    for (struct act_instance *i = project->instances; i && count < DEPLOY_INSTANCES_MAX;
         i = i->next) {
        bool fit = ready_only ? i->state == CLUSTER_READY
                              : act_instance_has_machine(i) && i->state != CLUSTER_STOPPING;

        if (fit && strcmp(i->service->name, service) == 0)
            found[count++] = i->address.ip;
    }
    if (max > count)
        max = count;
    for (size_t i = 0; i < max; i++)
        ips[i] = found[(turn + i) % count];
    return max;
}

static bool service_is_known(const struct act_project *project, const char *name)
{
    if (project->spec && deploy_spec_find(project->spec->spec, name))
        return true;
    for (struct act_instance *i = project->instances; i; i = i->next)
        if (strcmp(i->service->name, name) == 0)
            return true;
    return false;
}

int act_lookup_name(const char *name, uint32_t *ips, size_t max, void *arg)
{
    static unsigned turn;
    struct act_project *project = arg;
    size_t count;

    if (strcmp(name, HOST_NAME) == 0) {
        ips[0] = project->net | 1;
        return 1;
    }
    for (struct act_instance *i = project->instances; i; i = i->next)
        if (strcmp(i->name, name) == 0) {
            ips[0] = i->address.ip;
            return act_instance_has_machine(i) ? 1 : 0;
        }
    if (!service_is_known(project, name))
        return -ENOENT;
    turn++;
    count = collect(project, name, true, turn, ips, max);
    if (count == 0)
        count = collect(project, name, false, turn, ips, max);
    return (int)count;
}
