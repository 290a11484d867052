/* SPDX-License-Identifier: MIT */
/* CLIENT.h: typed calls to another service. */
#include "emit/client.h"

/* A body of the answer; all but those of the status that came are absent. */
static void emit_member(struct gen_out *out, const struct gen_content *content)
{
    const struct gen_type *type = content->type;

    if (gen_is_struct(type))
        gen_out_line(out, "struct %s *%s;", type->c_name, content->member);
    else if (gen_needs_state(content))
        gen_out_line(out, "struct { enum uc_presence state; %s value; } %s;",
                     gen_c_type(out->arena, type), content->member);
    else
        gen_out_line(out, "struct uc_str %s;%s", content->member,
                     type && type->kind == GEN_RAW ? " /* JSON text */" : "");
}

static void emit_headers(struct gen_out *out, const struct gen_response *response)
{
    if (!response->header_count)
        return;
    gen_out_open(out, "struct {");
    for (size_t i = 0; i < response->header_count; i++)
        gen_out_line(out, "struct { enum uc_presence state; %s value; } %s;",
                     gen_c_type(out->arena, response->headers[i].type),
                     response->headers[i].c_name);
    gen_out_close(out, "} headers_%s;", response->c_name);
}

static void emit_result(struct gen_out *out, const struct gen_operation *op)
{
    gen_out_open(out, "struct %s_result {", op->c_name);
    gen_out_line(out,
                 "int status;             /* 0: no answer, or one that breaks the contract */");
    gen_out_line(out, "int error;              /* then why: a negative errno */");
    gen_out_line(
        out,
        "const char *detail;     /* in words, for any status without a typed body; else NULL */");
    gen_out_line(out, "struct uc_arena *arena; /* everything here lives as long as it does */");
    for (size_t i = 0; i < op->response_count; i++) {
        const struct gen_response *response = &op->responses[i];

        if (!response->contents.count && !response->header_count)
            continue;
        gen_out_comment(out, gen_arena_printf(out->arena, "%s: %s", response->c_name,
                                              response->description ? response->description : ""));
        for (size_t c = 0; c < response->contents.count; c++)
            emit_member(out, &response->contents.items[c]);
        emit_headers(out, response);
    }
    gen_out_close(out, "};");
}

static void emit_options(struct gen_out *out, const struct gen_operation *op)
{
    if (!gen_has_options(op))
        return;
    gen_out_blank(out);
    gen_out_comment(out, "Parameters that may be left out; zeroed memory leaves out all.");
    gen_out_open(out, "struct %s_options {", op->c_name);
    for (size_t i = 0; i < op->parameter_count; i++) {
        const struct gen_parameter *parameter = &op->parameters[i];

        if (gen_is_argument(parameter))
            continue;
        gen_out_comment(out, parameter->description);
        gen_out_line(out, "struct { enum uc_presence state; %s value; } %s;",
                     gen_c_type(out->arena, parameter->type), parameter->c_name);
    }
    gen_out_close(out, "};");
}

/* What stands for what in the URL of a callback. */
static void explain_arguments(struct gen_out *out, const struct gen_operation *op)
{
    for (size_t i = 0; i < op->url_part_count; i++) {
        const struct gen_url_part *part = &op->url_parts[i];

        if (!gen_is_url_argument(op, i))
            continue;
        if (part->expression)
            gen_out_comment(out, gen_arena_printf(out->arena, "%s: %s%s", part->argument, part->expression,
                                                  part->raw ? ", which begins the URL and is taken as it is" : ", encoded as a value"));
        else
            gen_out_comment(out, "url: where it was registered, taken as it is");
    }
}

static void emit_operation(struct gen_out *out, const struct gen_contract *contract,
                           const struct gen_operation *op)
{
    gen_out_blank(out);
    gen_out_comment(out, gen_arena_printf(out->arena, "%s %s%s%s", op->method, op->called ? op->called : op->path,
                                          op->summary ? ": " : "", op->summary ? op->summary : ""));
    explain_arguments(out, op);
    emit_result(out, op);
    emit_options(out, op);
    gen_out_blank(out);
    gen_out_line(out, "typedef void %s_fn(struct %s_result *result, void *arg);", op->c_name,
                 op->c_name);
    for (size_t i = 0; i < op->bodies.count || i == 0; i++)
        gen_emit_client_signature(out, contract, op, i, ";");
}

const char *gen_client_struct(struct gen_arena *arena, const struct gen_contract *contract)
{
    return contract->at_urls ? contract->caller : gen_arena_printf(arena, "%s_client", contract->prefix);
}

void gen_emit_client_calls(struct gen_out *out, const struct gen_contract *contract)
{
    gen_out_blank(out);
    gen_out_comment(out, "Passed by value. With a request, its deadline and trace are inherited.");
    gen_out_open(out, "struct %s {", gen_client_struct(out->arena, contract));
    gen_out_line(out, contract->at_urls ? "struct uc_caller *caller;" : "struct uc_client *client;");
    gen_out_line(out, "struct uc_request *request; /* or NULL */");
    gen_emit_client_auth_member(out, contract);
    gen_out_close(out, "};");
    for (size_t i = 0; i < contract->operation_count; i++)
        emit_operation(out, contract, &contract->operations[i]);
}

struct gen_file gen_emit_client_header(const struct gen_service *service, size_t index)
{
    const struct gen_contract *contract = &service->clients[index];
    const char *path = gen_arena_printf(service->arena, "%s.h", contract->prefix);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    gen_emit_banner(&out, contract, path, "typed calls to another service.");
    gen_out_comment(&out,
                    "A call ends in its callback exactly once, never before the call itself has "
                    "returned; unless it could not even be made (no memory, a value that fits no "
                    "request): then the callback runs at once, with the error.");
    gen_emit_guard_open(&out, contract->upper);
    gen_out_text(&out, "#include \"uc/client.h\"\n#include \"uc/presence.h\"\n"
                       "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    gen_emit_types(&out, contract);
    gen_emit_client_calls(&out, contract);
    gen_emit_guard_close(&out);
    return (struct gen_file){path, out.bytes, out.len};
}
