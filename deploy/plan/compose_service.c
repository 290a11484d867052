/* SPDX-License-Identifier: MIT */
/*
 * compose_service.c - one service: the keys with a plain value, and `deploy`.
 */
#include "compose_internal.h"
#include "memory.h"
#include "value.h"

#include <stdlib.h>
#include <string.h>

/* Less cannot hold any image; far more is a slip of the unit. */
#define MEMORY_MIN (1ull << 20)
#define MEMORY_MAX (3ull << 30)

static void set_build(struct compose_reader *reader, struct gen_yaml_node *node, struct compose_service *service)
{
    const char *path = compose_text(reader, node, "a folder");

    if (path && strstr(path, "://"))
        compose_error(reader, node, "\"build\" must be a folder of this computer, not a URL; clone it first");
    else if (path)
        service->spec.build_dir = deploy_memory_text(compose_path(reader, path));
}

static void read_context(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    set_build(reader, node, target);
}

#define NO_DOCKER "services are built from their service.yaml and C files, without a Dockerfile; remove the key"

static const struct compose_key build_keys[] = {
    {"context", read_context, NULL},
    {"dockerfile", NULL, NO_DOCKER},
    {"dockerfile_inline", NULL, NO_DOCKER},
    {"args", NULL, "a build takes no arguments; use \"environment\" for what is known at start"},
    {"target", NULL, NO_DOCKER},
    {"cache_from", NULL, "builds are cached without asking; remove the key"},
    {"cache_to", NULL, "builds are cached without asking; remove the key"},
    {"platforms", NULL, "images are made for x86_64; remove the key"},
    {"tags", NULL, "images are files and have no tags; remove the key"},
    {"labels", NULL, "images have no labels; remove the key"},
    {0},
};

static void read_build(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    if (node->kind != GEN_YAML_MAPPING) {
        set_build(reader, node, target);
        return;
    }
    compose_read_mapping(reader, node, "\"build\"", build_keys, target);
    if (!gen_yaml_get(node, "context"))
        compose_error(reader, node, "\"build\" needs a \"context\": the folder of the service");
}

/* Images of registries mean nothing here; the file of an image does. */
static void read_image(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;
    const char *text = compose_text(reader, node, "the path of an image file");

    if (!text)
        return;
    if (*text != '/' && *text != '.')
        compose_error(reader, node, "\"%s\": images are not pulled from a registry. Write \"build: ./%s\" for a folder "
                                    "with a service.yaml, or the path of a built image, beginning with \"./\" or \"/\"",
                      text, service->spec.name);
    else
        service->spec.image = deploy_memory_text(compose_path(reader, text));
}

static void read_memory(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;
    uint64_t bytes;

    if (!compose_bytes(reader, node, &bytes))
        return;
    if (bytes < MEMORY_MIN || bytes > MEMORY_MAX)
        compose_error(reader, node, "a machine has from 1m to 3g of memory, this is %llu bytes; 16m suits most services",
                      (unsigned long long)bytes);
    else if (service->spec.memory_bytes && service->spec.memory_bytes != bytes)
        compose_error(reader, node, "\"mem_limit\" and \"deploy.resources.limits.memory\" say different things; keep one");
    else
        service->spec.memory_bytes = bytes;
}

#define ONE_CPU "each machine has one processor; use \"deploy.replicas\" for more. Remove the key"

