/* SPDX-License-Identifier: MIT */
/*
 * plan.h - from what is wanted and what runs, the steps between. Pure: no processes, no
 * sockets, no clock. The supervisor carries the steps out; `up --dry-run` prints them.
 */
#ifndef DEPLOY_PLAN_H
#define DEPLOY_PLAN_H

#include <deploy/state.h>

enum deploy_step_kind {
    DEPLOY_STEP_KEEP,     /* runs as wanted: nothing to do */
    DEPLOY_STEP_CREATE,   /* new instance, then start it */
    DEPLOY_STEP_START,    /* exists, has ended or was stopped: start it */
    DEPLOY_STEP_RECREATE, /* stop, forget, create, start: `why` tells what changed */
    DEPLOY_STEP_REMOVE,   /* stop and forget: fewer replicas, or an orphan */
    DEPLOY_STEP_ORPHAN,   /* its service is not in the file any more; kept (no remove_orphans) */
};

struct deploy_step {
    enum deploy_step_kind kind;
    char *service;
    unsigned index;
    const char *why; /* a constant, "" when there is nothing to say */
};

struct deploy_plan_options {
    bool remove_orphans;
    bool force_recreate;
    /* Names of the services meant, with their dependencies added; count 0: every enabled one. */
    const char *const *services;
    size_t service_count;
};

struct deploy_plan {
    struct deploy_step *steps; /* removals first, then services in the order of the spec */
    size_t step_count;
    size_t change_count; /* steps that are neither KEEP nor ORPHAN */
};

/* `now` may be NULL: nothing runs. Returns 0 or -ENOMEM. */
int deploy_plan_make(const struct deploy_spec *spec, const struct deploy_state *now,
                     const struct deploy_plan_options *options, struct deploy_plan **out);
void deploy_plan_free(struct deploy_plan *plan);

/* "create", "start", ... */
const char *deploy_step_name(enum deploy_step_kind kind);

#endif
