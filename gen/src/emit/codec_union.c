/* SPDX-License-Identifier: MIT */
/* One of several types: which is told by the kind of the JSON value, or by a member of the object. */
#include <string.h>

#include "emit/emit.h"

bool gen_variant_by_pointer(const struct gen_variant *variant)
{
    return variant->use.type->kind == GEN_OBJECT;
}

/* UC_JSON_OBJECT ... of a variant. */
static const char *json_kind(const struct gen_variant *variant)
{
    switch (variant->use.type->kind) {
    case GEN_STRING:
    case GEN_ENUM:
        return "UC_JSON_STRING";
    case GEN_INT32:
    case GEN_INT64:
    case GEN_DOUBLE:
        return "UC_JSON_NUMBER";
    case GEN_BOOL:
        return "UC_JSON_BOOL";
    case GEN_ARRAY:
        return "UC_JSON_ARRAY";
    default:
        return "UC_JSON_OBJECT";
    }
}

static const char *kind_text(const struct gen_variant *variant)
{
    switch (variant->use.type->kind) {
    case GEN_STRING:
    case GEN_ENUM:
        return "a string";
    case GEN_INT32:
    case GEN_INT64:
        return "an integer";
    case GEN_DOUBLE:
        return "a number";
    case GEN_BOOL:
        return "true or false";
    case GEN_ARRAY:
        return "an array";
    default:
        return "an object";
    }
}

/* "must be a string or an object": each kind once. */
static const char *kinds_text(struct gen_arena *arena, const struct gen_type *type)
{
    const char *text = "must be";
    const char *last = "";

    for (size_t i = 0; i < type->variant_count; i++) {
        const char *kind = kind_text(&type->variants[i]);

        if (strstr(text, kind))
            continue;
        text = gen_arena_printf(arena, "%s%s %s", text, *last ? " or" : "", kind);
        last = kind;
    }
    return text;
}

static const char *tags_text(struct gen_arena *arena, const struct gen_type *type)
{
    const char *text = "must be one of:", *comma = "";

    for (size_t i = 0; i < type->variant_count; i++)
        for (size_t t = 0; t < type->variants[i].tag_count; t++) {
            text = gen_arena_printf(arena, "%s%s %s", text, comma, type->variants[i].tags[t]);
            comma = ",";
        }
    return text;
}

static void read_variant(struct gen_out *out, const struct gen_variant *variant)
{
    gen_out_line(out, "value->kind = %s;", variant->enumerator);
    gen_emit_read_value(out, variant->use.type, gen_variant_by_pointer(variant),
                        gen_arena_printf(out->arena, "value->as.%s", variant->c_name), NULL, "");
}

static void read_tagged(struct gen_out *out, const struct gen_type *type)
{
    const char *tag = gen_c_literal(out->arena, type->tag), *otherwise = "";

    gen_out_open(out, "if (!uc_json_tag(r, %s, &tag))", tag);
    gen_out_line(out, "break;");
    out->indent--;
    for (size_t i = 0; i < type->variant_count; i++) {
        const struct gen_variant *variant = &type->variants[i];
        const char *test = "";

        for (size_t t = 0; t < variant->tag_count; t++)
            test = gen_arena_printf(out->arena, "%s%suc_str_is(tag, %s)", test, t ? " || " : "",
                                    gen_c_literal(out->arena, variant->tags[t]));
        if (!variant->tag_count)
            continue;
        gen_out_open(out, "%sif (%s) {", otherwise, test);
        read_variant(out, variant);
        out->indent--;
        otherwise = "} else ";
    }
    gen_out_open(out, "} else {");
    gen_out_line(out, "uc_json_tag_refuse(r, %s, %s);", tag, gen_c_literal(out->arena, tags_text(out->arena, type)));
    gen_out_close(out, "}");
}

static void emit_read(struct gen_out *out, const struct gen_type *type)
{
    bool tagged = false;

    gen_out_blank(out);
    gen_emit_read_signature(out, type, "");
    gen_out_open(out, "{");
    gen_out_line(out, "size_t before = r->violations->count;");
    if (type->tag)
        gen_out_line(out, "struct uc_str tag;");
    gen_out_blank(out);
    gen_out_line(out, "memset(value, 0, sizeof(*value));");
    gen_out_line(out, "switch (uc_json_peek(r)) {");
    for (size_t i = 0; i < type->variant_count; i++) {
        const struct gen_variant *variant = &type->variants[i];

        if (variant->tag_count && tagged)
            continue;
        gen_out_open(out, "case %s:", json_kind(variant));
        if (variant->tag_count)
            read_tagged(out, type);
        else
            read_variant(out, variant);
        tagged |= variant->tag_count;
        gen_out_line(out, "break;");
        out->indent--;
    }
    gen_out_open(out, "default:");
    gen_out_open(out, "if (uc_json_skip(r))");
    gen_out_line(out, "uc_json_violation(r, %s);", gen_c_literal(out->arena, kinds_text(out->arena, type)));
    out->indent -= 2;
    gen_out_line(out, "}");
    gen_out_line(out, "return !r->error && r->violations->count == before;");
    gen_out_close(out, "}");
}

