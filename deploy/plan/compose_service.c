/* SPDX-License-Identifier: MIT */
/*
 * compose_service.c - the keys of a service: all of the specification's, read or refused.
 */
#include "compose_internal.h"
#include "value.h"

#include <string.h>

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
    if (strncmp(text, "on-failure:", 11) != 0 ||
        deploy_value_number(text + 11, 1, 1000000, &retries)) {
        compose_error(
            reader, node,
            "\"%s\" is no restart policy; there are \"no\", always, unless-stopped, on-failure "
            "and on-failure:N",
            text);
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
        compose_error(reader, node, "\"profiles\" must be a list, for example [debug], this is %s",
                      gen_yaml_what(node));
        return;
    }
    service->profiles = gen_arena_array(reader->arena, node->count, sizeof(*service->profiles));
    for (size_t i = 0; i < node->count; i++) {
        const char *text = compose_text(reader, node->items[i], "the name of a profile");

        if (text)
            service->profiles[service->profile_count++] = text;
    }
}

#define ONE_CPU "each machine has one processor; use \"deploy.replicas\" for more. Remove the key"
#define ONE_NETWORK \
    "all services of a project share one network and find each other by name; remove the key"
#define NO_CONTAINER \
    "every service is a virtual machine of its own, not a container; remove the key"
#define NO_DISK \
    "an image has no disk and no other files; keep data in another service. Remove the key"

const struct compose_key compose_service_keys[] = {
    {"build", compose_read_build, NULL},
    {"image", compose_read_image, NULL},
    {"ports", compose_read_ports, NULL},
    {"environment", compose_read_environment, NULL},
    {"env_file", compose_read_env_file, NULL},
    {"depends_on", compose_read_depends_on, NULL},
    {"deploy", compose_read_deploy, NULL},
    {"mem_limit", compose_read_memory, NULL},
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
    {"develop", NULL,
     "run \"ucompose up\" again after a change: only what changed is built and replaced"},
    {"device_cgroup_rules", NULL, NO_CONTAINER},
    {"devices", NULL, NO_CONTAINER},
    {"dns", NULL,
     "names are answered by the project's network, others by this computer's servers; remove the "
     "key"},
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
    {"pre_stop", NULL,
     "an image has no commands to run; a service drains when it is told to stop. Remove the key"},
    {"privileged", NULL, NO_CONTAINER},
    {"provider", NULL, "services are built from folders; use \"build\""},
    {"pull_policy", NULL,
     "nothing is pulled; see \"up --build\" and \"up --no-build\". Remove the key"},
    {"read_only", NULL, "an image's files are always read-only; remove the key"},
    {"runtime", NULL, NO_CONTAINER},
    {"scale", NULL, "write \"deploy: { replicas: N }\""},
    {"secrets", NULL, NO_DISK},
    {"security_opt", NULL, NO_CONTAINER},
    {"shm_size", NULL, NO_CONTAINER},
    {"stdin_open", NULL, "a service has no standard input; remove the key"},
    {"stop_signal", NULL,
     "a machine is told to stop by its power button, which the service sees as SIGTERM; remove the "
     "key"},
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
