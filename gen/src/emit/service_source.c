/* SPDX-License-Identifier: MIT */
/* NAME_service.c: requests into calls, answers onto the wire, and the service's constants. */
#include <inttypes.h>
#include <string.h>

#include "check/names.h"
#include "emit/emit.h"

static void emit_begin(struct gen_out *out, const struct gen_service *service,
                       const struct gen_operation *op)
{
    gen_out_line(out, "struct uc_arena *arena = uc_request_arena(req);");
    gen_out_line(out, "struct %s *call = uc_arena_alloc(arena, sizeof(*call));", op->c_name);
    if (op->parameter_count || op->body)
        gen_out_line(out, "struct uc_violations bad;");
    if (op->body)
        gen_out_line(out, "const char *syntax;");
    gen_out_blank(out);
    gen_out_open(out, "if (!call) {");
    gen_out_line(out, "uc_answer_problem(req, 503, \"out of memory\");");
    gen_out_line(out, "return;");
    gen_out_close(out, "}");
    gen_out_line(out, "call->request = req;");
    gen_out_line(out, "call->arena = arena;");
    gen_out_line(out, "call->service = uc_service_data(uc_request_service(req));");
    gen_out_line(out, "call->app = call->service->app;");
    for (size_t i = 0; i < service->description.client_count; i++) {
        const char *client = service->description.clients[i].name;

        gen_out_line(out, "call->clients.%s.client = call->service->clients.%s.client;", client,
                     client);
        gen_out_line(out, "call->clients.%s.request = req;", client);
    }
}

static void emit_serve(struct gen_out *out, const struct gen_service *service,
                       const struct gen_operation *op)
{
    const char *name = gen_short_name(&service->contract, op);

    gen_out_blank(out);
    gen_out_line(out, "static void serve_%s(struct uc_request *req)", name);
    gen_out_open(out, "{");
    emit_begin(out, service, op);
    if (op->parameter_count || op->body)
        gen_out_line(out, "uc_violations_init(&bad, arena);");
    if (op->parameter_count)
        gen_out_line(out, "read_%s_parameters(req, call, &bad);", name);
    if (op->body)
        gen_out_line(out, "syntax = read_%s_body(req, call, &bad);", name);
    if (op->parameter_count || op->body) {
        gen_out_open(out, op->body ? "if (syntax || bad.count) {" : "if (bad.count) {");
        gen_out_line(out, "uc_answer_invalid(req, &bad, %s);", op->body ? "syntax" : "NULL");
        gen_out_line(out, "return;");
        gen_out_close(out, "}");
    }
    gen_out_line(out, "%s(call);", op->c_name);
    gen_out_close(out, "}");
}

static void emit_json_answer(struct gen_out *out, const struct gen_response *response)
{
    bool plain = !strcmp(response->content_type, "application/json");
    const char *type = plain ? "NULL" : gen_c_literal(out->arena, response->content_type);

    gen_out_open(out, "{");
    if (response->type->kind == GEN_RAW) {
        gen_out_line(out, "uc_answer(call->request, %d, %s, json);", response->status,
                     gen_c_literal(out->arena, response->content_type));
        gen_out_close(out, "}");
        return;
    }
    gen_out_line(out, "%s_write(uc_answer_json_begin(call->request, %d, %s), body);",
                 response->type->c_name, response->status, type);
    gen_out_line(out, "uc_answer_json_end(call->request);");
    gen_out_close(out, "}");
}

static void emit_answer(struct gen_out *out, const struct gen_operation *op,
                        const struct gen_response *response)
{
    gen_out_blank(out);
    gen_emit_answer_signature(out, op, response, "");
    if (response->type) {
        emit_json_answer(out, response);
        return;
    }
    gen_out_open(out, "{");
    if (response->status >= 400)
        gen_out_line(out, "uc_answer_problem(call->request, %d, detail);", response->status);
    else
        gen_out_line(out, "uc_answer_empty(call->request, %d);", response->status);
    gen_out_close(out, "}");
}

