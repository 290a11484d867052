/* SPDX-License-Identifier: MIT */
/*
 * compose_depends.c - `depends_on:`, as a list of names or a mapping with conditions.
 */
#include "compose_internal.h"
#include "memory.h"

#include <string.h>

static void add(struct compose_reader *reader, struct compose_service *service,
                const struct gen_yaml_node *node, struct deploy_dependency dependency)
{
    struct deploy_service *spec = &service->spec;

    for (size_t i = 0; i < spec->depends_on_count; i++)
        if (!strcmp(spec->depends_on[i].service, dependency.service)) {
            compose_error(reader, node, "\"%s\" stands twice in \"depends_on\"",
                          dependency.service);
            return;
        }
    service->depends_marks =
        gen_arena_grow(reader->arena, service->depends_marks, spec->depends_on_count,
                       sizeof(*service->depends_marks));
    service->depends_marks[spec->depends_on_count] = node->mark;
    spec->depends_on =
        deploy_memory_grow(spec->depends_on, spec->depends_on_count, sizeof(*spec->depends_on));
    dependency.service = deploy_memory_text(dependency.service);
    spec->depends_on[spec->depends_on_count++] = dependency;
}

static void read_condition(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    static const char *const names[] = {
        [DEPLOY_STARTED] = "service_started",
        [DEPLOY_HEALTHY] = "service_healthy",
        [DEPLOY_COMPLETED] = "service_completed_successfully",
        NULL,
    };
    struct deploy_dependency *dependency = target;
    const char *text = compose_text(reader, node, "a condition");
    const char *meant;

    if (!text)
        return;
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], text)) {
            dependency->condition = (enum deploy_condition)i;
            return;
        }
    meant = gen_suggest(text, names);
    compose_error(
        reader, node, "unknown condition \"%s\"; %s", text,
        meant ? gen_arena_printf(reader->arena, "did you mean \"%s\"?", meant)
              : "there are service_started, service_healthy and service_completed_successfully");
}

static void read_required(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_bool(reader, node, &((struct deploy_dependency *)target)->required);
}

static void read_restart(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    bool restart = false;

    (void)target;
    if (compose_bool(reader, node, &restart) && restart)
        compose_error(reader, node,
                      "\"restart: true\" is not supported: services find each other by name and "
                      "connect anew; remove the key");
}

static const struct compose_key keys[] = {
    {"condition", read_condition, NULL},
    {"required", read_required, NULL},
    {"restart", read_restart, NULL},
    {0},
};

static void read_map(struct compose_reader *reader, struct gen_yaml_node *node,
                     struct compose_service *service)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct gen_yaml_node *key = node->pairs[i].key;
        struct deploy_dependency dependency = {
            .service = (char *)(size_t)key->text, .condition = DEPLOY_STARTED, .required = true};
        struct gen_yaml_node *value = node->pairs[i].value;

        if (!gen_yaml_is_null(value))
            compose_read_mapping(reader, value, "an entry of \"depends_on\"", keys, &dependency);
        if (value->kind == GEN_YAML_MAPPING && !gen_yaml_get(value, "condition"))
            compose_error(reader, key,
                          "\"%s\" needs a \"condition\": service_started, service_healthy or "
                          "service_completed_successfully",
                          key->text);
        add(reader, service, key, dependency);
    }
}

static void read_list(struct compose_reader *reader, struct gen_yaml_node *node,
                      struct compose_service *service)
{
    for (size_t i = 0; i < node->count; i++) {
        const char *name = compose_text(reader, node->items[i], "the name of a service");

        if (name)
            add(reader, service, node->items[i],
                (struct deploy_dependency){(char *)(size_t)name, DEPLOY_STARTED, true});
    }
}

void compose_read_depends_on(struct compose_reader *reader, struct gen_yaml_node *node,
                             void *target)
{
    if (node->kind == GEN_YAML_MAPPING)
        read_map(reader, node, target);
    else if (node->kind == GEN_YAML_SEQUENCE)
        read_list(reader, node, target);
    else
        compose_error(
            reader, node,
            "\"depends_on\" must be a list of services or a mapping with conditions, this is %s",
            gen_yaml_what(node));
}
