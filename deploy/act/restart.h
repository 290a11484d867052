/* SPDX-License-Identifier: MIT */
/*
 * restart.h - does an instance that ended start again, and when? Pure.
 */
#ifndef ACT_RESTART_H
#define ACT_RESTART_H

#include "deploy/spec.h"

/* The pause doubles from the first to the last; a run of the healthy time begins anew. */
#define ACT_RESTART_FIRST_MS       100
#define ACT_RESTART_LAST_MS        30000
#define ACT_RESTART_HEALTHY_RUN_MS 10000

struct act_restart {
    unsigned count;    /* restarts since it was started by hand, for on-failure:N and `ps` */
    unsigned in_a_row; /* ... without a long run between them */
};

/*
 * An instance ended by itself, or by a signal, with that status after `ran_ms`.
 * Returns true with the pause before its restart, and counts it; false: it stays ended.
 * Somebody who stops an instance does not ask here.
 */
bool act_restart_decide(struct act_restart *restart, const struct deploy_restart *policy,
                        int exit_status, uint64_t ran_ms, uint64_t *pause_ms);

#endif
