/* SPDX-License-Identifier: MIT */
/* NAME_service.c: requests into calls, answers onto the wire, and the service's constants. */
#include <inttypes.h>
#include <string.h>

#include "check/names.h"
#include "emit/client.h"
#include "emit/security.h"

/* A body in parts is the handler's own affair. */
static bool decodes_body(const struct gen_operation *op)
{
    return op->bodies.count && !gen_streams(op);
}

static void emit_client(struct gen_out *out, const struct gen_contract *contract, const char *name)
{
    const char *what = gen_shows_credentials(contract) ? "" : contract->at_urls ? ".caller" : ".client";

    gen_out_line(out, "call->clients.%s%s = call->service->clients.%s%s;", name, what, name, what);
    gen_out_line(out, "call->clients.%s.request = req;", name);
}

static void emit_begin(struct gen_out *out, const struct gen_service *service,
                       const struct gen_operation *op)
{
    gen_out_line(out, "struct uc_arena *arena = uc_request_arena(req);");
    gen_out_line(out, "struct %s *call = uc_arena_alloc(arena, sizeof(*call));", op->c_name);
    if (op->parameter_count || decodes_body(op))
        gen_out_line(out, "struct uc_violations bad;");
    if (decodes_body(op))
        gen_out_line(out, op->bodies.count > 1 ? "const char *syntax = NULL;" : "const char *syntax;");
    gen_out_blank(out);
    gen_out_open(out, "if (!call) {");
    gen_out_line(out, "uc_answer_problem(req, 503, \"out of memory\");");
    gen_out_line(out, "return;");
    gen_out_close(out, "}");
    gen_out_line(out, "call->request = req;");
    gen_out_line(out, "call->arena = arena;");
    gen_out_line(out, "call->service = uc_service_data(uc_request_service(req));");
    gen_out_line(out, "call->app = call->service->app;");
    gen_emit_auth_fill(out, &service->contract, op);
    if (gen_negotiated(op))
        gen_out_line(out, "call->accept = (enum %s_accept)uc_request_accept(req);", op->c_name);
    for (size_t i = 0; i < service->description.client_count; i++)
        emit_client(out, &service->clients[i], service->description.clients[i].name);
    if (service->callbacks.operation_count)
        emit_client(out, &service->callbacks, "callbacks");
}

/* One reader for each media type that may come. */
static void emit_body_switch(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    gen_out_line(out, "switch (uc_request_body_type(req)) {");
    for (size_t i = 0; i < op->bodies.count; i++) {
        const char *suffix = op->bodies.items[i].suffix;

        gen_out_open(out, "case %zu:", i);
        gen_out_line(out, "call->content = %s;",
                     gen_content_enumerator(out->arena, op, "BODY", suffix));
        gen_out_line(out, "syntax = read_%s_body_%s(req, call, &bad);", name, suffix);
        gen_out_line(out, "break;");
        out->indent--;
    }
    gen_out_open(out, "default: /* none came, and none has to */");
    gen_out_line(out, "break;");
    out->indent--;
    gen_out_line(out, "}");
}

static void emit_serve(struct gen_out *out, const struct gen_service *service,
                       const struct gen_operation *op)
{
    const char *name = gen_short_name(&service->contract, op);

    gen_out_blank(out);
    gen_out_line(out, "static void serve_%s(struct uc_request *req)", name);
    gen_out_open(out, "{");
    emit_begin(out, service, op);
    if (op->parameter_count || decodes_body(op))
        gen_out_line(out, "uc_violations_init(&bad, arena);");
    if (op->parameter_count)
        gen_out_line(out, "read_%s_parameters(req, call, &bad);", name);
    if (gen_streams(op) && op->bodies.count > 1)
        gen_out_line(out, "call->content = (enum %s_content)(uc_request_body_type(req) + 1);",
                     op->c_name);
    else if (op->bodies.count > 1)
        emit_body_switch(out, op, name);
    else if (decodes_body(op))
        gen_out_line(out, "syntax = read_%s_body(req, call, &bad);", name);
    if (op->parameter_count || decodes_body(op)) {
        gen_out_open(out, decodes_body(op) ? "if (syntax || bad.count) {" : "if (bad.count) {");
        gen_out_line(out, "uc_answer_invalid(req, &bad, %s);", decodes_body(op) ? "syntax" : "NULL");
        gen_out_line(out, "return;");
        gen_out_close(out, "}");
    }
    gen_out_line(out, "%s(call);", op->c_name);
    gen_out_close(out, "}");
}

