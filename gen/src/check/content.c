/* SPDX-License-Identifier: MIT */
/* `content` of a request body or a response: media types and their schemas. */
#include <string.h>

#include "check/operation_internal.h"

#define CONTENTS_MAX 100 /* the framework counts them in a byte */

static bool no_schema(const struct gen_yaml_node *schema)
{
    bool flag;

    return !schema || (schema->kind == GEN_YAML_MAPPING && schema->count == 0) ||
           (gen_yaml_to_bool(schema, &flag) && flag);
}

static bool is_binary(const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *format = gen_yaml_get(schema, "format");

    return format && format->text && !strcmp(format->text, "binary");
}

static bool is_text(const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *type = gen_yaml_get(schema, "type");

    return type && type->text && !strcmp(type->text, "string") && !gen_yaml_get(schema, "enum") &&
           !gen_yaml_get(schema, "const");
}

/* {format: binary}: bytes, also where it does not say that they are a string. */
static bool is_bytes(const struct gen_yaml_node *schema)
{
    return is_text(schema) || (is_binary(schema) && !gen_yaml_get(schema, "type") && !gen_yaml_get(schema, "enum") &&
                               !gen_yaml_get(schema, "const"));
}

/* What is said of a text that nobody looks at. */
static void say_unchecked(struct gen_check *check, const struct gen_yaml_node *schema, const char *const *keys)
{
    for (; *keys; keys++) {
        const struct gen_yaml_pair *pair = gen_yaml_pair(schema, *keys);

        if (pair)
            GEN_NOTE(check, pair->key, "\"%s\" has no effect on a body that is passed on as it comes", *keys);
    }
}

/* The body as it comes: its schema may say that it is a string, and how long. */
static bool check_plain(struct gen_check *check, struct gen_yaml_node *schema,
                        struct gen_content *content)
{
    static const char *const of_text[] = {"pattern", "format", NULL};
    static const char *const of_bytes[] = {"minLength", "maxLength", "pattern", NULL};
    const char *component;
    struct gen_use use;
    bool text;

    if (no_schema(schema))
        return true;
    schema = gen_check_deref(check, schema, "schemas", &component);
    if (!schema)
        return false;
    text = content->media == GEN_MEDIA_TEXT && !is_binary(schema);
    if (!is_bytes(schema)) {
        GEN_NOTE(check, schema, "a body of type %s is passed on as it is: this schema has no effect", content->media_type);
        return true;
    }
    if (!gen_check_schema(check, schema, "", &use))
        return false;
    if (!text || content->stream)
        say_unchecked(check, schema, is_binary(schema) ? of_bytes : of_text);
    if (text)
        content->type = use.type;
    else if (!is_binary(schema) && (use.type->min_length.set || use.type->max_length.set))
        GEN_ERROR(check, schema, "bytes have no length in characters; bound them by \"limits.body\", or in the handler");
    return true;
}

/* Data of an event as it is. False: it is JSON. */
static bool is_plain_event(struct gen_check *check, struct gen_yaml_node *schema)
{
    static const char *const unchecked[] = {"minLength", "maxLength", "pattern", "format", NULL};
    const char *component;
    struct gen_use use;

    if (no_schema(schema))
        return true;
    schema = gen_check_deref(check, schema, "schemas", &component);
    if (!is_text(schema))
        return false;
    if (gen_check_schema(check, schema, "", &use))
        say_unchecked(check, schema, unchecked);
    return true;
}

static bool check_json(struct gen_check *check, struct gen_yaml_node *schema,
                       const char *inline_name, struct gen_content *content)
{
    struct gen_use use;

    if (!gen_check_schema(check, schema, inline_name, &use))
        return false;
    gen_check_no_direction(check, schema, &use, "a whole body");
    if (use.nullable) {
        GEN_ERROR(check, schema, "a body that is null is not supported; make it an object with "
                                 "a member that may be null");
        return false;
    }
    content->type = use.type;
    return true;
}

/* What a field means is said by its schema alone, so an object with properties it must be. */
static bool check_form(struct gen_check *check, struct gen_yaml_node *schema,
                       const struct gen_yaml_node *media, struct gen_content *content)
{
    if (content->type->kind == GEN_OBJECT && content->type->extra) {
        GEN_ERROR(check, schema, "a form has the fields that \"properties\" names: no \"additionalProperties\" with a schema");
        return false;
    }
    if (content->type->kind != GEN_OBJECT) {
        GEN_ERROR(check, schema, "the schema of a form is an object with properties");
        return false;
    }
    return gen_check_form_fields(check, schema, content->type) &&
           gen_check_field_encodings(check, gen_yaml_get(media, "encoding"), content->type);
}

/* "x-stream: true", or with a limit. What is called is given and gathered whole, as a client does with any body. */
static bool read_stream(struct gen_check *check, const struct gen_yaml_node *media,
                        struct gen_content *content)
{
    static const char *const known[] = {"limit", NULL};
    const struct gen_yaml_node *node = gen_yaml_get(media, "x-stream"), *limit;

