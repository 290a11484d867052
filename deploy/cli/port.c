/* SPDX-License-Identifier: MIT */
#include "plan/value.h"
#include "project.h"

#include <stdio.h>
#include <string.h>

static const struct cmd_option options[] = {{0}};

static void print_port(const struct cluster_port *port)
{
    bool v6 = strchr(port->host_ip, ':');

    printf("%s%s%s:%u\n", v6 ? "[" : "", port->host_ip, v6 ? "]" : "", port->host_port);
}

/* All instances of a service share its ports, so the first one tells them. */
static int print_ports(const struct cluster_state *state, const char *service, uint64_t guest_port)
{
    const struct cluster_instance *instance = NULL;
    bool found = false;

    for (size_t i = 0; i < state->instance_count && !instance; i++)
        if (!strcmp(state->instances[i].service, service) ||
            !strcmp(state->instances[i].name, service))
            instance = &state->instances[i];
    if (!instance)
        return cmd_fail("service \"%s\" does not run; \"ucompose up\" starts it", service);
    for (size_t i = 0; i < instance->port_count; i++)
        if (!guest_port || instance->ports[i].guest_port == guest_port) {
            print_port(&instance->ports[i]);
            found = true;
        }
    if (found)
        return CMD_OK;
    return guest_port
               ? cmd_fail("service \"%s\" does not publish port %u; add it to its \"ports\"",
                          service, (unsigned)guest_port)
               : cmd_fail("service \"%s\" publishes no port; add one to its \"ports\"", service);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct cluster_state state = {0};
    struct cmd_project project;
    struct cmd_list name = {arguments->items, 1};
    uint64_t guest_port = 0;
    int status;

    (void)values;
    if (arguments->count > 1 && deploy_value_number(arguments->items[1], 1, 65535, &guest_port))
        return cmd_misuse("port", "\"%s\" is not a port", arguments->items[1]);
    status = cmd_project_open(&project, globals, NULL, true);
    if (!status)
        status = cmd_project_state(&project, &state);
    if (!status)
        status = cmd_project_check_names(&project, &state, "port", &name);
    if (!status)
        status = print_ports(&state, arguments->items[0], guest_port);
    cluster_state_free(&state);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_port_verb = {
    .name = "port",
    .arguments = "SERVICE [PORT]",
    .summary = "Show where a service is published on this computer",
    .detail = "PORT is the one inside of the service; without it all are shown, one a line.",
    .options = options,
    .arguments_min = 1,
    .arguments_max = 2,
    .run = run,
};
