/* SPDX-License-Identifier: MIT */
/* Paths and what can be done with each. */
#include <string.h>

#include "check/operation_internal.h"

static const struct {
    const char *key, *method;
} methods[] = {
    {"get", "GET"},     {"put", "PUT"},       {"post", "POST"},
    {"patch", "PATCH"}, {"delete", "DELETE"}, {"options", "OPTIONS"},
};

#define METHODS (sizeof(methods) / sizeof(methods[0]))

static const char *const item_keys[] = {"get",     "put",         "post",    "patch",      "delete",
                                        "options", "description", "summary", "parameters", NULL};

static const struct gen_refusal item_refused[] = {
    {"head", "HEAD is answered from \"get\" by itself"},
    {"trace", "it would echo credentials"},
    {"servers", "a service answers at one place"},
    {"$ref", "write the path here"},
    {NULL, NULL},
};

static const char *const operation_keys[] = {
    "operationId",  "summary",    "description", "tags",      "deprecated",
    "externalDocs", "parameters", "requestBody", "responses", NULL};

static const struct gen_refusal operation_refused[] = {
    {"security", ""},
    {"callbacks", "call the other service through x-service.clients"},
    {"servers", "a service answers at one place"},
    {NULL, NULL},
};

static void take_names(struct gen_check *check, const struct gen_operation *op)
{
    static const char *const of_call[] = {"", NULL};
    static const char *const of_client[] = {"", "_fn", "_result", "_options", NULL};
    const char *const *suffix = check->client ? of_client : of_call;
    const char *what = gen_arena_printf(check->arena, "operation %s", op->id);

    for (; *suffix; suffix++)
        if (!gen_scope_take(check->scope, check->messages,
                            gen_arena_printf(check->arena, "%s%s", op->c_name, *suffix), what,
                            op->mark))
            return;
}

static bool name_operation(struct gen_check *check, const struct gen_yaml_node *key,
                           const struct gen_yaml_node *node, struct gen_operation *op)
{
    const char *snake;

    op->id = gen_check_text(check, node, "operationId");
    if (!op->id) {
        GEN_ERROR(check, key,
                  "an operation needs an \"operationId\"; its handler is named after it");
        return false;
    }
    snake = gen_snake(check->arena, op->id);
    if (!snake) {
        GEN_ERROR(check, gen_yaml_get(node, "operationId"),
                  "\"%s\" cannot be made a name in C; it needs a letter or digit", op->id);
        return false;
    }
    op->c_name = gen_arena_printf(check->arena, "%s_%s", check->contract->prefix, snake);
    op->mark = gen_yaml_get(node, "operationId")->mark;
    return true;
}

static void check_operation(struct gen_check *check, const struct gen_yaml_node *path,
                            const struct gen_yaml_node *item, unsigned method)
{
    const struct gen_yaml_pair *pair = gen_yaml_pair(item, methods[method].key);
    struct gen_contract *contract = check->contract;
    struct gen_operation op = {.method = methods[method].method, .path = path->text};

    if (!gen_check_keys(check, pair->value, "an operation", operation_keys, operation_refused,
                        true))
        return;
    if (!name_operation(check, pair->key, pair->value, &op))
        return;
    take_names(check, &op);
    op.summary = gen_check_text(check, pair->value, "summary");
    op.description = gen_check_text(check, pair->value, "description");
    gen_check_parameters(check, item, pair->value, &op);
    gen_check_body(check, pair->value, &op);
    gen_check_responses(check, pair->value, &op);
    contract->operations =
        gen_arena_grow(check->arena, contract->operations, contract->operation_count, sizeof(op));
    contract->operations[contract->operation_count++] = op;
}

static void check_item(struct gen_check *check, const struct gen_yaml_node *path,
                       const struct gen_yaml_node *item)
{
    if (!gen_check_keys(check, item, "a path", item_keys, item_refused, true))
        return;
    for (size_t i = 0; i < item->count; i++)
        for (unsigned m = 0; m < METHODS; m++)
            if (!strcmp(item->pairs[i].key->text, methods[m].key))
                check_operation(check, path, item, m);
}

static void check_alike(struct gen_check *check, const struct gen_yaml_node *paths, size_t index)
{
    const struct gen_yaml_node *key = paths->pairs[index].key;

    for (size_t i = 0; i < index; i++)
        if (gen_paths_alike(paths->pairs[i].key->text, key->text))
            GEN_ERROR(check, key, "no request can tell \"%s\" from \"%s\" in line %u", key->text,
                      paths->pairs[i].key->text, paths->pairs[i].key->mark.line);
}

void gen_check_paths(struct gen_check *check)
{
    const struct gen_yaml_node *paths = gen_yaml_get(check->document, "paths");

    if (!paths || paths->kind != GEN_YAML_MAPPING) {
        gen_messages_add(check->messages, paths ? paths->mark : check->document->mark,
                         "a contract needs \"paths\", a mapping from paths to operations");
        return;
    }
    for (size_t i = 0; i < paths->count; i++) {
        const struct gen_yaml_node *key = paths->pairs[i].key;

        if (!strncmp(key->text, "x-", 2))
            continue;
        if (!gen_check_path(check, key))
            continue;
        check_alike(check, paths, i);
        check_item(check, key, paths->pairs[i].value);
    }
}
