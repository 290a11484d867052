/* SPDX-License-Identifier: MIT */
/*
 * openapi30.c - a document of OpenAPI 3.0 becomes one of 3.1, in place (openapis.org, "Migrating from OpenAPI 3.0 to
 * 3.1.0"): "nullable" joins the type, an exclusive bound is a number of its own, and what stands beside a reference has no
 * effect.
 *
 * Schemas stand in too many places to know them all here: whatever looks like one is changed, but what is data
 * (examples, enums, defaults) is left alone.
 */
#include <string.h>

#include "check/check.h"

static bool is_data(const char *key)
{
    static const char *const keys[] = {"example", "examples", "default", "enum", "const"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!strcmp(key, keys[i]))
            return true;
    return !strncmp(key, "x-", 2);
}

static void remove_pair(struct gen_yaml_node *node, const char *key)
{
    for (size_t i = 0; i < node->count; i++)
        if (!strcmp(node->pairs[i].key->text, key)) {
            memmove(&node->pairs[i], &node->pairs[i + 1], (node->count - i - 1) * sizeof(node->pairs[0]));
            node->count--;
            return;
        }
}

/* Nodes may be shared, by aliases and merges: a pair gets another node, and none is changed. */
static void put(struct gen_yaml_node *node, const char *key, struct gen_yaml_node *value)
{
    for (size_t i = 0; i < node->count; i++)
        if (!strcmp(node->pairs[i].key->text, key))
            node->pairs[i].value = value;
}

/* oneOf: [X, Y] -> anyOf: [{oneOf: [X, Y]}, {type: "null"}]; allOf: [X] -> anyOf: [{allOf: [X]}, {type: "null"}]. By 3.0.3 `nullable` says nothing without a `type` beside it; this is what those mean who write it. */
static void allow_null(struct gen_check *check, struct gen_yaml_node *schema, const struct gen_yaml_node *at)
{
    struct gen_yaml_node *nodes = gen_arena_array(check->arena, 4, sizeof(*nodes));
    struct gen_yaml_node *inner = &nodes[0], *list = &nodes[1], *null = &nodes[2], *key = &nodes[3];

    *inner = *schema;
    *null = (struct gen_yaml_node){.kind = GEN_YAML_MAPPING, .mark = at->mark, .count = 1, .weight = 3};
    null->pairs = gen_arena_alloc(check->arena, sizeof(*null->pairs));
    null->pairs[0] = (struct gen_yaml_pair){gen_yaml_new_text(check->arena, at->mark, "type"), gen_yaml_new_text(check->arena, at->mark, "null")};
    *list = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = schema->mark, .count = 2};
    list->items = gen_arena_array(check->arena, 2, sizeof(*list->items));
    list->items[0] = inner;
    list->items[1] = null;
    *key = *gen_yaml_new_text(check->arena, at->mark, "anyOf");
    schema->count = 1;
    schema->pairs = gen_arena_alloc(check->arena, sizeof(*schema->pairs));
    schema->pairs[0] = (struct gen_yaml_pair){key, list};
}

/* string -> [string, "null"] */
static void join_null(struct gen_check *check, struct gen_yaml_node *schema, struct gen_yaml_node *type,
                      const struct gen_yaml_node *at)
{
    struct gen_yaml_node *both = gen_arena_alloc(check->arena, sizeof(*both));

    *both = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = type->mark, .count = 2, .weight = 3};
    both->items = gen_arena_array(check->arena, 2, sizeof(struct gen_yaml_node *));
    both->items[0] = type;
    both->items[1] = gen_yaml_new_text(check->arena, at->mark, "null");
    put(schema, "type", both);
}

/* Any value: null is one, whatever "nullable" says. */
static bool allows_all(const struct gen_yaml_node *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!gen_check_is_annotation(schema->pairs[i].key->text))
            return false;
    return true;
}