    if (!node || check->calls)
        return true;
    if (gen_yaml_to_bool(node, &content->stream))
        return true;
    if (!gen_check_keys(check, node, "\"x-stream\"", known, NULL, false))
        return false;
    limit = gen_yaml_get(node, "limit");
    content->stream = true;
    if (limit && (!limit->text || gen_parse_size(limit->text, &content->stream_bytes) ||
                  content->stream_bytes <= 0)) {
        GEN_ERROR(check, limit, "\"limit\" must be a size, such as 1GiB");
        return false;
    }
    return true;
}

/* What is decoded is decoded whole; what is passed on may be passed on in parts. */
static bool check_stream(struct gen_check *check, const struct gen_yaml_pair *pair, bool answer,
                         const struct gen_content *content)
{
    if (content->media == GEN_MEDIA_EVENTS && !answer) {
        GEN_ERROR(check, pair->key, "a request sends no events");
        return false;
    }
    if (!content->stream || content->media == GEN_MEDIA_BYTES || content->media == GEN_MEDIA_MULTIPART)
        return true;
    if (content->media == GEN_MEDIA_TEXT && !content->type)
        return true;
    if (content->media == GEN_MEDIA_TEXT && !content->type->min_length.set &&
        !content->type->max_length.set)
        return true;
    GEN_ERROR(check, gen_yaml_pair(pair->value, "x-stream")->key,
              "a body that is decoded, or has a length in characters, cannot come in parts; "
              "events do so by themselves");
    return false;
}

/* "application/json" is within the other ranges of JSON, and no type of ours within one that has a suffix. */
static bool check_sendable(struct gen_check *check, const struct gen_yaml_node *key, bool answer,
                           const struct gen_content *content)
{
    if (!content->any || content->media != GEN_MEDIA_JSON || answer == check->calls || !strchr(content->media_type, '+'))
        return true;
    GEN_ERROR(check, key, "\"%s\" does not say what is sent; name a type, such as application/json", key->text);
    return false;
}

static bool read_content(struct gen_check *check, const struct gen_yaml_pair *pair,
                          const char *inline_name, bool several, bool answer,
                          struct gen_content *content)
{
    static const char *const plain[] = {"schema", "example", "examples", NULL};
    static const char *const form[] = {"schema", "example", "examples", "encoding", NULL};
    static const struct gen_refusal refused[] = {{"encoding", "only forms have parts"},
                                                 {NULL, NULL}};
    bool is_form;
    struct gen_yaml_node *schema;

    if (!gen_check_media(check, pair->key, content))
        return false;
    if (!check_sendable(check, pair->key, answer, content))
        return false;
    is_form = content->media == GEN_MEDIA_FORM || content->media == GEN_MEDIA_MULTIPART;
    if (!gen_check_keys(check, pair->value, "a media type", is_form ? form : plain,
                        is_form ? NULL : refused, true))
        return false;
    gen_check_examples(check, pair->value);
    schema = gen_yaml_get(pair->value, "schema");
    if (!read_stream(check, pair->value, content))
        return false;
    if (content->media == GEN_MEDIA_EVENTS && check->calls) {
        content->media = GEN_MEDIA_TEXT; /* gathered whole, until the peer ends it */
        return true;
    }
    if (content->media == GEN_MEDIA_EVENTS && is_plain_event(check, schema))
        return true;
    if (content->media == GEN_MEDIA_FORM && no_schema(schema))
        content->media = GEN_MEDIA_TEXT;
    if (answer && (content->media == GEN_MEDIA_FORM || content->media == GEN_MEDIA_MULTIPART)) {
        GEN_ERROR(check, pair->key, "a form is no answer");
        return false;
    }
    if (content->media == GEN_MEDIA_MULTIPART)
        return gen_check_multipart(check, pair, inline_name, content);
    if (content->any && schema && is_binary(schema))
        content->media = GEN_MEDIA_BYTES;
    if (content->media == GEN_MEDIA_TEXT || content->media == GEN_MEDIA_BYTES)
        return check_plain(check, schema, content);
    if (!schema) /* any JSON, as {} says */
        schema = gen_yaml_new_mapping(check->arena, pair->key->mark);
    if (several)
        inline_name = gen_arena_printf(check->arena, "%s_%s", inline_name, content->suffix);
    return check_json(check, schema, inline_name, content) &&
           (content->media != GEN_MEDIA_FORM || check_form(check, schema, pair->value, content));
}

static bool check_content(struct gen_check *check, const struct gen_yaml_pair *pair,
                          const char *inline_name, bool several, bool answer,
                          struct gen_content *content)
{
    return read_content(check, pair, inline_name, several, answer, content) &&
           check_stream(check, pair, answer, content);
}

/* "application/json" beside "application/json; charset=utf-8": one is enough, if they agree. */
static bool is_repeated(struct gen_check *check, const struct gen_contents *contents,
                        const struct gen_content *content)
{
    for (size_t i = 0; i < contents->count; i++) {
        const struct gen_content *other = &contents->items[i];

        if (!strcmp(other->media_type, content->media_type)) {
            if (other->type != content->type)
                gen_messages_add(check->messages, content->mark,
                                 "\"%s\" is there twice, with different schemas",
                                 content->media_type);
            return true;
        }
    }
    return false;
}

