/* SPDX-License-Identifier: MIT */
/*
 * openapi30.c - a document of OpenAPI 3.0 becomes one of 3.1, in place (openapis.org, "Migrating from OpenAPI 3.0 to
 * 3.1.0"): "nullable" joins the type, an exclusive bound is a number of its own, and what stands beside a reference is not
 * looked at.
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

/* allOf: [X] -> anyOf: [{allOf: [X]}, {type: "null"}]. 3.0.3 leaves it open; this is what those mean who write it. */
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

/* type: string, nullable: true -> type: [string, "null"]. Beside anything else than a type or allOf it says nothing. */
static void take_nullable(struct gen_check *check, struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *nullable = gen_yaml_get(schema, "nullable");
    struct gen_yaml_node *type = gen_yaml_get(schema, "type"), *both;
    bool is_nullable = false;

    if (!nullable || !gen_yaml_to_bool(nullable, &is_nullable))
        return;
    if (is_nullable && type && type->kind == GEN_YAML_SCALAR) {
        both = gen_arena_alloc(check->arena, sizeof(*both));
        *both = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = type->mark, .count = 2, .weight = 3};
        both->items = gen_arena_array(check->arena, 2, sizeof(*both->items));
        both->items[0] = type;
        both->items[1] = gen_yaml_new_text(check->arena, nullable->mark, "null");
        put(schema, "type", both);
    }
    remove_pair(schema, "nullable");
    if (is_nullable && !type && gen_yaml_get(schema, "allOf"))
        allow_null(check, schema, nullable);
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

/* In 3.0 a reference stands alone: what is beside it is not looked at. */
static void keep_reference_alone(struct gen_yaml_node *node)
{
    const struct gen_yaml_pair *ref = gen_yaml_pair(node, "$ref");

    if (!ref || !gen_yaml_is_text(ref->value))
        return;
    node->pairs[0] = *ref;
    node->count = 1;
}

/* What stands under it is keyed by names, which may be "default" or "example". */
static bool holds_names(const char *key)
{
    static const char *const keys[] = {"properties", "patternProperties", "schemas",   "responses", "parameters", "headers",
                                       "paths",      "requestBodies",     "pathItems", "callbacks", "content",    "definitions",
                                       "$defs",      "encoding"};

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
        keep_reference_alone(node);
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
