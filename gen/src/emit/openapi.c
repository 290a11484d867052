/* SPDX-License-Identifier: MIT */
/*
 * openapi.c - the contract as it is published.
 *
 * Beside what the user wrote stands what is true of every service, and what readers of contracts (linters, generators
 * of clients) look for: where the service is when nothing is said (OpenAPI 3.1, 4.8.1: "/"), that no credentials are
 * asked for when none are, and the problem with which a request that does not fit is refused.
 */
#include <string.h>

#include "emit/emit.h"

/* Of every operation that declares no 4xx by itself. */
static const char refused[] =
    "{\"description\":\"The request does not fit this contract, or cannot be served.\",\"content\":{\"application/problem+json\":"
    "{\"schema\":{\"type\":\"object\",\"description\":\"A problem (RFC 9457).\",\"required\":[\"type\",\"title\",\"status\"],"
    "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"status\":{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":400,\"maximum\":499},\"detail\":{\"type\":\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"in\",\"detail\"],\"properties\":{"
    "\"in\":{\"type\":\"string\"},\"pointer\":{\"type\":\"string\"},\"parameter\":{\"type\":\"string\"},"
    "\"detail\":{\"type\":\"string\"}}}}}}}}}";

struct publisher {
    struct gen_out *out;
    const char *name; /* of that answer under components.responses */
    bool used;
};

static bool is_operation(const char *key)
{
    static const char *const methods[] = {"get", "put", "post", "patch", "delete", "options", "head", NULL};

    for (size_t i = 0; methods[i]; i++)
        if (!strcmp(methods[i], key))
            return true;
    return false;
}

static bool has_refusal(const struct gen_yaml_node *responses)
{
    for (size_t i = 0; i < responses->count; i++)
        if (responses->pairs[i].key->text[0] == '4' || !strcmp(responses->pairs[i].key->text, "default"))
            return true;
    return false;
}

/* The name of a pair with its colon, and the comma before it. */
static void emit_key(struct gen_out *out, const char *key, bool *comma)
{
    gen_out_text(out, *comma ? "," : "");
    *comma = true;
    gen_emit_json_text(out, key);
    gen_out_text(out, ":");
}

static void emit_responses(struct publisher *p, const struct gen_yaml_node *responses)
{
    bool comma = false;

    if (responses->kind != GEN_YAML_MAPPING || has_refusal(responses)) {
        gen_emit_json(p->out, responses, NULL);
        return;
    }
    gen_out_text(p->out, "{");
    for (size_t i = 0; i < responses->count; i++) {
        emit_key(p->out, responses->pairs[i].key->text, &comma);
        gen_emit_json(p->out, responses->pairs[i].value, NULL);
    }
    emit_key(p->out, "4XX", &comma);
    gen_out_printf(p->out, "{\"$ref\":\"#/components/responses/%s\"}}", p->name);
    p->used = true;
}

static void emit_operation(struct publisher *p, const struct gen_yaml_node *operation)
{
    bool comma = false;

    gen_out_text(p->out, "{");
    for (size_t i = 0; i < operation->count; i++) {
        const struct gen_yaml_pair *pair = &operation->pairs[i];

        emit_key(p->out, pair->key->text, &comma);
        if (!strcmp(pair->key->text, "responses"))
            emit_responses(p, pair->value);
        else
            gen_emit_json(p->out, pair->value, NULL);
    }
    gen_out_text(p->out, "}");
}

static void emit_item(struct publisher *p, const struct gen_yaml_node *item)
{
    bool comma = false;

    if (item->kind != GEN_YAML_MAPPING) {
        gen_emit_json(p->out, item, NULL);
        return;
    }
    gen_out_text(p->out, "{");
    for (size_t i = 0; i < item->count; i++) {
        const struct gen_yaml_pair *pair = &item->pairs[i];

        emit_key(p->out, pair->key->text, &comma);
        if (is_operation(pair->key->text) && pair->value->kind == GEN_YAML_MAPPING)
            emit_operation(p, pair->value);
        else
            gen_emit_json(p->out, pair->value, NULL);
    }
    gen_out_text(p->out, "}");
}

