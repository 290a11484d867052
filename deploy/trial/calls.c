/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include "encode.h"

#include <string.h>
#include <strings.h>

#define HEAD_SPARE 512 /* for what the client adds */

struct parameter {
    const char *name;
    enum trial_place place;
    bool required;
    const struct gen_yaml_node *node, *schema;
    const struct trial_value *sample; /* NULL: none was found */
};

struct body {
    const char *type; /* as it is sent; NULL: the operation takes none */
    enum { BODY_JSON, BODY_FORM, BODY_MULTIPART, BODY_PLAIN } kind;
    const struct gen_yaml_node *media, *schema; /* schema NULL: any */
    const struct trial_value *small, *full;
    const struct trial_value **examples; /* that fit, with their names */
    const char **example_names;
    size_t example_count;
};

struct builder {
    struct gen_arena *arena;
    struct trial_schemas schemas;
    const struct trial_limits *limits;
    struct trial_operation *out;
    struct parameter *parameters;
    size_t parameter_count;
    struct body *bodies;
    size_t body_count;
    bool body_required;
};

static const char *text_of(const struct gen_yaml_node *node, const char *key)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, key);

    return value && value->text ? value->text : "";
}

#define NOTE(b, list, count, ...) \
    ((b)->out->list = gen_arena_grow((b)->arena, (b)->out->list, (b)->out->count, sizeof(char *)), \
     (b)->out->list[(b)->out->count++] = gen_arena_printf((b)->arena, __VA_ARGS__))
#define SKIP(b, ...)  NOTE(b, skipped, skipped_count, __VA_ARGS__)
#define FAULT(b, ...) NOTE(b, faults, fault_count, __VA_ARGS__)

/* ---- examples */

/* `example`, and each of `examples` (a map from names to {value: ...}). */
static size_t examples_of(struct builder *b, const struct gen_yaml_node *holder, const char *what, const struct gen_yaml_node *schema,
                          const struct trial_value ***values, const char ***names)
{
    const struct gen_yaml_node *one = gen_yaml_get(holder, "example"), *many = gen_yaml_get(holder, "examples");
    size_t count = (one ? 1 : 0) + (many && many->kind == GEN_YAML_MAPPING ? many->count : 0), found = 0;

    *values = gen_arena_array(b->arena, count + 1, sizeof(**values));
    *names = gen_arena_array(b->arena, count + 1, sizeof(**names));
    for (size_t i = 0; i < count; i++) {
        const struct gen_yaml_pair *pair = one && i == 0 ? NULL : &many->pairs[i - (one ? 1 : 0)];
        const struct gen_yaml_node *node = pair ? trial_resolve(&b->schemas, pair->value) : one;
        const char *name = pair ? pair->key->text : "example", *wrong;

        node = pair ? gen_yaml_get(node, "value") : node;
        if (!node) {
            SKIP(b, "%s: its example \"%s\" has no value here", what, name);
            continue;
        }
        (*values)[found] = trial_json_of_yaml(b->arena, node);
        wrong = schema ? trial_schema_check(&b->schemas, schema, (*values)[found]) : NULL;
        if (wrong)
            FAULT(b, "%s: its example \"%s\" does not fit its schema (%s)", what, name, wrong);
        else
            (*names)[found++] = name;
    }
    return found;
}

/* ---- parameters */

static bool read_place(const char *in, enum trial_place *place)
{
    static const char *const names[] = {"path", "query", "header", "cookie"};

    for (unsigned i = 0; i < 4; i++)
        if (!strcmp(names[i], in)) {
            *place = (enum trial_place)i;
            return true;
        }
    return false;
}

static struct parameter *find_parameter(struct builder *b, const struct parameter *wanted)
{
    for (size_t i = 0; i < b->parameter_count; i++)
        if (b->parameters[i].place == wanted->place && !strcmp(b->parameters[i].name, wanted->name))
            return &b->parameters[i];
    return NULL;
}