/* type: string, nullable: true -> type: [string, "null"]; and beside a choice or "allOf" null is a choice more. */
static void take_nullable(struct gen_check *check, struct gen_yaml_node *schema)
{
    const struct gen_yaml_pair *pair = gen_yaml_pair(schema, "nullable");
    struct gen_yaml_node *type = gen_yaml_get(schema, "type"), *key = pair ? pair->key : NULL;
    bool choice = gen_yaml_get(schema, "oneOf") || gen_yaml_get(schema, "anyOf"), nullable;

    if (!pair)
        return;
    nullable = gen_check_flag(check, schema, "nullable", false);
    remove_pair(schema, "nullable");
    if (!nullable)
        return;
    if (choice || (!type && gen_yaml_get(schema, "allOf")))
        allow_null(check, schema, key);
    else if (type && type->kind == GEN_YAML_SCALAR)
        join_null(check, schema, type, key);
    else if (!allows_all(schema))
        GEN_NOTE(check, key, "\"nullable\" has no effect without a \"type\" beside it: null is not allowed here");
}

/* minimum: 3, exclusiveMinimum: true -> exclusiveMinimum: 3. */
static void take_exclusive(struct gen_yaml_node *schema, const char *exclusive, const char *bound)
{
    const struct gen_yaml_node *flag = gen_yaml_get(schema, exclusive);
    struct gen_yaml_node *value = gen_yaml_get(schema, bound);
    bool is_exclusive;

    if (!flag || !gen_yaml_to_bool(flag, &is_exclusive))
        return;
    if (!is_exclusive || !value) {
        remove_pair(schema, exclusive);
        return;
    }
    put(schema, exclusive, value);
    remove_pair(schema, bound);
}

/* A path item has keys of its own beside its reference: these are looked at as in 3.1. */
static bool is_path_item(const struct gen_yaml_node *node)
{
    static const char *const keys[] = {"get",  "put",   "post",       "patch",  "delete", "options",
                                       "head", "trace", "parameters", "servers"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (gen_yaml_get(node, keys[i]))
            return true;
    return false;
}

static bool describes(const char *key)
{
    return gen_check_is_annotation(key) && strcmp(key, "default") && strcmp(key, "readOnly") && strcmp(key, "writeOnly");
}

/* In 3.0 a reference stands alone: what is beside it has no effect. */
static void keep_reference_alone(struct gen_check *check, struct gen_yaml_node *node)
{
    const struct gen_yaml_pair *ref = gen_yaml_pair(node, "$ref");

    if (!ref || !gen_yaml_is_text(ref->value) || is_path_item(node))
        return;
    for (size_t i = 0; i < node->count; i++)
        if (&node->pairs[i] != ref && !describes(node->pairs[i].key->text))
            GEN_NOTE(check, node->pairs[i].key,
                     "in OpenAPI 3.0 \"%s\" has no effect beside a reference; write allOf: [{ $ref: ... }] and it beside that",
                     node->pairs[i].key->text);
    node->pairs[0] = *ref;
    node->count = 1;
}

/* What stands under it is keyed by names, which may be "default" or "example". */
static bool holds_names(const char *key)
{
    static const char *const keys[] = {"properties", "patternProperties", "schemas",   "responses", "parameters", "headers",
                                       "paths",      "requestBodies",     "pathItems", "callbacks", "content",    "definitions",
                                       "$defs",      "encoding",          "mapping",   "scopes",    "variables",  "securitySchemes",
                                       "links"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!strcmp(key, keys[i]))
            return true;
    return false;
}

static void migrate(struct gen_check *check, struct gen_yaml_node *node, bool names)
{
    if (node->kind == GEN_YAML_SEQUENCE)
        for (size_t i = 0; i < node->count; i++)
            migrate(check, node->items[i], false);
    if (node->kind != GEN_YAML_MAPPING)
        return;
    if (!names) {
        keep_reference_alone(check, node);
        take_nullable(check, node);
        take_exclusive(node, "exclusiveMinimum", "minimum");
        take_exclusive(node, "exclusiveMaximum", "maximum");
    }
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->pairs[i].key->text;

        if (names || !is_data(key))
            migrate(check, node->pairs[i].value, !names && holds_names(key));
    }
}

void gen_check_migrate(struct gen_check *check, struct gen_yaml_node *node)
{
    migrate(check, node, false);
}

void gen_check_openapi30(struct gen_check *check, struct gen_yaml_node *version)
{
    version->text = "3.1.0";
    check->is_openapi30 = true;
    gen_check_migrate(check, check->document);
}
