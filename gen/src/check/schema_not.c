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

/* What a `not` says with a `type` beside it, it says of values of this type only. */
static bool is_about(const struct gen_yaml_node *node, const char *name)
{
    const struct gen_yaml_node *types = gen_yaml_get(node, "type");

    if (!types || types->kind != GEN_YAML_SEQUENCE)
        return !types || (types->text && !strcmp(types->text, name));
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i]->text && !strcmp(types->items[i]->text, name))
            return true;
    return false;
}

static bool is_about_value(const struct gen_yaml_node *node, const struct gen_yaml_node *value)
{
    static const char *const names[] = {"string", "integer", "number", "boolean", "null"};

    if (!gen_yaml_get(node, "type"))
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (gen_check_value_is(value, names[i]) && is_about(node, names[i]))
            return true;
    return false;
}

void gen_check_share_not(struct gen_yaml_node *not)
{
    const struct gen_yaml_node *list = gen_yaml_get(not, "anyOf");

    not->beside = true;
    for (size_t i = 0; list && list->kind == GEN_YAML_SEQUENCE && i < list->count; i++)
        list->items[i]->beside = true;
}

/* `at` is the value that `node`, a part of it, excludes; or itself. */
static void say_nothing(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_node *at)
{
    if (node->beside)
        return;
    GEN_NOTE(check, at, "this \"not\" says nothing: the type does not allow the value");
}

/* An integer of 64 bits, perhaps, that gen_check_whole() could not be sure of: 1e17. */
static bool is_large(const struct gen_yaml_node *value)
{
    int64_t integer;
    double number;

    return !gen_yaml_to_int64(value, &integer) && gen_yaml_to_double(value, &number) && number >= -0x1p63 &&
           number <= 0x1p63 && (number > 0x1p53 || number < -0x1p53);
}

/* The reader of this type may come to such a value. */
static bool is_readable(const struct gen_yaml_node *value, enum gen_kind kind)
{
    static const char *const texts[] = {[GEN_STRING] = "string",  [GEN_ENUM] = "string",   [GEN_INT32] = "integer",
                                        [GEN_INT64] = "integer",  [GEN_DOUBLE] = "number", [GEN_BOOL] = "boolean"};
    int64_t integer = 0;

    return gen_check_value_is(value, texts[kind]) &&
           !(kind == GEN_INT32 && gen_yaml_to_int64(value, &integer) && (int32_t)integer != integer);
}

static void forbid(struct gen_check *check, const struct gen_yaml_node *node, struct gen_yaml_node *value,
                   struct gen_type *type)
{
    size_t kept = 0;

    if (gen_yaml_is_null(value)) /* gen_check_not_null() */
        return;
    value = gen_check_whole(check, value);
    if (is_large(value) && (type->kind == GEN_INT32 || type->kind == GEN_INT64)) {
        GEN_ERROR(check, value, "write this number with digits only: it is compared exactly");
        return;
    }
    if (!is_about_value(node, value) || !is_readable(value, type->kind)) {
        say_nothing(check, node, value);
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

    if (type->kind == GEN_OBJECT && !is_about(node, "object") && !is_about(node, "null")) {
        say_nothing(check, node, node);
    } else if (type->kind == GEN_OBJECT && !is_about(node, "object")) { /* null may stand or not */
        say_refused(check, node);
    } else if (!strcmp(key, "anyOf") && only->value->kind == GEN_YAML_SEQUENCE && !nested &&
               (type->kind == GEN_OBJECT || !gen_yaml_get(node, "type"))) {
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
                forbid(check, node, values->items[i], type);
    } else {
        say_refused(check, node);
    }
}

/* The part of a `not` that null falls under, or NULL. */
static const struct gen_yaml_node *find_null(struct gen_check *check, const struct gen_yaml_node *node, bool nested)
{
    const struct gen_yaml_pair *only = only_pair(node);
    const struct gen_yaml_node *values = gen_check_values(check, node), *found = NULL;

    if (!only || !is_about(node, "null"))
        return NULL;
    if (!strcmp(only->key->text, "required")) /* says something of objects; all else keeps to it */
        return node;
    if (!strcmp(only->key->text, "anyOf") && !nested)
        for (size_t i = 0; only->value->kind == GEN_YAML_SEQUENCE && i < only->value->count && !found; i++)
            found = find_null(check, only->value->items[i], true);
    for (size_t i = 0; values && values->kind == GEN_YAML_SEQUENCE && i < values->count && !found; i++)
        if (gen_yaml_is_null(values->items[i]))
            found = values->items[i];
    return found;
}

static bool lists_null(const struct gen_yaml_node *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (gen_yaml_is_null(list->items[i]))
            return true;
    return false;
}

bool gen_check_excludes_null(struct gen_check *check, const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *not = gen_yaml_get(node, "not"), *values = gen_check_values(check, node);

    return (not && find_null(check, not, false)) || (values && values->kind == GEN_YAML_SEQUENCE && !lists_null(values));
}

void gen_check_not_null(struct gen_check *check, const struct gen_yaml_node *node, enum gen_kind kind, bool *nullable)
{
    const struct gen_yaml_node *not = gen_yaml_get(node, "not"), *found = not ? find_null(check, not, false) : NULL;

    if (found && !*nullable && is_scalar_kind(kind))
        say_nothing(check, not, found);
    else if (found)
        *nullable = false;
}

void gen_check_not(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type)
{
    struct gen_yaml_node *not = gen_yaml_get(node, "not");

    if (not && (is_scalar_kind(type->kind) || type->kind == GEN_OBJECT)) /* of others it is refused by name */
        read_not(check, not, type, false);
}
