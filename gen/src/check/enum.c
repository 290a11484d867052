/* SPDX-License-Identifier: MIT */
/*
 * `enum` and `const`: the values that may stand. Texts with names in C become an enum; other scalars stay what they are
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

static bool is_scalar(const struct gen_yaml_node *value)
{
    return value->kind == GEN_YAML_SCALAR;
}

static const char *type_of(const struct gen_yaml_node *value)
{
    int64_t integer;
    double number;
    bool flag;

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
    const char *own;

    if (!is_scalar(value))
        return !strcmp(type, value->kind == GEN_YAML_MAPPING ? "object" : "array");
    own = type_of(value);
    return !strcmp(type, own) || (!strcmp(type, "number") && !strcmp(own, "integer"));
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
        const char *own = is_scalar(list->items[i]) ? type_of(list->items[i]) : "";

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

static const char *const type_texts[] = {
    [GEN_STRING] = "string",  [GEN_ENUM] = "string",   [GEN_INT32] = "integer", [GEN_INT64] = "integer",
    [GEN_DOUBLE] = "number",  [GEN_BOOL] = "boolean",  [GEN_RAW] = "",
};

static bool is_integer_kind(enum gen_kind kind)
{
    return kind == GEN_INT32 || kind == GEN_INT64;
}

static void add_value(struct gen_check *check, struct gen_yaml_node *value, struct gen_type *type)
{
    int64_t integer = 0;

    if (is_integer_kind(type->kind))
        value = gen_check_whole(check, value);
    if (type->kind == GEN_INT32 && gen_yaml_to_int64(value, &integer) && (int32_t)integer != integer) {
        GEN_ERROR(check, value, "a value of this \"enum\" is beyond what format int32 can hold");
    } else if (!is_scalar(value)) {
        GEN_ERROR(check, value, "a value of this \"enum\" or \"const\" must be a text, a number, true, false or null, not %s",
                  gen_yaml_what(value));
    } else if (type->kind == GEN_RAW || gen_check_value_is(value, type_texts[type->kind])) {
        if (type->kind == GEN_ENUM)
            add_enumerator(check, value, type);
        type->choices = gen_arena_grow(check->arena, type->choices, type->choice_count, sizeof(value));
        type->choices[type->choice_count++] = value;
    } else {
        GEN_ERROR(check, value, "a value of this \"enum\" must be %s, not %s%s",
                  type->kind <= GEN_ENUM ? "text" : type->kind == GEN_BOOL   ? "true or false"
                  : type->kind == GEN_DOUBLE ? "a number"
                                             : "a whole number",
                  gen_yaml_what(value), type->kind <= GEN_ENUM ? "; put it in quotes" : "");
    }
}

void gen_check_enum(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type, bool *nullable)
{
    struct gen_yaml_node *list = gen_check_values(check, node), *listed = gen_yaml_get(node, "enum");
    bool has_null = false;

    if (!list || type->kind > GEN_RAW)
        return;
    if (list->kind != GEN_YAML_SEQUENCE || list->count == 0) {
        GEN_ERROR(check, list, "\"enum\" must be a list of at least one value");
        return;
    }
    if (list != listed && listed && listed->kind == GEN_YAML_SEQUENCE) {
        struct gen_yaml_node both = *listed;

        both.items = gen_arena_array(check->arena, listed->count + 1, sizeof(*both.items));
        memcpy(both.items, listed->items, listed->count * sizeof(*both.items));
        both.items[both.count] = list->items[0];
        if (!is_repeated(&both, both.count))
            GEN_ERROR(check, list, "\"const\" is none of the values of \"enum\"");
    }
    for (size_t i = 0; i < list->count; i++) {
        struct gen_yaml_node *value = list->items[i];

        if (gen_yaml_is_null(value) && *nullable)
            has_null = true;
        else if (gen_yaml_is_null(value))
            GEN_NOTE(check, value, "this null says nothing: the type does not allow it");
        else if (is_repeated(list, i))
            GEN_NOTE(check, value, "\"%s\" is listed twice", value->text ? value->text : "");
        else
            add_value(check, value, type);
    }
    if (*nullable && !has_null)
        GEN_NOTE(check, list, "the type allows null, but this \"enum\" does not list it: null is no value here");
    *nullable = has_null;
    if (type->kind == GEN_BOOL && type->choice_count == 2)
        type->choice_count = 0;
}