static void emit_paths(struct publisher *p, const struct gen_yaml_node *paths)
{
    bool comma = false;

    gen_out_text(p->out, "{");
    for (size_t i = 0; i < paths->count; i++) {
        emit_key(p->out, paths->pairs[i].key->text, &comma);
        if (paths->pairs[i].key->text[0] == '/')
            emit_item(p, paths->pairs[i].value);
        else
            gen_emit_json(p->out, paths->pairs[i].value, NULL);
    }
    gen_out_text(p->out, "}");
}

static void emit_answers(struct publisher *p, const struct gen_yaml_node *responses)
{
    bool comma = false;

    gen_out_text(p->out, "{");
    for (size_t i = 0; responses && i < responses->count; i++) {
        emit_key(p->out, responses->pairs[i].key->text, &comma);
        gen_emit_json(p->out, responses->pairs[i].value, NULL);
    }
    emit_key(p->out, p->name, &comma);
    gen_out_printf(p->out, "%s}", refused);
}

/* Behind the paths, which tell whether the answer is needed. */
static void emit_components(struct publisher *p, const struct gen_yaml_node *components)
{
    bool comma = false;

    gen_out_text(p->out, "{");
    for (size_t i = 0; components && i < components->count; i++) {
        const struct gen_yaml_pair *pair = &components->pairs[i];
        bool answers = p->used && !strcmp(pair->key->text, "responses");

        emit_key(p->out, pair->key->text, &comma);
        if (answers)
            emit_answers(p, pair->value);
        else
            gen_emit_json(p->out, pair->value, NULL);
    }
    if (p->used && !gen_yaml_get(components, "responses")) {
        emit_key(p->out, "responses", &comma);
        emit_answers(p, NULL);
    }
    gen_out_text(p->out, "}");
}

static const char *free_name(struct gen_arena *arena, const struct gen_yaml_node *document)
{
    const struct gen_yaml_node *taken = gen_yaml_get(gen_yaml_get(document, "components"), "responses");
    const char *name = "Refused";

    while (gen_yaml_get(taken, name))
        name = gen_arena_printf(arena, "%s_", name);
    return name;
}

struct gen_file gen_emit_openapi(const struct gen_service *service)
{
    static const char *const ours[] = {"x-service", "components", NULL};
    const struct gen_yaml_node *document = service->contract.document, *components = gen_yaml_get(document, "components");
    struct gen_out out;
    struct publisher p = {&out, free_name(service->arena, document), false};
    bool comma = false;

    gen_out_init(&out, service->arena);
    gen_out_text(&out, "{");
    for (size_t i = 0; i < document->count; i++) {
        const struct gen_yaml_pair *pair = &document->pairs[i];

        if (!strcmp(pair->key->text, ours[0]) || !strcmp(pair->key->text, ours[1]))
            continue;
        emit_key(&out, pair->key->text, &comma);
        if (!strcmp(pair->key->text, "paths") && pair->value->kind == GEN_YAML_MAPPING)
            emit_paths(&p, pair->value);
        else
            gen_emit_json(&out, pair->value, NULL);
        if (!strcmp(pair->key->text, "info") && !gen_yaml_get(document, "servers"))
            gen_out_text(&out, ",\"servers\":[{\"url\":\"/\"}]");
        if (!strcmp(pair->key->text, "info") && !gen_yaml_get(document, "security"))
            gen_out_text(&out, ",\"security\":[]");
    }
    if (components || p.used) {
        emit_key(&out, "components", &comma);
        emit_components(&p, components);
    }
    gen_out_text(&out, "}");
    return (struct gen_file){"openapi.json", out.bytes, out.len};
}