/* OpenAPI 3.1, 4.8.12.1: said otherwise, by `content` and `security`. */
static bool is_ignored(const struct parameter *parameter)
{
    return parameter->place == TRIAL_HEADER && (!strcasecmp(parameter->name, "Accept") ||
                                                !strcasecmp(parameter->name, "Content-Type") || !strcasecmp(parameter->name, "Authorization"));
}

static void read_parameters(struct builder *b, const struct gen_yaml_node *holder)
{
    const struct gen_yaml_node *list = trial_list(holder, "parameters");

    for (size_t i = 0; list && i < list->count; i++) {
        struct parameter parameter = {.node = trial_resolve(&b->schemas, list->items[i])};
        struct parameter *same;

        if (!parameter.node) {
            SKIP(b, "a parameter stands in another file, which is not followed");
            continue;
        }
        parameter.name = text_of(parameter.node, "name");
        if (!read_place(text_of(parameter.node, "in"), &parameter.place) || is_ignored(&parameter))
            continue;
        parameter.required = trial_flag(parameter.node, "required", false);
        parameter.schema = gen_yaml_get(parameter.node, "schema");
        same = find_parameter(b, &parameter);
        if (same) {
            *same = parameter;
            continue;
        }
        b->parameters = gen_arena_grow(b->arena, b->parameters, b->parameter_count, sizeof(parameter));
        b->parameters[b->parameter_count++] = parameter;
    }
}

/* False: the operation cannot be called, since one is required and nothing could be made for it. */
static bool sample_parameter(struct builder *b, struct parameter *parameter)
{
    const struct trial_value **values;
    const char **names, *what = gen_arena_printf(b->arena, "parameter \"%s\"", parameter->name), *why;

    if (!parameter->schema) {
        why = "it has \"content\", for which nothing is made";
    } else {
        parameter->sample = examples_of(b, parameter->node, what, parameter->schema, &values, &names)
                                ? values[0]
                                : trial_sample(&b->schemas, parameter->schema, true, &why);
        if (parameter->sample && !trial_parameter(b->arena, parameter->node, parameter->place, parameter->sample, &why))
            parameter->sample = NULL;
    }
    if (!parameter->sample)
        SKIP(b, "%s%s: %s", parameter->required ? "all calls, for they need " : "", what, why);
    return parameter->sample || !parameter->required;
}

/* ---- bodies */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len > end_len && !strcmp(text + len - end_len, end);
}

static void read_kind(struct body *body)
{
    char type[128];

    snprintf(type, sizeof(type), "%.*s", (int)strcspn(body->type, "; "), body->type);
    for (char *at = type; *at; at++)
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at | 0x20) : *at;
    if (!strcmp(type, "application/json") || !strcmp(type, "text/json") || ends_with(type, "+json") || !strcmp(type, "*/*") ||
        !strcmp(type, "application/*"))
        body->kind = BODY_JSON;
    else if (!strcmp(type, "application/x-www-form-urlencoded"))
        body->kind = body->schema ? BODY_FORM : BODY_PLAIN;
    else if (!strcmp(type, "multipart/form-data"))
        body->kind = BODY_MULTIPART;
    else
        body->kind = BODY_PLAIN;
    if (body->kind == BODY_JSON && strchr(type, '*'))
        body->type = "application/json";
    else if (!strncmp(type, "text/*", 6))
        body->type = "text/plain";
    else if (strchr(type, '*'))
        body->type = "application/octet-stream";
    if (body->kind == BODY_MULTIPART)
        body->type = "multipart/form-data; boundary=" TRIAL_BOUNDARY;
}

