/* SPDX-License-Identifier: MIT */
/* Paths and what can be done with each. */
#include <string.h>

#include "check/operation_internal.h"

static const struct {
    const char *key, *method;
} methods[] = {
    {"get", "GET"},     {"put", "PUT"},       {"post", "POST"},
    {"patch", "PATCH"}, {"delete", "DELETE"}, {"options", "OPTIONS"},
    {"head", "HEAD"},
};

#define METHODS (sizeof(methods) / sizeof(methods[0]))

static const char *const item_keys[] = {"get",     "put",         "post",    "patch",      "delete",
                                        "options", "head",        "description", "summary", "parameters", "servers", NULL};

static const struct gen_refusal item_refused[] = {
    {"trace", "it would echo credentials"},
    {NULL, NULL},
};

static const char *const operation_keys[] = {
    "operationId",  "summary",    "description", "tags",      "deprecated", "externalDocs",
    "parameters", "requestBody", "responses", "servers", "security", "callbacks", NULL};

const char *gen_method_of(const char *key)
{
    for (unsigned m = 0; m < METHODS; m++)
        if (!strcmp(key, methods[m].key))
            return methods[m].method;
    return NULL;
}

bool gen_check_item_keys(struct gen_check *check, const struct gen_yaml_node *item)
{
    return gen_check_keys(check, item, "a path", item_keys, item_refused, true);
}

void gen_check_take_operation(struct gen_check *check, struct gen_operation *op)
{
    static const char *const of_call[] = {"", NULL};
    static const char *const of_client[] = {"", "_fn", "_result", "_options", NULL};
    const char *const *suffix = check->calls ? of_client : of_call;
    const char *what = gen_arena_printf(check->arena, "operation %s", op->id);
    const char *name = gen_scope_free(check->scope, check->arena, op->c_name, suffix, false);

    if (name != op->c_name && !check->client)
        gen_messages_note(check->messages, op->mark, "%s is called %s in C: %s is taken", what, name, op->c_name);
    op->c_name = name;
    for (; *suffix; suffix++)
        if (!gen_scope_take(check->scope, check->messages,
                            gen_arena_printf(check->arena, "%s%s", op->c_name, *suffix), what,
                            op->mark))
            return;
}

static bool is_id(const struct gen_contract *contract, const char *id)
{
    for (size_t i = 0; i < contract->operation_count; i++)
        if (!strcmp(contract->operations[i].id, id))
            return true;
    for (size_t i = 0; i < contract->callback_count; i++)
        if (!strcmp(contract->callbacks[i].id, id))
            return true;
    return false;
}

/* Without an operationId: method and path, "get_orders_id" of GET /orders/{id}; with a number where another has that. */
static const char *derived_id(struct gen_check *check, const struct gen_yaml_pair *pair, const char *place)
{
    const char *name = gen_snake(check->arena, gen_arena_printf(check->arena, "%s %s", pair->key->text, place));
    const char *found = name;

    for (unsigned number = 2; is_id(check->contract, found); number++)
        found = gen_arena_printf(check->arena, "%s_%u", name, number);
    if (found != name)
        GEN_NOTE(check, pair->key, "this operation is called %s: %s is taken; give it an \"operationId\"", found, name);
    return found;
}

bool gen_check_operation_keys(struct gen_check *check, const struct gen_yaml_node *operation)
{
    return gen_check_keys(check, operation, "an operation", operation_keys, NULL, true);
}

bool gen_check_name(struct gen_check *check, const struct gen_yaml_pair *pair, const char *place, struct gen_operation *op)
{
    const struct gen_yaml_node *given = gen_yaml_get(pair->value, "operationId");
    const char *snake;

    if (!gen_check_operation_keys(check, pair->value))
        return false;
    op->mark = given ? given->mark : pair->key->mark;
    op->id = given ? gen_check_text(check, pair->value, "operationId") : derived_id(check, pair, place);
    if (!op->id)
        return false;
    snake = gen_snake(check->arena, op->id);
    if (!snake) {
        GEN_ERROR(check, given, "\"%s\" cannot be made a name in C; it needs a letter or digit", op->id);
        return false;
    }
    op->c_name = gen_arena_printf(check->arena, "%s_%s", check->contract->prefix, snake);
    return true;
}

