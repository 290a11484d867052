/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emit/client.h"

static bool has_place(const struct gen_operation *op, enum gen_place place)
{
    for (size_t i = 0; i < op->parameter_count; i++)
        if (op->parameters[i].place == place)
            return true;
    return false;
}

/* The value as text, percent-encoded unless it is known to need none. */
static void append_value(struct gen_out *out, const char *target, const struct gen_type *type, const char *value)
{
    switch (type->kind) {
    case GEN_STRING:
        gen_out_line(out, "uc_url_encode(&%s, %s);", target, value);
        break;
    case GEN_ENUM:
        gen_out_line(out, "uc_url_encode(&%s, uc_str(%s_text(%s)));", target, type->c_name, value);
        break;
    case GEN_DOUBLE:
        gen_out_line(out, "uc_client_number(&%s, %s);", target, value);
        break;
    case GEN_BOOL:
        gen_out_line(out, "uc_buf_append_str(&%s, uc_str(%s ? \"true\" : \"false\"));", target, value);
        break;
    default:
        gen_out_line(out, "uc_buf_printf(&%s, \"%%\" PRId64, (int64_t)%s);", target, value);
        break;
    }
}

/* As JSON first. `value` is a struct by pointer, any other value, or NULL: null. */
static void append_composite(struct gen_out *out, const struct gen_parameter *parameter, const char *value)
{
    static const char *const buffers[] = {"target", "target", "headers", "uc_cookie"};
    static const char *const counts[] = {"NULL", "&query", "NULL", "&uc_cookies"};

    if (gen_is_argument(parameter)) /* else the block of its presence is open */
        gen_out_open(out, "{");
    gen_emit_parameter_tables(out, parameter, "uc_");
    gen_out_blank(out);
    gen_out_line(out, "uc_buf_clear(&uc_json);");
    if (value && parameter->type->kind != GEN_RAW)
        gen_out_line(out, "uc_json_writer_init_strict(w, &uc_json);");
    if (!value)
        gen_out_line(out, "uc_buf_append_str(&uc_json, uc_str(\"null\"));");
    else if (parameter->type->kind == GEN_RAW)
        gen_out_line(out, "uc_buf_append_str(&uc_json, %s);", value);
    else if (gen_is_struct(parameter->type))
        gen_out_line(out, "%s_write(w, %s);", parameter->type->c_name, value);
    else
        gen_emit_write_value(out, parameter->type, parameter->type, false, value);
    gen_out_open(out, "if (!error)");
    gen_out_line(out, "error = uc_json.error;");
    out->indent--;
    gen_out_open(out, "if (!error)");
    gen_out_line(out, "error = uc_parameter_write(&%s, &uc_parameter, uc_str_of(uc_json.data, uc_json.len), %s);",
                 buffers[parameter->place], counts[parameter->place]);
    out->indent--;
    if (gen_is_argument(parameter))
        gen_out_close(out, "}");
}

static const char *option_value(struct gen_arena *arena, const struct gen_parameter *parameter)
{
    return gen_arena_printf(arena, "%soptions->%s.value", gen_is_struct(parameter->type) ? "&" : "", parameter->c_name);
}

/* One that may be null; where it must be there, what was not set is null. */
static void append_nullable(struct gen_out *out, const struct gen_parameter *parameter)
{
    gen_out_open(out, "if (options && options->%s.state == UC_VALUE) {", parameter->c_name);
    append_composite(out, parameter, option_value(out->arena, parameter));
    out->indent--;
    if (parameter->required)
        gen_out_open(out, "} else {");
    else
        gen_out_open(out, "} else if (options && options->%s.state == UC_NULL) {", parameter->c_name);
    append_composite(out, parameter, NULL);
    gen_out_close(out, "}");
}

static bool writes_composite(const struct gen_operation *op)
{
    for (size_t i = 0; i < op->parameter_count; i++)
        if (op->parameters[i].style && op->parameters[i].type->kind != GEN_RAW)
            return true;
    return false;
}