static void sample_body(struct builder *b, struct body *body, const char *name)
{
    const char *what = gen_arena_printf(b->arena, "body %s", name), *why;

    if (!body->schema) {
        body->small = body->full = trial_json_string(b->arena, "text");
        return;
    }
    body->example_count = examples_of(b, body->media, what, body->schema, &body->examples, &body->example_names);
    body->full = body->example_count ? body->examples[0] : trial_sample(&b->schemas, body->schema, true, &why);
    if (!body->full) {
        SKIP(b, "calls with the %s: %s", what, why);
        return;
    }
    body->small = trial_sample(&b->schemas, body->schema, false, &why);
    if (!body->small)
        body->small = body->full;
}

static void read_bodies(struct builder *b, const struct gen_yaml_node *operation)
{
    const struct gen_yaml_node *node = gen_yaml_get(operation, "requestBody"), *content;

    node = node ? trial_resolve(&b->schemas, node) : NULL;
    content = gen_yaml_get(node, "content");
    b->body_required = trial_flag(node, "required", false);
    for (size_t i = 0; content && content->kind == GEN_YAML_MAPPING && i < content->count; i++) {
        struct body body = {.type = content->pairs[i].key->text, .media = content->pairs[i].value};

        body.schema = gen_yaml_get(body.media, "schema");
        read_kind(&body);
        sample_body(b, &body, content->pairs[i].key->text);
        b->bodies = gen_arena_grow(b->arena, b->bodies, b->body_count, sizeof(body));
        b->bodies[b->body_count++] = body;
    }
}

static const char *body_bytes(struct builder *b, const struct body *body, const struct trial_value *value)
{
    switch (body->kind) {
    case BODY_JSON: return trial_json_text(b->arena, value);
    case BODY_FORM: return value->kind == TRIAL_OBJECT ? trial_form(b->arena, value) : NULL;
    case BODY_MULTIPART:
        return value->kind == TRIAL_OBJECT ? trial_multipart(&b->schemas, body->schema, gen_yaml_get(body->media, "encoding"), value)
                                           : NULL;
    case BODY_PLAIN: break;
    }
    return value->kind == TRIAL_STRING ? value->text : NULL;
}

/* ---- a call */

/* What one call differs in from the sample. */
struct difference {
    const char *label;
    const struct parameter *parameter; /* with `value`, or without it */
    const struct trial_value *value;
    bool full;        /* with what need not be there */
    bool fits;
    const struct body *body; /* the one that is sent; NULL: none */
    const char *body_text;   /* instead of its sample */
    const char *body_type;   /* instead of its own */
    const char *method;      /* instead of the operation's */
    bool anonymous;
};

/* "/items/{sku}" with its value. */
static const char *put_in_path(struct gen_arena *arena, const char *path, const char *name, const char *text)
{
    const char *brace = gen_arena_printf(arena, "{%s}", name), *at = strstr(path, brace);

    return at ? gen_arena_printf(arena, "%.*s%s%s", (int)(at - path), path, text, at + strlen(brace)) : path;
}

static bool put_parameters(struct builder *b, const struct difference *d, struct trial_call *call)
{
    const char *query = "", *cookie = "", *why;

    for (size_t i = 0; i < b->parameter_count; i++) {
        const struct parameter *parameter = &b->parameters[i];
        const struct trial_value *value = parameter == d->parameter ? d->value : parameter->sample;
        const char *text;

        if (!value || (parameter != d->parameter && !parameter->required && !d->full))
            continue;
        text = trial_parameter(b->arena, parameter->node, parameter->place, value, &why);
        if (!text)
            return false;
        switch (parameter->place) {
        case TRIAL_PATH: call->target = put_in_path(b->arena, call->target, parameter->name, text); break;
        case TRIAL_QUERY: query = gen_arena_printf(b->arena, "%s%s%s", query, *query && *text ? "&" : "", text); break;
        case TRIAL_HEADER: call->headers = gen_arena_printf(b->arena, "%s%s: %s\r\n", call->headers, parameter->name, text); break;
        case TRIAL_COOKIE: cookie = gen_arena_printf(b->arena, "%s%s%s", cookie, *cookie ? "; " : "", text); break;
        }
    }
    if (*query)
        call->target = gen_arena_printf(b->arena, "%s?%s", call->target, query);
    if (*cookie)
        call->headers = gen_arena_printf(b->arena, "%sCookie: %s\r\n", call->headers, cookie);
    return true;
}

