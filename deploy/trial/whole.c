/* SPDX-License-Identifier: MIT */
#include "whole.h"

#include "gen/decimal.h"

#include <string.h>

#define PARTS_MAX 16 /* one within another */

static bool gather(const struct trial_schemas *schemas, struct gen_yaml_node *into, const struct gen_yaml_node *part,
                   unsigned depth);

/* ---- nodes */

static void put(struct gen_arena *arena, struct gen_yaml_node *mapping, const char *key, struct gen_yaml_node *value)
{
    mapping->pairs = gen_arena_grow(arena, mapping->pairs, mapping->count, sizeof(*mapping->pairs));
    mapping->pairs[mapping->count++] = (struct gen_yaml_pair){gen_yaml_new_text(arena, value->mark, key), value};
}

static void append(struct gen_arena *arena, struct gen_yaml_node *list, const struct gen_yaml_node *item)
{
    list->items = gen_arena_grow(arena, list->items, list->count, sizeof(struct gen_yaml_node *));
    list->items[list->count++] = (struct gen_yaml_node *)(uintptr_t)item;
}

static struct gen_yaml_node *new_list(struct gen_arena *arena, struct gen_mark mark)
{
    struct gen_yaml_node *list = gen_yaml_new_mapping(arena, mark);

    list->kind = GEN_YAML_SEQUENCE;
    return list;
}

/* { allOf: [a, b] } */
static struct gen_yaml_node *both(struct gen_arena *arena, const struct gen_yaml_node *a, const struct gen_yaml_node *b)
{
    struct gen_yaml_node *node = gen_yaml_new_mapping(arena, a->mark), *list = new_list(arena, a->mark);

    append(arena, list, a);
    append(arena, list, b);
    put(arena, node, "allOf", list);
    return node;
}

/* ---- two values of one key */

static bool is_less(const struct gen_yaml_node *a, const struct gen_yaml_node *b)
{
    int64_t whole_a, whole_b;
    double real_a = 0, real_b = 0;

    if (gen_yaml_to_int64(a, &whole_a) && gen_yaml_to_int64(b, &whole_b))
        return whole_a < whole_b;
    return gen_yaml_to_double(a, &real_a) && gen_yaml_to_double(b, &real_b) && real_a < real_b;
}

static struct gen_yaml_node *greater(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    (void)arena;
    return is_less(a, b) ? b : a;
}

static struct gen_yaml_node *lesser(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    (void)arena;
    return is_less(b, a) ? b : a;
}

static struct gen_yaml_node *common(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_decimal one, other, multiple;
    struct gen_yaml_node *node;

    if (!gen_decimal_read(a, &one) || !gen_decimal_read(b, &other) || !gen_decimal_common(one, other, &multiple))
        return a;
    node = gen_yaml_new_text(arena, a->mark, gen_decimal_text(arena, multiple));
    node->quoted = false; /* a number */
    return node;
}

static bool is_in(struct gen_arena *arena, const struct gen_yaml_node *list, const struct gen_yaml_node *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (trial_json_equal(trial_json_of_yaml(arena, list->items[i]), trial_json_of_yaml(arena, item)))
            return true;
    return false;
}

/* A type, or a list of them: the types that both allow. */
static struct gen_yaml_node *types_of_both(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *types = new_list(arena, a->mark), *lists[] = {a, b};

    for (size_t i = 0; i < 2; i++)
        if (lists[i]->kind == GEN_YAML_SCALAR) {
            lists[i] = new_list(arena, a->mark);
            append(arena, lists[i], i ? b : a);
        }
    for (size_t i = 0; i < lists[0]->count; i++)
        for (size_t j = 0; j < lists[1]->count; j++) {
            const char *one = lists[0]->items[i]->text, *other = lists[1]->items[j]->text;

            if (one && other && (!strcmp(one, other) || (!strcmp(one, "integer") && !strcmp(other, "number"))))
                append(arena, types, lists[0]->items[i]);
            else if (one && other && !strcmp(one, "number") && !strcmp(other, "integer"))
                append(arena, types, lists[1]->items[j]);
        }
    return types;
}

static struct gen_yaml_node *values_of_both(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *list = new_list(arena, a->mark);

    for (size_t i = 0; i < a->count; i++)
        if (is_in(arena, b, a->items[i]))
            append(arena, list, a->items[i]);
    return list;
}

