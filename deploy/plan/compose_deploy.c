/* SPDX-License-Identifier: MIT */
/*
 * compose_deploy.c - `deploy:` and `mem_limit:`: how many machines, how large, how replaced.
 */
#include "compose_internal.h"

#include <string.h>

/* Less cannot hold any image; far more is a slip of the unit. */
#define MEMORY_MIN (1ull << 20)
#define MEMORY_MAX (3ull << 30)

void compose_read_memory(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;
    uint64_t bytes;

    if (!compose_bytes(reader, node, &bytes))
        return;
    if (bytes < MEMORY_MIN || bytes > MEMORY_MAX)
        compose_error(
            reader, node,
            "a machine has from 1m to 3g of memory, this is %llu bytes; 16m suits most services",
            (unsigned long long)bytes);
    else if (service->spec.memory_bytes && service->spec.memory_bytes != bytes)
        compose_error(
            reader, node,
            "\"mem_limit\" and \"deploy.resources.limits.memory\" say different things; keep one");
    else
        service->spec.memory_bytes = bytes;
}

#define ONE_CPU "each machine has one processor; use \"deploy.replicas\" for more. Remove the key"

static const struct compose_key limits_keys[] = {
    {"memory", compose_read_memory, NULL},
    {"cpus", NULL, ONE_CPU},
    {"pids", NULL, "a machine runs one process; remove the key"},
    {0},
};

static void read_limits(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_read_mapping(reader, node, "\"limits\"", limits_keys, target);
}

static const struct compose_key resources_keys[] = {
    {"limits", read_limits, NULL},
    {"reservations", NULL, "a machine has the memory that \"limits\" says; remove the key"},
    {0},
};

static void read_resources(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_read_mapping(reader, node, "\"resources\"", resources_keys, target);
}

static void read_replicas(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    uint64_t replicas;

    if (compose_number(reader, node, 0, DEPLOY_REPLICAS_MAX, &replicas))
        ((struct compose_service *)target)->spec.replicas = (unsigned)replicas;
}

static void read_order(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *order = compose_text(reader, node, "start-first or stop-first");

    if (!order)
        return;
    if (strcmp(order, "start-first") != 0 && strcmp(order, "stop-first") != 0)
        compose_error(reader, node, "\"order\" is start-first or stop-first, not \"%s\"", order);
    else
        ((struct compose_service *)target)->spec.order =
            strcmp(order, "start-first") ? DEPLOY_STOP_FIRST : DEPLOY_START_FIRST;
}

static void read_parallelism(struct compose_reader *reader, struct gen_yaml_node *node,
                             void *target)
{
    uint64_t parallelism;

    (void)target;
    compose_number(reader, node, 1, 1, &parallelism);
}

static void read_failure_action(struct compose_reader *reader, struct gen_yaml_node *node,
                                void *target)
{
    const char *action = compose_text(reader, node, "pause");

    (void)target;
    if (action && strcmp(action, "pause") != 0)
        compose_error(reader, node,
                      "an instance is only replaced by one that is ready, and the first that does "
                      "not get ready ends the update: \"failure_action\" can only be pause, not "
                      "\"%s\"",
                      action);
}

static const struct compose_key update_keys[] = {
    {"order", read_order, NULL},
    {"parallelism", read_parallelism, NULL},
    {"failure_action", read_failure_action, NULL},
    {"delay", NULL, "the next instance follows when the last one is ready; remove the key"},
    {"monitor", NULL, "the health check says when an instance is ready; remove the key"},
    {"max_failure_ratio", NULL, "the first failure ends the update; remove the key"},
    {0},
};

static void read_update_config(struct compose_reader *reader, struct gen_yaml_node *node,
                               void *target)
{
    compose_read_mapping(reader, node, "\"update_config\"", update_keys, target);
}

static const struct compose_key deploy_keys[] = {
    {"replicas", read_replicas, NULL},
    {"resources", read_resources, NULL},
    {"mode", NULL, "services are always replicated; remove the key and set \"replicas\""},
    {"endpoint_mode", NULL, "a name always leads to all instances in turn; remove the key"},
    {"restart_policy", NULL,
     "write \"restart\" beside \"deploy\" instead, for example \"restart: on-failure:3\""},
    {"labels", NULL, "services have no labels; use a key that begins with \"x-\""},
    {"placement", NULL, "everything runs on this computer; remove the key"},
    {"update_config", read_update_config, NULL},
    {"rollback_config", NULL,
     "a rollback is an \"up\" of the older file, and follows \"update_config\"; remove the key"},
    {0},
};

void compose_read_deploy(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_read_mapping(reader, node, "\"deploy\"", deploy_keys, target);
}