static bool is_same(const struct trial_call *a, const struct trial_call *b)
{
    return a->fits == b->fits && a->anonymous == b->anonymous && !strcmp(a->method, b->method) && !strcmp(a->target, b->target) &&
           !strcmp(a->headers, b->headers) && !a->body == !b->body && (!a->body || !strcmp(a->body, b->body));
}

static void add_call(struct builder *b, const struct difference *d)
{
    struct trial_operation *out = b->out;
    struct trial_call call = {.label = d->label, .method = d->method ? d->method : out->op.method, .target = out->op.path,
                              .headers = "", .fits = d->fits, .anonymous = d->anonymous};

    if (!put_parameters(b, d, &call))
        return;
    if (d->body) {
        call.body = d->body_text ? d->body_text : body_bytes(b, d->body, d->full ? d->body->full : d->body->small);
        if (!call.body)
            return;
        call.body_len = strlen(call.body);
        call.headers = gen_arena_printf(b->arena, "%sContent-Type: %s\r\n", call.headers, d->body_type ? d->body_type : d->body->type);
    }
    if (call.fits && strlen(call.target) + strlen(call.headers) + HEAD_SPARE > b->limits->head_bytes) {
        SKIP(b, "%s: its head would be longer than x-service.limits.head", call.label);
        return;
    }
    if (call.fits && call.body_len > b->limits->body_bytes) {
        SKIP(b, "%s: its body would be longer than x-service.limits.body", call.label);
        return;
    }
    for (size_t i = 0; i < out->call_count; i++)
        if (is_same(&out->calls[i], &call))
            return;
    out->calls = gen_arena_grow(b->arena, out->calls, out->call_count, sizeof(call));
    out->calls[out->call_count++] = call;
}

/* The body that other calls have: the first that could be made; NULL: there is none. */
static const struct body *usual_body(const struct builder *b)
{
    for (size_t i = 0; i < b->body_count; i++)
        if (b->bodies[i].full)
            return &b->bodies[i];
    return NULL;
}

/* In text an empty list is as one that is not there, and an empty body is none. */
static bool is_nothing_in_text(const struct trial_value *value)
{
    if (value->kind == TRIAL_ARRAY || value->kind == TRIAL_STRING)
        return value->kind == TRIAL_ARRAY ? value->count == 0 : value->len == 0;
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i]->kind == TRIAL_ARRAY && value->items[i]->count == 0)
            return true;
    return false;
}

static void vary_parameter(struct builder *b, const struct parameter *parameter)
{
    struct trial_variants variants = trial_variants(&b->schemas, parameter->schema, parameter->sample);
    const struct gen_yaml_node *schema = trial_resolve(&b->schemas, parameter->schema);
    bool textual = trial_schema_allows(schema, "string") && parameter->sample->kind == TRIAL_STRING;

    for (size_t i = 0; i < variants.count; i++) {
        const struct trial_variant *variant = &variants.items[i];

        /* In a head all is text: 7 is a text where one is wanted, and there is no null. */
        if (variant->value->kind == TRIAL_NULL || (!variant->fits && variant->typed) ||
            (variant->value->kind == TRIAL_ARRAY && is_nothing_in_text(variant->value)) ||
            (textual && variant->value->kind != TRIAL_STRING))
            continue;
        add_call(b, &(struct difference){.label = gen_arena_printf(b->arena, "%s %s", parameter->name, variant->label),
                                         .parameter = parameter, .value = variant->value, .fits = variant->fits,
                                         .body = usual_body(b)});
    }
    if (parameter->required && parameter->place != TRIAL_PATH)
        add_call(b, &(struct difference){.label = gen_arena_printf(b->arena, "without %s", parameter->name),
                                         .parameter = parameter, .body = usual_body(b)});
}