static const char *body_rule(const struct gen_operation *op)
{
    return !op->bodies.count ? "UC_BODY_NONE"
           : op->body_required ? "UC_BODY_REQUIRED"
                               : "UC_BODY_OPTIONAL";
}

static const char *media_list(struct gen_arena *arena, const struct gen_contents *contents)
{
    return contents ? gen_c_literal(arena, gen_media_list(arena, contents)) : "NULL";
}

/* The largest limit among its media types: the handler is the judge of the rest. */
static const char *stream_of(struct gen_arena *arena, const struct gen_operation *op)
{
    int64_t limit = gen_streams(op) ? op->bodies.items[0].stream_bytes : 0;

    for (size_t i = 1; limit && i < op->bodies.count; i++) {
        int64_t other = op->bodies.items[i].stream_bytes;

        limit = other == 0 || other > limit ? other : limit;
    }
    return gen_streams(op) ? gen_arena_printf(arena, ", true, %s", gen_c_integer(arena, limit))
                           : ", false, 0";
}

static void emit_operations_table(struct gen_out *out, const struct gen_contract *contract)
{
    if (!contract->operation_count)
        return;
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_operation operations[] = {");
    for (size_t i = 0; i < contract->operation_count; i++) {
        const struct gen_operation *op = &contract->operations[i];

        const struct gen_response *negotiated = gen_negotiated(op);

        gen_out_line(out, "{%s, UC_%s, %s, %s, %s, serve_%s, %s%s},", gen_c_literal(out->arena, op->id),
                     op->method, gen_c_literal(out->arena, op->path), body_rule(op),
                     media_list(out->arena, op->bodies.count ? &op->bodies : NULL),
                     gen_short_name(contract, op),
                     media_list(out->arena, negotiated ? &negotiated->contents : NULL),
                     stream_of(out->arena, op));
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

void gen_emit_client_tls(struct gen_out *out, const struct gen_client *client, const char *name)
{
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_tls_info %s_tls = {", name);
    gen_out_line(out, ".ops = &uc_tls_bearssl_client,");
    if (client->certificate) {
        gen_out_line(out, ".certificate = %s,", gen_c_literal(out->arena, client->certificate));
        gen_out_line(out, ".key = %s,", gen_c_literal(out->arena, client->key));
    }
    gen_out_line(out, ".authorities = %s,", gen_c_literal(out->arena, client->ca));
    if (client->server_name)
        gen_out_line(out, ".server_name = %s,", gen_c_literal(out->arena, client->server_name));
    gen_out_close(out, "};");
}

static void emit_client_table(struct gen_out *out, const struct gen_description *description)
{
    if (!description->client_count)
        return;
    for (size_t i = 0; i < description->client_count; i++)
        if (description->clients[i].ca)
            gen_emit_client_tls(out, &description->clients[i], description->clients[i].name);
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_client_info clients[] = {");
    for (size_t i = 0; i < description->client_count; i++) {
        const struct gen_client *client = &description->clients[i];

        gen_out_line(out, "{\"%s\", %s, %" PRId64 ", %s},", client->name,
                     gen_c_literal(out->arena, client->url), client->timeout_ms,
                     client->ca ? gen_arena_printf(out->arena, "&%s_tls", client->name) : "NULL");
    }
    gen_out_close(out, "};");
}

static void emit_callbacks(struct gen_out *out, const struct gen_service *service)
{
    const struct gen_callbacks *callbacks = &service->description.callbacks;

    if (!service->callbacks.operation_count)
        return;
    if (callbacks->client.ca)
        gen_emit_client_tls(out, &callbacks->client, "callbacks");
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_callbacks_info callbacks = {");
    gen_out_line(out, ".ops = &uc_callbacks,");
    gen_out_line(out, ".timeout_ms = %" PRId64 ",", callbacks->client.timeout_ms);
    gen_out_line(out, ".peers = %" PRId64 ",", callbacks->peers);
    if (callbacks->hosts)
        gen_out_line(out, ".hosts = %s,", gen_c_literal(out->arena, callbacks->hosts));
    if (callbacks->public_only)
        gen_out_line(out, ".public_only = true,");
    if (callbacks->client.ca)
        gen_out_line(out, ".tls = &callbacks_tls,");
    gen_out_close(out, "};");
}

static void emit_start(struct gen_out *out, const struct gen_service *service)
{
    const struct gen_description *description = &service->description;
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
    for (size_t i = 0; i < description->client_count; i++) {
        gen_out_line(out, "self->clients.%s.client = uc_service_client(service, %zu);",
                     description->clients[i].name, i);
        gen_emit_client_auth_start(out, service, i);
    }
    if (service->callbacks.operation_count)
        gen_out_line(out, "self->clients.callbacks.caller = uc_service_caller(service);");
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

static void emit_listener_tls(struct gen_out *out, const struct gen_description *description, const char *name,
                              const char *authorities)
{
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_tls_info %s = {", name);
    gen_out_line(out, ".ops = &uc_tls_bearssl,");
    gen_out_line(out, ".certificate = %s,", gen_c_literal(out->arena, description->tls_certificate));
    gen_out_line(out, ".key = %s,", gen_c_literal(out->arena, description->tls_key));
    if (authorities)
        gen_out_line(out, ".authorities = %s,", gen_c_literal(out->arena, authorities));
    gen_out_close(out, "};");
}

static void emit_tls(struct gen_out *out, const struct gen_description *description)
{
    if (!description->tls_certificate || !description->tls_key)
        return;
    emit_listener_tls(out, description, "tls", description->tls_client_ca);
    if (description->tls_renewal_ca)
        emit_listener_tls(out, description, "tls_renewal", description->tls_renewal_ca);
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
    if (description->tls_certificate)
        gen_out_line(out, ".tls = &tls,");
    if (description->tls_renewal_ca) {
        gen_out_line(out, ".tls_renewal = &tls_renewal,");
        gen_out_line(out, ".renewal_port = %u,", description->renewal_port);
    }
    if (service->contract.operation_count) {
        gen_out_line(out, ".operations = operations,");
        gen_out_line(out, ".operation_count = %zu,", service->contract.operation_count);
    }
    if (gen_is_secured(&service->contract))
        gen_out_line(out, ".auth = &auth,");
    if (description->env_count) {
        gen_out_line(out, ".env = env,");
        gen_out_line(out, ".env_count = %zu,", description->env_count);
    }
    if (description->client_count) {
        gen_out_line(out, ".clients = clients,");
        gen_out_line(out, ".client_count = %zu,", description->client_count);
    }
    if (service->callbacks.operation_count)
        gen_out_line(out, ".callbacks = &callbacks,");
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
        gen_emit_answers(&out, op);
    }
    emit_operations_table(&out, contract);
    gen_emit_auth_tables(&out, service);
    emit_env_table(&out, &service->description);
    emit_client_table(&out, &service->description);
    emit_callbacks(&out, service);
    emit_tls(&out, &service->description);
    emit_start(&out, service);
    emit_info(&out, service, gen_emit_openapi(service).len);
    return (struct gen_file){path, out.bytes, out.len};
}
