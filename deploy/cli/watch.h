/* SPDX-License-Identifier: MIT */
/*
 * watch.h - see instances come up, and say when they have.
 *
 * The judgement is pure (a table of instances in, a verdict out); the watch feeds it from the
 * supervisor's events and prints a line for each change.
 */
#ifndef DEPLOY_CLI_WATCH_H
#define DEPLOY_CLI_WATCH_H

#include "deploy/cluster.h"
#include "plan/compose.h"

enum cmd_goal {
    CMD_GOAL_STARTED, /* every machine was started: its dependencies were ready */
    CMD_GOAL_READY,   /* every instance answers its health check, or ended with status 0 */
    CMD_GOAL_ENDED,   /* every instance has ended and stays so */
};

enum cmd_verdict {
    CMD_PENDING,
    CMD_REACHED,
    CMD_MISSED,      /* `culprit` can no longer reach it */
    CMD_TIMED_OUT,   /* `culprit` is one that has not reached it */
    CMD_INTERRUPTED, /* a signal came */
    CMD_GONE,        /* the supervisor ended: the project was taken down */
};

/* Restarts after which an instance that keeps ending is not waited for any longer. */
#define CMD_WATCH_RESTARTS_MAX 3

/* What `instances` mean for the goal; *culprit is set for CMD_PENDING and CMD_MISSED. A successor that ended is
 * not the end: what it was to replace runs on. */
enum cmd_verdict cmd_judge(const struct cluster_instance *instances, size_t count,
                           enum cmd_goal goal, const struct cluster_instance **culprit);

struct cmd_watch {
    struct cluster_events *events;
    const struct deploy_spec *spec;
    struct deploy_names chosen; /* services */
    struct cluster_instance *instances;
    size_t count;
    int signals; /* signalfd: readable when the user wants to end; or -1 */
    bool quiet;
    bool whole; /* all that the project has, also what came to it later */
    bool gone;
    bool lost; /* gone, and nobody asked for it */
    struct cluster_instance culprit; /* a copy, without ports */
};

/* Borrows spec and names. Returns 0 or a negative errno with `error`. */
int cmd_watch_open(struct cmd_watch *watch, const struct cluster_paths *paths,
                   const struct deploy_spec *spec, struct deploy_names chosen, int signals,
                   struct deploy_error *error);
void cmd_watch_close(struct cmd_watch *watch);

/* Take in what has happened, without waiting. */
void cmd_watch_update(struct cmd_watch *watch);

/* Wait for the goal; timeout_ms negative: as long as it takes. */
enum cmd_verdict cmd_watch_until(struct cmd_watch *watch, enum cmd_goal goal, int64_t timeout_ms);

/* Milliseconds that only move forward. */
int64_t cmd_watch_now(void);

#endif