static void add_examples(struct builder *b, const struct body *body)
{
    for (size_t i = 0; i < body->example_count; i++)
        add_call(b, &(struct difference){.label = gen_arena_printf(b->arena, "%s: its example \"%s\"", body->type, body->example_names[i]),
                                         .full = true, .fits = true, .body = body,
                                         .body_text = body_bytes(b, body, body->examples[i])});
}

static void vary_body(struct builder *b, const struct body *body)
{
    struct trial_variants variants = {0};

    if (body->schema)
        variants = trial_variants(&b->schemas, body->schema, body->full);
    for (size_t i = 0; i < variants.count; i++) {
        const struct trial_variant *variant = &variants.items[i];
        const char *text = body_bytes(b, body, variant->value);

        if (!text || (body->kind != BODY_JSON && (variant->typed || is_nothing_in_text(variant->value))))
            continue;
        add_call(b, &(struct difference){.label = gen_arena_printf(b->arena, "body %s", variant->label), .fits = variant->fits,
                                         .body = body, .body_text = text});
    }
    if (variants.dropped)
        SKIP(b, "%zu more variants of the body %s: there are %d of it", variants.dropped, body->type, TRIAL_VARIANTS_MAX);
    if (body->kind == BODY_JSON) {
        const char *text = body_bytes(b, body, body->full);

        add_call(b, &(struct difference){.label = "a body that is cut short", .body = body,
                                         .body_text = gen_arena_bytes(b->arena, text, strlen(text) - 1)});
        add_call(b, &(struct difference){.label = "a body that is no JSON", .body = body, .body_text = "no JSON"});
    }
}

/* Any type will do for one of the bodies. */
static bool takes_anything(const struct gen_yaml_node *operation, const struct trial_schemas *schemas)
{
    const struct gen_yaml_node *node = gen_yaml_get(operation, "requestBody");
    const struct gen_yaml_node *content = gen_yaml_get(node ? trial_resolve(schemas, node) : NULL, "content");

    for (size_t i = 0; content && content->kind == GEN_YAML_MAPPING && i < content->count; i++)
        if (strchr(content->pairs[i].key->text, '*'))
            return true;
    return false;
}

/* Does a call need credentials? OpenAPI 3.1, 4.8.10: the operation's own, else those of all. */
static bool is_secured(const struct trial_schemas *schemas, const struct gen_yaml_node *operation)
{
    const struct gen_yaml_node *list = trial_list(operation, "security");

    if (!list)
        list = trial_list(schemas->document, "security");
    for (size_t i = 0; list && i < list->count; i++)
        if (list->items[i]->count == 0)
            return false;
    return list && list->count;
}

static void add_calls(struct builder *b)
{
    const struct gen_yaml_node *operation = b->out->op.node;
    const struct body *body = usual_body(b);
    bool secured = is_secured(&b->schemas, operation);

    if (secured && !b->limits->credentials) {
        SKIP(b, "all but one call, for they need credentials: give them with --header");
        add_call(b, &(struct difference){.label = "without credentials", .body = body, .anonymous = true});
        return;
    }
    for (size_t i = 0; i < b->body_count; i++)
        add_examples(b, &b->bodies[i]);
    add_call(b, &(struct difference){.label = "with no more than it needs", .fits = true, .body = b->body_required ? body : NULL});
    if (body || b->parameter_count)
        add_call(b, &(struct difference){.label = "with all that it may have", .full = true, .fits = true, .body = body});
    for (size_t i = 0; i < b->parameter_count; i++)
        if (b->parameters[i].sample)
            vary_parameter(b, &b->parameters[i]);
    for (size_t i = 0; i < b->body_count; i++)
        if (b->bodies[i].full)
            vary_body(b, &b->bodies[i]);
    if (b->body_required && body)
        add_call(b, &(struct difference){.label = "without its body"});
    if (body && !takes_anything(operation, &b->schemas))
        add_call(b, &(struct difference){.label = "a body of a type that is not declared", .body = body,
                                         .body_type = "application/x-no-such-type"});
    if (secured)
        add_call(b, &(struct difference){.label = "without credentials", .body = body, .anonymous = true});
}

