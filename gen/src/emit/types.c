/* SPDX-License-Identifier: MIT */
/* Declarations of a contract's types: what user code sees of its schemas. */
#include "emit/emit.h"

static void heading(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    if (type->schema_name && type->description)
        gen_out_comment(
            out, gen_arena_printf(out->arena, "%s: %s", type->schema_name, type->description));
    else
        gen_out_comment(out, type->description ? type->description : type->schema_name);
}

static void emit_enum(struct gen_out *out, const struct gen_type *type)
{
    heading(out, type);
    gen_out_open(out, "enum %s {", type->c_name);
    for (size_t i = 0; i < type->enumerator_count; i++)
        gen_out_line(out, "%s%s,", type->enumerators[i].c_name, i ? "" : " = 1");
    gen_out_close(out, "};");
}

static void emit_array(struct gen_out *out, const struct gen_type *type)
{
    heading(out, type);
    gen_out_open(out, "struct %s {", type->c_name);
    gen_out_line(out, "%s *items;", gen_c_element(out->arena, type));
    gen_out_line(out, "size_t count, capacity;");
    gen_out_close(out, "};");
}

static void emit_map(struct gen_out *out, const struct gen_type *type)
{
    heading(out, type);
    gen_out_open(out, "struct %s {", type->c_name);
    gen_out_line(out, "struct %s_entry *items; /* each name once */", type->c_name);
    gen_out_line(out, "size_t count, capacity;");
    gen_out_close(out, "};");
}

static void emit_union(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_open(out, "enum %s_kind {", type->c_name);
    for (size_t i = 0; i < type->variant_count; i++)
        gen_out_line(out, "%s%s,", type->variants[i].enumerator, i ? "" : " = 1");
    gen_out_close(out, "};");
    heading(out, type);
    gen_out_open(out, "struct %s {", type->c_name);
    gen_out_line(out, "enum %s_kind kind;", type->c_name);
    gen_out_open(out, "union {");
    for (size_t i = 0; i < type->variant_count; i++) {
        const struct gen_variant *variant = &type->variants[i];

        gen_out_line(out, "%s %s%s;%s", gen_c_type(out->arena, variant->use.type),
                     gen_variant_by_pointer(variant) ? "*" : "", variant->c_name,
                     variant->use.type->kind == GEN_RAW ? " /* JSON text */" : "");
    }
    gen_out_close(out, "} as;");
    gen_out_close(out, "};");
}

/* What lists point to; they hold values of any type, so these come when all are declared. */
static void emit_item(struct gen_out *out, const struct gen_type *type)
{
    bool map = type->kind == GEN_MAP;

    if (!map && !(type->kind == GEN_ARRAY && type->item.nullable))
        return;
    gen_out_blank(out);
    gen_out_open(out, "struct %s_%s {", type->c_name, map ? "entry" : "element");
    if (map)
        gen_out_line(out, "struct uc_str name;");
    if (type->item.nullable)
        gen_out_line(out, "enum uc_presence state; /* UC_VALUE or UC_NULL */");
    gen_out_line(out, "%s value;%s", gen_c_type(out->arena, type->item.type),
                 type->item.type->kind == GEN_RAW ? " /* JSON text */" : "");
    gen_out_close(out, "};");
}

/* What the C type does not tell; or NULL. */
static const char *remark_of(struct gen_arena *arena, const struct gen_member *member)
{
    const char *raw = member->use.type->kind == GEN_RAW ? "JSON text" : NULL;
    const char *direction = member->use.read_only    ? "in answers only"
                            : member->use.write_only ? "in requests only"
                                                     : NULL;

    if (member->use.type->choice_count && member->use.type->kind != GEN_ENUM)
        raw = gen_arena_printf(arena, "%s%s%s", raw ? raw : "", raw ? "; " : "", gen_choices(arena, member->use.type));
    return raw && direction ? gen_arena_printf(arena, "%s, %s", raw, direction) : raw ? raw : direction;
}

static void emit_object(struct gen_out *out, const struct gen_type *type)
{
    heading(out, type);
    gen_out_open(out, "struct %s {", type->c_name);
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_member *member = &type->members[i];
        const char *remark = remark_of(out->arena, member);

        gen_out_comment(out, member->description && remark
                                 ? gen_arena_printf(out->arena, "%s (%s)", member->description, remark)
                             : remark ? remark
                                      : member->description);
        gen_out_line(out, "%s;", gen_c_member(out->arena, member));
    }
    if (type->extra) {
        gen_out_comment(out, "members with other names");
        gen_out_line(out, "struct %s extra;", type->extra->c_name);
    }
    gen_out_close(out, "};");
}

static void emit_setters(struct gen_out *out, const struct gen_type *type)
{
    for (size_t i = 0; i < type->member_count; i++) {
        const struct gen_member *member = &type->members[i];
        const char *name = member->c_name;
        const char *star = member->by_pointer ? "*" : "";
        const char *parameters[2];

        if (!gen_has_state(member))
            continue;
        gen_out_blank(out);
        parameters[0] = gen_arena_printf(out->arena, "struct %s *object", type->c_name);
        parameters[1] = gen_arena_printf(out->arena, "%s %svalue",
                                         gen_c_type(out->arena, member->use.type), star);
        gen_emit_signature(
            out, gen_arena_printf(out->arena, "static inline void %s_set_%s", type->c_name, name),
            parameters, 2, "");
        gen_out_open(out, "{");
        gen_out_line(out, "object->%s.state = UC_VALUE;", name);
        gen_out_line(out, "object->%s.value = value;", name);
        gen_out_close(out, "}");
        if (member->use.nullable) {
            gen_out_blank(out);
            gen_out_line(out, "static inline void %s_set_%s_null(struct %s *object)", type->c_name,
                         name, type->c_name);
            gen_out_open(out, "{");
            gen_out_line(out, "object->%s.state = UC_NULL;", name);
            gen_out_close(out, "}");
        }
        if (!member->required) {
            gen_out_blank(out);
            gen_out_line(out, "static inline void %s_clear_%s(struct %s *object)", type->c_name,
                         name, type->c_name);
            gen_out_open(out, "{");
            gen_out_line(out, "object->%s.state = UC_ABSENT;", name);
            gen_out_close(out, "}");
        }
    }
}

