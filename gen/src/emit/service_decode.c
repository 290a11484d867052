/* SPDX-License-Identifier: MIT */
/* The part of a request handler that turns parameters and body into the call. */
#include <string.h>

#include "emit/content.h"

const char *gen_parse_function(const struct gen_type *type)
{
    switch (type->kind) {
    case GEN_INT32:
        return "uc_parse_int32";
    case GEN_INT64:
        return "uc_parse_int64";
    case GEN_DOUBLE:
        return "uc_parse_double";
    default:
        return "uc_parse_bool";
    }
}

/* Begins the call that notes a violation of this parameter, up to its text. */
static const char *report_of(struct gen_arena *arena, const struct gen_parameter *parameter)
{
    return gen_arena_printf(arena, "uc_violation_add(bad, %s, uc_str(%s), ",
                            gen_place_name(parameter->place), gen_c_literal(arena, parameter->name));
}

static void parse_text(struct gen_out *out, const struct gen_parameter *parameter,
                       const char *lvalue, const char *report)
{
    bool is_enum = parameter->type->kind == GEN_ENUM;

    if (is_enum)
        gen_out_open(out, "if (!%s_parse(text, &%s))", parameter->type->c_name, lvalue);
    else
        gen_out_open(out, "if (!uc_utf8_valid(text))");
    if (is_enum)
        gen_out_line(out, "%s\"%%s\", %s);", report, gen_c_choices(out->arena, parameter->type));
    else
        gen_out_line(out, "%s\"must be UTF-8\");", report);
    out->indent--;
    if (!is_enum)
        gen_out_line(out, "%s = text;", lvalue);
    gen_emit_checks(out, parameter->type, lvalue, "text", report);
}

/* `text` holds the value; it goes to `lvalue` if it is one of the type. */
static void parse(struct gen_out *out, const struct gen_parameter *parameter, const char *lvalue)
{
    const char *report = report_of(out->arena, parameter);
    const struct gen_type *type = parameter->type;

    if (type->kind == GEN_STRING || type->kind == GEN_ENUM) {
        parse_text(out, parameter, lvalue, report);
        return;
    }
    if (!gen_has_checks(type)) {
        gen_out_line(out, "%s(bad, %s, %s, text, &%s);", gen_parse_function(type),
                     gen_place_name(parameter->place), gen_c_literal(out->arena, parameter->name),
                     lvalue);
        return;
    }
    gen_out_open(out, "if (%s(bad, %s, %s, text, &%s)) {", gen_parse_function(type),
                 gen_place_name(parameter->place), gen_c_literal(out->arena, parameter->name), lvalue);
    gen_emit_checks(out, type, lvalue, "text", report);
    gen_out_close(out, "}");
}

static void decode_path(struct gen_out *out, const struct gen_parameter *parameter)
{
    gen_out_line(out, "text = uc_request_path_value(req, %u);", parameter->index);
    parse(out, parameter, gen_arena_printf(out->arena, "call->%s", parameter->c_name));
}

static void decode_present(struct gen_out *out, const struct gen_parameter *parameter)
{
    const char *place = gen_arena_printf(out->arena, "call->%s", parameter->c_name);

    if (parameter->required || parameter->fallback) {
        parse(out, parameter, place);
        return;
    }
    gen_out_line(out, "%s.state = UC_VALUE;", place);
    parse(out, parameter, gen_arena_printf(out->arena, "%s.value", place));
}

static void decode_named(struct gen_out *out, const struct gen_parameter *parameter)
{
    const char *name = gen_c_literal(out->arena, parameter->name);
    bool query = parameter->place == GEN_IN_QUERY;

    if (query) {
        gen_out_open(out, "if (uc_request_query_count(req, %s) > 1)", name);
        gen_out_line(out, "%s\"must be given once\");", report_of(out->arena, parameter));
        out->indent--;
    }
    gen_out_open(out, "%sif (uc_request_%s(req, %s, &text)) {", query ? "else " : "",
                 query                                ? "query"
                 : parameter->place == GEN_IN_COOKIE ? "cookie"
                                                     : "header",
                 name);
    decode_present(out, parameter);
    if (parameter->required || parameter->fallback) {
        out->indent--;
        gen_out_open(out, "} else {");
    }
    if (parameter->required)
        gen_out_line(out, "%s\"is required\");", report_of(out->arena, parameter));
    else if (parameter->fallback)
        gen_out_line(out, "call->%s = %s;", parameter->c_name,
                     gen_c_value(out->arena, parameter->type, parameter->fallback));
    gen_out_close(out, "}");
}

