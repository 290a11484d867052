/* SPDX-License-Identifier: MIT */
/* The constants that tell the framework how a parameter, or a form, becomes JSON. */
#include "emit/content.h"

const char *gen_place_name(enum gen_place place)
{
    static const char *const names[] = {"UC_IN_PATH", "UC_IN_QUERY", "UC_IN_HEADER", "UC_IN_COOKIE"};

    return names[place];
}

bool gen_parameter_has_state(const struct gen_parameter *parameter)
{
    return parameter->nullable || !(parameter->required || parameter->fallback);
}

/* What of a choice stands for itself: bits of enum uc_form_kind. */
enum { FORM_NUMBER = 1, FORM_BOOL = 2, FORM_OBJECT = 4, FORM_ARRAY = 8, FORM_TEXT = 16 };

static unsigned form_bit(enum gen_kind kind)
{
    switch (kind) {
    case GEN_STRING:
    case GEN_ENUM:
        return FORM_TEXT;
    case GEN_INT32:
    case GEN_INT64:
    case GEN_DOUBLE:
        return FORM_NUMBER;
    case GEN_BOOL:
        return FORM_BOOL;
    case GEN_ARRAY:
        return FORM_ARRAY;
    default:
        return FORM_OBJECT;
    }
}

static unsigned value_bit(const struct gen_yaml_node *value)
{
    double number;
    bool flag;

    if (value->kind != GEN_YAML_SCALAR)
        return value->kind == GEN_YAML_MAPPING ? FORM_OBJECT : FORM_ARRAY;
    if (gen_yaml_is_null(value))
        return 0; /* of JSON alone */
    return gen_yaml_to_double(value, &number) ? FORM_NUMBER : gen_yaml_to_bool(value, &flag) ? FORM_BOOL : FORM_TEXT;
}

static unsigned form_bits(const struct gen_type *type)
{
    unsigned bits = 0;

    for (size_t i = 0; i < type->variant_count; i++)
        bits |= form_bit(type->variants[i].use.type->kind);
    for (size_t i = 0; type->kind == GEN_RAW && i < type->choice_count; i++)
        bits |= value_bit(type->choices[i]);
    return bits;
}

/* Where text may stand, only what the others of the choice are is JSON: "null" is a text, then. */
static const char *choice_kind(struct gen_arena *arena, const struct gen_type *type)
{
    static const char *const names[] = {"UC_FORM_NUMBER", "UC_FORM_BOOL", "UC_FORM_OBJECT", "UC_FORM_ARRAY"};
    unsigned bits = form_bits(type);
    const char *text = NULL;

    if (!(bits & FORM_TEXT))
        return "UC_FORM_JSON";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (bits & 1u << i)
            text = text ? gen_arena_printf(arena, "%s | %s", text, names[i]) : names[i];
    return text ? text : "UC_FORM_TEXT";
}

static const char *form_kind(struct gen_arena *arena, const struct gen_type *type)
{
    switch (type->kind) {
    case GEN_STRING:
    case GEN_ENUM:
        return "UC_FORM_TEXT";
    case GEN_INT32:
    case GEN_INT64:
    case GEN_DOUBLE:
    case GEN_BOOL:
        return "UC_FORM_BARE";
    default:
        return choice_kind(arena, type);
    }
}

void gen_emit_form_fields(struct gen_out *out, const struct gen_type *type, const char *prefix)
{
    gen_out_open(out, "static const struct uc_form_field %sfields[] = {", prefix);
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_type *member = type->members[i].use.type;
        bool list = member->kind == GEN_ARRAY;

        gen_out_line(out, "{%s, %s, %s},", gen_c_literal(out->arena, type->members[i].json_name),
                     form_kind(out->arena, list ? member->item.type : member), list ? "true" : "false");
    }
    gen_out_close(out, "};");
}

void gen_emit_parameter_tables(struct gen_out *out, const struct gen_parameter *parameter, const char *prefix)
{
    const struct gen_type *type = parameter->type;

    if (type->kind == GEN_OBJECT)
        gen_emit_form_fields(out, type, prefix);
    gen_out_open(out, "static const struct uc_parameter %sparameter = {", prefix);
    gen_out_line(out, ".name = %s,", gen_c_literal(out->arena, parameter->name));
    gen_out_line(out, ".place = %s,", gen_place_name(parameter->place));
    gen_out_line(out, ".style = %s,", parameter->style);
    gen_out_line(out, ".explode = %s,", parameter->explode ? "true" : "false");
    if (parameter->place == GEN_IN_PATH)
        gen_out_line(out, ".index = %u,", parameter->index);
    if (type->kind == GEN_ARRAY) {
        gen_out_line(out, ".list = true,");
        gen_out_line(out, ".kind = %s,", form_kind(out->arena, type->item.type));
    } else if (type->kind == GEN_OBJECT) {
        gen_out_line(out, ".members = {%sfields, %zu, %s},", prefix, type->member_count, type->closed ? "true" : "false");
    }
    gen_out_close(out, "};");
}
