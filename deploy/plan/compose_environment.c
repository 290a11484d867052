/* SPDX-License-Identifier: MIT */
/*
 * compose_environment.c - `environment:` and `env_file:`.
 *
 * What `environment` says wins over what files say, whichever comes first in the mapping:
 * compose.c has `environment` read after the files, and what is read later overwrites.
 */
#include "compose_internal.h"
#include "dotenv.h"
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct deploy_variable *find(struct deploy_service *service, const char *name)
{
    for (size_t i = 0; i < service->environment_count; i++)
        if (!strcmp(service->environment[i].name, name))
            return &service->environment[i];
    return NULL;
}

static void assign(struct deploy_service *service, const char *name, const char *value, bool is_public)
{
    struct deploy_variable *variable = find(service, name);

    if (variable) {
        free(variable->value);
        variable->value = deploy_memory_text(value);
        variable->is_public = is_public;
        return;
    }
    service->environment = deploy_memory_grow(service->environment, service->environment_count,
                                              sizeof(*service->environment));
    variable = &service->environment[service->environment_count++];
    variable->name = deploy_memory_text(name);
    variable->value = deploy_memory_text(value);
    variable->is_public = is_public;
}

static bool name_ok(struct compose_reader *reader, const struct gen_yaml_node *node,
                    const char *name)
{
    if (*name && !strpbrk(name, "= \t\n\r"))
        return true;
    compose_error(reader, node, "\"%s\" cannot be the name of an environment variable", name);
    return false;
}

/* A newline would end the line in which the variable travels into the machine. */
static bool value_ok(struct compose_reader *reader, const struct gen_yaml_node *node,
                     const char *name, const char *value)
{
    if (!strpbrk(value, "\n\r"))
        return true;
    compose_error(reader, node,
                  "the value of %s holds a line break, which cannot be handed to a machine; "
                  "encode it, for example as base64",
                  name);
    return false;
}

/* A name without a value is taken from where ucompose was called, if it is set there. */
static void assign_inherited(struct compose_reader *reader, const struct gen_yaml_node *node,
                             struct deploy_service *service, const char *name)
{
    const char *value = deploy_scope_get(&reader->scope, name);

    if (value && value_ok(reader, node, name, value))
        assign(service, name, value, false);
}

static void read_map(struct compose_reader *reader, struct gen_yaml_node *node,
                     struct deploy_service *service)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct gen_yaml_node *key = node->pairs[i].key;
        const struct gen_yaml_node *value = node->pairs[i].value;
        const char *text;

        if (!name_ok(reader, key, key->text))
            continue;
        if (gen_yaml_is_null(value)) {
            assign_inherited(reader, value, service, key->text);
            continue;
        }
        text = compose_text(reader, value, "text or a number");
        if (text && value_ok(reader, value, key->text, text))
            assign(service, key->text, text, !deploy_interpolate_is_variable(value->text));
    }
}

static void read_list(struct compose_reader *reader, struct gen_yaml_node *node,
                      struct deploy_service *service)
{
    for (size_t i = 0; i < node->count; i++) {
        const char *text = compose_text(reader, node->items[i], "NAME=value");
        const char *equals = text ? strchr(text, '=') : NULL;
        const char *name;

        if (!text)
            continue;
        name =
            gen_arena_bytes(reader->arena, text, equals ? (size_t)(equals - text) : strlen(text));
        if (!name_ok(reader, node->items[i], name))
            continue;
        if (!equals)
            assign_inherited(reader, node->items[i], service, name);
        else if (value_ok(reader, node->items[i], name, equals + 1))
            assign(service, name, equals + 1, !deploy_interpolate_is_variable(node->items[i]->text));
    }
}

void compose_read_environment(struct compose_reader *reader, struct gen_yaml_node *node,
                              void *target)
{
    struct compose_service *service = target;

    if (node->kind == GEN_YAML_MAPPING)
        read_map(reader, node, &service->spec);
    else if (node->kind == GEN_YAML_SEQUENCE)
        read_list(reader, node, &service->spec);
    else
        compose_error(reader, node,
                      "\"environment\" must be a mapping or a list of NAME=value, this is %s",
                      gen_yaml_what(node));
}

struct env_file {
    const char *path;
    bool required;
};

static void read_entry_path(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *path = compose_text(reader, node, "a path");

    if (path)
        ((struct env_file *)target)->path = path;
}

static void read_entry_required(struct compose_reader *reader, struct gen_yaml_node *node,
                                void *target)
{
    compose_bool(reader, node, &((struct env_file *)target)->required);
}

static const struct compose_key entry_keys[] = {
    {"path", read_entry_path, NULL},
    {"required", read_entry_required, NULL},
    {"format", NULL, "the one format is that of .env files; remove the key"},
    {0},
};

static void load(struct compose_reader *reader, struct gen_yaml_node *node, struct env_file entry,
                 struct deploy_service *service)
{
    struct deploy_dotenv file;
    const char *path = compose_path(reader, entry.path);
    int err = deploy_dotenv_read(reader->arena, reader->messages, path, &reader->scope, &file);

    if (err == -ENOENT && entry.required)
        compose_error(reader, node,
                      "there is no file \"%s\"; create it, or write \"required: false\"", path);
    if (err)
        return;
    for (size_t i = 0; i < file.count; i++) {
        const char *value = file.items[i].value;

        if (!value)
            assign_inherited(reader, node, service, file.items[i].name);
        else if (value_ok(reader, node, file.items[i].name, value))
            assign(service, file.items[i].name, value, false);
    }
}

static void read_one_file(struct compose_reader *reader, struct gen_yaml_node *node,
                          struct deploy_service *service)
{
    struct env_file entry = {.required = true};

    if (node->kind == GEN_YAML_MAPPING) {
        compose_read_mapping(reader, node, "an entry of \"env_file\"", entry_keys, &entry);
        if (!entry.path)
            compose_error(reader, node, "an entry of \"env_file\" needs a \"path\"");
    } else {
        read_entry_path(reader, node, &entry);
    }
    if (entry.path)
        load(reader, node, entry, service);
}

void compose_read_env_file(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    struct compose_service *service = target;

    if (node->kind != GEN_YAML_SEQUENCE) {
        read_one_file(reader, node, &service->spec);
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        read_one_file(reader, node->items[i], &service->spec);
}