static bool has_composite(const struct gen_operation *op)
{
    for (size_t i = 0; i < op->parameter_count; i++)
        if (op->parameters[i].style)
            return true;
    return false;
}

static bool has_head(const struct gen_operation *op)
{
    return has_place(op, GEN_IN_HEADER) || has_place(op, GEN_IN_COOKIE);
}

static const struct gen_parameter *path_parameter(const struct gen_operation *op, unsigned index)
{
    for (size_t i = 0; i < op->parameter_count; i++)
        if (op->parameters[i].place == GEN_IN_PATH && op->parameters[i].index == index)
            return &op->parameters[i];
    return NULL;
}

static void append_url(struct gen_out *out, const struct gen_operation *op)
{
    for (size_t i = 0; i < op->url_part_count; i++) {
        const struct gen_url_part *part = &op->url_parts[i];

        if (part->literal)
            gen_out_line(out, "uc_buf_append_str(&target, uc_str(%s));", gen_c_literal(out->arena, part->literal));
        else
            gen_out_line(out, part->raw ? "uc_buf_append_str(&target, %s);" : "uc_url_encode(&target, %s);", part->argument);
    }
}

static void append_path(struct gen_out *out, const struct gen_operation *op)
{
    const char *at = op->path;

    for (unsigned index = 0; *at; index++) {
        size_t len = strcspn(at, "{");
        const struct gen_parameter *parameter;

        if (len)
            gen_out_line(out, "uc_buf_append_str(&target, uc_str(%s));",
                         gen_c_literal(out->arena, gen_arena_bytes(out->arena, at, len)));
        at += len;
        if (!*at)
            break;
        at += strcspn(at, "}") + 1;
        parameter = path_parameter(op, index);
        if (parameter->nullable) {
            append_nullable(out, parameter);
            continue;
        }
        if (parameter->style) {
            append_composite(out, parameter, parameter->c_name);
            continue;
        }
        if (parameter->type->kind == GEN_STRING) {
            gen_out_open(out, "if (%s.len == 0)", parameter->c_name);
            gen_out_line(out, "error = -EINVAL; /* an empty segment would be another path */");
            out->indent--;
        }
        append_value(out, "target", parameter->type, parameter->c_name);
    }
}

const char *gen_query_name(struct gen_arena *arena, const char *name)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    const char *encoded = "";

    for (; *name; name++)
        encoded = strchr(plain, *name) ? gen_arena_printf(arena, "%s%c", encoded, *name)
                                       : gen_arena_printf(arena, "%s%%%02X", encoded,
                                                          (unsigned)(unsigned char)*name);
    return gen_c_literal(arena, gen_arena_printf(arena, "%s=", encoded));
}

static void append_query(struct gen_out *out, const struct gen_parameter *parameter,
                         const char *value)
{
    gen_out_line(out, "uc_buf_append(&target, query++ ? \"&\" : \"?\", 1);");
    gen_out_line(out, "uc_buf_append_str(&target, uc_str(%s));",
                 gen_query_name(out->arena, parameter->name));
    append_value(out, "target", parameter->type, value);
}

static void append_header(struct gen_out *out, const struct gen_parameter *parameter,
                          const char *value)
{
    const char *name = gen_c_literal(out->arena, parameter->name);

    switch (parameter->type->kind) {
    case GEN_STRING:
        gen_out_line(out, "uc_client_header(&headers, %s, %s);", name, value);
        break;
    case GEN_ENUM:
        gen_out_line(out, "uc_client_header(&headers, %s, uc_str(%s_text(%s)));", name,
                     parameter->type->c_name, value);
        break;
    case GEN_DOUBLE:
        gen_out_line(out, "uc_buf_append_str(&headers, uc_str(%s));",
                     gen_c_literal(out->arena, gen_arena_printf(out->arena, "%s: ", parameter->name)));
        gen_out_line(out, "uc_client_number(&headers, %s);", value);
        gen_out_line(out, "uc_buf_append(&headers, \"\\r\\n\", 2);");
        break;
    case GEN_BOOL:
        gen_out_line(out,
                     "uc_buf_printf(&headers, \"%%s: %%s\\r\\n\", %s, %s ? \"true\" : \"false\");",
                     name, value);
        break;
    default:
        gen_out_line(out,
                     "uc_buf_printf(&headers, \"%%s: %%\" PRId64 \"\\r\\n\", %s, (int64_t)%s);",
                     name, value);
        break;
    }
}

