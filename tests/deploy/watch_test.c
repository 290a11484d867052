/* SPDX-License-Identifier: MIT */
/* When is what was started there? Judged from states alone. */
#include "cli/watch.h"
#include "tap.h"

struct one {
    enum cluster_instance_state state;
    int exit_status;
    unsigned restarts, replaces;
};

static const struct {
    const char *name;
    enum cmd_goal goal;
    struct one instances[3];
    size_t count;
    enum cmd_verdict want;
    int culprit; /* index, -1: none */
} rows[] = {
    {"nothing to wait for is reached", CMD_GOAL_READY, {{0}}, 0, CMD_REACHED, -1},
    {"all ready is ready", CMD_GOAL_READY, {{CLUSTER_READY, -1, 0}, {CLUSTER_READY, -1, 0}}, 2, CMD_REACHED, -1},
    {"one that starts keeps us waiting", CMD_GOAL_READY, {{CLUSTER_READY, -1, 0}, {CLUSTER_STARTING, -1, 0}}, 2, CMD_PENDING, 1},
    {"one that waits keeps us waiting", CMD_GOAL_READY, {{CLUSTER_WAITING, -1, 0}}, 1, CMD_PENDING, 0},
    {"ending with 0 is as good as ready", CMD_GOAL_READY, {{CLUSTER_EXITED, 0, 0}}, 1, CMD_REACHED, -1},
    {"ending otherwise is a miss", CMD_GOAL_READY, {{CLUSTER_STARTING, -1, 0}, {CLUSTER_EXITED, 1, 0}}, 2, CMD_MISSED, 1},
    {"unhealthy is a miss", CMD_GOAL_READY, {{CLUSTER_UNHEALTHY, -1, 0}, {CLUSTER_STARTING, -1, 0}}, 2, CMD_MISSED, 0},
    {"stopped by somebody is a miss", CMD_GOAL_READY, {{CLUSTER_STOPPED, 0, 0}}, 1, CMD_MISSED, 0},
    {"a pause before a restart is waited for", CMD_GOAL_READY, {{CLUSTER_BACKOFF, 1, 2}}, 1, CMD_PENDING, 0},
    {"many restarts are a miss", CMD_GOAL_READY, {{CLUSTER_BACKOFF, 1, 3}}, 1, CMD_MISSED, 0},
    {"started is not yet ready, and enough", CMD_GOAL_STARTED, {{CLUSTER_STARTING, -1, 0}, {CLUSTER_READY, -1, 0}}, 2, CMD_REACHED, -1},
    {"waiting is not started", CMD_GOAL_STARTED, {{CLUSTER_STARTING, -1, 0}, {CLUSTER_WAITING, -1, 0}}, 2, CMD_PENDING, 1},
    {"a bad end is noticed while starting", CMD_GOAL_STARTED, {{CLUSTER_EXITED, 1, 0}, {CLUSTER_WAITING, -1, 0}}, 2, CMD_MISSED, 0},
    {"all ended is the end", CMD_GOAL_ENDED, {{CLUSTER_EXITED, 1, 0}, {CLUSTER_STOPPED, 0, 0}}, 2, CMD_REACHED, -1},
    {"a successor's is not", CMD_GOAL_ENDED, {{CLUSTER_EXITED, 1, 0, 1}}, 1, CMD_PENDING, 0},
    {"unless its predecessor ended too", CMD_GOAL_ENDED, {{CLUSTER_EXITED, 1, 0, 1}, {CLUSTER_EXITED, 0, 0}}, 2, CMD_REACHED, -1},
    {"one that restarts is not the end", CMD_GOAL_ENDED, {{CLUSTER_EXITED, 1, 0}, {CLUSTER_BACKOFF, 1, 9}}, 2, CMD_PENDING, 1},
};

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct cluster_instance instances[3] = {0};
        const struct cluster_instance *culprit = NULL;
        enum cmd_verdict got;

        for (size_t k = 0; k < rows[i].count; k++) {
            instances[k].state = rows[i].instances[k].state;
            instances[k].exit_status = rows[i].instances[k].exit_status;
            instances[k].restarts = rows[i].instances[k].restarts;
            instances[k].replaces = rows[i].instances[k].replaces;
        }
        got = cmd_judge(instances, rows[i].count, rows[i].goal, &culprit);
        tap_ok(got == rows[i].want && (culprit ? (int)(culprit - instances) : -1) == rows[i].culprit, rows[i].name);
    }
    return tap_end();
}
