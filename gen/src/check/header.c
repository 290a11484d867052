/* SPDX-License-Identifier: MIT */
/* `headers` of a response: each is a field that the handler may set. */
#include <string.h>
#include <strings.h>

#include "check/operation_internal.h"

static const char *const known[] = {"description", "required", "deprecated", "schema", "style",
                                    "explode",     "example",  "examples",   NULL};

static const struct gen_refusal refused[] = {
    {"content", "use \"schema\""}, {"allowEmptyValue", "leave it out"}, {NULL, NULL}};

/* What the framework sends by itself may be declared, and needs no setter. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {"Content-Type", "Content-Length",    "Connection",
                                       "Date",         "Transfer-Encoding", NULL};

    for (unsigned i = 0; ours[i]; i++)
        if (!strcasecmp(ours[i], name))
            return true;
    return false;
}

bool gen_check_header_keys(struct gen_check *check, const struct gen_yaml_node *node)
{
    return gen_check_keys(check, node, "a header", known, refused, true);
}

static bool read_header(struct gen_check *check, const struct gen_yaml_node *key,
                        struct gen_yaml_node *node, const char *inline_name,
                        struct gen_header *header)
{
    struct gen_yaml_node *schema;
    const char *component;
    struct gen_use use;
    bool good;

    header->name = key->text;
    header->c_name = check->calls ? gen_member_name(check->arena, key->text)
                                   : gen_snake(check->arena, key->text);
    if (!header->c_name || !gen_is_field_name(key->text)) {
        GEN_ERROR(check, key, "\"%s\" cannot be the name of a header field", key->text);
        return false;
    }
    node = gen_check_deref(check, node, "headers", &component);
    if (!node || !gen_check_header_keys(check, node))
        return false;
    header->description = gen_check_text(check, node, "description");
    gen_check_flag(check, node, "deprecated", false);
    gen_check_examples(check, node);
    header->required = gen_check_flag(check, node, "required", false);
    schema = gen_yaml_get(node, "schema");
    if (!schema) {
        GEN_ERROR(check, key, "header \"%s\" needs a \"schema\"", key->text);
        return false;
    }
    good = gen_check_schema(check, schema,
                            gen_arena_printf(check->arena, "%s_%s", inline_name, header->c_name), &use);
    if (!good)
        return false;
    gen_check_no_direction(check, schema, &use, "a header");
    if (use.nullable || use.type->kind > GEN_BOOL) {
        GEN_ERROR(check, schema, "a header must be a string, an integer, a number, a boolean or "
                                 "an enum, and not null");
        return false;
    }
    header->type = use.type;
    return true;
}

void gen_check_headers(struct gen_check *check, const struct gen_yaml_node *node,
                       const struct gen_operation *op, struct gen_response *response)
{
    const struct gen_yaml_node *map = gen_yaml_get(node, "headers");
    const char *name = gen_arena_printf(check->arena, "%s_%s", op->c_name, response->c_name);

    if (!map)
        return;
    if (map->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, map, "\"headers\" must be a mapping, not %s", gen_yaml_what(map));
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        struct gen_header header = {0};
        const struct gen_yaml_node *key = map->pairs[i].key;

        if (is_ours(key->text) || !read_header(check, key, map->pairs[i].value, name, &header))
            continue;
        for (size_t h = 0; h < response->header_count; h++)
            if (check->calls && !strcmp(response->headers[h].c_name, header.c_name))
                GEN_ERROR(check, key, "headers \"%s\" and \"%s\" would both be called %s in C",
                          header.name, response->headers[h].name, header.c_name);
        if (!check->calls)
            gen_scope_take(check->scope, check->messages,
                           gen_arena_printf(check->arena, "%s_set_%s", name, header.c_name),
                           gen_arena_printf(check->arena, "the header %s", header.name), key->mark);
        response->headers = gen_arena_grow(check->arena, response->headers, response->header_count,
                                           sizeof(header));
        response->headers[response->header_count++] = header;
    }
}