static void emit_write(struct gen_out *out, const struct gen_type *type)
{
    gen_emit_write_head(out, type);
    gen_out_line(out, "switch (value->kind) {");
    for (size_t i = 0; i < type->variant_count; i++) {
        const struct gen_variant *variant = &type->variants[i];
        const char *place = gen_arena_printf(out->arena, "value->as.%s", variant->c_name);
        bool pointer = gen_variant_by_pointer(variant);

        gen_out_open(out, "case %s:", variant->enumerator);
        if (pointer) {
            gen_out_open(out, "if (!%s)", place);
            gen_out_line(out, "break;");
            out->indent--;
        }
        gen_emit_write_value(out, type, variant->use.type, pointer, place);
        gen_out_line(out, "return;");
        out->indent--;
    }
    gen_out_line(out, "}");
    gen_out_line(out, "uc_json_write_null(w); /* never set: better no value than a wrong one */");
    gen_out_close(out, "}");
}

void gen_emit_union_set_signature(struct gen_out *out, const struct gen_type *type, const struct gen_variant *variant,
                                  const char *end)
{
    const char *c_type = gen_c_type(out->arena, variant->use.type);
    bool pointer = gen_variant_by_pointer(variant);
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *choice", type->c_name),
                                pointer ? "struct uc_arena *arena" : gen_arena_printf(out->arena, "%s value", c_type)};

    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "%s%s_set_%s",
                                        pointer ? gen_arena_printf(out->arena, "%s *", c_type) : "void ", type->c_name,
                                        variant->c_name),
                       parameters, 2, end);
}

static const struct gen_member *tag_member(const struct gen_type *type, const struct gen_variant *variant)
{
    const struct gen_type *object = variant->use.type;

    for (size_t i = 0; type->tag && i < object->member_count; i++)
        if (!strcmp(object->members[i].json_name, type->tag))
            return &object->members[i];
    return NULL;
}

/* The member that tells is set with the choice, so that nobody can forget it. */
static void set_tag(struct gen_out *out, const struct gen_type *type, const struct gen_variant *variant)
{
    const struct gen_member *member = tag_member(type, variant);
    const char *place, *value = NULL;

    if (!member || !variant->tag_count)
        return;
    place = gen_arena_printf(out->arena, "choice->as.%s->%s", variant->c_name, member->c_name);
    if (member->use.type->kind == GEN_STRING)
        value = gen_arena_printf(out->arena, "uc_str(%s)", gen_c_literal(out->arena, variant->tags[0]));
    for (size_t i = 0; i < member->use.type->enumerator_count; i++)
        if (!strcmp(member->use.type->enumerators[i].value, variant->tags[0]))
            value = member->use.type->enumerators[i].c_name;
    if (!value)
        return;
    gen_out_open(out, "if (choice->as.%s) {", variant->c_name);
    if (gen_has_state(member))
        gen_out_line(out, "%s.state = UC_VALUE;", place);
    gen_out_line(out, "%s%s = %s;", place, gen_has_state(member) ? ".value" : "", value);
    gen_out_close(out, "}");
}

static void emit_set(struct gen_out *out, const struct gen_type *type, const struct gen_variant *variant)
{
    bool pointer = gen_variant_by_pointer(variant);

    gen_out_blank(out);
    gen_emit_union_set_signature(out, type, variant, "");
    gen_out_open(out, "{");
    gen_out_line(out, "choice->kind = %s;", variant->enumerator);
    if (!pointer) {
        gen_out_line(out, "choice->as.%s = value;", variant->c_name);
    } else {
        gen_out_line(out, "choice->as.%s = %s_new(arena);", variant->c_name, variant->use.type->c_name);
        set_tag(out, type, variant);
        gen_out_line(out, "return choice->as.%s;", variant->c_name);
    }
    gen_out_close(out, "}");
}

void gen_emit_union_codec(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "struct %s *%s_new(struct uc_arena *arena)", type->c_name, type->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "return uc_arena_alloc(arena, sizeof(struct %s));", type->c_name);
    gen_out_close(out, "}");
    for (size_t i = 0; i < type->variant_count; i++)
        emit_set(out, type, &type->variants[i]);
    emit_read(out, type);
    emit_write(out, type);
}
