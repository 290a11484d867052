/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <stdio.h>
#include <string.h>

/* How far one instance of a dependency has come. */
enum progress { MET, NOT_YET, NEVER };

static enum progress progress_of(const struct act_instance *instance,
                                 enum deploy_condition condition)
{
    bool ended = instance->state == CLUSTER_EXITED || instance->state == CLUSTER_STOPPED;

    switch (condition) {
    case DEPLOY_STARTED:
        return act_instance_has_machine(instance) ? MET : ended ? NEVER : NOT_YET;
    case DEPLOY_HEALTHY:
        return instance->state == CLUSTER_READY ? MET : ended ? NEVER : NOT_YET;
    case DEPLOY_COMPLETED:
        if (instance->state == CLUSTER_EXITED)
            return instance->exit_status == 0 ? MET : NEVER;
        return instance->state == CLUSTER_STOPPED ? NEVER : NOT_YET;
    }
    return NOT_YET;
}

static const char *condition_text(enum deploy_condition condition)
{
    switch (condition) {
    case DEPLOY_STARTED:
        return "to start";
    case DEPLOY_HEALTHY:
        return "to be healthy";
    case DEPLOY_COMPLETED:
        return "to complete successfully";
    }
    return "";
}

/* All instances of the dependency together; one without instances is never met. */
static enum progress check(struct act_project *project, const struct deploy_dependency *wanted)
{
    enum progress worst = MET;
    bool any = false;

    for (struct act_instance *i = project->instances; i; i = i->next) {
        enum progress one;

        if (strcmp(i->service->name, wanted->service) != 0 || i->replaces)
            continue; /* a successor does not count before its time */
        any = true;
        one = progress_of(i, wanted->condition);
        if (one > worst)
            worst = one;
    }
    return any ? worst : NEVER;
}

bool act_depends_met(struct act_project *project, const struct deploy_service *service,
                     char waits_for[160], bool *never)
{
    *never = false;
    for (size_t i = 0; i < service->depends_on_count; i++) {
        const struct deploy_dependency *wanted = &service->depends_on[i];
        enum progress progress = check(project, wanted);

        if (progress == MET || (progress == NEVER && !wanted->required))
            continue;
        *never |= progress == NEVER;
        snprintf(waits_for, 160, "%s %s%s", wanted->service, condition_text(wanted->condition),
                 progress == NEVER ? " (it has ended)" : "");
        return false;
    }
    waits_for[0] = '\0';
    return true;
}
