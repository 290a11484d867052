/* SPDX-License-Identifier: MIT */
#include "emit/emit.h"

static void emit_text(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "const char *%s_text(enum %s value)", type->c_name, type->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "switch (value) {");
    for (size_t i = 0; i < type->enumerator_count; i++) {
        gen_out_open(out, "case %s:", type->enumerators[i].c_name);
        gen_out_line(out, "return %s;", gen_c_literal(out->arena, type->enumerators[i].value));
        out->indent--;
    }
    gen_out_line(out, "}");
    gen_out_line(out, "return NULL;");
    gen_out_close(out, "}");
}

static void emit_parse(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "bool %s_parse(struct uc_str text, enum %s *value)", type->c_name,
                 type->c_name);
    gen_out_open(out, "{");
    for (size_t i = 0; i < type->enumerator_count; i++) {
        gen_out_open(out, "%sif (uc_str_is(text, %s))", i ? "else " : "",
                     gen_c_literal(out->arena, type->enumerators[i].value));
        gen_out_line(out, "*value = %s;", type->enumerators[i].c_name);
        out->indent--;
    }
    gen_out_open(out, "else");
    gen_out_line(out, "return false;");
    out->indent--;
    gen_out_line(out, "return true;");
    gen_out_close(out, "}");
}

static void emit_read(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "bool %s_read(struct uc_json_reader *r, enum %s *value)", type->c_name,
                 type->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "struct uc_str text;");
    gen_out_blank(out);
    gen_out_open(out, "if (!uc_json_string(r, &text))");
    gen_out_line(out, "return false;");
    out->indent--;
    gen_out_open(out, "if (%s_parse(text, value))", type->c_name);
    gen_out_line(out, "return true;");
    out->indent--;
    gen_out_line(out, "uc_json_violation(r, \"%%s\", %s);", gen_c_choices(out->arena, type));
    gen_out_line(out, "return false;");
    gen_out_close(out, "}");
}

static void emit_write(struct gen_out *out, const struct gen_type *type)
{
    gen_out_blank(out);
    gen_out_line(out, "void %s_write(struct uc_json_writer *w, enum %s value)", type->c_name,
                 type->c_name);
    gen_out_open(out, "{");
    if (type->enumerator_count == 1) { /* there is nothing to choose, so nobody needs to */
        gen_out_line(out, "(void)value;");
        gen_out_line(out, "uc_json_write_string(w, uc_str(%s));", gen_c_literal(out->arena, type->enumerators[0].value));
        gen_out_close(out, "}");
        return;
    }
    gen_out_line(out, "const char *text = %s_text(value);", type->c_name);
    gen_out_blank(out);
    gen_out_open(out, "if (text)");
    gen_out_line(out, "uc_json_write_string(w, uc_str(text));");
    out->indent--;
    gen_out_open(out, "else");
    gen_out_line(out, "uc_json_write_null(w); /* never set: better no value than a wrong one */");
    out->indent--;
    gen_out_close(out, "}");
}

void gen_emit_enum_codec(struct gen_out *out, const struct gen_type *type)
{
    emit_text(out, type);
    emit_parse(out, type);
    emit_read(out, type);
    emit_write(out, type);
}
