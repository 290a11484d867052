/* SPDX-License-Identifier: MIT */
/*
 * health.h - is an instance ready? A machine with no hands: probes are made by
 * somebody else, time comes in as an argument, nothing is allocated.
 *
 *   STARTING --probe good--> READY --`retries` bad in a row--> UNHEALTHY --good--> READY
 *       \---- start period over, `retries` bad in a row -------->/
 *
 * While starting, probes come fast: the time to the first good one is the user's wait.
 */
#ifndef ACT_HEALTH_H
#define ACT_HEALTH_H

#include "deploy/spec.h"

enum act_health_state { ACT_HEALTH_STARTING, ACT_HEALTH_READY, ACT_HEALTH_UNHEALTHY };

struct act_health {
    const struct deploy_health *config; /* borrowed; outlives this */
    enum act_health_state state;
    unsigned failures; /* in a row */
    uint64_t link_ms;  /* when the link came up */
    uint64_t next_ms;  /* of the next probe; UINT64_MAX: none before the result */
};

/* The guest's link came up: probing begins (with health checks disabled it is ready). */
void act_health_start(struct act_health *health, const struct deploy_health *config,
                      uint64_t now_ms);

/* Is it time for a probe? Then also how long it may take. */
bool act_health_due(struct act_health *health, uint64_t now_ms, uint64_t *timeout_ms);

/* What the probe said. */
void act_health_result(struct act_health *health, bool good, uint64_t now_ms);

#endif