static const struct compose_key limits_keys[] = {
    {"memory", read_memory, NULL},
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

static const struct compose_key deploy_keys[] = {
    {"replicas", read_replicas, NULL},
    {"resources", read_resources, NULL},
    {"mode", NULL, "services are always replicated; remove the key and set \"replicas\""},
    {"endpoint_mode", NULL, "a name always leads to all instances in turn; remove the key"},
    {"restart_policy", NULL, "write \"restart\" beside \"deploy\" instead, for example \"restart: on-failure:3\""},
    {"labels", NULL, "services have no labels; use a key that begins with \"x-\""},
    {"placement", NULL, "everything runs on this computer; remove the key"},
    {"update_config", NULL, "\"up\" replaces what changed; remove the key"},
    {"rollback_config", NULL, "\"up\" replaces what changed; remove the key"},
    {0},
};

static void read_deploy(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_read_mapping(reader, node, "\"deploy\"", deploy_keys, target);
}

static void read_restart(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    static const struct {
        const char *name;
        enum deploy_restart_policy policy;
    } policies[] = {
        {"no", DEPLOY_RESTART_NO},
        {"always", DEPLOY_RESTART_ALWAYS},
        {"unless-stopped", DEPLOY_RESTART_UNLESS_STOPPED},
        {"on-failure", DEPLOY_RESTART_ON_FAILURE},
    };
    struct deploy_restart *restart = &((struct compose_service *)target)->spec.restart;
    const char *text = compose_text(reader, node, "a restart policy");
    uint64_t retries;

    if (!text)
        return;
    for (size_t i = 0; i < 4; i++)
        if (!strcmp(text, policies[i].name)) {
            restart->policy = policies[i].policy;
            return;
        }
    if (strncmp(text, "on-failure:", 11) != 0 || deploy_value_number(text + 11, 1, 1000000, &retries)) {
        compose_error(reader, node, "\"%s\" is no restart policy; there are \"no\", always, unless-stopped, on-failure "
                                    "and on-failure:N", text);
        return;
    }
    restart->policy = DEPLOY_RESTART_ON_FAILURE;
    restart->max_retries = (unsigned)retries;
}

static void read_stop_grace(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_duration(reader, node, &((struct compose_service *)target)->spec.stop_grace_ms);
}

static void read_profiles(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;

    if (node->kind != GEN_YAML_SEQUENCE) {
        compose_error(reader, node, "\"profiles\" must be a list, for example [debug], this is %s", gen_yaml_what(node));
        return;
    }
    service->profiles = gen_arena_array(reader->arena, node->count, sizeof(*service->profiles));
    for (size_t i = 0; i < node->count; i++) {
        const char *text = compose_text(reader, node->items[i], "the name of a profile");

        if (text)
            service->profiles[service->profile_count++] = text;
    }
}

#define ONE_NETWORK "all services of a project share one network and find each other by name; remove the key"
#define NO_CONTAINER "every service is a virtual machine of its own, not a container; remove the key"
#define NO_DISK "an image has no disk and no other files; keep data in another service. Remove the key"

const struct compose_key compose_service_keys[] = {
    {"build", read_build, NULL},
    {"image", read_image, NULL},
    {"ports", compose_read_ports, NULL},
    {"environment", compose_read_environment, NULL},
    {"env_file", compose_read_env_file, NULL},
    {"depends_on", compose_read_depends_on, NULL},
    {"deploy", read_deploy, NULL},
    {"mem_limit", read_memory, NULL},
    {"restart", read_restart, NULL},
    {"healthcheck", compose_read_healthcheck, NULL},
    {"stop_grace_period", read_stop_grace, NULL},
    {"profiles", read_profiles, NULL},
    {"annotations", NULL, "use a key that begins with \"x-\""},
    {"attach", NULL, "\"logs SERVICE\" shows the services that you name; remove the key"},
    {"blkio_config", NULL, NO_DISK},
    {"cap_add", NULL, NO_CONTAINER},
    {"cap_drop", NULL, NO_CONTAINER},
    {"cgroup", NULL, NO_CONTAINER},
    {"cgroup_parent", NULL, NO_CONTAINER},
    {"command", NULL, "an image runs its one service; use \"environment\" to configure it"},
    {"configs", NULL, NO_DISK},
    {"container_name", NULL, "instances are named \"<service>-<number>\"; remove the key"},
    {"cpu_count", NULL, ONE_CPU},
    {"cpu_percent", NULL, ONE_CPU},
    {"cpu_period", NULL, ONE_CPU},
    {"cpu_quota", NULL, ONE_CPU},
    {"cpu_rt_period", NULL, ONE_CPU},
    {"cpu_rt_runtime", NULL, ONE_CPU},
    {"cpu_shares", NULL, ONE_CPU},
    {"cpus", NULL, ONE_CPU},
    {"cpuset", NULL, ONE_CPU},
    {"credential_spec", NULL, NO_CONTAINER},
    {"develop", NULL, "run \"ucompose up\" again after a change: only what changed is built and replaced"},
    {"device_cgroup_rules", NULL, NO_CONTAINER},
    {"devices", NULL, NO_CONTAINER},
    {"dns", NULL, "names are answered by the project's network, others by this computer's servers; remove the key"},
    {"dns_opt", NULL, "see \"dns\"; remove the key"},
    {"dns_search", NULL, "write full names; remove the key"},
    {"domainname", NULL, "an instance's host name is \"<service>-<number>\"; remove the key"},
    {"entrypoint", NULL, "an image runs its one service; use \"environment\" to configure it"},
    {"expose", NULL, "services reach every port of each other; remove the key"},
    {"extends", NULL, "share keys with a YAML anchor and \"<<\" instead"},
    {"external_links", NULL, ONE_NETWORK},
    {"extra_hosts", NULL, "hand addresses to the service with \"environment\""},
    {"gpus", NULL, NO_CONTAINER},
    {"group_add", NULL, NO_CONTAINER},
    {"hostname", NULL, "an instance's host name is \"<service>-<number>\"; remove the key"},
    {"init", NULL, NO_CONTAINER},
    {"ipc", NULL, NO_CONTAINER},
    {"isolation", NULL, NO_CONTAINER},
    {"label_file", NULL, "use keys that begin with \"x-\""},
    {"labels", NULL, "use keys that begin with \"x-\""},
    {"links", NULL, ONE_NETWORK},
    {"logging", NULL, "logs are kept by ucompose; see \"ucompose logs\". Remove the key"},
    {"mac_address", NULL, "addresses are given by ucompose; remove the key"},
    {"mem_reservation", NULL, "a machine has the memory that \"mem_limit\" says; remove the key"},
    {"mem_swappiness", NULL, "a machine does not swap; remove the key"},
    {"memswap_limit", NULL, "a machine does not swap; remove the key"},
    {"models", NULL, "models are not served here; remove the key"},
    {"network_mode", NULL, ONE_NETWORK},
    {"networks", NULL, ONE_NETWORK},
    {"oom_kill_disable", NULL, NO_CONTAINER},
    {"oom_score_adj", NULL, NO_CONTAINER},
    {"pid", NULL, NO_CONTAINER},
    {"pids_limit", NULL, NO_CONTAINER},
    {"platform", NULL, "images are made for x86_64; remove the key"},
    {"post_start", NULL, "an image has no commands to run; remove the key"},
    {"pre_stop", NULL, "an image has no commands to run; a service drains when it is told to stop. Remove the key"},
    {"privileged", NULL, NO_CONTAINER},
    {"provider", NULL, "services are built from folders; use \"build\""},
    {"pull_policy", NULL, "nothing is pulled; see \"up --build\" and \"up --no-build\". Remove the key"},
    {"read_only", NULL, "an image's files are always read-only; remove the key"},
    {"runtime", NULL, NO_CONTAINER},
    {"scale", NULL, "write \"deploy: { replicas: N }\""},
    {"secrets", NULL, NO_DISK},
    {"security_opt", NULL, NO_CONTAINER},
    {"shm_size", NULL, NO_CONTAINER},
    {"stdin_open", NULL, "a service has no standard input; remove the key"},
    {"stop_signal", NULL, "a machine is told to stop by its power button, which the service sees as SIGTERM; remove the key"},
    {"storage_opt", NULL, NO_DISK},
    {"sysctls", NULL, "the kernel sizes itself by the machine's memory; remove the key"},
    {"tmpfs", NULL, NO_DISK},
    {"tty", NULL, "a service has no terminal; remove the key"},
    {"ulimits", NULL, "limits stand under x-service.limits of the service's service.yaml"},
    {"use_api_socket", NULL, NO_CONTAINER},
    {"user", NULL, "a machine runs one process and has no users; remove the key"},
    {"userns_mode", NULL, NO_CONTAINER},
    {"uts", NULL, NO_CONTAINER},
    {"volumes", NULL, NO_DISK},
    {"volumes_from", NULL, NO_DISK},
    {"working_dir", NULL, "an image has no folders; remove the key"},
    {0},
};
