/* SPDX-License-Identifier: MIT */
#include "show.h"

#include "project.h"
#include "terminal.h"

#include <string.h>

bool cmd_is_ended(const struct cluster_instance *instance)
{
    return instance->state == CLUSTER_EXITED || instance->state == CLUSTER_STOPPED ||
           instance->state == CLUSTER_CREATED;
}

const char *cmd_show_state(const struct cluster_instance *instance, char *text, size_t size)
{
    const char *name = cluster_state_name(instance->state);

    if (instance->state == CLUSTER_WAITING && *instance->waits_for)
        snprintf(text, size, "%s for %s", name, instance->waits_for);
    else if (instance->state == CLUSTER_UNHEALTHY && *instance->waits_for)
        snprintf(text, size, "%s (%s)", name, instance->waits_for);
    else if (instance->state == CLUSTER_EXITED || instance->state == CLUSTER_BACKOFF)
        snprintf(text, size, "%s (%s)", name,
                 *instance->last_exit ? instance->last_exit : "no reason known");
    else
        snprintf(text, size, "%s", name);
    return text;
}

static void add_ports(struct cmd_table *table, const struct cluster_instance *instance)
{
    char text[512] = "";
    size_t len = 0;

    for (size_t i = 0; i < instance->port_count && len < sizeof(text) - 80; i++) {
        const struct cluster_port *port = &instance->ports[i];
        bool v6 = strchr(port->host_ip, ':');

        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s%s%s:%u->%u", i ? ", " : "",
                                v6 ? "[" : "", port->host_ip, v6 ? "]" : "", port->host_port,
                                port->guest_port);
    }
    cmd_table_add(table, "%s", *text ? text : "-");
}

static void add_row(struct cmd_table *table, const struct cluster_instance *instance)
{
    char text[1024];

    cmd_table_add(table, "%s", instance->name);
    cmd_table_add(table, "%s", cmd_show_state(instance, text, sizeof(text)));
    cmd_table_add(table, "%s",
                  instance->image_bytes ? cmd_bytes(instance->image_bytes, text, sizeof(text))
                                        : "-");
    cmd_table_add(table, "%s", cmd_bytes(instance->memory_bytes, text, sizeof(text)));
    if (instance->boot_ns)
        cmd_table_add(table, "%.0f ms", (double)instance->boot_ns / 1e6);
    else
        cmd_table_add(table, "-");
    cmd_table_add(table, "%u", instance->restarts);
    add_ports(table, instance);
}

void cmd_show_table(FILE *out, const struct cluster_state *state, const struct cmd_list *names,
                    bool all)
{
    static const char *const headings[] = {"NAME", "STATE",    "IMAGE",    "MEMORY",
                                           "BOOT", "RESTARTS", "PUBLISHED"};
    struct cmd_table table = {.columns = 7};

    for (size_t i = 0; i < table.columns; i++)
        cmd_table_add(&table, "%s", headings[i]);
    for (size_t i = 0; i < state->instance_count; i++) {
        const struct cluster_instance *instance = &state->instances[i];

        if ((all || !cmd_is_ended(instance)) &&
            cmd_names_mean(names, instance->service, instance->name))
            add_row(&table, instance);
    }
    cmd_table_print(&table, out);
    cmd_table_deinit(&table);
}
