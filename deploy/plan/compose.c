/* SPDX-License-Identifier: MIT */
/*
 * compose.c - a compose file from its bytes to the spec: variables, top-level keys, services.
 */
#include "compose_internal.h"
#include "dotenv.h"
#include "memory.h"
#include "value.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

static void set_defaults(struct deploy_service *service)
{
    service->replicas = 1;
    service->stop_grace_ms = DEPLOY_STOP_GRACE_MS;
    service->restart.policy = DEPLOY_RESTART_NO;
    service->health = (struct deploy_health){
        .path = deploy_memory_text(DEPLOY_HEALTH_PATH),
        .port = DEPLOY_ADMIN_PORT,
        .interval_ms = DEPLOY_HEALTH_INTERVAL_MS,
        .timeout_ms = DEPLOY_HEALTH_TIMEOUT_MS,
        .retries = DEPLOY_HEALTH_RETRIES,
        .start_period_ms = DEPLOY_HEALTH_START_PERIOD_MS,
    };
}

/* `environment` wins over `env_file`: it is read once more when the files stood behind it. */
static void read_keys(struct compose_reader *reader, struct gen_yaml_node *node,
                      struct compose_service *service)
{
    const struct gen_yaml_pair *files = gen_yaml_pair(node, "env_file");
    const struct gen_yaml_pair *values = gen_yaml_pair(node, "environment");

    compose_read_mapping(reader, node, "a service", compose_service_keys, service);
    if (files && values && files > values && values->value->kind != GEN_YAML_SCALAR)
        compose_read_environment(reader, values->value, service);
}

static void read_service(struct compose_reader *reader, const struct gen_yaml_pair *pair)
{
    struct compose_service *service = &reader->services[reader->service_count];
    const char *name = pair->key->text;

    if (!deploy_value_is_service_name(name)) {
        compose_error(
            reader, pair->key,
            "\"%s\" cannot be a service's name: it is a host name, so up to 40 lower-case "
            "letters, digits and \"-\"",
            name);
        return;
    }
    service->mark = pair->key->mark;
    service->spec.name = deploy_memory_text(name);
    set_defaults(&service->spec);
    reader->service_count++;
    if (gen_yaml_is_null(pair->value)) {
        compose_error(reader, pair->key, "service \"%s\" says nothing; it needs \"build: FOLDER\"",
                      name);
        return;
    }
    read_keys(reader, pair->value, service);
    if (pair->value->kind != GEN_YAML_MAPPING)
        return;
    if (!gen_yaml_get(pair->value, "build") && !gen_yaml_get(pair->value, "image"))
        compose_error(reader, pair->key,
                      "service \"%s\" needs \"build: FOLDER\", the folder of its service.yaml",
                      name);
    else if (gen_yaml_get(pair->value, "build") && gen_yaml_get(pair->value, "image"))
        compose_error(reader, pair->key,
                      "service \"%s\" has both \"build\" and \"image\"; keep one", name);
}

void compose_read_services(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    (void)target;
    if (node->kind != GEN_YAML_MAPPING || !node->count) {
        compose_error(reader, node,
                      "\"services\" must be a mapping of names to services, this is %s",
                      node->kind == GEN_YAML_MAPPING ? "empty" : gen_yaml_what(node));
        return;
    }
    if (node->count > DEPLOY_SERVICES_MAX) {
        compose_error(reader, node, "more than %d services", DEPLOY_SERVICES_MAX);
        return;
    }
    reader->services = gen_arena_array(reader->arena, node->count, sizeof(*reader->services));
    for (size_t i = 0; i < node->count; i++)
        read_service(reader, &node->pairs[i]);
}

static void read_name(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *text = compose_text(reader, node, "the project's name");

    (void)target;
    if (text && !deploy_value_is_project_name(text))
        compose_error(
            reader, node,
            "\"%s\" cannot be a project's name: up to 50 lower-case letters, digits, \"-\" and "
            "\"_\", beginning with a letter or digit",
            text);
    else if (text)
        reader->name = text;
}

static void read_tls(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *text = compose_text(reader, node, "\"dev\"");

    (void)target;
    if (text && strcmp(text, "dev") != 0)
        compose_error(reader, node, "\"tls\" can be \"dev\", certificates of a development authority; this is \"%s\"", text);
    reader->tls_dev = text != NULL;
}

static void read_machines(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    const char *text = compose_text(reader, node, "\"qemu\" or \"libvirt\"");

    (void)target;
    if (text && strcmp(text, "qemu") != 0 && strcmp(text, "libvirt") != 0)
        compose_error(reader, node,
                      "\"machines\" can be \"qemu\", processes of ucompose's own, or \"libvirt\", domains of your session; "
                      "this is \"%s\"",
                      text);
    reader->libvirt = text && !strcmp(text, "libvirt");
}

static const struct compose_key own_keys[] = {{"tls", read_tls, NULL}, {"machines", read_machines, NULL}, {0}};

static void read_own(struct compose_reader *reader, struct gen_yaml_node *node, void *target)
{
    compose_read_mapping(reader, node, "x-ucompose", own_keys, target);
}

#define ONE_NETWORK "all services of a project share one network; remove the key"
#define NO_DISK                                                                              \
    "an image has no disk and no other files; use \"environment\", or keep data in another " \
    "service"