static struct gen_yaml_node *names_of_either(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *list = new_list(arena, a->mark);

    for (size_t i = 0; i < a->count; i++)
        append(arena, list, a->items[i]);
    for (size_t i = 0; i < b->count; i++)
        if (!is_in(arena, a, b->items[i]))
            append(arena, list, b->items[i]);
    return list;
}

static struct gen_yaml_node *members_of_either(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    struct gen_yaml_node *members = gen_yaml_new_mapping(arena, a->mark);

    for (size_t i = 0; i < a->count; i++) {
        struct gen_yaml_node *other = gen_yaml_get(b, a->pairs[i].key->text);

        put(arena, members, a->pairs[i].key->text, other ? both(arena, a->pairs[i].value, other) : a->pairs[i].value);
    }
    for (size_t i = 0; i < b->count; i++)
        if (!gen_yaml_get(a, b->pairs[i].key->text))
            put(arena, members, b->pairs[i].key->text, b->pairs[i].value);
    return members;
}

/* Two schemas, of which one may be true or false. */
static struct gen_yaml_node *inner_schemas(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    bool flag;

    if (gen_yaml_to_bool(a, &flag))
        return flag ? b : a;
    if (gen_yaml_to_bool(b, &flag))
        return flag ? a : b;
    return both(arena, a, b);
}

static struct gen_yaml_node *either_flag(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    bool flag;

    (void)arena;
    return gen_yaml_to_bool(a, &flag) && flag ? a : b;
}

static const struct {
    const char *key;
    enum gen_yaml_kind kind;
    struct gen_yaml_node *(*join)(struct gen_arena *arena, struct gen_yaml_node *a, struct gen_yaml_node *b);
} joins[] = {
    {"minimum", GEN_YAML_SCALAR, greater},
    {"exclusiveMinimum", GEN_YAML_SCALAR, greater},
    {"minLength", GEN_YAML_SCALAR, greater},
    {"minItems", GEN_YAML_SCALAR, greater},
    {"minProperties", GEN_YAML_SCALAR, greater},
    {"maximum", GEN_YAML_SCALAR, lesser},
    {"exclusiveMaximum", GEN_YAML_SCALAR, lesser},
    {"maxLength", GEN_YAML_SCALAR, lesser},
    {"maxItems", GEN_YAML_SCALAR, lesser},
    {"maxProperties", GEN_YAML_SCALAR, lesser},
    {"multipleOf", GEN_YAML_SCALAR, common},
    {"uniqueItems", GEN_YAML_SCALAR, either_flag},
    {"enum", GEN_YAML_SEQUENCE, values_of_both},
    {"required", GEN_YAML_SEQUENCE, names_of_either},
    {"properties", GEN_YAML_MAPPING, members_of_either},
};

static struct gen_yaml_node *joined(struct gen_arena *arena, const char *key, struct gen_yaml_node *a, struct gen_yaml_node *b)
{
    if (!strcmp(key, "type") && a->kind != GEN_YAML_MAPPING && b->kind != GEN_YAML_MAPPING)
        return types_of_both(arena, a, b);
    if (!strcmp(key, "items") || !strcmp(key, "additionalProperties"))
        return inner_schemas(arena, a, b);
    for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++)
        if (!strcmp(key, joins[i].key) && a->kind == joins[i].kind && b->kind == joins[i].kind)
            return joins[i].join(arena, a, b);
    return a;
}

/* ---- parts */

static bool is_of_choice(const char *key)
{
    return !strcmp(key, "oneOf") || !strcmp(key, "anyOf") || !strcmp(key, "discriminator");
}

/* A part's choice, when there is another already, waits in "allOf". */
static void add_choice(struct gen_arena *arena, struct gen_yaml_node *into, const struct gen_yaml_node *part)
{
    const char *key = trial_choice(part), *taken = trial_choice(into);
    struct gen_yaml_node *target = into, *waiting;

    if (!key || (taken && gen_yaml_get(into, taken) == gen_yaml_get(part, key)))
        return;
    if (taken) {
        target = gen_yaml_new_mapping(arena, part->mark);
        waiting = gen_yaml_get(into, "allOf");
        if (!waiting)
            put(arena, into, "allOf", waiting = new_list(arena, part->mark));
        append(arena, waiting, target);
    }
    for (size_t i = 0; i < part->count; i++)
        if (is_of_choice(part->pairs[i].key->text))
            put(arena, target, part->pairs[i].key->text, part->pairs[i].value);
}

