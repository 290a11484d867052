/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "check/operation_internal.h"

static const char *const known[] = {"description", "content", "headers", "links", NULL};

bool gen_check_response_keys(struct gen_check *check, const struct gen_yaml_node *node)
{
    return gen_check_keys(check, node, "a response", known, NULL, true);
}

/* "404", "4XX" or "default". */
static bool read_status(struct gen_check *check, const struct gen_yaml_node *key,
                        struct gen_response *response)
{
    const char *text = key->text;

    response->c_name = text;
    if (!strcmp(text, "default"))
        return true;
    if (strlen(text) == 3 && !strcmp(text + 1, "XX") && text[0] >= '2' && text[0] <= '5') {
        response->status = (text[0] - '0') * 100;
        response->range = true;
        response->c_name = gen_arena_printf(check->arena, "%cxx", text[0]);
        return true;
    }
    if (strlen(text) != 3 || strspn(text, "0123456789") != 3 || text[0] < '2' || text[0] > '5') {
        GEN_ERROR(check, key, "\"%s\" is not a status from 200 to 599, a range such as 4XX, or "
                              "\"default\"", text);
        return false;
    }
    response->status = atoi(text);
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
    if (!read_status(check, key, response))
        return false;
    node = gen_check_deref(check, node, "responses", &component);
    if (!node || !gen_check_response_keys(check, node))
        return false;
    response->description = gen_check_text(check, node, "description");
    if (!gen_yaml_get(node, "description"))
        GEN_ERROR(check, key, "a response needs a \"description\"");
    gen_check_links(check, node);
    gen_check_headers(check, node, op, response);
    if (!gen_yaml_get(node, "content"))
        return true;
    if (bodiless(response->status)) {
        GEN_NOTE(check, gen_yaml_pair(node, "content")->key,
                 "an answer with status %d has no body: this content has no effect", response->status);
        return true;
    }
    inline_name = gen_arena_printf(check->arena, "%s_%s_body", op->c_name, response->c_name);
    return gen_check_contents(check, node, inline_name, true, &response->contents);
}

static int rank(const struct gen_response *response)
{
    return response->status == 0 ? 1000 : response->status + (response->range ? 99 : 0);
}

static int by_status(const void *left, const void *right)
{
    const struct gen_response *a = left, *b = right;

    return rank(a) != rank(b) ? rank(a) - rank(b) : a->range - b->range;
}

/* "ok" is the first 2xx with a body; every other body is named by its status. */
static void name_results(struct gen_check *check, struct gen_operation *op)
{
    bool ok_taken = false;

    for (size_t i = 0; i < op->response_count; i++) {
        struct gen_response *response = &op->responses[i];
        const struct gen_contents *contents = &response->contents;
        const char *name = gen_arena_printf(check->arena, "body_%s", response->c_name);

        if (contents->count && !ok_taken && response->status >= 200 && response->status < 300) {
            name = "ok";
            ok_taken = true;
        }
        for (size_t c = 0; c < contents->count; c++)
            contents->items[c].member =
                contents->count == 1 ? name
                                     : gen_arena_printf(check->arena, "%s_%s", name,
                                                        contents->items[c].suffix);
    }
}

/* The names of the functions that give this answer. */
static void take_names(struct gen_check *check, const struct gen_operation *op,
                       const struct gen_response *response)
{
    static const char *const whole[] = {"", NULL}, *const parts[] = {"_begin", NULL},
                             *const events[] = {"_begin", "_send", "_end", NULL};
    const char *what = gen_arena_printf(check->arena, "the answer %s", response->c_name);
    const char *name = gen_arena_printf(check->arena, "%s_%s", op->c_name, response->c_name);
    size_t count = response->contents.count;

    for (size_t i = 0; i < count || i == 0; i++) {
        const struct gen_content *content = count ? &response->contents.items[i] : NULL;
        const char *const *end = whole;

        if (content && content->media == GEN_MEDIA_EVENTS)
            end = events;
        else if (content && content->stream)
            end = parts;
        for (; *end; end++)
            gen_scope_take(check->scope, check->messages,
                           gen_arena_printf(check->arena, "%s%s%s%s", name, count > 1 ? "_" : "",
                                            count > 1 ? content->suffix : "", *end),
                           what, response->mark);
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
        take_names(check, op, &response);
    }
    if (op->response_count)
        qsort(op->responses, op->response_count, sizeof(*op->responses), by_status);
    name_results(check, op);
}
