/* SPDX-License-Identifier: MIT */
/* The functions that give an operation's answers: a status, its headers, its body. */
#include <string.h>

#include "emit/content.h"

static bool by_handler(const struct gen_response *response)
{
    return response->range || !response->status;
}

static void emit_signature(struct gen_out *out, const struct gen_operation *op,
                           const struct gen_response *response, size_t index, const char *end)
{
    const struct gen_contents *contents = &response->contents;
    const struct gen_content *content = contents->count ? &contents->items[index] : NULL;
    const char *parameters[4] = {gen_arena_printf(out->arena, "struct %s *call", op->c_name)};
    size_t count = 1;

    if (by_handler(response))
        parameters[count++] = "int status";
    if (content && content->any && content->media != GEN_MEDIA_JSON)
        parameters[count++] = "const char *content_type";
    if (content)
        parameters[count++] = gen_content_parameter(
            out->arena, content,
            content->type && content->type->kind == GEN_RAW ? "json" : "body");
    else if (response->status >= 400 || !response->status)
        parameters[count++] = "const char *detail";
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "void %s_%s%s", op->c_name, response->c_name,
                                        gen_content_suffix(out->arena, contents, index)),
                       parameters, count, end);
}

/* The status as an expression: a handler's own is held to the range that the contract gives. */
static const char *status_of(struct gen_arena *arena, const struct gen_response *response)
{
    if (!response->status)
        return "uc_answer_status(call->request, status, 200, 599)";
    if (response->range)
        return gen_arena_printf(arena, "uc_answer_status(call->request, status, %d, %d)",
                                response->status, response->status + 99);
    return gen_arena_printf(arena, "%d", response->status);
}

static void emit_json(struct gen_out *out, const struct gen_content *content, const char *status)
{
    const struct gen_type *type = content->type;
    const char *media = content->any ? "application/json" : content->sent_type;
    bool plain = !strcmp(media, "application/json");

    if (type->kind == GEN_RAW) {
        gen_out_line(out, "uc_answer(call->request, %s, %s, json);", status,
                     gen_c_literal(out->arena, media));
        return;
    }
    media = plain ? "NULL" : gen_c_literal(out->arena, media);
    if (gen_is_struct(type)) {
        gen_out_line(out, "%s_write(uc_answer_json_begin(call->request, %s, %s), body);",
                     type->c_name, status, media);
    } else {
        gen_out_line(out, "struct uc_json_writer *w = uc_answer_json_begin(call->request, %s, %s);",
                     status, media);
        gen_out_blank(out);
        gen_emit_write_value(out, type, type, false, "body");
    }
    gen_out_line(out, "uc_answer_json_end(call->request);");
}

static void emit_bodiless(struct gen_out *out, const struct gen_response *response,
                          const char *status)
{
    if (!response->status) {
        gen_out_open(out, "if (status < 400)");
        gen_out_line(out, "uc_answer_empty(call->request, %s);", status);
        out->indent--;
        gen_out_open(out, "else");
        gen_out_line(out, "uc_answer_problem(call->request, %s, detail);", status);
        out->indent--;
    } else if (response->status >= 400) {
        gen_out_line(out, "uc_answer_problem(call->request, %s, detail);", status);
    } else {
        gen_out_line(out, "uc_answer_empty(call->request, %s);", status);
    }
}

static void emit_answer(struct gen_out *out, const struct gen_operation *op,
                        const struct gen_response *response, size_t index)
{
    const struct gen_content *content =
        response->contents.count ? &response->contents.items[index] : NULL;
    const char *status = status_of(out->arena, response);

    gen_out_blank(out);
    emit_signature(out, op, response, index, "");
    gen_out_open(out, "{");
    if (!content)
        emit_bodiless(out, response, status);
    else if (content->media == GEN_MEDIA_JSON)
        emit_json(out, content, status);
    else
        gen_out_line(out, "uc_answer(call->request, %s, %s, body);", status,
                     content->any ? "content_type" : gen_c_literal(out->arena, content->sent_type));
    gen_out_close(out, "}");
}

/* ---- headers */

static void emit_header_signature(struct gen_out *out, const struct gen_operation *op,
                                  const struct gen_response *response,
                                  const struct gen_header *header, const char *end)
{
    const char *parameters[] = {
        gen_arena_printf(out->arena, "struct %s *call", op->c_name),
        gen_arena_printf(out->arena, "%s value", gen_c_type(out->arena, header->type))};

    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "void %s_%s_set_%s", op->c_name,
                                        response->c_name, header->c_name),
                       parameters, 2, end);
}

static const char *header_text(struct gen_arena *arena, const struct gen_type *type)
{
    switch (type->kind) {
    case GEN_STRING:
        return "value";
    case GEN_ENUM:
        return gen_arena_printf(arena, "uc_str(%s_text(value))", type->c_name);
    case GEN_BOOL:
        return "uc_str(value ? \"true\" : \"false\")";
    case GEN_DOUBLE:
        return "uc_arena_printf(call->arena, \"%.17g\", value)";
    default:
        return "uc_arena_printf(call->arena, \"%lld\", (long long)value)";
    }
}

static void emit_header(struct gen_out *out, const struct gen_operation *op,
                        const struct gen_response *response, const struct gen_header *header)
{
    gen_out_blank(out);
    emit_header_signature(out, op, response, header, "");
    gen_out_open(out, "{");
    gen_out_line(out, "uc_answer_header(call->request, %s, %s);",
                 gen_c_literal(out->arena, header->name), header_text(out->arena, header->type));
    gen_out_close(out, "}");
}

/* ---- all of an operation's */

void gen_emit_answers(struct gen_out *out, const struct gen_operation *op)
{
    for (size_t r = 0; r < op->response_count; r++) {
        const struct gen_response *response = &op->responses[r];

        for (size_t i = 0; i < response->header_count; i++)
            emit_header(out, op, response, &response->headers[i]);
        for (size_t i = 0; i < response->contents.count || i == 0; i++)
            emit_answer(out, op, response, i);
    }
}

void gen_emit_answer_prototypes(struct gen_out *out, const struct gen_operation *op)
{
    for (size_t r = 0; r < op->response_count; r++) {
        const struct gen_response *response = &op->responses[r];

        for (size_t i = 0; i < response->header_count; i++) {
            const struct gen_header *header = &response->headers[i];

            gen_out_comment(out, gen_arena_printf(out->arena, "The header %s, to be set before "
                                                  "the answer%s%s", header->name,
                                                  header->description ? ": " : "",
                                                  header->description ? header->description : ""));
            emit_header_signature(out, op, response, header, ";");
        }
        gen_out_comment(out, response->description);
        for (size_t i = 0; i < response->contents.count || i == 0; i++)
            emit_signature(out, op, response, i, ";");
    }
}