static void add_keys(struct gen_arena *arena, struct gen_yaml_node *into, const struct gen_yaml_node *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const char *key = part->pairs[i].key->text;
        struct gen_yaml_pair *there;

        if (!strcmp(key, "$ref") || !strcmp(key, "allOf") || is_of_choice(key))
            continue;
        there = (struct gen_yaml_pair *)(uintptr_t)gen_yaml_pair(into, key);
        if (there)
            there->value = joined(arena, key, there->value, part->pairs[i].value);
        else
            put(arena, into, key, part->pairs[i].value);
    }
    add_choice(arena, into, part);
}

/* What stands beside a reference comes first: an example there is nearer than one of the target. */
static bool gather(const struct trial_schemas *schemas, struct gen_yaml_node *into, const struct gen_yaml_node *part,
                   unsigned depth)
{
    const struct gen_yaml_node *ref = gen_yaml_get(part, "$ref"), *all = trial_list(part, "allOf");
    bool flag;

    if (part && gen_yaml_to_bool(part, &flag))
        return flag;
    if (!part || part->kind != GEN_YAML_MAPPING || depth == PARTS_MAX)
        return false;
    add_keys(schemas->arena, into, part);
    if (ref && !gather(schemas, into, trial_follow(schemas, ref), depth + 1))
        return false;
    for (size_t i = 0; all && i < all->count; i++)
        if (!gather(schemas, into, all->items[i], depth + 1))
            return false;
    return true;
}

const struct gen_yaml_node *trial_whole(const struct trial_schemas *schemas, const struct gen_yaml_node *schema)
{
    struct gen_yaml_node *whole;
    bool flag;

    if (gen_yaml_to_bool(schema, &flag))
        return schema;
    whole = gen_yaml_new_mapping(schemas->arena, schema->mark);
    return gather(schemas, whole, schema, 0) ? whole : NULL;
}

/* ---- choices */

const char *trial_choice(const struct gen_yaml_node *whole)
{
    return trial_list(whole, "oneOf") ? "oneOf" : trial_list(whole, "anyOf") ? "anyOf" : NULL;
}

const struct gen_yaml_node *trial_without_choice(const struct trial_schemas *schemas, const struct gen_yaml_node *whole)
{
    struct gen_yaml_node *rest = gen_yaml_new_mapping(schemas->arena, whole->mark);
    const char *choice = trial_choice(whole);

    for (size_t i = 0; i < whole->count; i++)
        if (!choice || (strcmp(whole->pairs[i].key->text, choice) && strcmp(whole->pairs[i].key->text, "discriminator")))
            put(schemas->arena, rest, whole->pairs[i].key->text, whole->pairs[i].value);
    return rest;
}

/* { required: [kind], properties: { kind: { const: Cat } } } */
static const struct gen_yaml_node *mark_of(struct gen_arena *arena, const struct gen_yaml_node *branch, const char *member,
                                           const char *name)
{
    struct gen_yaml_node *mark = gen_yaml_new_mapping(arena, branch->mark), *members = gen_yaml_new_mapping(arena, branch->mark),
                         *constant = gen_yaml_new_mapping(arena, branch->mark), *required = new_list(arena, branch->mark);

    put(arena, constant, "const", gen_yaml_new_text(arena, branch->mark, name));
    put(arena, members, member, constant);
    append(arena, required, gen_yaml_new_text(arena, branch->mark, member));
    put(arena, mark, "required", required);
    put(arena, mark, "properties", members);
    return mark;
}

const struct gen_yaml_node *trial_with_choice(const struct trial_schemas *schemas, const struct gen_yaml_node *whole,
                                              size_t index)
{
    struct gen_arena *arena = schemas->arena;
    const struct gen_yaml_node *branch = gen_yaml_get(whole, trial_choice(whole))->items[index];
    const char *member = trial_discriminator(whole), *name = member ? trial_branch_name(whole, branch) : NULL;
    struct gen_yaml_node *node = both(arena, trial_without_choice(schemas, whole), branch);

    if (name)
        append(arena, gen_yaml_get(node, "allOf"), mark_of(arena, branch, member, name));
    return node;
}
