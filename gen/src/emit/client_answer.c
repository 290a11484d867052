/* SPDX-License-Identifier: MIT */
#include "emit/client.h"

/* The reader's locals and its call, for one kind of value. */
static void emit_json(struct gen_out *out, const struct gen_content *content)
{
    const struct gen_type *type = content->type;
    const char *to = gen_arena_printf(out->arena, "result->%s", content->member);
    bool state = gen_needs_state(content);

    gen_out_line(out, "struct uc_violations bad;");
    gen_out_line(out, "struct uc_json_reader reader, *r = &reader;");
    gen_out_blank(out);
    gen_out_line(out, "uc_violations_init(&bad, answer->arena);");
    gen_out_line(out, "uc_json_reader_init(r, answer->body, answer->arena, &bad);");
    if (gen_is_struct(type)) {
        gen_out_line(out, "%s = uc_arena_alloc(answer->arena, sizeof(*%s));", to, to);
        gen_out_open(out, "if (!%s) {", to);
        gen_out_line(out, "result->status = 0;");
        gen_out_line(out, "result->error = -ENOMEM;");
        gen_out_line(out, "result->detail = uc_client_error_text(-ENOMEM);");
        gen_out_line(out, "return;");
        gen_out_close(out, "}");
        gen_out_line(out, "%s_read(r, %s);", type->c_name, to);
    } else if (type->kind == GEN_RAW) {
        gen_out_line(out, "%s;", gen_c_read_raw(out->arena, type, "r", to));
    } else {
        gen_emit_read_value(out, type, false,
                            state ? gen_arena_printf(out->arena, "%s.value", to) : to,
                            state ? gen_arena_printf(out->arena, "%s.state", to) : NULL, "");
    }
    gen_out_open(out, "if (uc_json_finish(r) || bad.count) {");
    gen_out_line(out, "result->status = 0;");
    gen_out_line(out, "result->error = -EBADMSG;");
    gen_out_line(out, "result->detail = broken_contract(answer->arena, r, &bad);");
    if (state)
        gen_out_line(out, "%s.state = UC_ABSENT;", to);
    else
        gen_out_line(out, gen_is_struct(type) ? "%s = NULL;" : "%s = uc_str(NULL);", to);
    gen_out_close(out, "}");
}

static void emit_read(struct gen_out *out, const struct gen_operation *op,
                      const struct gen_response *response, size_t index, const char *name)
{
    const struct gen_content *content = &response->contents.items[index];
    const char *parameters[] = {
        "const struct uc_client_answer *answer",
        gen_arena_printf(out->arena, "struct %s_result *result", op->c_name)};

    if (content->media != GEN_MEDIA_JSON)
        return;
    gen_out_blank(out);
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "static void read_%s_%s%s", name,
                                        response->c_name,
                                        gen_content_suffix(out->arena, &response->contents, index)),
                       parameters, 2, "");
    gen_out_open(out, "{");
    emit_json(out, content);
    gen_out_close(out, "}");
}

/* Text and bytes go over as they are; JSON is read. */
static void emit_take(struct gen_out *out, const struct gen_response *response, size_t index,
                      const char *name)
{
    const struct gen_content *content = &response->contents.items[index];

    if (content->media == GEN_MEDIA_JSON)
        gen_out_line(out, "read_%s_%s%s(answer, result);", name, response->c_name,
                     gen_content_suffix(out->arena, &response->contents, index));
    else
        gen_out_line(out, "result->%s = answer->body;", content->member);
}

/*
 * What came is decided by its type where several are declared; and where a range is, for
 * a problem that the framework itself tells is not what the contract describes there.
 */
static void emit_contents(struct gen_out *out, const struct gen_response *response,
                          const char *name, bool careful)
{
    if (!response->contents.count) {
        gen_out_line(out, "result->detail = problem_detail(answer);");
        return;
    }
    if (response->contents.count == 1 && !careful) {
        emit_take(out, response, 0, name);
        return;
    }
    for (size_t i = 0; i < response->contents.count; i++) {
        gen_out_open(out, "%sif (uc_media_type_is(answer->content_type, %s))", i ? "else " : "",
                     gen_c_literal(out->arena, response->contents.items[i].media_type));
        emit_take(out, response, i, name);
        out->indent--;
    }
    gen_out_open(out, "else");
    gen_out_line(out, "result->detail = problem_detail(answer);");
    out->indent--;
}