/* A list or an object, by way of JSON. */
static void emit_composite(struct gen_out *out, const struct gen_operation *op, const char *name,
                           const struct gen_parameter *parameter)
{
    const char *parameters[] = {"struct uc_request *req", NULL, "struct uc_violations *bad"};
    bool state = gen_parameter_has_state(parameter);
    const char *place = gen_arena_printf(out->arena, "call->%s%s", parameter->c_name, state ? ".value" : "");

    gen_out_blank(out);
    parameters[1] = gen_arena_printf(out->arena, "struct %s *call", op->c_name);
    gen_emit_signature(out, gen_arena_printf(out->arena, "static void take_%s_%zu", name, (size_t)(parameter - op->parameters)), parameters, 3,
                       "");
    gen_out_open(out, "{");
    gen_emit_parameter_tables(out, parameter, "");
    gen_out_line(out, "struct uc_json_reader reader, *r = &reader;");
    gen_out_line(out, "struct uc_str json;");
    gen_out_blank(out);
    gen_out_open(out, "if (!uc_request_parameter(req, &parameter, bad, &json))%s", parameter->fallback ? "" : " {");
    if (parameter->required)
        gen_out_line(out, "%s\"is required\");", report_of(out->arena, parameter));
    if (parameter->fallback)
        gen_out_line(out, "json = uc_str(%s);",
                     gen_c_literal(out->arena, gen_json_text(out->arena, parameter->fallback)));
    else
        gen_out_line(out, "return;");
    if (parameter->fallback)
        out->indent--;
    else
        gen_out_close(out, "}");
    gen_out_line(out, "uc_violations_enter(bad, %s, %s);", gen_place_name(parameter->place),
                 gen_c_literal(out->arena, parameter->name));
    gen_out_line(out, "uc_json_reader_init(r, json, call->arena, bad);");
    if (state)
        gen_out_line(out, "call->%s.state = UC_VALUE;", parameter->c_name);
    if (parameter->nullable) {
        gen_out_open(out, "if (uc_json_null(r))");
        gen_out_line(out, "call->%s.state = UC_NULL;", parameter->c_name);
        out->indent--;
    }
    gen_emit_read_value(out, parameter->type, false, place, NULL, parameter->nullable ? "else" : "");
    gen_out_open(out, "if (uc_json_finish(r))");
    gen_out_line(out, "%s\"cannot be read\");", report_of(out->arena, parameter));
    out->indent--;
    gen_out_line(out, "uc_violations_leave(bad);");
    gen_out_close(out, "}");
}

static bool has_scalars(const struct gen_operation *op)
{
    for (size_t i = 0; i < op->parameter_count; i++)
        if (!op->parameters[i].style)
            return true;
    return false;
}

static void emit_parameters(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    const char *parameters[] = {"struct uc_request *req", NULL, "struct uc_violations *bad"};

    if (!op->parameter_count)
        return;
    for (size_t i = 0; i < op->parameter_count; i++)
        if (op->parameters[i].style)
            emit_composite(out, op, name, &op->parameters[i]);
    gen_out_blank(out);
    parameters[1] = gen_arena_printf(out->arena, "struct %s *call", op->c_name);
    gen_emit_signature(out, gen_arena_printf(out->arena, "static void read_%s_parameters", name),
                       parameters, 3, "");
    gen_out_open(out, "{");
    if (has_scalars(op)) {
        gen_out_line(out, "struct uc_str text;");
        gen_out_blank(out);
    }
    for (size_t i = 0; i < op->parameter_count; i++) {
        if (op->parameters[i].style)
            gen_out_line(out, "take_%s_%zu(req, call, bad);", name, i);
        else if (op->parameters[i].place == GEN_IN_PATH)
            decode_path(out, &op->parameters[i]);
        else
            decode_named(out, &op->parameters[i]);
    }
    gen_out_close(out, "}");
}

