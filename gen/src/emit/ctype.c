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

const char *gen_c_choices(struct gen_arena *arena, const struct gen_type *type)
{
    const char *text = "must be one of:";

    for (size_t i = 0; i < type->enumerator_count; i++)
        text = gen_arena_printf(arena, "%s%s %s", text, i ? "," : "", type->enumerators[i].value);
    return gen_c_literal(arena, text);
}

const char *gen_short_name(const struct gen_contract *contract, const struct gen_operation *op)
{
    return op->c_name + strlen(contract->prefix) + 1;
}
