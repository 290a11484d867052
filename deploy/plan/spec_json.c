/* SPDX-License-Identifier: MIT */
/*
 * spec_json.c - a spec as JSON and back.
 *
 * The writer and the reader of each part stand beside each other. What is missing or of another
 * type when reading makes the whole text -EINVAL: only our own writer's texts are expected.
 */
#include "compose_internal.h"
#include "memory.h"

#include <cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct json_reader {
    struct deploy_error *error;
    int err; /* the first problem; later reads change nothing */
};

static const cJSON *member(struct json_reader *in, const cJSON *object, const char *name, int type)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    bool found = item && (item->type & type);

    if (!found && !in->err)
        in->err = deploy_fail(in->error, -EINVAL,
                              "the project's description has no good \"%s\"; it was written by "
                              "another version of ucompose: run \"ucompose down\" with that one",
                              name);
    return found ? item : NULL;
}

static uint64_t read_number(struct json_reader *in, const cJSON *object, const char *name)
{
    const cJSON *item = member(in, object, name, cJSON_Number);

    return item && item->valuedouble >= 0 ? (uint64_t)item->valuedouble : 0;
}

static bool read_flag(struct json_reader *in, const cJSON *object, const char *name)
{
    const cJSON *item = member(in, object, name, cJSON_True | cJSON_False);

    return item && cJSON_IsTrue(item);
}

/* NULL in a spec is null in JSON. */
static char *read_string(struct json_reader *in, const cJSON *object, const char *name)
{
    const cJSON *item = member(in, object, name, cJSON_String | cJSON_NULL);

    return item ? deploy_memory_text(item->valuestring) : NULL;
}

