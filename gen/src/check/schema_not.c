/* SPDX-License-Identifier: MIT */
/*
 * What may not be there, as far as it is decided when an object is read: `not` of values, or of members that are there
 * together, and `dependentRequired`.
 */
#include "check/schema_internal.h"

#include <string.h>

static struct gen_member *find_member(struct gen_type *type, const char *name)
{
    for (size_t i = 0; name && i < type->member_count; i++)
        if (!strcmp(type->members[i].json_name, name))
            return &type->members[i];
    return NULL;
}

/* The members that a list names. False: one of them is never sent to the reader, or there is a message. */
static bool take_members(struct gen_check *check, const struct gen_yaml_node *list, const char *key, struct gen_type *type,
                         struct gen_alternative *group)
{
    bool sent = true;

    for (size_t i = 0; i < list->count; i++) {
        const struct gen_yaml_node *name = list->items[i];
        struct gen_member *member = find_member(type, name->text);

        if (!member) {
            GEN_ERROR(check, name, "\"%s\" names \"%s\", which is not in \"properties\"", key,
                      name->text ? name->text : gen_yaml_what(name));
            return false;
        }
        sent &= !member->unread;
        group->members = gen_arena_grow(check->arena, group->members, group->count, sizeof(struct gen_member *));
        group->members[group->count++] = member;
    }
    return sent;
}

static void add_group(struct gen_check *check, struct gen_alternative **groups, size_t *count,
                      const struct gen_alternative *group)
{
    for (size_t i = 0; i < group->count; i++)
        ((struct gen_member *)group->members[i])->asked = true;
    *groups = gen_arena_grow(check->arena, *groups, *count, sizeof(**groups));
    (*groups)[(*count)++] = *group;
}

/* ---- dependentRequired */

static void read_dependent(struct gen_check *check, const struct gen_yaml_pair *pair, struct gen_type *type)
{
    struct gen_member *trigger = find_member(type, pair->key->text);
    const char *key = "dependentRequired";

    if (!trigger) {
        GEN_ERROR(check, pair->key, "\"%s\" names \"%s\", which is not in \"properties\"", key, pair->key->text);
        return;
    }
    if (pair->value->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, pair->value, "\"%s\" has a list of member names for each member, not %s", key,
                  gen_yaml_what(pair->value));
        return;
    }
    for (size_t i = 0; i < pair->value->count && !trigger->unread; i++) {
        const struct gen_yaml_node one = {.kind = GEN_YAML_SEQUENCE, .count = 1, .items = &pair->value->items[i]};
        struct gen_alternative group = {0};

        group.members = gen_arena_grow(check->arena, group.members, 0, sizeof(struct gen_member *));
        group.members[group.count++] = trigger;
        if (take_members(check, &one, key, type, &group) && !group.members[1]->required && group.members[1] != trigger)
            add_group(check, &type->dependent, &type->dependent_count, &group);
    }
}

void gen_check_dependent(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    const struct gen_yaml_node *map = gen_yaml_get(node, "dependentRequired");

    if (map && map->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, map, "\"dependentRequired\" must be a mapping, not %s", gen_yaml_what(map));
    for (size_t i = 0; map && map->kind == GEN_YAML_MAPPING && i < map->count; i++)
        read_dependent(check, &map->pairs[i], type);
}

/* ---- not */

/* The only keyword that says something, `type` aside; or NULL. */
static const struct gen_yaml_pair *only_pair(const struct gen_yaml_node *node)
{
    const struct gen_yaml_pair *only = NULL;

    for (size_t i = 0; node->kind == GEN_YAML_MAPPING && i < node->count; i++) {
        const struct gen_yaml_pair *pair = &node->pairs[i];

        if (!strcmp(pair->key->text, "type") || gen_check_is_annotation(pair->key->text))
            continue;
        if (only)
            return NULL;
        only = pair;
    }
    return only;
}

static bool is_scalar_kind(enum gen_kind kind)
{
    return kind < GEN_RAW;
}

static void forbid(struct gen_check *check, struct gen_yaml_node *value, struct gen_type *type)
{
    static const char *const texts[] = {[GEN_STRING] = "string",  [GEN_ENUM] = "string",   [GEN_INT32] = "number",
                                        [GEN_INT64] = "number",   [GEN_DOUBLE] = "number", [GEN_BOOL] = "boolean"};
    size_t kept = 0;

    if (!gen_check_value_is(value, texts[type->kind])) {
        GEN_NOTE(check, value, "this \"not\" says nothing: the type does not allow the value");
        return;
    }
    type->forbidden = gen_arena_grow(check->arena, type->forbidden, type->forbidden_count, sizeof(value));
    type->forbidden[type->forbidden_count++] = value;
    for (size_t i = 0; type->kind == GEN_ENUM && i < type->enumerator_count; i++) {
        if (!strcmp(type->enumerators[i].value, value->text))
            continue;
        type->enumerators[kept] = type->enumerators[i];
        type->choices[kept++] = type->choices[i];
    }
    if (type->kind == GEN_ENUM)
        type->enumerator_count = type->choice_count = kept;
    if (type->kind == GEN_ENUM && !kept)
        GEN_ERROR(check, value, "no value is left: \"not\" excludes all of \"enum\"");
}

static void say_refused(struct gen_check *check, const struct gen_yaml_node *at)
{
    GEN_ERROR(check, at, "this \"not\" is not supported; {required: [...]} of an object with \"properties\" is, and {const: ...} "
                         "or {enum: [...]} of a scalar. Check the value in the handler");
}

static void read_not(struct gen_check *check, struct gen_yaml_node *node, struct gen_type *type, bool nested)
{
    const struct gen_yaml_pair *only = only_pair(node);
    const char *key = only ? only->key->text : "";
    struct gen_alternative group = {0};

    if (!strcmp(key, "anyOf") && only->value->kind == GEN_YAML_SEQUENCE && !nested) {
        for (size_t i = 0; i < only->value->count; i++) /* none of them */
            read_not(check, only->value->items[i], type, true);
    } else if (!strcmp(key, "required") && only->value->kind == GEN_YAML_SEQUENCE && only->value->count &&
               type->kind == GEN_OBJECT) {
        if (take_members(check, only->value, "required", type, &group))
            add_group(check, &type->excluded, &type->excluded_count, &group);
    } else if ((!strcmp(key, "const") || !strcmp(key, "enum")) && is_scalar_kind(type->kind)) {
        struct gen_yaml_node *values = gen_check_values(check, node);

        if (values->kind != GEN_YAML_SEQUENCE)
            say_refused(check, node);
        else
            for (size_t i = 0; i < values->count; i++)
                forbid(check, values->items[i], type);
    } else {
        say_refused(check, node);
    }
}

void gen_check_not(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    struct gen_yaml_node *not = gen_yaml_get(node, "not");

    if (not && (is_scalar_kind(type->kind) || type->kind == GEN_OBJECT)) /* of others it is refused by name */
        read_not(check, not, type, false);
}
