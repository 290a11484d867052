/* SPDX-License-Identifier: MIT */
/*
 * compose_health.c - `healthcheck:`. What is asked is always /readyz of the management
 * listener; the file sets the pace.
 */
#include "compose_internal.h"

#include <string.h>

static void read_interval(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct deploy_health *health = target;

    if (compose_duration(reader, node, &health->interval_ms) && health->interval_ms < 10)
        compose_error(reader, node, "an interval of less than 10ms would do nothing but ask");
}

static void read_timeout(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct deploy_health *health = target;

    if (compose_duration(reader, node, &health->timeout_ms) && !health->timeout_ms)
        compose_error(reader, node, "the timeout must be more than nothing");
}

static void read_start_period(struct compose_reader *reader, struct gen_yaml_node *node,
                              void *target)
{
    compose_duration(reader, node, &((struct deploy_health *)target)->start_period_ms);
}

static void read_retries(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    uint64_t retries;

    if (compose_number(reader, node, 1, 1000, &retries))
        ((struct deploy_health *)target)->retries = (unsigned)retries;
}

static void read_disable(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_bool(reader, node, &((struct deploy_health *)target)->disabled);
}

static const struct compose_key keys[] = {
    {"interval", read_interval, NULL},
    {"timeout", read_timeout, NULL},
    {"retries", read_retries, NULL},
    {"start_period", read_start_period, NULL},
    {"disable", read_disable, NULL},
    {"test", NULL,
     "an image has no commands to run; its health is what /readyz answers. Remove the key"},
    {"start_interval", NULL,
     "inside of start_period checks come as fast as is sensible; remove the key"},
    {0},
};

void compose_read_healthcheck(struct compose_reader *reader, struct gen_yaml_node *node,
                              void *target)
{
    compose_read_mapping(reader, node, "\"healthcheck\"", keys,
                         &((struct compose_service *)target)->spec.health);
}
