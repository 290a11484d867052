/* SPDX-License-Identifier: MIT */
/* Patterns as tables (uc/pattern.h). */
#include <string.h>

#include "emit/emit.h"

#define COLUMNS 116

/* The values of a table, as many a line as fit. */
struct row {
    struct gen_out *out;
    size_t column;
};

static void value(struct row *row, unsigned long number)
{
    const char *text = gen_arena_printf(row->out->arena, "%lu,", number);
    size_t len = strlen(text);

    if (row->column + len + 1 > COLUMNS || row->column == 0) {
        gen_out_text(row->out, row->column ? "\n    " : "    ");
        row->column = 4;
    } else {
        gen_out_text(row->out, " ");
        row->column++;
    }
    gen_out_text(row->out, text);
    row->column += len;
}

static void begin(struct row *row, struct gen_out *out, const char *type, const char *name, size_t program,
                  const char *what)
{
    *row = (struct row){.out = out};
    gen_out_printf(out, "static const %s %s_%s_%zu[] = {\n", type, name, what, program);
}

static void end(struct row *row)
{
    gen_out_text(row->out, "\n};\n");
}

static void emit_tables(struct gen_out *out, const char *name, size_t index, const struct gen_pattern_program *program)
{
    struct row row;

    begin(&row, out, "uint8_t", name, index, "ascii");
    for (size_t i = 0; i < 128; i++)
        value(&row, program->ascii[i]);
    end(&row);
    begin(&row, out, "uint32_t", name, index, "starts");
    for (size_t i = 0; i < program->range_count; i++)
        value(&row, program->starts[i]);
    end(&row);
    begin(&row, out, "uint8_t", name, index, "kinds");
    for (size_t i = 0; i < program->range_count; i++)
        value(&row, program->kinds[i]);
    end(&row);
    begin(&row, out, "uint16_t", name, index, "next");
    for (size_t i = 0; i < program->state_count * (program->kind_count + 1); i++)
        value(&row, program->next[i]);
    end(&row);
}

void gen_emit_patterns(struct gen_out *out, const struct gen_contract *contract)
{
    for (size_t i = 0; i < contract->pattern_count; i++) {
        const struct gen_named_pattern *named = contract->patterns[i];
        const struct gen_pattern *pattern = &named->pattern;

        gen_out_blank(out);
        gen_out_comment(out, pattern->text);
        for (size_t p = 0; p < pattern->program_count; p++)
            emit_tables(out, named->c_name, p, &pattern->programs[p]);
        gen_out_open(out, "static const struct uc_pattern_program %s_programs[] = {", named->c_name);
        for (size_t p = 0; p < pattern->program_count; p++)
            gen_out_line(out, "{%s_ascii_%zu, %s_starts_%zu, %s_kinds_%zu, %s_next_%zu, %zu, %zu, %s},", named->c_name, p,
                         named->c_name, p, named->c_name, p, named->c_name, p, pattern->programs[p].range_count,
                         pattern->programs[p].kind_count, pattern->programs[p].wanted ? "true" : "false");
        gen_out_close(out, "};");
        gen_out_line(out, "const struct uc_pattern %s = {%s_programs, %zu};", named->c_name, named->c_name,
                     pattern->program_count);
    }
}

void gen_emit_pattern_declarations(struct gen_out *out, const struct gen_contract *contract)
{
    if (contract->pattern_count)
        gen_out_blank(out);
    for (size_t i = 0; i < contract->pattern_count; i++)
        gen_out_line(out, "extern const struct uc_pattern %s;", contract->patterns[i]->c_name);
}
