/* SPDX-License-Identifier: MIT */
/*
 * unheeded.c - keys of compose.yaml that a target takes and makes nothing of. They are told, since
 * another target heeds them.
 */
#include "manifest_internal.h"

#include <string.h>

static bool is_default(const struct deploy_health *health)
{
    return health->disabled || (health->interval_ms == DEPLOY_HEALTH_INTERVAL_MS &&
                                health->timeout_ms == DEPLOY_HEALTH_TIMEOUT_MS &&
                                health->retries == DEPLOY_HEALTH_RETRIES &&
                                health->start_period_ms == DEPLOY_HEALTH_START_PERIOD_MS);
}

static void tell_service(const struct manifest_target *target, const struct deploy_service *service,
                         void (*say)(const char *, ...))
{
    const struct {
        const char *key, *remedy;
        bool is_set;
    } rows[] = {
        {"healthcheck", target->unheeded.healthcheck, !is_default(&service->health)},
        {"stop_grace_period", target->unheeded.stop_grace_period,
         service->stop_grace_ms != DEPLOY_STOP_GRACE_MS},
        {"deploy.update_config.order: start-first", target->unheeded.start_first,
         service->order == DEPLOY_START_FIRST},
        {"deploy.update_config.order: start-first", target->unheeded.start_first_bound,
         service->order == DEPLOY_START_FIRST && (manifest_has_host_port(service) || service->health.disabled)},
        {"deploy.update_config.order: stop-first", target->unheeded.stop_first,
         service->order == DEPLOY_STOP_FIRST},
        {"depends_on", target->unheeded.depends_on, service->depends_on_count > 0},
        {"restart: \"no\"", target->unheeded.ends, service->restart.policy == DEPLOY_RESTART_NO},
        {"restart: on-failure", target->unheeded.ends,
         service->restart.policy == DEPLOY_RESTART_ON_FAILURE},
        {"restart", target->unheeded.starts_again, service->restart.policy != DEPLOY_RESTART_NO},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].is_set && rows[i].remedy)
            say("service %s: %s means nothing with \"deploy %s\": %s", service->name, rows[i].key,
                target->name, rows[i].remedy);
}

void manifest_tell_unheeded(const struct manifest_target *target, const struct deploy_spec *spec,
                            void (*say)(const char *format, ...))
{
    for (size_t i = 0; i < spec->service_count; i++)
        tell_service(target, &spec->services[i], say);
}
