/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include <string.h>
#include <strings.h>

#define QUOTE_MAX 160

struct case_of {
    struct trial_schemas schemas;
    const struct trial_call *call;
    const struct trial_answer *answer;
};

#define SAY(c, ...) gen_arena_printf((c)->schemas.arena, __VA_ARGS__)

/* "text/plain" of "Text/Plain; charset=utf-8" */
static const char *type_alone(struct gen_arena *arena, const char *type)
{
    char *alone = gen_arena_bytes(arena, type, strcspn(type, "; \t"));

    for (char *at = alone; *at; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at | 0x20) : *at;
    return alone;
}

/* Some of the body, to be shown. */
static const char *quoted(const struct case_of *c)
{
    char *text = gen_arena_bytes(c->schemas.arena, c->answer->body, c->answer->body_len < QUOTE_MAX ? c->answer->body_len : QUOTE_MAX);

    for (char *at = text; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    return *text ? SAY(c, ": %s%s", text, c->answer->body_len > QUOTE_MAX ? "..." : "") : "";
}

/* ---- problems (RFC 9457) */

static const char *check_problem(const struct case_of *c)
{
    const struct trial_value *problem, *status, *title;
    const char *wrong;

    if (strcmp(type_alone(c->schemas.arena, c->answer->content_type), "application/problem+json"))
        return SAY(c, "answered %d with %s instead of application/problem+json", c->answer->status,
                   *c->answer->content_type ? c->answer->content_type : "no body");
    wrong = trial_json_read(c->schemas.arena, c->answer->body, c->answer->body_len, &problem);
    if (wrong || problem->kind != TRIAL_OBJECT)
        return SAY(c, "answered %d with a problem that is no JSON object (%s)", c->answer->status, wrong ? wrong : "another kind of value");
    status = trial_json_get(problem, "status");
    title = trial_json_get(problem, "title");
    if (status && (status->kind != TRIAL_NUMBER || trial_json_number_of(status->text).integer != c->answer->status))
        return SAY(c, "answered %d with a problem of another \"status\"", c->answer->status);
    if (title && title->kind != TRIAL_STRING)
        return SAY(c, "answered %d with a problem whose \"title\" is no text", c->answer->status);
    return NULL;
}

static const char *check_refusal(const struct case_of *c)
{
    int status = c->answer->status;

    if (status < 400)
        return SAY(c, "answered %d to a call that breaks the contract%s", status, quoted(c));
    if (status == 405 && !trial_http_field(c->schemas.arena, c->answer, "Allow"))
        return "answered 405 without \"Allow\" (RFC 9110, section 15.5.6)";
    return !strcmp(c->call->method, "HEAD") ? NULL : check_problem(c);
}

/* ---- what is declared */

static const struct gen_yaml_node *find_response(const struct gen_yaml_node *responses, int status)
{
    char exact[12], range[12];
    const struct gen_yaml_node *found;

    snprintf(exact, sizeof(exact), "%d", status);
    snprintf(range, sizeof(range), "%dXX", status / 100);
    found = gen_yaml_get(responses, exact);
    if (!found)
        found = gen_yaml_get(responses, range);
    return found ? found : gen_yaml_get(responses, "default");
}

static bool type_fits(const char *declared, const char *type)
{
    size_t len = strlen(declared);

    if (!strcmp(declared, type) || !strcmp(declared, "*/*"))
        return true;
    return len > 2 && !strcmp(declared + len - 2, "/*") && !strncmp(declared, type, len - 1);
}

static const struct gen_yaml_node *find_media(const struct case_of *c, const struct gen_yaml_node *content, const char *type)
{
    for (size_t i = 0; content->kind == GEN_YAML_MAPPING && i < content->count; i++)
        if (type_fits(type_alone(c->schemas.arena, content->pairs[i].key->text), type))
            return content->pairs[i].value;
    return NULL;
}

static bool is_json(const char *type)
{
    size_t len = strlen(type);

    return !strcmp(type, "application/json") || !strcmp(type, "text/json") || (len > 5 && !strcmp(type + len - 5, "+json"));
}

/* A text as the scalar that its schema wants: a header's, or a body's of text. */
static const struct trial_value *scalar(const struct case_of *c, const struct gen_yaml_node *schema, const char *text)
{
    const struct trial_value *value;
    const struct gen_yaml_node *target = trial_resolve(&c->schemas, schema);

    if (target && !trial_schema_allows(target, "string") &&
        !trial_json_read(c->schemas.arena, text, strlen(text), &value))
        return value;
    return trial_json_string(c->schemas.arena, text);
}

static const char *check_body(const struct case_of *c, const struct gen_yaml_node *media, const char *type)
{
    const struct gen_yaml_node *schema = gen_yaml_get(media, "schema"), *format;
    const struct trial_value *value;
    const char *wrong;

    if (!c->answer->whole)
        return is_json(type) ? SAY(c, "answered %d with JSON of more than %u MiB", c->answer->status, TRIAL_ANSWER_MAX >> 20) : NULL;
    if (is_json(type)) {
        wrong = trial_json_read(c->schemas.arena, c->answer->body, c->answer->body_len, &value);
        if (wrong)
            return SAY(c, "answered %d with what is no JSON (%s)%s", c->answer->status, wrong, quoted(c));
    } else if (!strncmp(type, "text/", 5)) {
        value = scalar(c, schema, c->answer->body);
    } else {
        return NULL;
    }
    format = gen_yaml_get(schema ? trial_resolve(&c->schemas, schema) : NULL, "format");
    if (!schema || (format && format->text && !strcmp(format->text, "binary")))
        return NULL;
    wrong = trial_schema_check(&c->schemas, schema, value);
    return wrong ? SAY(c, "answered %d with a body that does not fit its schema: %s%s%s", c->answer->status,
                       *wrong == '/' ? "" : "it ", wrong, quoted(c))
                 : NULL;
}

static const char *check_content(const struct case_of *c, const struct gen_yaml_node *response)
{
    const struct gen_yaml_node *content = gen_yaml_get(response, "content"), *media;
    const char *type = type_alone(c->schemas.arena, c->answer->content_type);

    if (!strcmp(c->call->method, "HEAD") || c->answer->status == 204 || c->answer->status == 304)
        return c->answer->body_len ? SAY(c, "answered %d with a body", c->answer->status) : NULL;
    if (!content || !content->count) {
        if (c->answer->status >= 400)
            return c->answer->body_len ? check_problem(c) : NULL;
        return c->answer->body_len ? SAY(c, "answered %d with a body, of which the contract has none", c->answer->status) : NULL;
    }
    media = find_media(c, content, type);
    if (!media)
        return SAY(c, "answered %d with %s, which the contract does not have", c->answer->status,
                   *type ? type : "a body without a media type");
    return check_body(c, media, type);
}

static const char *check_header(const struct case_of *c, const char *name, const struct gen_yaml_node *header)
{
    const char *text = trial_http_field(c->schemas.arena, c->answer, name), *wrong;
    const struct gen_yaml_node *schema = gen_yaml_get(header, "schema");

    if (!text)
        return trial_flag(header, "required", false) ? SAY(c, "answered %d without the header %s", c->answer->status, name) : NULL;
    if (!schema || trial_schema_allows(trial_resolve(&c->schemas, schema), "array"))
        return NULL;
    wrong = trial_schema_check(&c->schemas, schema, scalar(c, schema, text));
    return wrong ? SAY(c, "answered %d with the header %s, which does not fit its schema: it %s", c->answer->status, name, wrong) : NULL;
}

static const char *check_headers(const struct case_of *c, const struct gen_yaml_node *response)
{
    const struct gen_yaml_node *headers = gen_yaml_get(response, "headers");
    const char *wrong = NULL;

    for (size_t i = 0; !wrong && headers && headers->kind == GEN_YAML_MAPPING && i < headers->count; i++) {
        const char *name = headers->pairs[i].key->text;
        const struct gen_yaml_node *header = trial_resolve(&c->schemas, headers->pairs[i].value);

        if (header && strcasecmp(name, "Content-Type")) /* OpenAPI 3.1, 4.8.17.1: it is ignored */
            wrong = check_header(c, name, header);
    }
    return wrong;
}

static const char *check_answer(const struct case_of *c, const struct gen_yaml_node *operation)
{
    const struct gen_yaml_node *response = find_response(gen_yaml_get(operation, "responses"), c->answer->status);
    const char *wrong;

    if (!response)
        return SAY(c, "answered %d, which the contract does not have%s", c->answer->status, quoted(c));
    response = trial_resolve(&c->schemas, response);
    if (!response)
        return NULL;
    wrong = check_content(c, response);
    return wrong ? wrong : check_headers(c, response);
}

const char *trial_judge(struct gen_arena *arena, const struct gen_yaml_node *document, const struct trial_operation *operation,
                        const struct trial_call *call, const struct trial_answer *answer)
{
    struct trial_pattern *patterns = NULL;
    struct case_of c = {.schemas = {.arena = arena, .patterns = &patterns, .document = document}, .call = call, .answer = answer};

    if (answer->failure)
        return SAY(&c, "%s", answer->failure);
    if (answer->status >= 500)
        return SAY(&c, "answered %d%s", answer->status, quoted(&c));
    return call->fits ? check_answer(&c, operation->op.node) : check_refusal(&c);
}
