/* SPDX-License-Identifier: MIT */
/* Header fields of an answer into the result of a call. */
#include "emit/client.h"

bool gen_reads_heads(const struct gen_operation *op)
{
    for (size_t i = 0; i < op->response_count; i++)
        if (op->responses[i].header_count)
            return true;
    return false;
}

static void read_value(struct gen_out *out, const struct gen_header *header, const char *lvalue)
{
    const struct gen_type *type = header->type;
    const char *name = gen_c_literal(out->arena, header->name);
    const char *report =
        gen_arena_printf(out->arena, "uc_violation_add(&bad, UC_IN_HEADER, uc_str(%s), ", name);

    if (type->kind == GEN_STRING) {
        gen_out_line(out, "%s = text;", lvalue);
        gen_emit_checks(out, type, lvalue, "text", report);
    } else if (type->kind == GEN_ENUM) {
        gen_out_open(out, "if (!%s_parse(text, &%s))", type->c_name, lvalue);
        gen_out_line(out, "%s\"%%s\", %s);", report, gen_c_choices(out->arena, type));
        out->indent--;
    } else if (!gen_has_checks(type)) {
        gen_out_line(out, "%s(&bad, UC_IN_HEADER, %s, text, &%s);", gen_parse_function(type), name,
                     lvalue);
    } else {
        gen_out_open(out, "if (%s(&bad, UC_IN_HEADER, %s, text, &%s)) {", gen_parse_function(type),
                     name, lvalue);
        gen_emit_checks(out, type, lvalue, "text", report);
        gen_out_close(out, "}");
    }
}

static void read_header(struct gen_out *out, const struct gen_response *response,
                        const struct gen_header *header)
{
    const char *place =
        gen_arena_printf(out->arena, "result->headers_%s.%s", response->c_name, header->c_name);

    gen_out_open(out, "if (uc_client_answer_header(answer, %s, &text)) {",
                 gen_c_literal(out->arena, header->name));
    gen_out_line(out, "%s.state = UC_VALUE;", place);
    read_value(out, header, gen_arena_printf(out->arena, "%s.value", place));
    if (header->required) {
        out->indent--;
        gen_out_open(out, "} else {");
        gen_out_line(out, "uc_violation_add(&bad, UC_IN_HEADER, uc_str(%s), \"is required\");",
                     gen_c_literal(out->arena, header->name));
    }
    gen_out_close(out, "}");
}

void gen_emit_client_head(struct gen_out *out, const struct gen_operation *op,
                          const struct gen_response *response, const char *name)
{
    const char *parameters[] = {
        "const struct uc_client_answer *answer",
        gen_arena_printf(out->arena, "struct %s_result *result", op->c_name)};

    if (!response->header_count)
        return;
    gen_out_blank(out);
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "static void read_%s_%s_head", name,
                                        response->c_name),
                       parameters, 2, "");
    gen_out_open(out, "{");
    gen_out_line(out, "struct uc_violations bad;");
    gen_out_line(out, "struct uc_str text;");
    gen_out_blank(out);
    gen_out_line(out, "uc_violations_init(&bad, answer->arena);");
    for (size_t i = 0; i < response->header_count; i++)
        read_header(out, response, &response->headers[i]);
    gen_out_open(out, "if (bad.count && result->status) {");
    gen_out_line(out, "result->status = 0;");
    gen_out_line(out, "result->error = -EBADMSG;");
    gen_out_line(out, "result->detail = broken_head(answer->arena, &bad);");
    gen_out_close(out, "}");
    gen_out_close(out, "}");
}
