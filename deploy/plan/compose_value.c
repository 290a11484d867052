/* SPDX-License-Identifier: MIT */
/*
 * compose_value.c - mappings by table and typed scalars, with messages.
 */
#include "compose_internal.h"
#include "value.h"

#include <errno.h>
#include <string.h>

void compose_error(struct compose_reader *reader, const struct gen_yaml_node *node,
                   const char *format, ...)
{
    va_list args;

    va_start(args, format);
    gen_messages_add(reader->messages, node->mark, "%s",
                     gen_arena_vprintf(reader->arena, format, args));
    va_end(args);
}

static void refuse_unknown(struct compose_reader *reader, const struct gen_yaml_node *key,
                           const char *where, const struct compose_key *keys)
{
    const char *known[160];
    const char *meant;
    size_t count = 0;

    /* suggest what works; a refused key only when nothing else comes near */
    for (const struct compose_key *row = keys; row->name && count < 159; row++)
        if (row->read)
            known[count++] = row->name;
    known[count] = NULL;
    meant = gen_suggest(key->text, known);
    if (meant)
        compose_error(reader, key, "unknown key \"%s\" in %s; did you mean \"%s\"?", key->text,
                      where, meant);
    else
        compose_error(
            reader, key,
            "unknown key \"%s\" in %s; remove it, or name it \"x-%s\" if it is a note of yours",
            key->text, where, key->text);
}

void compose_read_mapping(struct compose_reader *reader, struct gen_yaml_node *node,
                          const char *where, const struct compose_key *keys, void *target)
{
    if (node->kind != GEN_YAML_MAPPING) {
        compose_error(reader, node, "%s must be a mapping (\"key: value\" lines), this is %s",
                      where, gen_yaml_what(node));
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct gen_yaml_node *key = node->pairs[i].key;
        const struct compose_key *row = keys;

        while (row->name && strcmp(row->name, key->text) != 0)
            row++;
        if (row->read)
            row->read(reader, node->pairs[i].value, target);
        else if (row->name)
            compose_error(reader, key, "\"%s\" is not supported: %s", key->text, row->remedy);
        else if (strncmp(key->text, "x-", 2) != 0)
            refuse_unknown(reader, key, where, keys);
    }
}

const char *compose_text(struct compose_reader *reader, const struct gen_yaml_node *node,
                         const char *what)
{
    const char *text = NULL, *problem = NULL;

    if (node->kind != GEN_YAML_SCALAR || gen_yaml_is_null(node)) {
        compose_error(reader, node, "expected %s, this is %s", what, gen_yaml_what(node));
        return NULL;
    }
    if (deploy_interpolate(reader->arena, &reader->scope, node->text, &text, &problem)) {
        compose_error(reader, node, "%s", problem);
        return NULL;
    }
    return text;
}

bool compose_duration(struct compose_reader *reader, const struct gen_yaml_node *node, uint64_t *ms)
{
    const char *text = compose_text(reader, node, "a duration, for example 1m30s");

    if (!text)
        return false;
    switch (deploy_value_duration(text, ms)) {
    case 0:
        return true;
    case -ERANGE:
        compose_error(reader, node, "the duration \"%s\" is too long", text);
        return false;
    default:
        compose_error(reader, node,
                      "\"%s\" is not a duration; write for example 500ms, 10s or 1m30s", text);
        return false;
    }
}

bool compose_bytes(struct compose_reader *reader, const struct gen_yaml_node *node, uint64_t *bytes)
{
    const char *text = compose_text(reader, node, "a size, for example 16m");

    if (!text)
        return false;
    switch (deploy_value_bytes(text, bytes)) {
    case 0:
        return true;
    case -ERANGE:
        compose_error(reader, node, "the size \"%s\" is too large", text);
        return false;
    default:
        compose_error(reader, node, "\"%s\" is not a size; write for example 16m, 64mb or 1g",
                      text);
        return false;
    }
}

bool compose_number(struct compose_reader *reader, const struct gen_yaml_node *node, uint64_t min,
                    uint64_t max, uint64_t *number)
{
    const char *text = compose_text(reader, node, "a number");

    if (!text)
        return false;
    if (!deploy_value_number(text, min, max, number))
        return true;
    compose_error(reader, node, "\"%s\" is not a number from %llu to %llu", text,
                  (unsigned long long)min, (unsigned long long)max);
    return false;
}

bool compose_bool(struct compose_reader *reader, const struct gen_yaml_node *node, bool *value)
{
    const char *text = compose_text(reader, node, "true or false");

    if (!text)
        return false;
    if (!deploy_value_bool(text, value))
        return true;
    compose_error(reader, node, "\"%s\" is neither true nor false", text);
    return false;
}

const char *compose_path(struct compose_reader *reader, const char *path)
{
    char *full, *end;

    while (!strncmp(path, "./", 2))
        path += 2;
    full = *path == '/' ? gen_arena_text(reader->arena, path)
                        : gen_arena_printf(reader->arena, "%s/%s", reader->dir,
                                           strcmp(path, ".") ? path : "");
    end = full + strlen(full);
    while (end > full + 1 && end[-1] == '/')
        *--end = '\0';
    return full;
}