/* What cannot be told from another operation: by a request, which `servers` of its own may bring about, or by name. */
static void check_unlike(struct gen_check *check, const struct gen_operation *op)
{
    for (size_t i = 0; i < check->contract->operation_count; i++) {
        const struct gen_operation *other = &check->contract->operations[i];

        if (!strcmp(other->id, op->id))
            gen_messages_add(check->messages, op->mark, "the operationId \"%s\" is that of line %u, too; it must be unique",
                             op->id, other->mark.line);
        if (!strcmp(other->method, op->method) && gen_paths_alike(other->path, op->path))
            gen_messages_add(check->messages, op->mark, "no request can tell %s \"%s\" from \"%s\" in line %u", op->method,
                             op->path, other->path, other->mark.line);
    }
}

void gen_check_operation_parts(struct gen_check *check, struct gen_operation *op)
{
    gen_check_docs(check, op->node);
    gen_check_tag_names(check, op->node);
    gen_check_flag(check, op->node, "deprecated", false);
    op->summary = gen_check_text(check, op->node, "summary");
    op->description = gen_check_text(check, op->node, "description");
    gen_check_parameters(check, op->item, op->node, op);
    gen_check_body(check, op->node, op);
    gen_check_responses(check, op->node, op);
}

static void check_operation(struct gen_check *check, const struct gen_yaml_node *path, const char *base,
                            const struct gen_yaml_node *item, const struct gen_yaml_pair *pair)
{
    struct gen_contract *contract = check->contract;
    struct gen_operation op = {.method = gen_method_of(pair->key->text), .item = item, .node = pair->value};

    if (!gen_check_name(check, pair, path->text, &op))
        return;
    base = gen_check_servers(check, pair->value, base);
    op.path = gen_arena_printf(check->arena, "%s%s", base, path->text);
    if (!gen_check_path(check, path, op.path))
        return;
    check_unlike(check, &op);
    gen_check_take_operation(check, &op);
    gen_check_operation_parts(check, &op);
    gen_check_security(check, pair->value, &op);
    contract->operations =
        gen_arena_grow(check->arena, contract->operations, contract->operation_count, sizeof(op));
    contract->operations[contract->operation_count++] = op;
}

/* A path item that stands under components, or in another file. */
static const struct gen_yaml_node *item_of(struct gen_check *check, struct gen_yaml_node *value)
{
    const char *component;

    return value->kind == GEN_YAML_MAPPING ? gen_check_deref(check, value, "pathItems", &component) : value;
}

static void check_item(struct gen_check *check, const struct gen_yaml_node *path, const char *base,
                       const struct gen_yaml_node *item)
{
    if (!gen_check_item_keys(check, item))
        return;
    base = gen_check_servers(check, item, base);
    for (size_t i = 0; i < item->count; i++)
        if (gen_method_of(item->pairs[i].key->text))
            check_operation(check, path, base, item, &item->pairs[i]);
}

/* Paths, whatever the methods: a request for one would find the other. */
static bool check_alike(struct gen_check *check, const struct gen_yaml_node *paths, size_t index)
{
    const struct gen_yaml_node *key = paths->pairs[index].key;

    for (size_t i = 0; i < index; i++) {
        const struct gen_yaml_node *other = paths->pairs[i].key;

        if (!gen_paths_alike(other->text, key->text))
            continue;
        GEN_ERROR(check, key, "no request can tell \"%s\" from \"%s\" in line %u", key->text, other->text,
                  other->mark.line);
        return false;
    }
    return true;
}

void gen_check_paths(struct gen_check *check)
{
    const struct gen_yaml_node *paths = gen_yaml_get(check->document, "paths");
    const char *base = gen_check_servers(check, check->document, "");

    if (!paths && gen_yaml_get(check->document, "webhooks"))
        return; /* OpenAPI 3.1, 4.8.1: it may have nothing else */
    if (!paths || paths->kind != GEN_YAML_MAPPING) {
        gen_messages_add(check->messages, paths ? paths->mark : check->document->mark,
                         "a contract needs \"paths\", a mapping from paths to operations");
        return;
    }
    for (size_t i = 0; i < paths->count; i++) {
        const struct gen_yaml_node *key = paths->pairs[i].key, *item;

        if (!strncmp(key->text, "x-", 2) || !gen_check_path(check, key, key->text) || !check_alike(check, paths, i))
            continue;
        item = item_of(check, paths->pairs[i].value);
        if (item)
            check_item(check, key, base, item);
    }
}