static void append_cookie(struct gen_out *out, const struct gen_parameter *parameter, const char *value)
{
    gen_out_line(out, "uc_buf_append_str(&uc_cookie, uc_str(uc_cookies++ ? %s : %s));",
                 gen_c_literal(out->arena, gen_arena_printf(out->arena, "; %s=", parameter->name)),
                 gen_c_literal(out->arena, gen_arena_printf(out->arena, "%s=", parameter->name)));
    append_value(out, "uc_cookie", parameter->type, value);
}

static void append_cookies(struct gen_out *out, const struct gen_operation *op)
{
    if (!has_place(op, GEN_IN_COOKIE))
        return;
    gen_out_open(out, "if (uc_cookies)");
    gen_out_line(out, "uc_client_header(&headers, \"Cookie\", uc_str_of(uc_cookie.data, uc_cookie.len));");
    out->indent--;
}

static void append_named(struct gen_out *out, const struct gen_operation *op, enum gen_place place)
{
    for (size_t i = 0; i < op->parameter_count; i++) {
        const struct gen_parameter *parameter = &op->parameters[i];
        const char *value = parameter->required ? parameter->c_name : option_value(out->arena, parameter);

        if (parameter->place != place)
            continue;
        if (parameter->nullable) {
            append_nullable(out, parameter);
            continue;
        }
        if (!parameter->required)
            gen_out_open(out, "if (options && options->%s.state == UC_VALUE) {", parameter->c_name);
        if (parameter->style)
            append_composite(out, parameter, value);
        else if (place == GEN_IN_COOKIE)
            append_cookie(out, parameter, value);
        else if (place == GEN_IN_QUERY)
            append_query(out, parameter, value);
        else
            append_header(out, parameter, value);
        if (!parameter->required)
            gen_out_close(out, "}");
    }
}

static bool is_written(const struct gen_content *content)
{
    return (content->media == GEN_MEDIA_JSON && content->type->kind != GEN_RAW) ||
           content->media == GEN_MEDIA_FORM;
}

static void append_body(struct gen_out *out, const struct gen_operation *op, size_t index)
{
    const struct gen_content *content = &op->bodies.items[index];
    bool text = !gen_is_struct(content->type) && !gen_needs_state(content);
    bool always = gen_needs_state(content) && op->body_required;

    if (!always)
        gen_out_open(out, "if (%s) {", text ? "body.data" : "body");
    if (!is_written(content)) {
        gen_out_line(out, "uc_buf_append_str(&content, body);");
    } else {
        gen_out_line(out, "uc_json_writer_init_strict(w, &content);");
        if (gen_is_struct(content->type))
            gen_out_line(out, "%s_write(w, body);", content->type->c_name);
        else
            gen_emit_write_value(out, content->type, content->type, false,
                                 text || always ? "body" : "*body");
    }
    if (content->media == GEN_MEDIA_FORM) {
        gen_out_line(out, "if (!content.error)");
        gen_out_line(out, "    error = uc_form_write(&form, uc_str_of(content.data, content.len));");
    }
    gen_out_line(out, "request.content_type = uc_str(%s);",
                 content->any && content->media != GEN_MEDIA_JSON
                     ? "\"application/octet-stream\""
                 : content->any ? "\"application/json\""
                                : gen_c_literal(out->arena, content->sent_type));
    if (always)
        return;
    if (op->body_required) {
        out->indent--;
        gen_out_open(out, "} else {");
        gen_out_line(out, "error = -EINVAL;");
    }
    gen_out_close(out, "}");
}