/* Where the body goes: alone in the call, or beside others. */
static const char *body_place(struct gen_arena *arena, const struct gen_operation *op, size_t index)
{
    return op->bodies.count < 2 ? "call->body"
                                : gen_arena_printf(arena, "call->body.%s",
                                                   op->bodies.items[index].suffix);
}

/* NULL, or why the body is not JSON at all. */
static void emit_json_body(struct gen_out *out, const struct gen_content *content,
                           const char *place, const char *json, bool required)
{
    const struct gen_type *type = content->type;

    if (gen_is_struct(type))
        gen_out_line(out, "struct %s *body = uc_arena_alloc(call->arena, sizeof(*body));",
                     type->c_name);
    gen_out_line(out, gen_is_struct(type) || type->kind == GEN_RAW
                          ? "struct uc_json_reader r;"
                          : "struct uc_json_reader reader, *r = &reader;");
    gen_out_blank(out);
    if (!required) {
        gen_out_open(out, "if (!uc_request_has_body(req))");
        gen_out_line(out, "return NULL;");
        out->indent--;
    }
    if (gen_is_struct(type) || type->kind == GEN_RAW)
        gen_out_line(out, "uc_json_reader_init(&r, %s, call->arena, bad);", json);
    else
        gen_out_line(out, "uc_json_reader_init(r, %s, call->arena, bad);", json);
    if (type->kind == GEN_RAW) {
        gen_out_line(out, "%s;", gen_c_read_raw(out->arena, type, "&r", place));
    } else if (gen_is_struct(type)) {
        gen_out_open(out, "if (!body)");
        gen_out_line(out,
                     "return \"out of memory\"; /* the arena has failed: answered with 503 */");
        out->indent--;
        gen_out_line(out, "%s_read(&r, body);", type->c_name);
        gen_out_line(out, "%s = body;", place);
    } else {
        bool state = !required && gen_needs_state(content);

        gen_emit_read_value(out, type, false,
                            state ? gen_arena_printf(out->arena, "%s.value", place) : place,
                            state ? gen_arena_printf(out->arena, "%s.state", place) : NULL, "");
        gen_out_open(out, "if (!uc_json_finish(r))");
        gen_out_line(out, "return NULL;");
        out->indent--;
        gen_out_line(out, "return r->error_text ? r->error_text : \"cannot be read\";");
        return;
    }
    gen_out_open(out, "if (!uc_json_finish(&r))");
    gen_out_line(out, "return NULL;");
    out->indent--;
    gen_out_line(out, "return r.error_text ? r.error_text : \"cannot be read\";");
}

/* Text and bytes are handed on as they came. */
static void emit_plain_body(struct gen_out *out, const struct gen_content *content,
                            const char *place, bool required)
{
    bool text = content->media == GEN_MEDIA_TEXT;

    if (!text)
        gen_out_line(out, "(void)bad;");
    if (!required) {
        gen_out_open(out, "if (!uc_request_has_body(req))");
        gen_out_line(out, "return NULL;");
        out->indent--;
    }
    gen_out_line(out, "%s = uc_request_body(req);", place);
    if (text) {
        const char *report = "uc_violation_add(bad, UC_IN_BODY, uc_str(\"\"), ";

        gen_out_open(out, "if (!uc_utf8_valid(%s))", place);
        gen_out_line(out, "%s\"must be UTF-8\");", report);
        out->indent--;
        if (content->type)
            gen_emit_checks(out, content->type, place, "text", report);
    }
    gen_out_line(out, "return NULL;");
}

static void emit_form_schema(struct gen_out *out, const struct gen_type *type)
{
    gen_emit_form_fields(out, type, "");
    gen_out_line(out, "static const struct uc_form_schema form = {fields, %zu, %s};",
                 type->member_count, type->closed ? "true" : "false");
}

