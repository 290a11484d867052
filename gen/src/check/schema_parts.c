/* SPDX-License-Identifier: MIT */
/*
 * The schemas that `allOf` and `$ref` put together, one after the other (JSON Schema 2020-12 Core, 10.2.1.1): those
 * referred to before what stands beside the reference, so that the members of a base come first.
 */
#include "check/schema_internal.h"

#include <string.h>

#define PARTS_DEPTH_MAX 64

struct parts_walk {
    struct gen_check *check;
    struct gen_parts *parts;
    const struct gen_yaml_node *open[PARTS_DEPTH_MAX]; /* being taken apart: one of them again is a circle */
    unsigned depth;
    unsigned number;
};

bool gen_check_is_annotation(const char *key)
{
    static const char *const keys[] = {"title",    "description", "summary",      "example",  "examples",
                                       "$comment", "deprecated",  "externalDocs", "xml",      "default",
                                       "readOnly", "writeOnly"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!strcmp(keys[i], key))
            return true;
    return !strncmp(key, "x-", 2);
}

struct gen_yaml_node *gen_check_bare_reference(struct gen_check *check, struct gen_yaml_node *node)
{
    struct gen_yaml_node *bare;

    if (!gen_yaml_get(node, "$ref") || node->count == 1)
        return node;
    bare = gen_arena_alloc(check->arena, sizeof(*bare));
    *bare = *node;
    bare->count = 1;
    bare->pairs = gen_arena_alloc(check->arena, sizeof(*bare->pairs));
    bare->pairs[0] = *gen_yaml_pair(node, "$ref");
    return bare;
}

static bool says_more(const struct gen_yaml_node *node)
{
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(node->pairs[i].key->text, "$ref") && strcmp(node->pairs[i].key->text, "allOf"))
            return true;
    return false;
}

/* A choice that lists what is being put together is made: Pet is one of Dog and Cat, and Dog has all of Pet. */
static bool is_chosen(struct parts_walk *walk, const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "oneOf");
    const char *name;

    if (!list)
        list = gen_yaml_get(node, "anyOf");
    for (size_t i = 0; list && list->kind == GEN_YAML_SEQUENCE && i < list->count; i++) {
        const struct gen_yaml_node *target = list->items[i];

        if (gen_yaml_get(target, "$ref"))
            target = gen_check_deref(walk->check, gen_check_bare_reference(walk->check, list->items[i]), "schemas",
                                     &name);
        for (unsigned o = 0; target && o + 1 < walk->depth; o++)
            if (walk->open[o] == target)
                return true;
    }
    return false;
}

static void add_part(struct parts_walk *walk, struct gen_yaml_node *node, const char *name, bool referred)
{
    struct gen_parts *parts = walk->parts;

    parts->items = gen_arena_grow(walk->check->arena, parts->items, parts->count, sizeof(*parts->items));
    parts->items[parts->count++] = (struct gen_part){node, name, referred, is_chosen(walk, node)};
    gen_check_settle_mapping(walk->check, node);
}

static bool take_apart(struct parts_walk *walk, struct gen_yaml_node *node, const char *name, bool referred);

static bool take_reference(struct parts_walk *walk, struct gen_yaml_node *node)
{
    const char *schema_name, *name = NULL;
    struct gen_yaml_node *target =
        gen_check_deref(walk->check, gen_check_bare_reference(walk->check, node), "schemas", &schema_name);

    if (!target)
        return false;
    if (schema_name)
        name = gen_check_component_name(walk->check, node, schema_name);
    return (name || !schema_name) && take_apart(walk, target, name, true);
}

static bool take_list(struct parts_walk *walk, const struct gen_yaml_node *list, const char *name, bool referred)
{
    bool good = true;

    if (list->kind != GEN_YAML_SEQUENCE || !list->count) {
        GEN_ERROR(walk->check, list, "\"allOf\" must be a list of at least one schema");
        return false;
    }
    for (size_t i = 0; i < list->count; i++)
        good &= take_apart(walk, list->items[i], name, referred);
    return good;
}

