/* SPDX-License-Identifier: MIT */
#include "alone.h"

#include "plan/memory.h"

#include <stdlib.h>
#include <string.h>

int cmd_alone_variable(struct deploy_service *service, const char *verb, const char *text)
{
    const char *equals = strchr(text, '=');
    const char *value = equals ? equals + 1 : getenv(text);
    struct deploy_variable *variable;

    if (equals == text || !*text || (value && strpbrk(value, "\r\n")))
        return cmd_misuse(verb, "option \"--env\" needs NAME=VALUE on one line, not \"%s\"", text);
    if (!value)
        return CMD_OK;
    service->environment = deploy_memory_grow(service->environment, service->environment_count,
                                              sizeof(*service->environment));
    variable = &service->environment[service->environment_count++];
    variable->name =
        deploy_memory_printf("%.*s", (int)(equals ? (size_t)(equals - text) : strlen(text)), text);
    variable->value = deploy_memory_text(value);
    return CMD_OK;
}

void cmd_alone_port(struct deploy_service *service, const char *host_ip, unsigned host_port, unsigned guest_port)
{
    struct deploy_port *port;

    service->ports =
        deploy_memory_grow(service->ports, service->port_count, sizeof(*service->ports));
    port = &service->ports[service->port_count++];
    port->host_ip = deploy_memory_text(host_ip);
    port->host_port = (uint16_t)host_port;
    port->guest_port = (uint16_t)guest_port;
}

static void set_health(struct deploy_health *health, uint16_t port)
{
    *health = (struct deploy_health){
        .path = deploy_memory_text(DEPLOY_HEALTH_PATH),
        .port = port,
        .interval_ms = DEPLOY_HEALTH_INTERVAL_MS,
        .timeout_ms = DEPLOY_HEALTH_TIMEOUT_MS,
        .retries = DEPLOY_HEALTH_RETRIES,
        .start_period_ms = DEPLOY_HEALTH_START_PERIOD_MS,
    };
}

static void describe(struct deploy_service *service, const struct deploy_build_result *built)
{
    service->name = deploy_memory_text(built->name);
    service->image = deploy_memory_text(built->image);
    service->build_dir = deploy_memory_text(built->service_dir);
    service->memory_bytes = built->memory_bytes;
    service->replicas = 1;
    service->stop_grace_ms = DEPLOY_STOP_GRACE_MS;
    set_health(&service->health, built->admin_port);
}

int cmd_alone_open(struct cmd_project *project, const char *prefix, const struct deploy_build_result *built)
{
    struct deploy_spec *spec = deploy_memory_array(1, sizeof(*spec));
    struct deploy_error error = {""};
    const char **chosen;

    memset(project, 0, sizeof(*project));
    gen_arena_init(&project->compose.arena);
    project->compose.spec = spec;
    snprintf(project->file, sizeof(project->file), "%.*s/service.yaml", PATH_MAX - 16, built->service_dir);
    spec->project = deploy_memory_printf("%s-%s", prefix, built->name);
    spec->compose_path = deploy_memory_text(project->file);
    spec->services = deploy_memory_array(1, sizeof(*spec->services));
    spec->service_count = 1;
    describe(&spec->services[0], built);
    chosen = gen_arena_array(&project->compose.arena, 1, sizeof(*chosen));
    chosen[0] = spec->services[0].name;
    project->compose.chosen = (struct deploy_names){chosen, 1};
    if (cluster_paths_init(&project->paths, spec->project, project->file, &error))
        return cmd_fail("%s", error.text);
    return CMD_OK;
}
