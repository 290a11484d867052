/* SPDX-License-Identifier: MIT */
#include "state_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [CLUSTER_CREATED] = "created",     [CLUSTER_WAITING] = "waiting",
    [CLUSTER_STARTING] = "starting",   [CLUSTER_READY] = "ready",
    [CLUSTER_UNHEALTHY] = "unhealthy", [CLUSTER_STOPPING] = "stopping",
    [CLUSTER_BACKOFF] = "backoff",     [CLUSTER_EXITED] = "exited",
    [CLUSTER_STOPPED] = "stopped",
};
#define STATES (sizeof(state_names) / sizeof(state_names[0]))

const char *cluster_state_name(enum cluster_instance_state state)
{
    return state < STATES ? state_names[state] : "unknown";
}

/* One list of the plain fields: written, and read back, in this order. */
#define TEXTS(X) X(service) X(name) X(waits_for) X(last_exit) X(ip) X(mac) X(config_hash)
#define NUMBERS(X)                                                                            \
    X(number) X(replaces) X(leaving)                                                          \
    X(exit_status) X(restarts) X(pid) X(memory_bytes) X(image_bytes) X(boot_ns) X(started_ms) \
        X(frames_dropped)

static cJSON *json_ports(const struct cluster_instance *instance)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < instance->port_count; i++) {
        const struct cluster_port *port = &instance->ports[i];
        cJSON *one = cJSON_CreateObject();

        cJSON_AddStringToObject(one, "host_ip", port->host_ip);
        cJSON_AddNumberToObject(one, "host_port", port->host_port);
        cJSON_AddNumberToObject(one, "guest_port", port->guest_port);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

cJSON *act_json_instance(const struct cluster_instance *instance)
{
    cJSON *out = cJSON_CreateObject();

#define TEXT(field)   cJSON_AddStringToObject(out, #field, instance->field);
#define NUMBER(field) cJSON_AddNumberToObject(out, #field, (double)instance->field);
    TEXTS(TEXT)
    NUMBERS(NUMBER)
#undef TEXT
#undef NUMBER
    cJSON_AddStringToObject(out, "state", cluster_state_name(instance->state));
    cJSON_AddItemToObject(out, "ports", json_ports(instance));
    return out;
}

cJSON *act_json_state(const struct cluster_state *state)
{
    cJSON *out = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(out, "instances");

    cJSON_AddStringToObject(out, "project", state->project);
    cJSON_AddStringToObject(out, "compose_path", state->compose_path);
    cJSON_AddNumberToObject(out, "supervisor_pid", state->supervisor_pid);
    cJSON_AddStringToObject(out, "accelerator", state->accelerator);
    cJSON_AddStringToObject(out, "accelerator_reason", state->accelerator_reason);
    cJSON_AddStringToObject(out, "subnet", state->subnet);
    for (size_t i = 0; i < state->instance_count; i++)
        cJSON_AddItemToArray(list, act_json_instance(&state->instances[i]));
    return out;
}

char *cluster_state_to_json(const struct cluster_state *state)
{
    cJSON *json = act_json_state(state);
    char *text = cJSON_Print(json);

    cJSON_Delete(json);
    return text;
}

static void read_text(const cJSON *json, const char *name, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

    snprintf(out, size, "%s", text ? text : "");
}

static double read_number(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static enum cluster_instance_state read_state(const cJSON *json)
{
    char name[32];

    read_text(json, "state", name, sizeof(name));
    for (size_t i = 0; i < STATES; i++)
        if (strcmp(state_names[i], name) == 0)
            return (enum cluster_instance_state)i;
    return CLUSTER_CREATED;
}

static int read_ports(const cJSON *json, struct cluster_instance *instance)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "ports");
    const cJSON *one;
    int count = cJSON_GetArraySize(list);

    if (count <= 0)
        return 0;
    instance->ports = calloc((size_t)count, sizeof(*instance->ports));
    if (!instance->ports)
        return -ENOMEM;
    cJSON_ArrayForEach(one, list)
    {
        struct cluster_port *port = &instance->ports[instance->port_count++];

        read_text(one, "host_ip", port->host_ip, sizeof(port->host_ip));
        port->host_port = (uint16_t)read_number(one, "host_port");
        port->guest_port = (uint16_t)read_number(one, "guest_port");
    }
    return 0;
}

int act_instance_from_json(const cJSON *json, struct cluster_instance *instance)
{
    memset(instance, 0, sizeof(*instance));
#define TEXT(field)   read_text(json, #field, instance->field, sizeof(instance->field));
#define NUMBER(field) instance->field = (__typeof__(instance->field))read_number(json, #field);
    TEXTS(TEXT)
    NUMBERS(NUMBER)
#undef TEXT
#undef NUMBER
    instance->state = read_state(json);
    return read_ports(json, instance);
}

int act_state_from_json(const cJSON *json, struct cluster_state *state)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "instances");
    const cJSON *one;
    int count = cJSON_GetArraySize(list);

    memset(state, 0, sizeof(*state));
    read_text(json, "project", state->project, sizeof(state->project));
    read_text(json, "compose_path", state->compose_path, sizeof(state->compose_path));
    read_text(json, "accelerator", state->accelerator, sizeof(state->accelerator));
    read_text(json, "accelerator_reason", state->accelerator_reason,
              sizeof(state->accelerator_reason));
    read_text(json, "subnet", state->subnet, sizeof(state->subnet));
    state->supervisor_pid = (pid_t)read_number(json, "supervisor_pid");
    state->instances = calloc(count > 0 ? (size_t)count : 1, sizeof(*state->instances));
    if (!state->instances)
        return -ENOMEM;
    cJSON_ArrayForEach(one, list)
    {
        if (act_instance_from_json(one, &state->instances[state->instance_count++]) < 0) {
            cluster_state_free(state);
            return -ENOMEM;
        }
    }
    return 0;
}

void cluster_state_free(struct cluster_state *state)
{
    for (size_t i = 0; i < state->instance_count; i++)
        free(state->instances[i].ports);
    free(state->instances);
    memset(state, 0, sizeof(*state));
}
