/* SPDX-License-Identifier: MIT */
/*
 * `enum` and `const`: the values that may stand. Texts with names in C become an enum; all others stay what they are
 * and are compared.
 */
#include <string.h>

#include "check/schema_internal.h"

struct gen_yaml_node *gen_check_values(struct gen_check *check, const struct gen_yaml_node *node)
{
    const struct gen_yaml_pair *only = gen_yaml_pair(node, "const");
    struct gen_yaml_node *list = gen_yaml_get(node, "enum"), *one;

    if (!only)
        return list;
    one = gen_arena_alloc(check->arena, sizeof(*one));
    *one = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = only->key->mark, .count = 1};
    one->items = gen_arena_alloc(check->arena, sizeof(*one->items));
    one->items[0] = only->value;
    return one;
}

static const char *type_of(const struct gen_yaml_node *value)
{
    int64_t integer;
    double number;
    bool flag;

    if (value->kind != GEN_YAML_SCALAR)
        return value->kind == GEN_YAML_MAPPING ? "object" : "array";
    if (gen_yaml_to_int64(value, &integer))
        return "integer";
    if (gen_yaml_to_double(value, &number))
        return "number";
    if (gen_yaml_to_bool(value, &flag))
        return "boolean";
    return gen_yaml_is_null(value) ? "null" : "string";
}

bool gen_check_value_is(const struct gen_yaml_node *value, const char *type)
{
    const char *own = type_of(value);

    return !strcmp(type, own) || (!strcmp(type, "number") && !strcmp(own, "integer"));
}

static bool is_of_types(struct gen_check *check, const struct gen_yaml_node *types, struct gen_yaml_node *value)
{
    for (size_t i = 0; types->kind == GEN_YAML_SEQUENCE && i < types->count; i++)
        if (types->items[i]->text && gen_check_value_is(gen_check_whole(check, value), types->items[i]->text))
            return true;
    return types->text && gen_check_value_is(gen_check_whole(check, value), types->text);
}

/* Of several types no one tells what the values are. */
static bool has_several(const struct gen_yaml_node *types)
{
    size_t count = 0;

    for (size_t i = 0; types && types->kind == GEN_YAML_SEQUENCE && i < types->count; i++)
        count += !types->items[i]->text || strcmp(types->items[i]->text, "null") != 0;
    return count > 1;
}

struct gen_yaml_node *gen_check_typed_values(struct gen_check *check, const struct gen_yaml_node *node)
{
    struct gen_yaml_node *list = gen_check_values(check, node), *typed;
    const struct gen_yaml_node *types = gen_yaml_get(node, "type");

    if (!list || list->kind != GEN_YAML_SEQUENCE || !has_several(types))
        return list;
    typed = gen_arena_alloc(check->arena, sizeof(*typed));
    *typed = (struct gen_yaml_node){.kind = GEN_YAML_SEQUENCE, .mark = list->mark};
    typed->items = gen_arena_array(check->arena, list->count + 1, sizeof(*typed->items));
    for (size_t i = 0; i < list->count; i++)
        if (is_of_types(check, types, list->items[i]))
            typed->items[typed->count++] = list->items[i];
    return typed;
}

bool gen_check_only_null(struct gen_check *check, const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *types = gen_yaml_get(node, "type"), *list = gen_check_typed_values(check, node);
    const struct gen_yaml_node *one = types && types->kind == GEN_YAML_SEQUENCE && types->count == 1 ? types->items[0] : types;

    if (one && gen_yaml_is_text(one) && !strcmp(one->text, "null"))
        return true;
    if (!list || list->kind != GEN_YAML_SEQUENCE || !list->count)
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (!gen_yaml_is_null(list->items[i]) || (types && !is_of_types(check, types, list->items[i])))
            return false;
    return true;
}

struct gen_yaml_node *gen_check_whole(struct gen_check *check, struct gen_yaml_node *value)
{
    struct gen_yaml_node *whole;
    int64_t integer;
    double number;

    if (gen_yaml_to_int64(value, &integer) || !gen_yaml_to_double(value, &number) ||
        !(number >= -0x1p53 && number <= 0x1p53) /* exact up to there */ || number != (double)(int64_t)number)
        return value;
    whole = gen_yaml_new_text(check->arena, value->mark, gen_arena_printf(check->arena, "%lld", (long long)number));
    whole->quoted = false;
    return whole;
}

const char *gen_check_values_type(const struct gen_yaml_node *list, bool *nullable)
{
    const char *common = NULL;

    if (list->kind != GEN_YAML_SEQUENCE)
        return "string"; /* is told as wrong later */
    for (size_t i = 0; i < list->count; i++) {
        const char *own = type_of(list->items[i]);

        if (!strcmp(own, "null"))
            *nullable = true;
        else if (!common || (!strcmp(common, "integer") && !strcmp(own, "number")))
            common = own;
        else if (strcmp(common, own) && !(!strcmp(common, "number") && !strcmp(own, "integer")))
            common = "";
    }
    return common ? common : "null";
}

