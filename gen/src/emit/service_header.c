/* SPDX-License-Identifier: MIT */
/* NAME.h: the one header that a service's author includes. */
#include "check/names.h"
#include "emit/client.h"
#include "emit/security.h"

static void emit_includes(struct gen_out *out, const struct gen_service *service)
{
    gen_out_text(out, "#include \"uc/log.h\"\n"
                      "#include \"uc/presence.h\"\n"
                      "#include \"uc/service.h\"\n");
    if (service->description.client_count)
        gen_out_blank(out);
    for (size_t i = 0; i < service->description.client_count; i++)
        gen_out_line(out, "#include \"%s.h\"", service->description.clients[i].name);
    gen_out_text(out, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
}

static const char *env_c_type(enum gen_env_type type)
{
    switch (type) {
    case GEN_ENV_INTEGER:
        return "int64_t";
    case GEN_ENV_NUMBER:
        return "double";
    case GEN_ENV_BOOLEAN:
        return "bool";
    default:
        return "struct uc_str";
    }
}

static void emit_env(struct gen_out *out, const struct gen_service *service)
{
    const struct gen_description *description = &service->description;

    if (!description->env_count)
        return;
    gen_out_blank(out);
    gen_out_comment(out, "The service's environment, read and checked before start.");
    gen_out_open(out, "struct %s_env {", description->name);
    for (size_t i = 0; i < description->env_count; i++) {
        const struct gen_env *env = &description->env[i];

        gen_out_comment(out, env->description);
        gen_out_line(out, "%s %s;", env_c_type(env->type), gen_member_name(out->arena, env->name));
    }
    gen_out_close(out, "};");
}

static bool has_clients(const struct gen_service *service)
{
    return service->description.client_count || service->callbacks.operation_count;
}

static void emit_client_members(struct gen_out *out, const struct gen_service *service)
{
    if (!has_clients(service))
        return;
    gen_out_open(out, "struct {");
    for (size_t i = 0; i < service->description.client_count; i++)
        gen_out_line(out, "struct %s_client %s;", service->description.clients[i].name,
                     service->description.clients[i].name);
    if (service->callbacks.operation_count)
        gen_out_line(out, "struct %s callbacks;", service->callbacks.caller);
    gen_out_close(out, "} clients;");
}

static void emit_service_struct(struct gen_out *out, const struct gen_service *service)
{
    const char *name = service->description.name;

    gen_out_blank(out);
    gen_out_comment(out,
                    "The running service. `app` is yours: set it in start, and every call has it.");
    gen_out_open(out, "struct %s_service {", name);
    gen_out_line(out, "struct uc_service *service;");
    gen_out_line(out, "void *app;");
    if (service->description.env_count)
        gen_out_line(out, "struct %s_env env;", name);
    if (has_clients(service))
        gen_out_comment(out, "For calls outside of any request, such as at start.");
    emit_client_members(out, service);
    gen_out_close(out, "};");
    gen_out_blank(out);
    gen_out_comment(
        out, "Yours to write. Start runs before the first request: 0, or a negative errno, which "
             "ends the process. Stop runs after the last one.");
    gen_out_line(out, "int %s_start(struct %s_service *self);", name, name);
    gen_out_line(out, "void %s_stop(struct %s_service *self);", name, name);
    gen_out_blank(out);
    gen_out_comment(out, "What uc_service_main() and uc_testbed_new() take.");
    gen_out_line(out, "extern const struct uc_service_info %s_info;", name);
}

static void emit_parameter(struct gen_out *out, const struct gen_parameter *parameter)
{
    const char *type = gen_c_type(out->arena, parameter->type);

    gen_out_comment(out, parameter->description);
    if (!gen_parameter_has_state(parameter))
        gen_out_line(out, "%s %s;", type, parameter->c_name);
    else
        gen_out_line(out, "struct { enum uc_presence state; %s value; } %s;", type,
                     parameter->c_name);
}

static void emit_body(struct gen_out *out, const struct gen_operation *op)
{
    const struct gen_content *content = &op->bodies.items[0];

    if (!op->body_required && gen_needs_state(content))
        gen_out_line(out, "struct { enum uc_presence state; %s; } body;",
                     gen_content_parameter(out->arena, content, "value"));
    else if (gen_is_struct(content->type))
        gen_out_line(out, "%s;%s", gen_content_parameter(out->arena, content, "body"),
                     op->body_required ? "" : " /* NULL without one */");
    else if (gen_needs_state(content))
        gen_out_line(out, "%s;", gen_content_parameter(out->arena, content, "body"));
    else
        gen_out_line(out, "struct uc_str body;%s%s%s",
                     content->type && content->type->kind == GEN_RAW ? " /* JSON text"
                     : op->body_required                             ? ""
                                                                     : " /*",
                     op->body_required ? "" : content->type && content->type->kind == GEN_RAW
                                                    ? "; data is NULL without one"
                                                    : " data is NULL without one",
                     (content->type && content->type->kind == GEN_RAW) || !op->body_required
                         ? " */" : "");
}

static void emit_bodies(struct gen_out *out, const struct gen_operation *op)
{
    gen_out_line(out, "enum %s_content content; /* which of the bodies came */", op->c_name);
    if (gen_streams(op))
        return;
    gen_out_open(out, "struct {");
    for (size_t i = 0; i < op->bodies.count; i++) {
        const struct gen_content *content = &op->bodies.items[i];

        gen_out_line(out, "%s;", gen_content_parameter(out->arena, content, content->suffix));
    }
    gen_out_close(out, "} body;");
}

/* Which of several media types: of the body, and of the answer. */
static void emit_enums(struct gen_out *out, const struct gen_operation *op)
{
    const struct gen_response *negotiated = gen_negotiated(op);

    if (op->bodies.count > 1) {
        gen_out_open(out, "enum %s_content {", op->c_name);
        gen_out_line(out, "%s,", gen_content_enumerator(out->arena, op, "BODY", "NONE"));
        for (size_t i = 0; i < op->bodies.count; i++)
            gen_out_line(out, "%s,", gen_content_enumerator(out->arena, op, "BODY",
                                                            op->bodies.items[i].suffix));
        gen_out_close(out, "};");
        gen_out_blank(out);
    }
    if (!negotiated)
        return;
    gen_out_open(out, "enum %s_accept {", op->c_name);
    for (size_t i = 0; i < negotiated->contents.count; i++)
        gen_out_line(out, "%s,", gen_content_enumerator(out->arena, op, "ACCEPT",
                                                        negotiated->contents.items[i].suffix));
    gen_out_close(out, "};");
    gen_out_blank(out);
}

static bool is_multipart(const struct gen_operation *op)
{
    return op->bodies.count && op->bodies.items[0].media == GEN_MEDIA_MULTIPART;
}

static void emit_call_struct(struct gen_out *out, const struct gen_service *service,
                             const struct gen_operation *op)
{
    gen_out_open(out, "struct %s {", op->c_name);
    gen_out_line(out, "struct uc_request *request;");
    gen_out_line(out, "struct uc_arena *arena; /* goes when the answer is out */");
    gen_out_line(out, "struct %s_service *service;", service->description.name);
    gen_out_line(out, "void *app;");
    emit_client_members(out, service);
    gen_emit_auth_member(out, &service->contract, op);
    for (size_t i = 0; i < op->parameter_count; i++)
        emit_parameter(out, &op->parameters[i]);
    if (op->bodies.count > 1)
        emit_bodies(out, op);
    else if (op->bodies.count && !gen_streams(op))
        emit_body(out, op);
    else if (is_multipart(op) && op->bodies.items[0].type)
        gen_out_line(out, "const struct %s *body; /* the fields, when all has been read */",
                     op->bodies.items[0].type->c_name);
    if (gen_negotiated(op))
        gen_out_line(out, "enum %s_accept accept; /* what the client likes best */", op->c_name);
    gen_out_close(out, "};");
}

static void emit_operation(struct gen_out *out, const struct gen_service *service,
                           const struct gen_operation *op)
{
    gen_out_blank(out);
    gen_out_comment(out, gen_arena_printf(out->arena, "%s %s%s%s%s%s", op->method, op->path,
                                          op->summary ? ": " : "", op->summary ? op->summary : "",
                                          op->description ? ". " : "",
                                          op->description ? op->description : ""));
    emit_enums(out, op);
    emit_call_struct(out, service, op);
    gen_out_blank(out);
    gen_out_comment(out, is_multipart(op) ? "Yours to write; called before the body, which the function below takes. It "
                                 "gives one of the answers, at once or later."
              : gen_streams(op) ? "Yours to write; called before the body, which uc_body_read(call->request, ...) "
                                "brings in parts. It gives one of the answers below, at once or later."
                              : "Yours to write; it gives one of the answers below, at once or later.");
    gen_out_line(out, "void %s(struct %s *call);", op->c_name, op->c_name);
    if (is_multipart(op)) {
        gen_out_comment(out, "Take the form: its files as they come, then its fields.");
        gen_emit_multipart_signature(out, op, ";");
    }
    gen_emit_answer_prototypes(out, op);
}

struct gen_file gen_emit_service_header(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    const char *path = gen_arena_printf(service->arena, "%s.h", contract->prefix);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    gen_emit_banner(&out, contract, path, "types, calls and answers of the service.");
    gen_emit_guard_open(&out, contract->upper);
    emit_includes(&out, service);
    gen_emit_types(&out, contract);
    if (service->callbacks.operation_count) {
        gen_out_blank(&out);
        gen_out_comment(&out, "Calls to URLs that others registered. Each ends in its callback exactly once, never before the call itself "
                              "has returned; unless it could not even be made (the URL may not be called, no memory): then the callback "
                              "runs at once, with the error.");
        gen_emit_client_calls(&out, &service->callbacks);
    }
    emit_env(&out, service);
    emit_service_struct(&out, service);
    gen_emit_verifiers(&out, service, emit_client_members);
    for (size_t i = 0; i < contract->operation_count; i++)
        emit_operation(&out, service, &contract->operations[i]);
    gen_emit_guard_close(&out);
    return (struct gen_file){path, out.bytes, out.len};
}
