/* SPDX-License-Identifier: MIT */
/* The values of an `enum` in the form in which the framework compares them (uc_json_raw_choice() of
 * uc/json.h). */
#include <stdlib.h>
#include <string.h>

#include "emit/emit.h"

#define EXPONENT_LIMIT 100000000 /* where the framework's reader stops to count */

static int compare_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b); /* as unsigned bytes */
}

static int compare_choices(const void *a, const void *b)
{
    size_t left = strlen(*(const char *const *)a), right = strlen(*(const char *const *)b);

    return left == right ? compare_bytes(a, b) : left < right ? -1 : 1;
}

static long long exponent_of(const char *text)
{
    long long value = 0;
    bool negative = *text == '-';

    for (text += *text == '-' || *text == '+'; *text; text++)
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*text - '0');
    return negative ? -value : value;
}

/* `-1.50e3` as `-15e2;`. */
static const char *number_form(struct gen_arena *arena, const char *json)
{
    const char *e = json + strcspn(json, "eE"), *point = json + strcspn(json, ".eE");
    long long exponent = *e ? exponent_of(e + 1) : 0;
    char *digits = gen_arena_alloc(arena, strlen(json) + 1);
    size_t count = 0, first = 0;

    for (const char *at = json; at < e; at++)
        if (*at >= '0' && *at <= '9')
            digits[count++] = *at;
    if (*point == '.')
        exponent -= e - point - 1;
    while (count && digits[count - 1] == '0') {
        count--;
        exponent++;
    }
    while (first < count && digits[first] == '0')
        first++;
    if (first == count)
        return "0;";
    return gen_arena_printf(arena, "%s%.*se%lld;", *json == '-' ? "-" : "", (int)(count - first),
                            digits + first, exponent);
}

static const char *text_form(struct gen_arena *arena, const char *text)
{
    return gen_arena_printf(arena, "\"%zu:%s", strlen(text), text);
}

static const char *scalar_form(struct gen_arena *arena, const struct gen_yaml_node *value)
{
    const char *json = gen_json_text(arena, value);

    switch (*json) {
    case '"':
        return text_form(arena, value->text);
    case 't':
        return "t";
    case 'f':
        return "f";
    case 'n':
        return "n";
    default:
        return number_form(arena, json);
    }
}

static const char *value_form(struct gen_arena *arena, const struct gen_yaml_node *value)
{
    bool object = value->kind == GEN_YAML_MAPPING;
    const char **forms;
    struct gen_out out;

    if (value->kind == GEN_YAML_SCALAR)
        return scalar_form(arena, value);
    forms = gen_arena_array(arena, value->count + 1, sizeof(*forms));
    for (size_t i = 0; i < value->count; i++)
        forms[i] =
            object ? gen_arena_printf(arena, "%s%s", text_form(arena, value->pairs[i].key->text),
                                      value_form(arena, value->pairs[i].value))
                   : value_form(arena, value->items[i]);
    if (object)
        qsort(forms, value->count, sizeof(*forms), compare_bytes);
    gen_out_init(&out, arena);
    gen_out_text(&out, object ? "{" : "[");
    for (size_t i = 0; i < value->count; i++)
        gen_out_text(&out, forms[i]);
    gen_out_text(&out, object ? "}" : "]");
    return gen_arena_bytes(arena, out.bytes, out.len);
}

const char *gen_c_choice_list(struct gen_arena *arena, const struct gen_type *type)
{
    const char **forms = gen_arena_array(arena, type->choice_count + 1, sizeof(*forms));
    struct gen_out out;
    size_t len = 0;

    for (size_t i = 0; i < type->choice_count; i++)
        forms[i] = value_form(arena, type->choices[i]);
    qsort(forms, type->choice_count, sizeof(*forms), compare_choices);
    gen_out_init(&out, arena);
    for (size_t i = 0; i < type->choice_count; i++) {
        gen_out_printf(&out, "%s%s \"\\0\"", i ? " " : "", gen_c_literal(arena, forms[i]));
        len += strlen(forms[i]) + 1;
    }
    return gen_arena_printf(arena, "uc_str_of(%s, %zu)", gen_arena_bytes(arena, out.bytes, out.len),
                            len);
}