static void codec_prototypes(struct gen_out *out, const struct gen_type *type)
{
    gen_emit_read_signature(out, type, ";");
    gen_emit_write_signature(out, type, false, ";");
}

static void enum_functions(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "/* The value's text in JSON, static; NULL when it is none of the enum. */");
    gen_out_line(out, "const char *%s_text(enum %s value);", type->c_name, type->c_name);
    gen_out_line(out, "/* False, and *value as it was, when the text names no value. */");
    gen_out_line(out, "bool %s_parse(struct uc_str text, enum %s *value);", type->c_name,
                 type->c_name);
    codec_prototypes(out, type);
}

static void array_functions(struct gen_out *out, const struct gen_type *type)
{
    const struct gen_type *item = type->item.type;
    bool pointer = item->kind > GEN_RAW || type->item.nullable;
    const char *c_type = gen_c_element(out->arena, type);
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *array", type->c_name),
                                "struct uc_arena *arena",
                                gen_arena_printf(out->arena, "%s value", c_type)};

    gen_out_blank(out);
    if (pointer)
        gen_out_line(out, "/* One more element, %s, good until the next is added; NULL: the "
                          "arena is full. */",
                     type->item.nullable ? "null" : "zeroed");
    else
        gen_out_line(out, "/* Append; false: the arena is full. */");
    gen_emit_signature(
        out,
        gen_arena_printf(out->arena, "%s%s_add",
                         pointer ? gen_arena_printf(out->arena, "%s *", c_type) : "bool ",
                         type->c_name),
        parameters, pointer ? 2 : 3, ";");
    codec_prototypes(out, type);
}

static void map_functions(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "/* The %s of this name, good until another is set; NULL: there is none. */",
                 type->item.nullable ? "entry" : "value");
    gen_emit_map_get_signature(out, type, ";");
    if (type->item.nullable)
        gen_out_line(out, "/* The entry of this name, null, a new one if there is none; NULL: the arena is full. */");
    else if (type->item.type->kind > GEN_RAW)
        gen_out_line(out, "/* The value of this name, a zeroed one if there is none; NULL: the arena is full. */");
    else
        gen_out_line(out, "/* Add, or replace; borrows the name's bytes. False: the arena is full. */");
    gen_emit_map_set_signature(out, type, ";");
    codec_prototypes(out, type);
}

static void union_functions(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "/* Zeroed: nothing is chosen. NULL: the arena is full. */");
    gen_out_line(out, "struct %s *%s_new(struct uc_arena *arena);", type->c_name, type->c_name);
    gen_out_line(out, "/* Choose. An object is zeroed, but for the member that tells what it is; NULL: the arena is full. */");
    for (size_t i = 0; i < type->variant_count; i++)
        gen_emit_union_set_signature(out, type, &type->variants[i], ";");
    codec_prototypes(out, type);
}

static void object_functions(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "/* Zeroed: optional members are absent. NULL: the arena is full. */");
    gen_out_line(out, "struct %s *%s_new(struct uc_arena *arena);", type->c_name, type->c_name);
    codec_prototypes(out, type);
}

void gen_emit_types(struct gen_out *out, const struct gen_contract *contract)
{
    gen_emit_pattern_declarations(out, contract);
    for (size_t i = 0; i < contract->type_count; i++) {
        const struct gen_type *type = contract->types[i];

        if (type->kind != GEN_ENUM)
            gen_out_line(out, "struct %s;", type->c_name);
        if (type->kind == GEN_MAP)
            gen_out_line(out, "struct %s_entry;", type->c_name);
        else if (type->kind == GEN_ARRAY && type->item.nullable)
            gen_out_line(out, "struct %s_element;", type->c_name);
    }
    for (size_t i = 0; i < contract->type_count; i++) {
        const struct gen_type *type = contract->types[i];

        if (type->kind == GEN_ENUM)
            emit_enum(out, type);
        else if (type->kind == GEN_ARRAY)
            emit_array(out, type);
        else if (type->kind == GEN_MAP)
            emit_map(out, type);
        else if (type->kind == GEN_UNION)
            emit_union(out, type);
        else
            emit_object(out, type);
    }
    for (size_t i = 0; i < contract->type_count; i++)
        emit_item(out, contract->types[i]);
    for (size_t i = 0; i < contract->type_count; i++) {
        const struct gen_type *type = contract->types[i];

        if (type->kind == GEN_ENUM)
            enum_functions(out, type);
        else if (type->kind == GEN_ARRAY)
            array_functions(out, type);
        else if (type->kind == GEN_MAP)
            map_functions(out, type);
        else if (type->kind == GEN_UNION)
            union_functions(out, type);
        else
            object_functions(out, type);
        emit_setters(out, type);
    }
}
