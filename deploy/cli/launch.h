/* SPDX-License-Identifier: MIT */
/*
 * launch.h - make a built spec run: plan, apply, wait, show, follow. For `up` and `run`.
 */
#ifndef DEPLOY_CLI_LAUNCH_H
#define DEPLOY_CLI_LAUNCH_H

#include "project.h"

#include "deploy/plan.h"

struct cmd_launch_options {
    bool detach;  /* return when the machines are started */
    bool wait;    /* return when all is ready */
    bool dry_run; /* only print the plan */
    bool remove_orphans;
    bool force_recreate;
    bool quiet; /* no table of what runs */
    bool named; /* the services are not all of the project */
    int64_t wait_timeout_ms;
    int64_t stop_timeout_ms; /* negative: each service's own */
};

/* The images of project->compose.spec are built. Returns an exit status. */
int cmd_launch(struct cmd_project *project, const struct cmd_launch_options *options);

/* A line for each step of a plan: "replace   orders-1 (image changed)". */
void cmd_launch_print(const struct deploy_plan *plan);

#endif