static const struct compose_key file_keys[] = {
    {"name", read_name, NULL},
    {"services", compose_read_services, NULL},
    {"x-ucompose", read_own, NULL},
    {"version", NULL, "it means nothing since Compose 1.27; remove the line"},
    {"networks", NULL, ONE_NETWORK},
    {"volumes", NULL, NO_DISK},
    {"configs", NULL, NO_DISK},
    {"secrets", NULL, NO_DISK},
    {"include", NULL, "put all services into one file"},
    {"models", NULL, "models are not served here; remove the key"},
    {0},
};

struct compose_service *compose_find(struct compose_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->service_count; i++)
        if (!strcmp(reader->services[i].spec.name, name))
            return &reader->services[i];
    return NULL;
}

static int read_variables(struct compose_reader *reader,
                          const struct deploy_compose_options *options)
{
    struct deploy_assignment *all = NULL;
    size_t count = 0;
    const char *one[] = {compose_path(reader, ".env"), NULL};
    const char *const *paths =
        options->env_files && options->env_files[0] ? options->env_files : one;

    for (size_t i = 0; paths[i]; i++) {
        struct deploy_dotenv file;
        int err =
            deploy_dotenv_read(reader->arena, reader->messages, paths[i], &reader->scope, &file);

        if (err == -ENOENT && paths == one)
            return 0;
        if (err == -ENOENT)
            gen_messages_add(reader->messages, (struct gen_mark){paths[i], 0, 0},
                             "there is no such file; --env-file names one that exists");
        if (err)
            return err;
        for (size_t k = 0; k < file.count; k++) {
            all = gen_arena_grow(reader->arena, all, count, sizeof(*all));
            all[count++] = file.items[k];
        }
        reader->scope.assignments = all;
        reader->scope.assignment_count = count;
    }
    return 0;
}

static void warn_unset(const struct compose_reader *reader, struct deploy_compose *compose,
                       const char *path)
{
    for (size_t i = 0; i < reader->scope.unset_count; i++)
        gen_messages_add(&compose->warnings, (struct gen_mark){path, 0, 0},
                         "variable %s is not set, so nothing stands in its place; write ${%s:-} if "
                         "that is meant",
                         reader->scope.unset[i], reader->scope.unset[i]);
}

static int read_file(struct compose_reader *reader, const struct deploy_compose_options *options)
{
    struct gen_yaml_node *root;
    int err;

    if (options->bytes)
        err = gen_yaml_read_bytes(reader->arena, options->path, options->bytes, options->len,
                                  reader->messages, &root);
    else
        err = gen_yaml_read_file(reader->arena, options->path, reader->messages, &root);
    if (err)
        return err;
    compose_read_mapping(reader, root, "a compose file", file_keys, NULL);
    if (root->kind == GEN_YAML_MAPPING && !gen_yaml_get(root, "services"))
        compose_error(reader, root, "a compose file needs \"services\"");
    return reader->messages->count ? -EINVAL : 0;
}

/* The folder's name, with what a project's name cannot hold left out. */
static char *name_after_folder(struct compose_reader *reader)
{
    const char *base = basename(gen_arena_text(reader->arena, reader->dir));
    char name[51];
    size_t len = 0;

    for (; *base && len < sizeof(name) - 1; base++) {
        char c = (char)(*base >= 'A' && *base <= 'Z' ? *base | 0x20 : *base);
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (letter || (len && (c == '-' || c == '_')))
            name[len++] = c;
    }
    name[len] = '\0';
    return deploy_memory_text(len ? name : "project");
}

static int name_project(struct compose_reader *reader, const struct deploy_compose_options *options,
                        struct deploy_spec *spec)
{
    if (options->project && !deploy_value_is_project_name(options->project)) {
        gen_messages_add(reader->messages, (struct gen_mark){"--project-name", 0, 0},
                         "\"%s\" cannot be a project's name: up to 50 lower-case letters, digits, "
                         "\"-\" and \"_\"",
                         options->project);
        return -EINVAL;
    }
    if (options->project)
        spec->project = deploy_memory_text(options->project);
    else
        spec->project = reader->name ? deploy_memory_text(reader->name) : name_after_folder(reader);
    spec->compose_path = deploy_memory_text(options->path);
    spec->tls_dev = reader->tls_dev;
    spec->libvirt = reader->libvirt;
    return 0;
}

int deploy_compose_load(struct deploy_compose *compose,
                        const struct deploy_compose_options *options)
{
    struct compose_reader reader = {.arena = &compose->arena, .messages = &compose->messages};
    int err, bad_name;

    *compose = (struct deploy_compose){0};
    gen_arena_init(&compose->arena);
    gen_messages_init(&compose->messages, &compose->arena);
    gen_messages_init(&compose->warnings, &compose->arena);
    compose->spec = deploy_memory_array(1, sizeof(*compose->spec));
    reader.scope.environment = options->environment;
    reader.dir =
        options->dir ? options->dir : dirname(gen_arena_text(&compose->arena, options->path));

    err = read_variables(&reader, options);
    if (!err)
        err = read_file(&reader, options);
    bad_name = name_project(&reader, options, compose->spec);
    if (!err)
        err = bad_name;
    if (!err)
        err = compose_resolve(&reader, options, compose);
    for (size_t i = 0; i < reader.service_count; i++)
        deploy_service_deinit(&reader.services[i].spec);
    if (!err)
        warn_unset(&reader, compose, options->path);
    return err;
}

void deploy_compose_deinit(struct deploy_compose *compose)
{
    deploy_spec_free(compose->spec);
    gen_arena_deinit(&compose->arena);
    *compose = (struct deploy_compose){0};
}