static const char *enumerator_name(struct gen_check *check, const struct gen_yaml_node *value)
{
    return *value->text ? gen_snake(check->arena, value->text) : "empty";
}

bool gen_check_values_named(struct gen_check *check, const struct gen_yaml_node *list)
{
    for (size_t i = 0; list->kind == GEN_YAML_SEQUENCE && i < list->count; i++) {
        const char *name = gen_yaml_is_text(list->items[i]) ? enumerator_name(check, list->items[i]) : "";

        if (!name)
            return false;
        for (size_t j = 0; j < i && *name; j++) {
            const struct gen_yaml_node *other = list->items[j];

            if (gen_yaml_is_text(other) && strcmp(other->text, list->items[i]->text) &&
                !strcmp(enumerator_name(check, other), name))
                return false;
        }
    }
    return true;
}

static void add_enumerator(struct gen_check *check, const struct gen_yaml_node *value, struct gen_type *type)
{
    const char *snake = enumerator_name(check, value);
    struct gen_enumerator *enumerator;

    type->enumerators = gen_arena_grow(check->arena, type->enumerators, type->enumerator_count, sizeof(*enumerator));
    enumerator = &type->enumerators[type->enumerator_count++];
    enumerator->value = value->text;
    enumerator->c_name = gen_upper(check->arena, gen_arena_printf(check->arena, "%s_%s", type->c_name, snake));
    gen_scope_take(check->scope, check->messages, enumerator->c_name,
                   gen_arena_printf(check->arena, "the value \"%s\"", value->text), value->mark);
}

static bool is_repeated(const struct gen_yaml_node *list, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (gen_check_same(list->items[i], list->items[index]))
            return true;
    return false;
}

/* What JSON Schema calls the type, and what messages do; of any value: "". */
static const char *const type_texts[][2] = {
    [GEN_STRING] = {"string", "text"},       [GEN_ENUM] = {"string", "text"},
    [GEN_INT32] = {"integer", "a whole number"}, [GEN_INT64] = {"integer", "a whole number"},
    [GEN_DOUBLE] = {"number", "a number"},   [GEN_BOOL] = {"boolean", "true or false"},
    [GEN_RAW] = {"object", "an object"},     [GEN_OBJECT] = {"object", "an object"},
    [GEN_MAP] = {"object", "an object"},     [GEN_ARRAY] = {"array", "a list"},
};

static bool is_integer_kind(enum gen_kind kind)
{
    return kind == GEN_INT32 || kind == GEN_INT64;
}

static void append(struct gen_check *check, struct gen_yaml_node *value, struct gen_type *type)
{
    type->choices = gen_arena_grow(check->arena, type->choices, type->choice_count, sizeof(value));
    type->choices[type->choice_count++] = value;
}

/* A number that JSON cannot write, or no double can hold, at whatever depth: .nan, 1e999. Or NULL. */
static const struct gen_yaml_node *find_odd(const struct gen_yaml_node *value)
{
    const struct gen_yaml_node *odd = NULL;
    double number;
    bool flag;

    if (value->kind == GEN_YAML_SCALAR)
        return gen_yaml_is_text(value) || gen_yaml_is_null(value) || gen_yaml_to_bool(value, &flag) ||
                       gen_yaml_to_double(value, &number)
                   ? NULL
                   : value;
    for (size_t i = 0; i < value->count && !odd; i++)
        odd = find_odd(value->kind == GEN_YAML_MAPPING ? value->pairs[i].value : value->items[i]);
    return odd;
}

/* As UC_JSON_DEPTH_MAX of uc/json.h, without the body that it stands in. */
#define DEPTH_MAX 63