static void build(struct builder *b)
{
    bool callable = true;

    read_parameters(b, b->out->op.item);
    read_parameters(b, b->out->op.node);
    for (size_t i = 0; i < b->parameter_count; i++)
        callable = sample_parameter(b, &b->parameters[i]) && callable;
    read_bodies(b, b->out->op.node);
    if (!callable)
        return;
    if (b->body_required && !usual_body(b)) {
        SKIP(b, "all calls, for they need a body");
        return;
    }
    add_calls(b);
}

/* ---- what no operation is meant by */

static size_t segments(const char *path)
{
    size_t count = 0;

    for (; *path; path++)
        count += *path == '/';
    return count;
}

static void add_unknown_path(struct gen_arena *arena, struct trial_plan *plan)
{
    struct trial_operation *out = &plan->paths;
    const char *path = "";
    size_t longest = 0;

    for (size_t i = 0; i < plan->count; i++) {
        size_t count = segments(plan->operations[i].op.path);

        longest = count > longest ? count : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        path = gen_arena_printf(arena, "%s/no-such-path", path);
    out->calls = gen_arena_grow(arena, out->calls, out->call_count, sizeof(*out->calls));
    out->calls[out->call_count++] = (struct trial_call){.label = "a path that is not declared", .method = "GET", .target = path, .headers = ""};
}

static bool has_method(const struct trial_plan *plan, const char *path, const char *method)
{
    for (size_t i = 0; i < plan->count; i++)
        if (!strcmp(plan->operations[i].op.path, path) && !strcmp(plan->operations[i].op.method, method))
            return true;
    return false;
}

/* One for each path, by the target of its first call. */
static void add_unknown_method(struct gen_arena *arena, struct trial_plan *plan, size_t index)
{
    static const char *const methods[] = {"DELETE", "PATCH", "PUT", "POST", "GET"};
    const struct trial_operation *operation = &plan->operations[index];
    struct trial_operation *out = &plan->paths;
    const char *target;

    for (size_t i = 0; i < index; i++)
        if (!strcmp(plan->operations[i].op.path, operation->op.path))
            return;
    if (!operation->call_count)
        return;
    target = gen_arena_bytes(arena, operation->calls[0].target, strcspn(operation->calls[0].target, "?"));
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (has_method(plan, operation->op.path, methods[i]))
            continue;
        out->calls = gen_arena_grow(arena, out->calls, out->call_count, sizeof(*out->calls));
        out->calls[out->call_count++] = (struct trial_call){
            .label = gen_arena_printf(arena, "%s of %s, which is not declared", methods[i], operation->op.path),
            .method = methods[i], .target = target, .headers = ""};
        return;
    }
}

struct trial_plan trial_plan_make(struct gen_arena *arena, const struct gen_service *service, const struct trial_limits *limits)
{
    struct trial_plan plan = {0};
    struct trial_pattern *patterns = NULL;
    struct gen_document_operation op;

    for (size_t i = 0; gen_document_operation(service, i, &op); i++) {
        struct builder builder = {.arena = arena, .limits = limits,
                                  .schemas = {.arena = arena, .patterns = &patterns, .document = gen_document(service), .request = true}};

        plan.operations = gen_arena_grow(arena, plan.operations, plan.count, sizeof(*plan.operations));
        builder.out = &plan.operations[plan.count++];
        builder.out->op = op;
        build(&builder);
    }
    plan.paths.op = (struct gen_document_operation){.id = "what is not declared", .method = "", .path = ""};
    add_unknown_path(arena, &plan);
    for (size_t i = 0; i < plan.count; i++)
        add_unknown_method(arena, &plan, i);
    return plan;
}
