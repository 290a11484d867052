/* SPDX-License-Identifier: MIT */
/* Objects whose members have any names: `additionalProperties` with a schema. */
#include "check/schema_internal.h"

#include <string.h>

struct gen_yaml_node *gen_check_extra(const struct gen_yaml_node *node)
{
    struct gen_yaml_node *schema = gen_yaml_get(node, "additionalProperties");

    if (!schema || schema->kind != GEN_YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < schema->count; i++)
        if (!gen_check_is_annotation(schema->pairs[i].key->text))
            return schema;
    return NULL; /* anything */
}

void gen_check_required_names(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "required");

    if (list && list->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, list, "\"required\" of an object must be a list of member names, not %s",
                  gen_yaml_what(list));
        return;
    }
    for (size_t i = 0; list && i < list->count; i++) {
        const struct gen_yaml_node *name = list->items[i];

        if (!name->text) {
            GEN_ERROR(check, name, "\"required\" is a list of member names, not of %s", gen_yaml_what(name));
            return;
        }
        type->names = gen_arena_grow(check->arena, type->names, type->name_count, sizeof(*type->names));
        type->names[type->name_count++] = name->text;
    }
}

const struct gen_yaml_pair *gen_check_pattern_pair(struct gen_check *check, const struct gen_yaml_node *node)
{
    const struct gen_yaml_pair *pair = gen_yaml_pair(node, "patternProperties");

    if (!pair || (pair->value->kind == GEN_YAML_MAPPING && !pair->value->count))
        return NULL;
    if (pair->value->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, pair->value, "\"patternProperties\" must be a mapping, not %s", gen_yaml_what(pair->value));
        return NULL;
    }
    if (pair->value->count > 1 || gen_check_extra(node)) {
        GEN_ERROR(check, pair->key, "\"patternProperties\" is supported with one pattern, and without a schema for other "
                                    "members; use a free-form object (no \"properties\")");
        return NULL;
    }
    return &pair->value->pairs[0];
}

/* What stands for members that are not named: of a pattern, of all, or anything. */
static struct gen_yaml_node *value_schema(struct gen_check *check, const struct gen_yaml_node *node,
                                          const struct gen_yaml_pair *pair)
{
    if (pair)
        return pair->value;
    return gen_check_extra(node) ? gen_check_extra(node) : gen_yaml_new_mapping(check->arena, node->mark);
}

/* `propertyNames`: a schema of texts. */
static void read_names(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *map)
{
    struct gen_yaml_node *schema = gen_yaml_get(node, "propertyNames"), *whole, *text;
    struct gen_type *names;
    struct gen_use use;
    bool flag;

    if (!schema || (gen_yaml_to_bool(schema, &flag) && flag) || (schema->kind == GEN_YAML_MAPPING && !schema->count))
        return;
    text = gen_yaml_new_mapping(check->arena, schema->mark);
    text->pairs = gen_arena_alloc(check->arena, sizeof(*text->pairs));
    text->pairs[text->count++] = (struct gen_yaml_pair){gen_yaml_new_text(check->arena, schema->mark, "type"),
                                                        gen_yaml_new_text(check->arena, schema->mark, "string")};
    whole = gen_check_both(check, schema, text);
    if (!gen_check_schema(check, whole, gen_arena_printf(check->arena, "%s_name", map->c_name), &use))
        return;
    if (use.type->kind > GEN_ENUM || use.nullable) {
        GEN_ERROR(check, schema, "\"propertyNames\" is supported with what is said of texts: \"pattern\", \"enum\", lengths, "
                                 "\"format\"");
        return;
    }
    names = gen_arena_alloc(check->arena, sizeof(*names));
    *names = *use.type;
    names->kind = GEN_STRING; /* of an enum its texts are compared */
    map->names_type = names;
}

/* Names of which the schema says something; those of `properties` are known. */
static void read_rules(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_pair *pair,
                       struct gen_type *map)
{
    bool open = true;

    if (pair) {
        map->names_pattern = gen_check_pattern(check, pair->key);
        gen_yaml_to_bool(gen_yaml_get(node, "additionalProperties"), &open);
        map->closed = !open;
    }
    read_names(check, node, map);
}

/* What must be there and is not kept, no handler would ever see; what no name may be, no object has. */
static void check_required_names(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_type *map)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "required");

    for (size_t i = 0; i < map->name_count; i++) {
        const struct gen_yaml_node name = {.quoted = true, .text = map->names[i]};

        if (map->names_pattern && !gen_pattern_matches(&map->names_pattern->pattern, name.text, strlen(name.text)))
            GEN_ERROR(check, list->items[i], "\"required\" names \"%s\", which the pattern does not match; describe it in "
                      "\"properties\"", name.text);
        else if (map->names_type && !gen_check_default_fits(&name, map->names_type))
            GEN_ERROR(check, list->items[i], "\"propertyNames\" allows no member \"%s\"", name.text);
    }
}

void gen_check_map(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const char *inner = gen_arena_printf(check->arena, "%s_value", type->c_name);
    const struct gen_yaml_pair *pair = gen_check_pattern_pair(check, node);

    read_rules(check, node, pair, type);
    if (gen_check_schema(check, value_schema(check, node, pair), inner, &type->item))
        gen_check_no_direction(check, value_schema(check, node, pair), &type->item, "a value of a map");
    else
        type->item.type = NULL;
    gen_check_required_names(check, node, type);
    check_required_names(check, node, type);
}

/* A name that is listed, and that no object may have. */
static void say_impossible(struct gen_check *check, const struct gen_type *type, const struct gen_type *map)
{
    for (size_t i = 0; map->names_type && i < type->member_count; i++) {
        const char *name = type->members[i].json_name;

        if (!gen_check_default_fits(&(struct gen_yaml_node){.quoted = true, .text = name}, map->names_type))
            gen_messages_add(check->messages, type->mark, "\"propertyNames\" allows no member \"%s\"", name);
    }
}

void gen_check_known_names(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_type *type)
{
    struct gen_type map = {.c_name = type->c_name};

    read_names(check, node, &map);
    say_impossible(check, type, &map);
}

void gen_check_extra_map(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_pair *pair = gen_check_pattern_pair(check, node);
    struct gen_yaml_node *schema = value_schema(check, node, pair);
    struct gen_type *map;

    for (size_t i = 0; i < type->member_count; i++)
        if (!strcmp(type->members[i].c_name, "extra")) {
            GEN_ERROR(check, schema, "the members that are not named would be called extra in C, as \"%s\" is",
                      type->members[i].json_name);
            return;
        }
    map = gen_arena_alloc(check->arena, sizeof(*map));
    map->kind = GEN_MAP;
    map->mark = schema->mark;
    map->c_name = gen_arena_printf(check->arena, "%s_extra", type->c_name);
    gen_check_take_names(check, map);
    read_rules(check, node, pair, map);
    say_impossible(check, type, map);
    if (!gen_check_schema(check, schema, gen_arena_printf(check->arena, "%s_value", map->c_name), &map->item))
        return;
    gen_check_no_direction(check, schema, &map->item, "a value of a map");
    gen_check_add_type(check, map);
    type->extra = map;
}
