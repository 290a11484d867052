/* SPDX-License-Identifier: MIT */
#include "restart.h"

static bool wanted(const struct act_restart *restart, const struct deploy_restart *policy,
                   int exit_status)
{
    switch (policy->policy) {
    case DEPLOY_RESTART_ALWAYS:
    case DEPLOY_RESTART_UNLESS_STOPPED:
        return true;
    case DEPLOY_RESTART_ON_FAILURE:
        return exit_status != 0 &&
               (policy->max_retries == 0 || restart->count < policy->max_retries);
    case DEPLOY_RESTART_NO:
        break;
    }
    return false;
}

bool act_restart_decide(struct act_restart *restart, const struct deploy_restart *policy,
                        int exit_status, uint64_t ran_ms, uint64_t *pause_ms)
{
    if (!wanted(restart, policy, exit_status))
        return false;
    if (ran_ms >= ACT_RESTART_HEALTHY_RUN_MS)
        restart->in_a_row = 0;
    *pause_ms = ACT_RESTART_FIRST_MS;
    for (unsigned i = 0; i < restart->in_a_row && *pause_ms < ACT_RESTART_LAST_MS; i++)
        *pause_ms *= 2;
    if (*pause_ms > ACT_RESTART_LAST_MS)
        *pause_ms = ACT_RESTART_LAST_MS;
    restart->count++;
    restart->in_a_row++;
    return true;
}
