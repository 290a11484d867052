/* SPDX-License-Identifier: MIT */
/*
 * plan.h - from what is wanted and what runs, the steps between. Pure: no processes, no
 * sockets, no clock. The supervisor carries the steps out; `up --dry-run` prints them.
 */
#ifndef DEPLOY_PLAN_H
#define DEPLOY_PLAN_H

#include "deploy/cluster.h"
#include "deploy/spec.h"

struct deploy_plan_options {
    bool remove_orphans;
    bool force_recreate;
    /* Names of services, their dependencies included already; count 0: all of the spec. */
    const char *const *services;
    size_t service_count;
    /* Services that are in the file without being in the spec (profiles): no orphans, left alone.
     */
    const char *const *known;
    size_t known_count;
};

struct deploy_plan {
    struct deploy_step *steps; /* removals first, then services in the order of the spec */
    size_t step_count;
    size_t change_count; /* steps other than KEEP */
    char **orphans;      /* instances whose service is not in the spec and that are kept */
    size_t orphan_count;
};

/* `now` may be NULL: nothing runs. The plan borrows nothing and is the caller's. */
struct deploy_plan *deploy_plan_make(const struct deploy_spec *spec,
                                     const struct cluster_state *now,
                                     const struct deploy_plan_options *options);
void deploy_plan_free(struct deploy_plan *plan);

#endif
