/* SPDX-License-Identifier: MIT */
/* The constants that tell the framework how a parameter, or a form, becomes JSON. */
#include "emit/content.h"

const char *gen_place_name(enum gen_place place)
{
    static const char *const names[] = {"UC_IN_PATH", "UC_IN_QUERY", "UC_IN_HEADER", "UC_IN_COOKIE"};

    return names[place];
}

static const char *form_kind(const struct gen_type *type)
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
        return "UC_FORM_JSON";
    }
}

void gen_emit_form_fields(struct gen_out *out, const struct gen_type *type, const char *prefix)
{
    gen_out_open(out, "static const struct uc_form_field %sfields[] = {", prefix);
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_type *member = type->members[i].use.type;
        bool list = member->kind == GEN_ARRAY;

        gen_out_line(out, "{%s, %s, %s},", gen_c_literal(out->arena, type->members[i].json_name),
                     form_kind(list ? member->item.type : member), list ? "true" : "false");
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
        gen_out_line(out, ".kind = %s,", form_kind(type->item.type));
    } else if (type->kind == GEN_OBJECT) {
        gen_out_line(out, ".members = {%sfields, %zu, %s},", prefix, type->member_count, type->closed ? "true" : "false");
    }
    gen_out_close(out, "};");
}
