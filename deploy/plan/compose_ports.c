/* SPDX-License-Identifier: MIT */
/*
 * compose_ports.c - `ports:`, in its short and its long form.
 */
#include "compose_internal.h"
#include "memory.h"
#include "value.h"

#include <stdlib.h>
#include <string.h>

/* Published on every address when the file names none, as the Compose Specification says. */
#define ANY_ADDRESS "0.0.0.0"

static void publish(struct deploy_service *service, const struct deploy_value_ports *ports)
{
    for (unsigned i = 0; i < ports->count; i++) {
        struct deploy_port *port;

        service->ports =
            deploy_memory_grow(service->ports, service->port_count, sizeof(*service->ports));
        port = &service->ports[service->port_count++];
        port->host_ip = deploy_memory_text(*ports->host_ip ? ports->host_ip : ANY_ADDRESS);
        port->host_port = (uint16_t)(ports->host ? ports->host + i : 0);
        port->guest_port = (uint16_t)(ports->target + i);
    }
}

static void read_short(struct compose_reader *reader, struct gen_yaml_node *node,
                       struct deploy_service *service)
{
    struct deploy_value_ports ports;
    const char *text = compose_text(reader, node, "a port, for example \"8080:80\"");
    const char *problem = NULL;

    if (!text)
        return;
    if (deploy_value_port(text, &ports, &problem))
        compose_error(reader, node, "\"%s\": %s", text, problem);
    else
        publish(service, &ports);
}

static void read_target(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    uint64_t number;

    if (compose_number(reader, node, 1, 65535, &number))
        ((struct deploy_value_ports *)target)->target = (uint16_t)number;
}

static void read_published(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    uint64_t number;

    if (compose_number(reader, node, 0, 65535, &number))
        ((struct deploy_value_ports *)target)->host = (uint16_t)number;
}

static void read_host_ip(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct deploy_value_ports *ports = target;
    const char *text = compose_text(reader, node, "an IP address");

    if (text && (strlen(text) >= sizeof(ports->host_ip) || !deploy_value_is_ip(text)))
        compose_error(reader, node, "\"%s\" is not an IP address", text);
    else if (text)
        strcpy(ports->host_ip, text);
}

static void read_protocol(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *text = compose_text(reader, node, "a protocol");

    (void)target;
    if (text && strcmp(text, "tcp") != 0)
        compose_error(reader, node, "only \"tcp\" is published, this says \"%s\"", text);
}

/* For the reader of the file only: Compose gives these no effect that we could miss. */
static void read_label(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    (void)target;
    compose_text(reader, node, "text");
}

static void read_mode(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *text = compose_text(reader, node, "a mode");

    (void)target;
    if (text && strcmp(text, "ingress") != 0)
        compose_error(reader, node,
                      "a published port is always shared by all instances (mode \"ingress\"), "
                      "this says \"%s\"",
                      text);
}

static const struct compose_key long_keys[] = {
    {"target", read_target, NULL},      {"published", read_published, NULL},
    {"host_ip", read_host_ip, NULL},    {"protocol", read_protocol, NULL},
    {"app_protocol", read_label, NULL}, {"name", read_label, NULL},
    {"mode", read_mode, NULL},          {0},
};

static void read_long(struct compose_reader *reader, struct gen_yaml_node *node,
                      struct deploy_service *service)
{
    struct deploy_value_ports ports = {.count = 1};

    compose_read_mapping(reader, node, "an entry of \"ports\"", long_keys, &ports);
    if (!gen_yaml_get(node, "target"))
        compose_error(reader, node,
                      "an entry of \"ports\" needs a \"target\": the port inside the service");
    else if (ports.target)
        publish(service, &ports);
}

void compose_read_ports(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;

    if (node->kind != GEN_YAML_SEQUENCE) {
        compose_error(reader, node,
                      "\"ports\" must be a list (lines that begin with \"- \"), this is %s",
                      gen_yaml_what(node));
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        if (node->items[i]->kind == GEN_YAML_MAPPING)
            read_long(reader, node->items[i], &service->spec);
        else
            read_short(reader, node->items[i], &service->spec);
}
