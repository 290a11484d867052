/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emit/emit.h"

const char *gen_c_type(struct gen_arena *arena, const struct gen_type *type)
{
    switch (type->kind) {
    case GEN_STRING:
    case GEN_RAW:
        return "struct uc_str";
    case GEN_ENUM:
        return gen_arena_printf(arena, "enum %s", type->c_name);
    case GEN_INT32:
        return "int32_t";
    case GEN_INT64:
        return "int64_t";
    case GEN_DOUBLE:
        return "double";
    case GEN_BOOL:
        return "bool";
    default:
        return gen_arena_printf(arena, "struct %s", type->c_name);
    }
}

bool gen_has_state(const struct gen_member *member)
{
    return !member->required || member->use.nullable;
}

const char *gen_c_member(struct gen_arena *arena, const struct gen_member *member)
{
    const char *type = gen_c_type(arena, member->use.type);
    const char *star = member->by_pointer ? "*" : "";

    if (gen_has_state(member))
        return gen_arena_printf(arena, "struct { enum uc_presence state; %s %svalue; } %s", type,
                                star, member->c_name);
    return gen_arena_printf(arena, "%s %s%s", type, star, member->c_name);
}

const char *gen_c_integer(struct gen_arena *arena, int64_t value)
{
    if (value == INT64_MIN)
        return "INT64_MIN";
    if (value > INT32_MAX || value < -INT32_MAX)
        return gen_arena_printf(arena, "INT64_C(%lld)", (long long)value);
    return gen_arena_printf(arena, "%lld", (long long)value);
}

const char *gen_c_double_text(struct gen_arena *arena, const char *value)
{
    return gen_arena_printf(arena, "uc_json_double_text((char[UC_JSON_NUMBER_TEXT]){0}, %s)", value);
}

const char *gen_c_value(struct gen_arena *arena, const struct gen_type *type, const struct gen_yaml_node *node)
{
    int64_t integer = 0;
    double number = 0;
    bool flag = false;

    switch (type->kind) {
    case GEN_STRING:
        return gen_arena_printf(arena, "uc_str(%s)", gen_c_literal(arena, node->text));
    case GEN_RAW:
        return gen_arena_printf(arena, "uc_str(%s)", gen_c_literal(arena, gen_json_text(arena, node)));
    case GEN_ENUM:
        for (size_t i = 0; i < type->enumerator_count; i++)
            if (!strcmp(type->enumerators[i].value, node->text))
                return type->enumerators[i].c_name;
        return "0";
    case GEN_BOOL:
        gen_yaml_to_bool(node, &flag);
        return flag ? "true" : "false";
    case GEN_DOUBLE:
        gen_yaml_to_double(node, &number);
        return gen_arena_printf(arena, "%.17g", number);
    default:
        gen_yaml_to_whole(node, &integer);
        return gen_c_integer(arena, integer);
    }
}

/* What an object's text must hold, as a constant that lives as long as the call. */
static const char *object_rule(struct gen_arena *arena, const struct gen_type *type)
{
    const char *names = "NULL";

    if (!type->name_count && !type->min_length.set && !type->max_length.set)
        return "NULL";
    for (size_t i = 0; i < type->name_count; i++)
        names = gen_arena_printf(arena, "%s%s", i ? gen_arena_printf(arena, "%s, ", names) : "(const char *const[]){",
                                 gen_c_literal(arena, type->names[i]));
    return gen_arena_printf(arena, "&(const struct uc_json_object_rule){%s%s, %zu, %lld, %s}", names,
                            type->name_count ? "}" : "", type->name_count, (long long)type->min_length.integer,
                            type->max_length.set ? gen_c_integer(arena, type->max_length.integer) : "SIZE_MAX");
}

const char *gen_c_read_raw(struct gen_arena *arena, const struct gen_type *type, const char *r, const char *lvalue)
{
    if (type->choice_count)
        return gen_arena_printf(arena, "uc_json_raw_choice(%s, &%s, %s, %s)", r, lvalue, gen_c_choice_list(arena, type),
                                gen_c_choices(arena, type));
    if (!type->object)
        return gen_arena_printf(arena, "uc_json_raw(%s, &%s)", r, lvalue);
    return gen_arena_printf(arena, "uc_json_raw_object(%s, &%s, %s)", r, lvalue, object_rule(arena, type));
}

static bool all_texts(const struct gen_type *type)
{
    for (size_t i = 0; i < type->choice_count; i++)
        if (!gen_yaml_is_text(type->choices[i]))
            return false;
    return true;
}

/* JSON, but texts among themselves without their quotes. */
static const char *choice_text(struct gen_arena *arena, const struct gen_type *type, const struct gen_yaml_node *value)
{
    return all_texts(type) ? value->text : gen_json_text(arena, value);
}

const char *gen_choices(struct gen_arena *arena, const struct gen_type *type)
{
    const char *text = "must be one of:";

    if (type->choice_count == 1)
        text = "must be";
    for (size_t i = 0; i < type->choice_count; i++)
        text = gen_arena_printf(arena, "%s%s %s", text, i ? "," : "", choice_text(arena, type, type->choices[i]));
    return text;
}

const char *gen_c_choices(struct gen_arena *arena, const struct gen_type *type)
{
    return gen_c_literal(arena, gen_choices(arena, type));
}

const char *gen_short_name(const struct gen_contract *contract, const struct gen_operation *op)
{
    return op->c_name + strlen(contract->prefix) + 1;
}