static bool is_read(const struct gen_response *response)
{
    return response->contents.count || response->header_count;
}

static void emit_answer(struct gen_out *out, const struct gen_response *response, const char *name,
                        bool careful)
{
    emit_contents(out, response, name, careful);
    if (response->header_count)
        gen_out_line(out, "read_%s_%s_head(answer, result);", name, response->c_name);
}

/* Behind the statuses that are named: ranges, then `default`, then what is not declared. */
static void emit_others(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    bool open = false, all = false;

    for (size_t i = 0; i < op->response_count; i++) {
        const struct gen_response *response = &op->responses[i];

        if ((response->status && !response->range) || !is_read(response))
            continue;
        if (response->range) {
            gen_out_open(out, "%sif (answer->status / 100 == %d) {", open ? "} else " : "",
                         response->status / 100);
        } else if (open) {
            gen_out_open(out, "} else {");
        }
        emit_answer(out, response, name, true);
        open |= response->range;
        all |= !response->range;
        if (open)
            out->indent--;
    }
    if (open && !all) {
        gen_out_open(out, "} else {");
        gen_out_line(out, "result->detail = problem_detail(answer);");
        out->indent--;
    } else if (!all) {
        gen_out_line(out, "result->detail = problem_detail(answer);");
    }
    if (open)
        gen_out_line(out, "}");
}

static void emit_switch(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    gen_out_line(out, "switch (answer->status) {");
    gen_out_open(out, "case 0:");
    gen_out_line(out, "result->detail = uc_client_error_text(answer->error);");
    gen_out_line(out, "break;");
    out->indent--;
    for (size_t i = 0; i < op->response_count; i++) {
        const struct gen_response *response = &op->responses[i];

        if (!is_read(response) || response->range || !response->status)
            continue;
        gen_out_open(out, "case %d:", response->status);
        emit_answer(out, response, name, false);
        gen_out_line(out, "break;");
        out->indent--;
    }
    gen_out_open(out, "default:");
    emit_others(out, op, name);
    gen_out_line(out, "break;");
    out->indent--;
    gen_out_line(out, "}");
}

void gen_emit_client_answer(struct gen_out *out, const struct gen_contract *contract,
                            const struct gen_operation *op)
{
    const char *name = gen_short_name(contract, op);

    gen_out_blank(out);
    gen_out_open(out, "struct pending_%s {", name);
    gen_out_line(out, "%s_fn *done;", op->c_name);
    gen_out_line(out, "void *arg;");
    gen_out_close(out, "};");
    for (size_t i = 0; i < op->response_count; i++)
        for (size_t c = 0; c < op->responses[i].contents.count; c++)
            emit_read(out, op, &op->responses[i], c, name);
    for (size_t i = 0; i < op->response_count; i++)
        gen_emit_client_head(out, op, &op->responses[i], name);
    gen_out_blank(out);
    gen_out_line(out, "static void answered_%s(struct uc_client_answer *answer, void *arg)", name);
    gen_out_open(out, "{");
    gen_out_line(out, "struct pending_%s pending = *(struct pending_%s *)arg;", name, name);
    gen_out_line(out, "struct %s_result without_memory, *result;", op->c_name);
    gen_out_blank(out);
    gen_out_line(out, "free(arg);");
    gen_out_line(out, "result = uc_arena_alloc(answer->arena, sizeof(*result));");
    gen_out_open(out, "if (!result) {");
    gen_out_line(out, "memset(&without_memory, 0, sizeof(without_memory));");
    gen_out_line(out, "without_memory.error = -ENOMEM;");
    gen_out_line(out, "without_memory.detail = uc_client_error_text(-ENOMEM);");
    gen_out_line(out, "without_memory.arena = answer->arena;");
    gen_out_line(out, "pending.done(&without_memory, pending.arg);");
    gen_out_line(out, "return;");
    gen_out_close(out, "}");
    gen_out_line(out, "result->status = answer->status;");
    gen_out_line(out, "result->error = answer->error;");
    gen_out_line(out, "result->arena = answer->arena;");
    emit_switch(out, op, name);
    gen_out_line(out, "pending.done(result, pending.arg);");
    gen_out_close(out, "}");
}