static void write_string(cJSON *object, const char *name, const char *text)
{
    cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void write_number(cJSON *object, const char *name, uint64_t number)
{
    cJSON_AddNumberToObject(object, name, (double)number);
}

static void write_environment(cJSON *out, const struct deploy_service *service)
{
    cJSON *list = cJSON_AddArrayToObject(out, "environment");

    for (size_t i = 0; i < service->environment_count; i++) {
        cJSON *item = cJSON_CreateObject();

        write_string(item, "name", service->environment[i].name);
        write_string(item, "value", service->environment[i].value);
        cJSON_AddItemToArray(list, item);
    }
}

static void read_environment(struct json_reader *in, const cJSON *object,
                             struct deploy_service *service)
{
    const cJSON *list = member(in, object, "environment", cJSON_Array);
    const cJSON *item;

    service->environment =
        deploy_memory_array((size_t)cJSON_GetArraySize(list), sizeof(*service->environment));
    cJSON_ArrayForEach(item, list)
    {
        struct deploy_variable *variable = &service->environment[service->environment_count++];

        variable->name = read_string(in, item, "name");
        variable->value = read_string(in, item, "value");
    }
}

static void write_ports(cJSON *out, const struct deploy_service *service)
{
    cJSON *list = cJSON_AddArrayToObject(out, "ports");

    for (size_t i = 0; i < service->port_count; i++) {
        cJSON *item = cJSON_CreateObject();

        write_string(item, "host_ip", service->ports[i].host_ip);
        write_number(item, "host_port", service->ports[i].host_port);
        write_number(item, "guest_port", service->ports[i].guest_port);
        cJSON_AddItemToArray(list, item);
    }
}

static void read_ports(struct json_reader *in, const cJSON *object, struct deploy_service *service)
{
    const cJSON *list = member(in, object, "ports", cJSON_Array);
    const cJSON *item;

    service->ports = deploy_memory_array((size_t)cJSON_GetArraySize(list), sizeof(*service->ports));
    cJSON_ArrayForEach(item, list)
    {
        struct deploy_port *port = &service->ports[service->port_count++];

        port->host_ip = read_string(in, item, "host_ip");
        port->host_port = (uint16_t)read_number(in, item, "host_port");
        port->guest_port = (uint16_t)read_number(in, item, "guest_port");
    }
}

static void write_depends_on(cJSON *out, const struct deploy_service *service)
{
    cJSON *list = cJSON_AddArrayToObject(out, "depends_on");

    for (size_t i = 0; i < service->depends_on_count; i++) {
        cJSON *item = cJSON_CreateObject();

        write_string(item, "service", service->depends_on[i].service);
        write_number(item, "condition", service->depends_on[i].condition);
        cJSON_AddBoolToObject(item, "required", service->depends_on[i].required);
        cJSON_AddItemToArray(list, item);
    }
}

static void read_depends_on(struct json_reader *in, const cJSON *object,
                            struct deploy_service *service)
{
    const cJSON *list = member(in, object, "depends_on", cJSON_Array);
    const cJSON *item;

    service->depends_on =
        deploy_memory_array((size_t)cJSON_GetArraySize(list), sizeof(*service->depends_on));
    cJSON_ArrayForEach(item, list)
    {
        struct deploy_dependency *dependency = &service->depends_on[service->depends_on_count++];

        dependency->service = read_string(in, item, "service");
        dependency->condition = (enum deploy_condition)read_number(in, item, "condition");
        dependency->required = read_flag(in, item, "required");
    }
}

static void write_health(cJSON *out, const struct deploy_health *health)
{
    cJSON *object = cJSON_AddObjectToObject(out, "health");

    cJSON_AddBoolToObject(object, "disabled", health->disabled);
    write_string(object, "path", health->path);
    write_number(object, "port", health->port);
    write_number(object, "interval_ms", health->interval_ms);
    write_number(object, "timeout_ms", health->timeout_ms);
    write_number(object, "retries", health->retries);
    write_number(object, "start_period_ms", health->start_period_ms);
}

static void read_health(struct json_reader *in, const cJSON *from, struct deploy_health *health)
{
    const cJSON *object = member(in, from, "health", cJSON_Object);

    health->disabled = read_flag(in, object, "disabled");
    health->path = read_string(in, object, "path");
    health->port = (uint16_t)read_number(in, object, "port");
    health->interval_ms = read_number(in, object, "interval_ms");
    health->timeout_ms = read_number(in, object, "timeout_ms");
    health->retries = (unsigned)read_number(in, object, "retries");
    health->start_period_ms = read_number(in, object, "start_period_ms");
}

static cJSON *write_service(const struct deploy_service *service)
{
    cJSON *out = cJSON_CreateObject();

    write_string(out, "name", service->name);
    write_string(out, "image", service->image);
    write_string(out, "build_dir", service->build_dir);
    write_number(out, "memory_bytes", service->memory_bytes);
    write_number(out, "replicas", service->replicas);
    write_number(out, "stop_grace_ms", service->stop_grace_ms);
    write_number(out, "order", service->order);
    write_environment(out, service);
    write_ports(out, service);
    write_depends_on(out, service);
    write_health(out, &service->health);
    write_number(out, "restart_policy", service->restart.policy);
    write_number(out, "restart_max_retries", service->restart.max_retries);
    write_string(out, "config_hash", service->config_hash);
    return out;
}

static void read_service(struct json_reader *in, const cJSON *object,
                         struct deploy_service *service)
{
    service->name = read_string(in, object, "name");
    service->image = read_string(in, object, "image");
    service->build_dir = read_string(in, object, "build_dir");
    service->memory_bytes = read_number(in, object, "memory_bytes");
    service->replicas = (unsigned)read_number(in, object, "replicas");
    service->stop_grace_ms = read_number(in, object, "stop_grace_ms");
    service->order = (enum deploy_order)read_number(in, object, "order");
    read_environment(in, object, service);
    read_ports(in, object, service);
    read_depends_on(in, object, service);
    read_health(in, object, &service->health);
    service->restart.policy = (enum deploy_restart_policy)read_number(in, object, "restart_policy");
    service->restart.max_retries = (unsigned)read_number(in, object, "restart_max_retries");
    service->config_hash = read_string(in, object, "config_hash");
}

char *deploy_spec_to_json(const struct deploy_spec *spec)
{
    cJSON *out = cJSON_CreateObject();
    cJSON *services = cJSON_AddArrayToObject(out, "services");
    char *text;

    write_string(out, "project", spec->project);
    write_string(out, "compose_path", spec->compose_path);
    write_number(out, "libvirt", spec->libvirt);
    for (size_t i = 0; i < spec->service_count; i++)
        cJSON_AddItemToArray(services, write_service(&spec->services[i]));
    text = cJSON_PrintUnformatted(out);
    cJSON_Delete(out);
    return text;
}

int deploy_spec_from_json(const char *text, struct deploy_spec **spec, struct deploy_error *error)
{
    struct json_reader in = {.error = error};
    cJSON *root = cJSON_Parse(text);
    const cJSON *services = member(&in, root, "services", cJSON_Array);
    struct deploy_spec *result = deploy_memory_array(1, sizeof(*result));
    const cJSON *item;

    result->project = read_string(&in, root, "project");
    result->compose_path = read_string(&in, root, "compose_path");
    result->libvirt = read_number(&in, root, "libvirt");
    result->services =
        deploy_memory_array((size_t)cJSON_GetArraySize(services), sizeof(*result->services));
    cJSON_ArrayForEach(item, services)
        read_service(&in, item, &result->services[result->service_count++]);
    cJSON_Delete(root);
    if (in.err) {
        deploy_spec_free(result);
        return in.err;
    }
    *spec = result;
    return 0;
}
