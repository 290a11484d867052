/* SPDX-License-Identifier: MIT */
/* The functions that give an operation's answers: a status, its headers, its body. */
#include <string.h>

#include "emit/content.h"

static bool by_handler(const struct gen_response *response)
{
    return response->range || !response->status;
}

static bool in_parts(const struct gen_content *content)
{
    return content && (content->stream || content->media == GEN_MEDIA_EVENTS);
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
    if (in_parts(content) && content->media != GEN_MEDIA_EVENTS)
        parameters[count++] = "int64_t length";
    if (content && !in_parts(content))
        parameters[count++] = gen_content_parameter(
            out->arena, content,
            content->type && content->type->kind == GEN_RAW ? "json" : "body");
    else if (!content && (response->status >= 400 || !response->status))
        parameters[count++] = "const char *detail";
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "void %s_%s%s%s", op->c_name, response->c_name,
                                        gen_content_suffix(out->arena, contents, index),
                                        in_parts(content) ? "_begin" : ""),
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

/* ---- events */

static void emit_send_signature(struct gen_out *out, const struct gen_operation *op,
                                const struct gen_response *response, size_t index, const char *end)
{
    const struct gen_content *content = &response->contents.items[index];
    const char *parameters[] = {
        gen_arena_printf(out->arena, "struct %s *call", op->c_name), "const char *event",
        gen_content_parameter(out->arena, content,
                              content->type && content->type->kind == GEN_RAW ? "json" : "data")};

    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "int %s_%s%s_send", op->c_name,
                                        response->c_name,
                                        gen_content_suffix(out->arena, &response->contents, index)),
                       parameters, 3, end);
}

static void emit_end_signature(struct gen_out *out, const struct gen_operation *op,
                               const struct gen_response *response, size_t index, const char *end)
{
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *call", op->c_name)};

    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "void %s_%s%s_end", op->c_name,
                                        response->c_name,
                                        gen_content_suffix(out->arena, &response->contents, index)),
                       parameters, 1, end);
}

static void emit_send(struct gen_out *out, const struct gen_type *type)
{
    if (!type || type->kind == GEN_RAW) {
        gen_out_line(out, "return uc_answer_event(call->request, event, NULL, %s);",
                     type ? "json" : "data");
        return;
    }
    gen_out_line(out, "struct uc_json_writer writer, *w = &writer;");
    gen_out_line(out, "struct uc_buf json;");
    gen_out_line(out, "int err;");
    gen_out_blank(out);
    gen_out_line(out, "uc_buf_init(&json, UC_ANSWER_MAX_BYTES);");
    gen_out_line(out, "uc_json_writer_init(w, &json);");
    if (gen_is_struct(type))
        gen_out_line(out, "%s_write(w, data);", type->c_name);
    else
        gen_emit_write_value(out, type, type, false, "data");
    gen_out_line(out, "err = json.error;");
    gen_out_open(out, "if (!err)");
    gen_out_line(out, "err = uc_answer_event(call->request, event, NULL, uc_str_of(json.data, json.len));");
    out->indent--;
    gen_out_line(out, "uc_buf_deinit(&json);");
    gen_out_line(out, "return err;");
}

static void emit_events(struct gen_out *out, const struct gen_operation *op,
                        const struct gen_response *response, size_t index)
{
    gen_out_blank(out);
    emit_send_signature(out, op, response, index, "");
    gen_out_open(out, "{");
    emit_send(out, response->contents.items[index].type);
    gen_out_close(out, "}");
    gen_out_blank(out);
    emit_end_signature(out, op, response, index, "");
    gen_out_open(out, "{");
    gen_out_line(out, "uc_answer_end(call->request);");
    gen_out_close(out, "}");
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
    else if (content->media == GEN_MEDIA_EVENTS)
        gen_out_line(out, "uc_answer_events_begin(call->request, %s);", status);
    else if (content->media == GEN_MEDIA_JSON)
        emit_json(out, content, status);
    else if (content->stream)
        gen_out_line(out, "uc_answer_stream_begin(call->request, %s, %s, length);", status,
                     content->any ? "content_type" : gen_c_literal(out->arena, content->sent_type));
    else
        gen_out_line(out, "uc_answer(call->request, %s, %s, body);", status,
                     content->any ? "content_type" : gen_c_literal(out->arena, content->sent_type));
    gen_out_close(out, "}");
    if (content && content->media == GEN_MEDIA_EVENTS)
        emit_events(out, op, response, index);
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
        return gen_arena_printf(arena, "uc_str(%s)", gen_c_double_text(arena, "value"));
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

static void emit_prototypes(struct gen_out *out, const struct gen_operation *op,
                            const struct gen_response *response, size_t index)
{
    const struct gen_content *content =
        response->contents.count ? &response->contents.items[index] : NULL;

    if (content && content->stream)
        gen_out_comment(out, "Its body follows: uc_answer_write(call->request, ...), then "
                             "uc_answer_end(). The length is -1 when it is not known.");
    emit_signature(out, op, response, index, ";");
    if (!content || content->media != GEN_MEDIA_EVENTS)
        return;
    gen_out_comment(out, "An event, whose name may be NULL. 0 or 1: sent. -ENOBUFS: the reader is slow, and it "
                         "was dropped. -ECANCELED: the reader has gone; see uc_answer_on().");
    emit_send_signature(out, op, response, index, ";");
    emit_end_signature(out, op, response, index, ";");
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
            emit_prototypes(out, op, response, i);
    }
}
