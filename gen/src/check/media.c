/* SPDX-License-Identifier: MIT */
/* `content` of a request body or a response: one media type, and it is JSON. */
#include <string.h>

#include "check/operation_internal.h"

static bool json_type(const char *name, bool answer)
{
    size_t len = strlen(name);

    if (!strcmp(name, "application/json"))
        return true;
    return answer && len > 17 && !strncmp(name, "application/", 12) &&
           !strcmp(name + len - 5, "+json") &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz"
                        "0123456789/.-+") == len;
}

struct gen_type *gen_check_content(struct gen_check *check, const struct gen_yaml_node *holder,
                                   const char *inline_name, bool answer, const char **content_type)
{
    static const char *const known[] = {"schema", "example", "examples", NULL};
    static const struct gen_refusal refused[] = {{"encoding", "bodies are JSON"}, {NULL, NULL}};
    const struct gen_yaml_node *content = gen_yaml_get(holder, "content");
    const struct gen_yaml_node *key;
    struct gen_yaml_node *media, *schema;
    struct gen_use use;

    if (content->kind != GEN_YAML_MAPPING || content->count != 1) {
        GEN_ERROR(check, content, "\"content\" must hold exactly one media type");
        return NULL;
    }
    key = content->pairs[0].key;
    media = content->pairs[0].value;
    if (!json_type(key->text, answer)) {
        GEN_ERROR(check, key, "the media type \"%s\" is not supported; only application/json is%s",
                  key->text, answer ? ", and application/...+json" : "");
        return NULL;
    }
    *content_type = key->text;
    if (!gen_check_keys(check, media, "a media type", known, refused, true))
        return NULL;
    schema = gen_yaml_get(media, "schema");
    if (!schema) {
        GEN_ERROR(check, key, "\"%s\" needs a \"schema\"; an empty one, {}, allows any JSON",
                  key->text);
        return NULL;
    }
    if (!gen_check_schema(check, schema, inline_name, &use))
        return NULL;
    if (use.nullable || (use.type->kind != GEN_OBJECT && use.type->kind != GEN_ARRAY &&
                         use.type->kind != GEN_RAW)) {
        GEN_ERROR(check, schema, "a body must be an object, an array or free-form JSON");
        return NULL;
    }
    return use.type;
}

void gen_check_body(struct gen_check *check, const struct gen_yaml_node *operation,
                    struct gen_operation *op)
{
    static const char *const known[] = {"description", "required", "content", NULL};
    struct gen_yaml_node *body = gen_yaml_get(operation, "requestBody");
    const char *name = gen_arena_printf(check->arena, "%s_body", op->c_name);
    const char *content_type, *component;

    if (!body)
        return;
    if (!strcmp(op->method, "GET")) {
        GEN_ERROR(check, gen_yaml_pair(operation, "requestBody")->key,
                  "GET has no body; use POST, or query parameters");
        return;
    }
    body = gen_check_deref(check, body, "requestBodies", &component);
    if (!body || !gen_check_keys(check, body, "a request body", known, NULL, true))
        return;
    if (!gen_yaml_get(body, "content")) {
        GEN_ERROR(check, body, "a request body needs \"content\"");
        return;
    }
    gen_check_text(check, body, "description");
    op->body_required = gen_check_flag(check, body, "required", false);
    op->body = gen_check_content(check, body, name, false, &content_type);
}