static bool has_form(const struct gen_operation *op, size_t body)
{
    return op->bodies.count && op->bodies.items[body].media == GEN_MEDIA_FORM;
}

/* Has it query parameters, header fields, of the contract or of credentials? */
static bool has_query(const struct gen_contract *contract, const struct gen_operation *op)
{
    return has_place(op, GEN_IN_QUERY) || gen_shows_in_query(contract, op);
}

static bool has_headers(const struct gen_contract *contract, const struct gen_operation *op)
{
    return has_head(op) || gen_shows_in_headers(contract, op);
}

static void emit_locals(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op, const char *name,
                        size_t body)
{
    gen_out_line(out, "struct uc_client_request request;");
    gen_out_line(out, "struct uc_buf target;");
    if (has_headers(contract, op))
        gen_out_line(out, "struct uc_buf headers;");
    if (op->bodies.count)
        gen_out_line(out, "struct uc_buf content;");
    if (has_place(op, GEN_IN_COOKIE))
        gen_out_line(out, "struct uc_buf uc_cookie;");
    if (has_composite(op))
        gen_out_line(out, "struct uc_buf uc_json;");
    if (writes_composite(op) || (op->bodies.count && is_written(&op->bodies.items[body])))
        gen_out_line(out, "struct uc_json_writer writer, *w = &writer;");
    if (has_form(op, body))
        gen_out_line(out, "struct uc_buf form;");
    gen_out_line(out, "struct pending_%s *pending;", name);
    if (has_query(contract, op))
        gen_out_line(out, "unsigned query = 0;");
    if (has_place(op, GEN_IN_COOKIE))
        gen_out_line(out, "unsigned uc_cookies = 0;");
    gen_out_line(out, "int error = 0;");
    gen_out_blank(out);
    gen_out_line(out, "memset(&request, 0, sizeof(request));");
    gen_out_line(out, "request.method = UC_%s;", op->method);
    if (gen_reads_heads(op))
        gen_out_line(out, "request.head = true;");
    gen_out_line(out, "uc_buf_init(&target, 8192);");
    if (has_headers(contract, op))
        gen_out_line(out, "uc_buf_init(&headers, 8192);");
    if (has_place(op, GEN_IN_COOKIE))
        gen_out_line(out, "uc_buf_init(&uc_cookie, 8192);");
    if (has_composite(op))
        gen_out_line(out, "uc_buf_init(&uc_json, 65536);");
    if (op->bodies.count)
        gen_out_line(out, "uc_buf_init(&content, 1 << 20);");
    if (has_form(op, body))
        gen_out_line(out, "uc_buf_init(&form, 1 << 20);");
}

static void emit_make(struct gen_out *out, const struct gen_operation *op, const char *name, size_t body, bool headers)
{
    gen_out_line(out, "pending->done = done;");
    gen_out_line(out, "pending->arg = arg;");
    gen_out_line(out, "request.target = uc_str_of(target.data, target.len);");
    if (headers)
        gen_out_line(out, "request.headers = uc_str_of(headers.data, headers.len);");
    if (op->bodies.count)
        gen_out_line(out, has_form(op, body) ? "request.body = uc_str_of(form.data, form.len);"
                                             : "request.body = uc_str_of(content.data, content.len);");
    if (!op->url_part_count) {
        gen_out_line(out, "uc_client_call(client.client, client.request, &request, answered_%s, pending);", name);
        return;
    }
    gen_out_line(out, "error = error ? uc_caller_fail(client.caller, client.request, error, answered_%s, pending)", name);
    gen_out_line(out, "              : uc_caller_call(client.caller, client.request, &request, answered_%s, pending);", name);
}