static bool is_suffix_of(const struct gen_contents *contents, const char *suffix)
{
    for (size_t i = 0; i < contents->count; i++)
        if (!strcmp(contents->items[i].suffix, suffix))
            return true;
    return false;
}

/* "application/json" and "text/json": the later one gets a number. */
static void name_apart(struct gen_check *check, const struct gen_contents *contents, struct gen_content *content)
{
    const char *suffix = content->suffix;

    for (unsigned number = 2; is_suffix_of(contents, content->suffix); number++)
        content->suffix = gen_arena_printf(check->arena, "%s_%u", suffix, number);
    if (content->suffix != suffix && !check->client)
        gen_messages_note(check->messages, content->mark, "\"%s\" is called %s in C: %s is taken", content->media_type,
                          content->suffix, suffix);
}

bool gen_check_contents(struct gen_check *check, const struct gen_yaml_node *holder,
                        const char *inline_name, bool answer, struct gen_contents *contents)
{
    const struct gen_yaml_node *map = gen_yaml_get(holder, "content");
    bool good = true;

    if (map->kind == GEN_YAML_MAPPING && map->count > CONTENTS_MAX) {
        GEN_ERROR(check, map, "more than %d media types are not supported", CONTENTS_MAX);
        return false;
    }
    if (map->kind != GEN_YAML_MAPPING || (!answer && map->count == 0)) {
        GEN_ERROR(check, map, "\"content\" must be a mapping from media types to schemas");
        return false;
    }
    for (size_t i = 0; i < map->count; i++) {
        struct gen_content content = {0};

        if (!check_content(check, &map->pairs[i], inline_name, map->count > 1, answer, &content)) {
            good = false;
            continue;
        }
        if (is_repeated(check, contents, &content))
            continue;
        name_apart(check, contents, &content);
        contents->items =
            gen_arena_grow(check->arena, contents->items, contents->count, sizeof(content));
        contents->items[contents->count++] = content;
    }
    return good;
}

/* Each media type has its enumerator in a service, and its function in a client. */
static void take_names(struct gen_check *check, const struct gen_operation *op)
{
    const char *what = gen_arena_printf(check->arena, "a body of %s", op->id);
    size_t count = op->bodies.count > 1 ? op->bodies.count : 0;

    for (size_t i = 0; i < count; i++) {
        const struct gen_content *content = &op->bodies.items[i];
        const char *name = gen_arena_printf(
            check->arena, check->calls ? "%s_%s" : "%s_body_%s", op->c_name, content->suffix);

        if (!check->calls)
            name = gen_upper(check->arena, name);
        gen_scope_take(check->scope, check->messages, name, what, content->mark);
    }
    if (op->bodies.count && op->bodies.items[0].media == GEN_MEDIA_MULTIPART)
        gen_scope_take(check->scope, check->messages,
                       gen_arena_printf(check->arena, "%s_read", op->c_name), what, op->mark);
    if (count && !check->calls)
        gen_scope_take(check->scope, check->messages,
                       gen_arena_printf(check->arena, "%s_content", op->c_name), what, op->mark);
}

bool gen_check_body_keys(struct gen_check *check, const struct gen_yaml_node *body)
{
    static const char *const known[] = {"description", "required", "content", NULL};

    return gen_check_keys(check, body, "a request body", known, NULL, true);
}

void gen_check_body(struct gen_check *check, const struct gen_yaml_node *operation,
                    struct gen_operation *op)
{
    struct gen_yaml_node *body = gen_yaml_get(operation, "requestBody");
    const char *name = gen_arena_printf(check->arena, "%s_body", op->c_name);
    const char *component;

    if (!body)
        return;
    if (!strcmp(op->method, "GET") || !strcmp(op->method, "HEAD")) {
        GEN_ERROR(check, gen_yaml_pair(operation, "requestBody")->key,
                  "%s has no body; use POST, or query parameters", op->method);
        return;
    }
    body = gen_check_deref(check, body, "requestBodies", &component);
    if (!body || !gen_check_body_keys(check, body))
        return;
    if (!gen_yaml_get(body, "content")) {
        GEN_ERROR(check, body, "a request body needs \"content\"");
        return;
    }
    gen_check_text(check, body, "description");
    op->body_required = gen_check_flag(check, body, "required", false);
    gen_check_contents(check, body, name, false, &op->bodies);
    for (size_t i = 0; i < op->bodies.count && op->bodies.count > 1; i++)
        if (op->bodies.items[i].media == GEN_MEDIA_MULTIPART)
            gen_messages_add(check->messages, op->bodies.items[i].mark,
                             "beside multipart/form-data an operation has no other body");
    for (size_t i = 1; i < op->bodies.count; i++)
        if (op->bodies.items[i].stream != op->bodies.items[0].stream)
            gen_messages_add(check->messages, op->bodies.items[i].mark,
                             "either all bodies of an operation come in parts, or none");
    take_names(check, op);
}