static unsigned depth_of(const struct gen_yaml_node *value)
{
    unsigned deepest = 0;

    if (value->kind == GEN_YAML_SCALAR)
        return 0;
    for (size_t i = 0; i < value->count; i++) {
        unsigned depth = depth_of(value->kind == GEN_YAML_MAPPING ? value->pairs[i].value : value->items[i]);

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

bool gen_check_depth(struct gen_check *check, const struct gen_yaml_node *value)
{
    if (depth_of(value) <= DEPTH_MAX)
        return true;
    GEN_ERROR(check, value, "this value is nested %u deep; a body may be %d deep, and a value in it %d", depth_of(value), DEPTH_MAX + 1,
              DEPTH_MAX);
    return false;
}

static void say_odd(struct gen_check *check, const struct gen_yaml_node *odd)
{
    if (strpbrk(odd->text, "0123456789"))
        GEN_ERROR(check, odd, "\"%s\" is beyond what a double can hold; put it in quotes if it is text", odd->text);
    else
        GEN_ERROR(check, odd, "\"%s\" is no number that JSON has; put it in quotes if it is text", odd->text);
}

static bool add_value(struct gen_check *check, struct gen_yaml_node *value, struct gen_type *type)
{
    bool any = type->kind == GEN_RAW && !type->object;
    int64_t integer = 0;

    if (find_odd(value)) {
        say_odd(check, find_odd(value));
        return false;
    }
    if (!gen_check_depth(check, value))
        return false;
    if (is_integer_kind(type->kind))
        value = gen_check_whole(check, value);
    if (type->kind == GEN_INT32 && gen_yaml_to_int64(value, &integer) && (int32_t)integer != integer) {
        GEN_ERROR(check, value, "a value of this \"enum\" is beyond what format int32 can hold");
        return false;
    }
    if (!any && !gen_check_value_is(value, type_texts[type->kind][0])) {
        GEN_ERROR(check, value, "a value of this \"enum\" must be %s, not %s%s", type_texts[type->kind][1], gen_yaml_what(value),
                  type->kind <= GEN_ENUM && value->kind == GEN_YAML_SCALAR ? "; put it in quotes" : "");
        return false;
    }
    if (type->kind == GEN_DOUBLE)
        gen_check_note_no_double(check, value);
    if (type->kind == GEN_ENUM)
        add_enumerator(check, value, type);
    append(check, value, type);
    return true;
}

/* The value of `const` must be among those of "enum". */
static void check_both(struct gen_check *check, const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *only = gen_yaml_get(node, "const"), *list = gen_yaml_get(node, "enum");

    for (size_t i = 0; only && list && list->kind == GEN_YAML_SEQUENCE && i < list->count; i++)
        if (gen_check_same(list->items[i], only))
            return;
    if (only && list && list->kind == GEN_YAML_SEQUENCE)
        GEN_ERROR(check, gen_yaml_pair(node, "const")->key, "\"const\" is none of the values of \"enum\"");
}

/* Values that none of several types allows are passed over. */
static void note_others(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_node *typed)
{
    const struct gen_yaml_node *list = gen_check_values(check, node);

    for (size_t i = 0, t = 0; i < list->count && typed->count < list->count; i++) {
        if (t < typed->count && typed->items[t] == list->items[i])
            t++;
        else
            GEN_NOTE(check, list->items[i], "this value says nothing: the types do not allow it");
    }
}

static void only_null(struct gen_check *check, const struct gen_yaml_node *list, const struct gen_yaml_node *node,
                      struct gen_type *type)
{
    struct gen_yaml_node *null = gen_yaml_new_text(check->arena, node->mark, "null");
    bool listed = !list;

    null->quoted = false;
    append(check, null, type);
    for (size_t i = 0; list && i < list->count; i++) {
        listed |= gen_yaml_is_null(list->items[i]);
        if (!gen_yaml_is_null(list->items[i]))
            GEN_NOTE(check, list->items[i], "this value says nothing: the type allows null alone");
    }
    if (!listed)
        GEN_ERROR(check, list, "the type allows null alone, and that is none of these values");
}

void gen_check_enum(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type, bool *nullable)
{
    struct gen_yaml_node *list = gen_check_typed_values(check, node);
    bool has_null = false, good = true;

    if (list && (list->kind != GEN_YAML_SEQUENCE || gen_check_values(check, node)->count == 0)) {
        GEN_ERROR(check, list, "\"enum\" must be a list of at least one value");
        return;
    }
    check_both(check, node);
    if (gen_check_only_null(check, node))
        only_null(check, list, node, type);
    if (!list || gen_check_only_null(check, node))
        return;
    note_others(check, node, list);
    for (size_t i = 0; i < list->count; i++) {
        struct gen_yaml_node *value = list->items[i];

        if (gen_yaml_is_null(value) && *nullable)
            has_null = true;
        else if (gen_yaml_is_null(value))
            GEN_NOTE(check, value, "this null says nothing: the type does not allow it");
        else if (is_repeated(list, i))
            GEN_NOTE(check, value, "%s is listed twice", value->text ? gen_arena_printf(check->arena, "\"%s\"", value->text) : "this value");
        else
            good &= add_value(check, value, type);
    }
    if (good && !has_null && !type->choice_count)
        GEN_ERROR(check, list, "no value is left: the type allows none of these");
    if (*nullable && !has_null)
        GEN_NOTE(check, list, "the type allows null, but this \"enum\" does not list it: null is no value here");
    *nullable = has_null;
    if (type->kind == GEN_BOOL && type->choice_count == 2)
        type->choice_count = 0;
}

void gen_check_fitting_values(struct gen_check *check, struct gen_type *type)
{
    struct gen_type rest = *type;
    size_t kept = 0;

    rest.choice_count = 0;
    for (size_t i = 0; i < type->choice_count; i++) {
        if (gen_check_default_fits(type->choices[i], &rest))
            type->choices[kept++] = type->choices[i];
        else
            GEN_NOTE(check, type->choices[i], "this value says nothing: the rest of the schema does not allow it");
    }
    if (type->choice_count && !kept)
        gen_messages_add(check->messages, type->choices[0]->mark, "no value is left: the rest of the schema allows none of these");
    type->choice_count = kept;
}
