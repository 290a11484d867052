/* SPDX-License-Identifier: MIT */
/* All codecs of a contract, and the few helpers that they share. */
#include "emit/emit.h"

static const char write_free[] =
    "\n"
    "static void write_free(struct uc_json_writer *w, struct uc_str value, const char *otherwise)\n"
    "{\n"
    "    uc_json_write_raw(w, value.data ? value : uc_str(otherwise));\n"
    "}\n";

static bool is_free(const struct gen_type *type)
{
    return type && type->kind == GEN_RAW;
}

static void emit_helpers(struct gen_out *out, const struct gen_contract *contract)
{
    bool any = false;

    for (size_t i = 0; i < contract->type_count; i++) {
        const struct gen_type *type = contract->types[i];

        any |= is_free(type->item.type);
        for (size_t m = 0; m < type->member_count; m++)
            any |= is_free(type->members[m].use.type);
        for (size_t v = 0; v < type->variant_count; v++)
            any |= is_free(type->variants[v].use.type);
    }
    if (any)
        gen_out_text(out, write_free);
}

/* A recursive type's writer counts how deep it is; these come before all that call them. */
static void declare_recursive(struct gen_out *out, const struct gen_contract *contract)
{
    bool first = true;

    for (size_t i = 0; i < contract->type_count; i++) {
        const struct gen_type *type = contract->types[i];

        if (!type->recursive)
            continue;
        if (first)
            gen_out_blank(out);
        first = false;
        gen_emit_write_signature(out, type, true, ";");
    }
}

static bool is_default(const struct gen_contract *contract, const struct gen_type *wanted)
{
    for (size_t i = 0; i < contract->type_count; i++)
        for (size_t m = 0; m < contract->types[i]->member_count; m++)
            if (contract->types[i]->members[m].use.type == wanted && gen_reads_default(&contract->types[i]->members[m]))
                return true;
    return false;
}

/* Readers of what stands in place of absent members, as uc_json_aside() takes them. */
static void emit_default_readers(struct gen_out *out, const struct gen_contract *contract)
{
    for (size_t i = 0; i < contract->type_count; i++) {
        const char *name = contract->types[i]->c_name;

        if (!is_default(contract, contract->types[i]))
            continue;
        gen_out_blank(out);
        gen_out_line(out, "static bool read_%s(struct uc_json_reader *r, void *value)", name);
        gen_out_open(out, "{");
        gen_out_line(out, "return %s_read(r, value);", name);
        gen_out_close(out, "}");
    }
}

void gen_emit_write_head(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_emit_write_signature(out, type, type->recursive, "");
    gen_out_open(out, "{");
    if (!type->recursive)
        return;
    gen_out_open(out, type->kind == GEN_OBJECT ? "if (!value || depth > UC_JSON_DEPTH_MAX) {"
                                               : "if (depth > UC_JSON_DEPTH_MAX) {");
    gen_out_line(out, "w->out->error = -E2BIG; /* a circle, or a branch without an end */");
    gen_out_line(out, "return;");
    gen_out_close(out, "}");
}

static void emit_recursive_entry(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_emit_write_signature(out, type, false, "");
    gen_out_open(out, "{");
    gen_out_line(out, "write_%s(w, value, 0);", type->c_name);
    gen_out_close(out, "}");
}

void gen_emit_codecs(struct gen_out *out, const struct gen_contract *contract)
{
    gen_emit_patterns(out, contract);
    emit_helpers(out, contract);
    declare_recursive(out, contract);
    emit_default_readers(out, contract);
    for (size_t i = 0; i < contract->type_count; i++) {
        const struct gen_type *type = contract->types[i];

        if (type->kind == GEN_ENUM)
            gen_emit_enum_codec(out, type);
        else if (type->kind == GEN_ARRAY)
            gen_emit_array_codec(out, type);
        else if (type->kind == GEN_MAP)
            gen_emit_map_codec(out, type);
        else if (type->kind == GEN_UNION)
            gen_emit_union_codec(out, type);
        else
            gen_emit_object_codec(out, type);
        if (type->recursive)
            emit_recursive_entry(out, type);
    }
}