static void emit_body(struct gen_out *out, const struct gen_operation *op, const char *name,
                      size_t index)
{
    const char *parameters[] = {"struct uc_request *req", NULL, "struct uc_violations *bad"};
    const struct gen_content *content = &op->bodies.items[index];
    const char *place = body_place(out->arena, op, index);
    bool required = op->body_required || op->bodies.count > 1;

    gen_out_blank(out);
    parameters[1] = gen_arena_printf(out->arena, "struct %s *call", op->c_name);
    gen_emit_signature(out,
                       gen_arena_printf(out->arena, "static const char *read_%s_body%s", name,
                                        gen_content_suffix(out->arena, &op->bodies, index)),
                       parameters, 3, "");
    gen_out_open(out, "{");
    if (content->media == GEN_MEDIA_FORM)
        emit_form_schema(out, content->type);
    if (content->media == GEN_MEDIA_JSON)
        emit_json_body(out, content, place, "uc_request_body(req)", required);
    else if (content->media == GEN_MEDIA_FORM)
        emit_json_body(out, content, place,
                       "uc_form_json(call->arena, bad, uc_request_body(req), &form)", required);
    else
        emit_plain_body(out, content, place, required);
    gen_out_close(out, "}");
}

/* ---- multipart/form-data */

static void emit_multipart_decode(struct gen_out *out, const struct gen_operation *op,
                                  const struct gen_content *content, const char *name)
{
    const char *parameters[] = {"void *arg", "struct uc_str json", "struct uc_violations *bad"};

    gen_out_blank(out);
    gen_emit_signature(out, gen_arena_printf(out->arena, "static const char *decode_%s_fields", name),
                       parameters, 3, "");
    gen_out_open(out, "{");
    gen_out_line(out, "struct %s *call = arg;", op->c_name);
    emit_json_body(out, content, "call->body", "json", true);
    gen_out_close(out, "}");
}

void gen_emit_multipart_signature(struct gen_out *out, const struct gen_operation *op, const char *end)
{
    const char *parameters[] = {gen_arena_printf(out->arena, "struct %s *call", op->c_name),
                                "const struct uc_file_events *events", "void *arg"};

    gen_emit_signature(out, gen_arena_printf(out->arena, "void %s_read", op->c_name), parameters, 3,
                       end);
}

static void emit_uploads(struct gen_out *out, const struct gen_content *content)
{
    if (!content->upload_count)
        return;
    gen_out_open(out, "static const struct uc_file_rule files[] = {");
    for (size_t i = 0; i < content->upload_count; i++) {
        const struct gen_upload *upload = &content->uploads[i];

        gen_out_line(out, "{%s, %s, %s, %s},", gen_c_literal(out->arena, upload->field),
                     upload->required ? "true" : "false", upload->many ? "true" : "false",
                     upload->content_types ? gen_c_literal(out->arena, upload->content_types) : "NULL");
    }
    gen_out_close(out, "};");
}

static void emit_multipart(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    const struct gen_content *content = &op->bodies.items[0];
    const struct gen_type *type = content->type;

    if (type)
        emit_multipart_decode(out, op, content, name);
    gen_out_blank(out);
    gen_emit_multipart_signature(out, op, "");
    gen_out_open(out, "{");
    if (type)
        gen_emit_form_fields(out, type, "");
    emit_uploads(out, content);
    gen_out_open(out, "static const struct uc_multipart_form form = {");
    gen_out_line(out, "{%s, %zu, %s},", type ? "fields" : "NULL", type ? type->member_count : 0,
                 type && type->closed ? "true" : "false");
    gen_out_line(out, "%s, %zu,", content->upload_count ? "files" : "NULL", content->upload_count);
    gen_out_line(out, "%s,", type ? gen_arena_printf(out->arena, "decode_%s_fields", name) : "NULL");
    gen_out_close(out, "};");
    gen_out_blank(out);
    gen_out_line(out, "uc_multipart_read(call->request, &form, events, arg, call);");
    gen_out_close(out, "}");
}

void gen_emit_decode(struct gen_out *out, const struct gen_operation *op, const char *name)
{
    emit_parameters(out, op, name);
    for (size_t i = 0; i < op->bodies.count && !gen_streams(op); i++)
        emit_body(out, op, name, i);
    if (op->bodies.count && op->bodies.items[0].media == GEN_MEDIA_MULTIPART)
        emit_multipart(out, op, name);
}
