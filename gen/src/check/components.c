/* SPDX-License-Identifier: MIT */
/*
 * What stands under `components` and is used nowhere: its keys are looked at, so that a slip is
 * told before somebody uses it. Of what is used all is, where it is used; schemas have schema.c,
 * securitySchemes security.c.
 */
#include <string.h>

#include "check/operation_internal.h"

typedef void each_fn(struct gen_check *check, const struct gen_yaml_node *node);

/* Each of a mapping that is no reference. */
static void for_each(struct gen_check *check, const struct gen_yaml_node *holder, const char *key,
                     each_fn *each)
{
    const struct gen_yaml_node *map = gen_yaml_get(holder, key);

    if (map && map->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, map, "\"%s\" must be a mapping, not %s", key, gen_yaml_what(map));
    for (size_t i = 0; map && map->kind == GEN_YAML_MAPPING && i < map->count; i++)
        if (strncmp(map->pairs[i].key->text, "x-", 2) && !gen_yaml_get(map->pairs[i].value, "$ref"))
            each(check, map->pairs[i].value);
}

static void check_media(struct gen_check *check, const struct gen_yaml_node *media)
{
    static const char *const known[] = {"schema", "example", "examples", "encoding", NULL};

    if (gen_check_keys(check, media, "a media type", known, NULL, true))
        gen_check_examples(check, media);
}

static void check_parameter(struct gen_check *check, const struct gen_yaml_node *parameter)
{
    if (gen_check_parameter_keys(check, parameter))
        for_each(check, parameter, "content", check_media);
}

static void check_header(struct gen_check *check, const struct gen_yaml_node *header)
{
    gen_check_header_keys(check, header);
}

static void check_body(struct gen_check *check, const struct gen_yaml_node *body)
{
    if (gen_check_body_keys(check, body))
        for_each(check, body, "content", check_media);
}

static void check_response(struct gen_check *check, const struct gen_yaml_node *response)
{
    if (!gen_check_response_keys(check, response))
        return;
    for_each(check, response, "headers", check_header);
    for_each(check, response, "content", check_media);
    gen_check_links(check, response);
}

static void check_item(struct gen_check *check, const struct gen_yaml_node *item)
{
    const struct gen_yaml_node *body;

    if (!gen_check_item_keys(check, item))
        return;
    for (size_t i = 0; i < item->count; i++) {
        const struct gen_yaml_node *operation = item->pairs[i].value;

        if (!gen_method_of(item->pairs[i].key->text) || !gen_check_operation_keys(check, operation))
            continue;
        body = gen_yaml_get(operation, "requestBody");
        if (body && !gen_yaml_get(body, "$ref"))
            check_body(check, body);
        for_each(check, operation, "responses", check_response);
    }
}

static void check_callback(struct gen_check *check, const struct gen_yaml_node *callback)
{
    if (callback->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, callback, "a callback must be a mapping, not %s", gen_yaml_what(callback));
    for (size_t i = 0; callback->kind == GEN_YAML_MAPPING && i < callback->count; i++)
        if (strncmp(callback->pairs[i].key->text, "x-", 2) &&
            !gen_yaml_get(callback->pairs[i].value, "$ref"))
            check_item(check, callback->pairs[i].value);
}

void gen_check_components(struct gen_check *check)
{
    const struct gen_yaml_node *components = gen_yaml_get(check->document, "components");

    for_each(check, components, "parameters", check_parameter);
    for_each(check, components, "requestBodies", check_body);
    for_each(check, components, "responses", check_response);
    for_each(check, components, "headers", check_header);
    for_each(check, components, "pathItems", check_item);
    for_each(check, components, "callbacks", check_callback);
    gen_check_examples(check, components);
    gen_check_links(check, components);
}
