/* SPDX-License-Identifier: MIT */
#include "health.h"

/* While starting: every 10 ms for the first two seconds, then ten a second. */
#define FAST_INTERVAL_MS     10
#define FAST_PERIOD_MS       2000
#define STARTING_INTERVAL_MS 100
/* A guest that boots may lose a segment for want of buffers: ask again soon. */
#define STARTING_TIMEOUT_MS 500

void act_health_start(struct act_health *health, const struct deploy_health *config,
                      uint64_t now_ms)
{
    *health = (struct act_health){
        .config = config,
        .state = config->disabled ? ACT_HEALTH_READY : ACT_HEALTH_STARTING,
        .link_ms = now_ms,
        .next_ms = config->disabled ? UINT64_MAX : now_ms,
    };
}

static uint64_t interval_ms(const struct act_health *health, uint64_t now_ms)
{
    uint64_t usual = health->config->interval_ms;
    uint64_t starting =
        now_ms - health->link_ms < FAST_PERIOD_MS ? FAST_INTERVAL_MS : STARTING_INTERVAL_MS;

    if (health->state != ACT_HEALTH_STARTING || usual < starting)
        return usual;
    return starting;
}

bool act_health_due(struct act_health *health, uint64_t now_ms, uint64_t *timeout_ms)
{
    if (now_ms < health->next_ms)
        return false;
    health->next_ms = UINT64_MAX;
    *timeout_ms = health->config->timeout_ms;
    if (health->state == ACT_HEALTH_STARTING && *timeout_ms > STARTING_TIMEOUT_MS)
        *timeout_ms = STARTING_TIMEOUT_MS;
    return true;
}

static bool in_start_period(const struct act_health *health, uint64_t now_ms)
{
    return health->state == ACT_HEALTH_STARTING &&
           now_ms - health->link_ms < health->config->start_period_ms;
}

void act_health_result(struct act_health *health, bool good, uint64_t now_ms)
{
    if (good) {
        health->failures = 0;
        health->state = ACT_HEALTH_READY;
    } else if (!in_start_period(health, now_ms)) {
        health->failures++;
        if (health->failures >= health->config->retries)
            health->state = ACT_HEALTH_UNHEALTHY;
    }
    health->next_ms = now_ms + interval_ms(health, now_ms);
}
