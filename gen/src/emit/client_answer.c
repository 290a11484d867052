/* SPDX-License-Identifier: MIT */
#include "emit/client.h"

static void emit_read(struct gen_out *out, const struct gen_operation *op,
                      const struct gen_response *response, const char *name)
{
    const char *to = response->result_name;
    bool raw = response->type->kind == GEN_RAW;
    const char *parameters[] = {
        "const struct uc_client_answer *answer",
        gen_arena_printf(out->arena, "struct %s_result *result", op->c_name)};

    gen_out_blank(out);
    gen_emit_signature(
        out, gen_arena_printf(out->arena, "static void read_%s_%d", name, response->status),
        parameters, 2, "");
    gen_out_open(out, "{");
    gen_out_line(out, "struct uc_violations bad;");
    gen_out_line(out, "struct uc_json_reader r;");
    gen_out_blank(out);
    gen_out_line(out, "uc_violations_init(&bad, answer->arena);");
    gen_out_line(out, "uc_json_reader_init(&r, answer->body, answer->arena, &bad);");
    if (raw && response->type->object) {
        gen_out_open(out, "if (uc_json_peek(&r) != UC_JSON_OBJECT)");
        gen_out_line(out, "uc_json_violation(&r, \"must be an object\");");
        out->indent--;
    }
    if (raw) {
        gen_out_line(out, "uc_json_raw(&r, &result->%s);", to);
    } else {
        gen_out_line(out, "result->%s = uc_arena_alloc(answer->arena, sizeof(*result->%s));", to,
                     to);
        gen_out_open(out, "if (!result->%s) {", to);
        gen_out_line(out, "result->status = 0;");
        gen_out_line(out, "result->error = -ENOMEM;");
        gen_out_line(out, "result->detail = uc_client_error_text(-ENOMEM);");
        gen_out_line(out, "return;");
        gen_out_close(out, "}");
        gen_out_line(out, "%s_read(&r, result->%s);", response->type->c_name, to);
    }
    gen_out_open(out, "if (uc_json_finish(&r) || bad.count) {");
    gen_out_line(out, "result->status = 0;");
    gen_out_line(out, "result->error = -EBADMSG;");
    gen_out_line(out, "result->detail = broken_contract(answer->arena, &r, &bad);");
    gen_out_line(out, raw ? "result->%s = uc_str(NULL);" : "result->%s = NULL;", to);
    gen_out_close(out, "}");
    gen_out_close(out, "}");
}

static void emit_switch(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    gen_out_line(out, "switch (answer->status) {");
    gen_out_open(out, "case 0:");
    gen_out_line(out, "result->detail = uc_client_error_text(answer->error);");
    gen_out_line(out, "break;");
    out->indent--;
    for (size_t i = 0; i < op->response_count; i++) {
        if (!op->responses[i].type)
            continue;
        gen_out_open(out, "case %d:", op->responses[i].status);
        gen_out_line(out, "read_%s_%d(answer, result);", name, op->responses[i].status);
        gen_out_line(out, "break;");
        out->indent--;
    }
    gen_out_open(out, "default:");
    gen_out_line(out, "result->detail = problem_detail(answer);");
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
        if (op->responses[i].type)
            emit_read(out, op, &op->responses[i], name);
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