static bool is_open(const struct parts_walk *walk, const struct gen_yaml_node *node)
{
    for (unsigned i = 0; i < walk->depth; i++)
        if (walk->open[i] == node)
            return true;
    return false;
}

/* What was there before says nothing new; but a choice that was made then may not be here. */
static void take_again(struct parts_walk *walk, const struct gen_yaml_node *node)
{
    for (size_t i = 0; gen_check_is_choice(node) && i < walk->parts->count; i++)
        if (walk->parts->items[i].node == node)
            walk->parts->items[i].chosen &= is_chosen(walk, node);
}

static bool take_apart(struct parts_walk *walk, struct gen_yaml_node *node, const char *name, bool referred)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "allOf");
    bool flag, good = true;

    if (gen_yaml_to_bool(node, &flag) && flag)
        return true;
    if (node->kind != GEN_YAML_MAPPING) {
        gen_check_say_no_schema(walk->check, node);
        return false;
    }
    if (walk->depth == PARTS_DEPTH_MAX) {
        GEN_ERROR(walk->check, node, "\"allOf\" within \"allOf\" goes too deep here: at most %d levels are supported",
                  PARTS_DEPTH_MAX);
        return false;
    }
    if (is_open(walk, node)) {
        GEN_ERROR(walk->check, node, "\"allOf\" leads in a circle: this schema would contain itself as a part of itself");
        return false;
    }
    gen_check_annotations(walk->check, node);
    walk->open[walk->depth++] = node;
    if (node->walk == walk->number) { /* each once: {allOf: [A, A]} of such ones in turn would multiply */
        take_again(walk, node);
        walk->depth--;
        return true;
    }
    node->walk = walk->number;
    if (gen_yaml_get(node, "$ref"))
        good = take_reference(walk, node);
    if (list)
        good &= take_list(walk, list, name, referred);
    if (says_more(node))
        add_part(walk, node, name, referred);
    walk->depth--;
    return good;
}

bool gen_check_parts(struct gen_check *check, struct gen_yaml_node *node, struct gen_parts *parts)
{
    struct parts_walk walk = {.check = check, .parts = parts, .number = ++check->walks};

    return take_apart(&walk, node, NULL, false);
}

/* Annotations alone, or with them that it is an object. */
static bool adds_nothing(const struct gen_yaml_node *node, bool *object)
{
    bool flag;

    if (gen_yaml_to_bool(node, &flag) && flag)
        return true;
    if (node->kind != GEN_YAML_MAPPING)
        return false;
    for (size_t i = 0; i < node->count; i++) {
        const struct gen_yaml_node *value = node->pairs[i].value;
        const char *key = node->pairs[i].key->text;

        if (!strcmp(key, "$ref") && node->count > 0)
            return false;
        if (!strcmp(key, "type") && value->text && !strcmp(value->text, "object"))
            *object = true;
        else if (strcmp(key, "allOf") && !gen_check_is_annotation(key))
            return false;
    }
    return true;
}

struct gen_yaml_node *gen_check_only_part(struct gen_check *check, struct gen_yaml_node *node, bool *object)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "allOf");
    struct gen_yaml_node *only = NULL;
    struct gen_yaml_node rest = *node;
    size_t count = 0;

    *object = false;
    if (gen_yaml_get(node, "$ref")) {
        only = gen_check_bare_reference(check, node);
        count++;
        rest.pairs = gen_arena_array(check->arena, node->count, sizeof(*rest.pairs));
        rest.count = 0;
        for (size_t i = 0; i < node->count; i++)
            if (strcmp(node->pairs[i].key->text, "$ref"))
                rest.pairs[rest.count++] = node->pairs[i];
    }
    if (!adds_nothing(&rest, object) || (list && list->kind != GEN_YAML_SEQUENCE))
        return NULL;
    for (size_t i = 0; list && i < list->count; i++) {
        if (!gen_yaml_get(list->items[i], "allOf") && adds_nothing(list->items[i], object))
            continue;
        only = list->items[i];
        count++;
    }
    return count == 1 ? only : NULL;
}