static void emit_send(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op, const char *name,
                      size_t body)
{
    bool headers = has_headers(contract, op);

    gen_out_open(out, "if (!error)");
    gen_out_line(out, "error = target.error;");
    out->indent--;
    if (has_place(op, GEN_IN_COOKIE)) {
        gen_out_open(out, "if (!error)");
        gen_out_line(out, "error = uc_cookie.error;");
        out->indent--;
    }
    if (headers) {
        gen_out_open(out, "if (!error)");
        gen_out_line(out, "error = headers.error;");
        out->indent--;
    }
    if (op->bodies.count) {
        gen_out_open(out, "if (!error)");
        gen_out_line(out, "error = content.error;");
        out->indent--;
    }
    gen_out_line(out, "pending = malloc(sizeof(*pending));");
    if (op->url_part_count) { /* what is refused, here or there, is told from the loop */
        gen_out_open(out, "if (pending) {");
        emit_make(out, op, name, body, headers);
        out->indent--;
        gen_out_open(out, "} else {");
        gen_out_line(out, "error = -ENOMEM;");
        gen_out_close(out, "}");
    } else {
        gen_out_open(out, "if (!error && !pending)");
        gen_out_line(out, "error = -ENOMEM;");
        out->indent--;
    }
    gen_out_open(out, "if (error) {");
    gen_out_line(out, "free(pending);");
    gen_out_line(out, "failed_%s(client.request, error, done, arg);", name);
    if (!op->url_part_count) {
        out->indent--;
        gen_out_open(out, "} else {");
        emit_make(out, op, name, body, headers);
    }
    gen_out_close(out, "}");
    gen_out_line(out, "uc_buf_deinit(&target);");
    if (headers)
        gen_out_line(out, "uc_buf_deinit(&headers);");
    if (has_place(op, GEN_IN_COOKIE))
        gen_out_line(out, "uc_buf_deinit(&uc_cookie);");
    if (has_composite(op))
        gen_out_line(out, "uc_buf_deinit(&uc_json);");
    if (op->bodies.count)
        gen_out_line(out, "uc_buf_deinit(&content);");
    if (has_form(op, body))
        gen_out_line(out, "uc_buf_deinit(&form);");
    gen_out_close(out, "}");
}

static void emit_failed(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    const char *parameters[] = {"struct uc_request *request", "int error",
                                gen_arena_printf(out->arena, "%s_fn *done", op->c_name),
                                "void *arg"};

    gen_out_blank(out);
    gen_out_line(out, "/* The request could not be made. */");
    gen_emit_signature(out, gen_arena_printf(out->arena, "static void failed_%s", name), parameters,
                       4, "");
    gen_out_open(out, "{");
    gen_out_line(out, "struct %s_result result;", op->c_name);
    gen_out_blank(out);
    gen_out_line(out, "memset(&result, 0, sizeof(result));");
    gen_out_line(out, "result.error = error;");
    gen_out_line(out, "result.detail = uc_client_error_text(error);");
    gen_out_line(out, "result.arena = request ? uc_request_arena(request) : NULL;");
    gen_out_line(out, "done(&result, arg);");
    gen_out_close(out, "}");
}

void gen_emit_client_request(struct gen_out *out, const struct gen_contract *contract,
                             const struct gen_operation *op)
{
    const char *name = gen_short_name(contract, op);

    emit_failed(out, op, name);
    for (size_t i = 0; i < op->bodies.count || i == 0; i++) {
        gen_out_blank(out);
        gen_emit_client_signature(out, contract, op, i, "");
        gen_out_open(out, "{");
        emit_locals(out, contract, op, name, i);
        append_url(out, op);
        if (op->url_part_count && has_query(contract, op))
            gen_out_line(out, "query = uc_url_has_query(&target);");
        append_path(out, op);
        append_named(out, op, GEN_IN_QUERY);
        append_named(out, op, GEN_IN_HEADER);
        append_named(out, op, GEN_IN_COOKIE);
        append_cookies(out, op);
        gen_emit_client_credentials(out, contract, op);
        if (op->bodies.count)
            append_body(out, op, i);
        emit_send(out, contract, op, name, i);
    }
}
