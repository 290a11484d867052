/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "check/operation_internal.h"

static const char *const known[] = {"description", "content", NULL};

static const struct gen_refusal refused[] = {
    {"headers", "only the body of an answer is typed"},
    {"links", "leave it out"},
    {NULL, NULL},
};

static bool read_status(struct gen_check *check, const struct gen_yaml_node *key, int *status)
{
    const char *text = key->text;

    if (!strcmp(text, "default") || (strlen(text) == 3 && !strcmp(text + 1, "XX"))) {
        GEN_ERROR(check, key, "the response \"%s\" is not supported; name each status", text);
        return false;
    }
    if (strlen(text) != 3 || strspn(text, "0123456789") != 3 || text[0] < '2' || text[0] > '5') {
        GEN_ERROR(check, key, "\"%s\" is not a status from 200 to 599", text);
        return false;
    }
    *status = atoi(text);
    return true;
}

static bool bodiless(int status)
{
    return status == 204 || status == 205 || status == 304;
}

static bool read_response(struct gen_check *check, const struct gen_yaml_node *key,
                          struct gen_yaml_node *node, const struct gen_operation *op,
                          struct gen_response *response)
{
    const char *component, *inline_name;

    response->mark = key->mark;
    if (!read_status(check, key, &response->status))
        return false;
    node = gen_check_deref(check, node, "responses", &component);
    if (!node || !gen_check_keys(check, node, "a response", known, refused, true))
        return false;
    response->description = gen_check_text(check, node, "description");
    if (!gen_yaml_get(node, "description"))
        GEN_ERROR(check, key, "a response needs a \"description\"");
    if (!gen_yaml_get(node, "content"))
        return true;
    if (bodiless(response->status)) {
        GEN_ERROR(check, gen_yaml_pair(node, "content")->key,
                  "an answer with status %d has no body", response->status);
        return false;
    }
    inline_name = gen_arena_printf(check->arena, "%s_%d_body", op->c_name, response->status);
    response->type = gen_check_content(check, node, inline_name, true, &response->content_type);
    return response->type != NULL;
}

static int by_status(const void *left, const void *right)
{
    const struct gen_response *a = left, *b = right;

    return a->status - b->status;
}

/* "ok" is the first 2xx with a body; every other body is named by its status. */
static void name_results(struct gen_check *check, struct gen_operation *op)
{
    bool ok_taken = false;

    for (size_t i = 0; i < op->response_count; i++) {
        struct gen_response *response = &op->responses[i];

        if (!response->type)
            continue;
        if (!ok_taken && response->status < 300) {
            response->result_name = "ok";
            ok_taken = true;
        } else {
            response->result_name = gen_arena_printf(check->arena, "body_%d", response->status);
        }
    }
}

void gen_check_responses(struct gen_check *check, const struct gen_yaml_node *operation,
                         struct gen_operation *op)
{
    struct gen_yaml_node *map = gen_yaml_get(operation, "responses");

    if (!map || map->kind != GEN_YAML_MAPPING || map->count == 0) {
        gen_messages_add(check->messages, map ? map->mark : op->mark,
                         "an operation needs \"responses\" with at least one status");
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        struct gen_response response = {0};
        const struct gen_yaml_node *key = map->pairs[i].key;

        if (!strncmp(key->text, "x-", 2) ||
            !read_response(check, key, map->pairs[i].value, op, &response))
            continue;
        op->responses =
            gen_arena_grow(check->arena, op->responses, op->response_count, sizeof(response));
        op->responses[op->response_count++] = response;
        gen_scope_take(check->scope, check->messages,
                       gen_arena_printf(check->arena, "%s_%d", op->c_name, response.status),
                       gen_arena_printf(check->arena, "the answer %d", response.status), key->mark);
    }
    if (op->response_count)
        qsort(op->responses, op->response_count, sizeof(*op->responses), by_status);
    name_results(check, op);
}