static void emit_operations_table(struct gen_out *out, const struct gen_contract *contract)
{
    if (!contract->operation_count)
        return;
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_operation operations[] = {");
    for (size_t i = 0; i < contract->operation_count; i++) {
        const struct gen_operation *op = &contract->operations[i];

        gen_out_line(out, "{%s, UC_%s, %s, %s, %s, serve_%s},", gen_c_literal(out->arena, op->id),
                     op->method, gen_c_literal(out->arena, op->path),
                     !op->body           ? "UC_BODY_NONE"
                     : op->body_required ? "UC_BODY_REQUIRED"
                                         : "UC_BODY_OPTIONAL",
                     op->body ? "\"application/json\"" : "NULL", gen_short_name(contract, op));
    }
    gen_out_close(out, "};");
}

static void emit_env_table(struct gen_out *out, const struct gen_description *description)
{
    static const char *const types[] = {"UC_ENV_STRING", "UC_ENV_INTEGER", "UC_ENV_NUMBER",
                                        "UC_ENV_BOOLEAN"};

    if (!description->env_count)
        return;
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_env_info env[] = {");
    for (size_t i = 0; i < description->env_count; i++) {
        const struct gen_env *env = &description->env[i];

        gen_out_line(out, "{\"%s\", %s, %s},", env->name, types[env->type],
                     env->default_text ? gen_c_literal(out->arena, env->default_text) : "NULL");
    }
    gen_out_close(out, "};");
}

static void emit_client_table(struct gen_out *out, const struct gen_description *description)
{
    if (!description->client_count)
        return;
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_client_info clients[] = {");
    for (size_t i = 0; i < description->client_count; i++) {
        const struct gen_client *client = &description->clients[i];

        gen_out_line(out, "{\"%s\", %s, %" PRId64 "},", client->name,
                     gen_c_literal(out->arena, client->url), client->timeout_ms);
    }
    gen_out_close(out, "};");
}

static void emit_start(struct gen_out *out, const struct gen_description *description)
{
    static const char *const getters[] = {"uc_service_env", "uc_service_env_int64",
                                          "uc_service_env_double", "uc_service_env_bool"};
    const char *name = description->name;

    gen_out_blank(out);
    gen_out_line(out, "static int start(struct uc_service *service)");
    gen_out_open(out, "{");
    gen_out_line(out, "struct %s_service *self = calloc(1, sizeof(*self));", name);
    gen_out_line(out, "int err;");
    gen_out_blank(out);
    gen_out_open(out, "if (!self)");
    gen_out_line(out, "return -ENOMEM;");
    out->indent--;
    gen_out_line(out, "self->service = service;");
    for (size_t i = 0; i < description->env_count; i++)
        gen_out_line(out, "self->env.%s = %s(service, %zu);",
                     gen_member_name(out->arena, description->env[i].name),
                     getters[description->env[i].type], i);
    for (size_t i = 0; i < description->client_count; i++)
        gen_out_line(out, "self->clients.%s.client = uc_service_client(service, %zu);",
                     description->clients[i].name, i);
    gen_out_line(out, "uc_service_set_data(service, self);");
    gen_out_line(out, "err = %s_start(self);", name);
    gen_out_open(out, "if (err) {");
    gen_out_line(out, "uc_service_set_data(service, NULL);");
    gen_out_line(out, "free(self);");
    gen_out_close(out, "}");
    gen_out_line(out, "return err;");
    gen_out_close(out, "}");
    gen_out_blank(out);
    gen_out_line(out, "static void stop(struct uc_service *service)");
    gen_out_open(out, "{");
    gen_out_line(out, "struct %s_service *self = uc_service_data(service);", name);
    gen_out_blank(out);
    gen_out_open(out, "if (!self)");
    gen_out_line(out, "return;");
    out->indent--;
    gen_out_line(out, "%s_stop(self);", name);
    gen_out_line(out, "uc_service_set_data(service, NULL);");
    gen_out_line(out, "free(self);");
    gen_out_close(out, "}");
}

static void emit_limits(struct gen_out *out, const struct gen_limits *limits)
{
    gen_out_open(out, ".limits = {");
    gen_out_line(out, ".connections = %" PRId64 ",", limits->connections);
    gen_out_line(out, ".head_bytes = %" PRId64 ",", limits->head_bytes);
    gen_out_line(out, ".body_bytes = %" PRId64 ",", limits->body_bytes);
    gen_out_line(out, ".head_timeout_ms = %" PRId64 ",", limits->head_timeout_ms);
    gen_out_line(out, ".body_timeout_ms = %" PRId64 ",", limits->body_timeout_ms);
    gen_out_line(out, ".request_timeout_ms = %" PRId64 ",", limits->request_timeout_ms);
    gen_out_line(out, ".idle_timeout_ms = %" PRId64 ",", limits->idle_timeout_ms);
    gen_out_line(out, ".drain_ms = %" PRId64 ",", limits->drain_ms);
    gen_out_close(out, "},");
}

static void emit_info(struct gen_out *out, const struct gen_service *service, size_t openapi_len)
{
    const struct gen_description *description = &service->description;

    gen_out_blank(out);
    gen_out_line(out, "extern const char %s_openapi[];", description->name);
    gen_out_blank(out);
    gen_out_open(out, "const struct uc_service_info %s_info = {", description->name);
    gen_out_line(out, ".name = \"%s\",", description->name);
    gen_out_line(out, ".version = %s,", gen_c_literal(out->arena, description->version));
    gen_out_line(out, ".port = %u,", description->listen_port);
    gen_out_line(out, ".admin_port = %u,", description->admin_port);
    emit_limits(out, &description->limits);
    if (service->contract.operation_count) {
        gen_out_line(out, ".operations = operations,");
        gen_out_line(out, ".operation_count = %zu,", service->contract.operation_count);
    }
    if (description->env_count) {
        gen_out_line(out, ".env = env,");
        gen_out_line(out, ".env_count = %zu,", description->env_count);
    }
    if (description->client_count) {
        gen_out_line(out, ".clients = clients,");
        gen_out_line(out, ".client_count = %zu,", description->client_count);
    }
    gen_out_line(out, ".openapi = {%s_openapi, %zu},", description->name, openapi_len);
    gen_out_line(out, ".start = start,");
    gen_out_line(out, ".stop = stop,");
    gen_out_close(out, "};");
}

struct gen_file gen_emit_service_source(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    const char *path = gen_arena_printf(service->arena, "%s_service.c", contract->prefix);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    gen_emit_banner(&out, contract, path, "requests into calls, answers onto the wire.");
    gen_out_printf(&out, "#include \"%s.h\"\n\n#include <errno.h>\n#include <stdlib.h>\n",
                   contract->prefix);
    for (size_t i = 0; i < contract->operation_count; i++) {
        const struct gen_operation *op = &contract->operations[i];

        gen_emit_decode(&out, op, gen_short_name(contract, op));
        emit_serve(&out, service, op);
        for (size_t r = 0; r < op->response_count; r++)
            emit_answer(&out, op, &op->responses[r]);
    }
    emit_operations_table(&out, contract);
    emit_env_table(&out, &service->description);
    emit_client_table(&out, &service->description);
    emit_start(&out, &service->description);
    emit_info(&out, service, gen_emit_openapi(service).len);
    return (struct gen_file){path, out.bytes, out.len};
}
