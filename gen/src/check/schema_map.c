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

void gen_check_map(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const char *inner = gen_arena_printf(check->arena, "%s_value", type->c_name);

    if (!gen_check_schema(check, gen_check_extra(node), inner, &type->item))
        type->item.type = NULL;
    gen_check_required_names(check, node, type);
}

void gen_check_extra_map(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    struct gen_yaml_node *schema = gen_check_extra(node);
    struct gen_type *map;

    if (!schema)
        return;
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
    if (!gen_check_schema(check, schema, gen_arena_printf(check->arena, "%s_value", map->c_name), &map->item))
        return;
    gen_check_add_type(check, map);
    type->extra = map;
}
