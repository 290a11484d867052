/* SPDX-License-Identifier: MIT */
/* gen_load: a service's folder, its contract, and the contracts of those it calls. */
#include <errno.h>
#include <string.h>

#include "check/service_internal.h"
#include "load.h"
#include "read/file.h"

#define DEFAULT_MEMORY ((int64_t)16 << 20)
#define CLIENTS_MAX    64

/* `contract: petstore.yaml` beside x-service: the document is in that file. */
static int follow_contract(struct gen_check *check, struct gen_yaml_node *root, const char *file)
{
    static const char *const known[] = {"contract", "x-service", NULL};
    static const struct gen_refusal moved[] = {{"openapi", "the contract is in the other file"},
                                               {"info", "the contract is in the other file"},
                                               {"paths", "the contract is in the other file"},
                                               {"components", "the contract is in the other file"},
                                               {NULL, NULL}};
    const struct gen_yaml_node *contract = gen_yaml_get(root, "contract");

    check->document = root;
    check->contract->path = file;
    if (!contract)
        return 0;
    gen_check_keys(check, root, "a service with \"contract\"", known, moved, false);
    if (!gen_yaml_is_text(contract)) {
        GEN_ERROR(check, contract, "\"contract\" must be the path of a file, not %s",
                  gen_yaml_what(contract));
        return -EINVAL;
    }
    check->contract->path = gen_file_beside(check->arena, file, contract->text);
    return gen_check_read_file(check, contract->mark, check->contract->path, &check->document);
}

static int check_contract(struct gen_check *check, const char *prefix)
{
    size_t before = check->messages->count;

    check->contract->document = check->document;
    check->contract->prefix = prefix;
    check->contract->upper = gen_upper(check->arena, prefix);
    gen_check_document(check);
    if (check->messages->count > before)
        return -EINVAL;
    gen_order_types(check->arena, check->contract);
    return 0;
}

static void take_own_names(struct gen_check *check, const char *prefix, bool client)
{
    static const char *const of_service[] = {"service", "env",     "start", "stop",
                                             "info",    "openapi", NULL};
    static const char *const of_client[] = {"client", NULL};
    const char *const *names = client ? of_client : of_service;

    for (; *names; names++)
        gen_scope_take(
            check->scope, check->messages, gen_arena_printf(check->arena, "%s_%s", prefix, *names),
            client ? "the client" : "the service", (struct gen_mark){check->contract->path, 1, 1});
}

static int load_client(struct gen_check *service_check, struct gen_service *service, size_t index)
{
    struct gen_client *client = &service->description.clients[index];
    struct gen_check check = {.arena = service_check->arena,
                              .messages = service_check->messages,
                              .scope = service_check->scope,
                              .no_files = service_check->no_files,
                              .description = service_check->description,
                              .contract = &service->clients[index],
                              .client = true,
                              .calls = true};
    struct gen_yaml_node *root;
    int err;

    if (!strcmp(client->name, service->description.name)) {
        gen_messages_add(check.messages, client->mark,
                         "the client \"%s\" has the name of the service itself", client->name);
        return -EINVAL;
    }
    err = gen_check_read_file(&check, client->mark, client->contract_path, &root);
    if (!err)
        err = follow_contract(&check, root, client->contract_path);
    if (err)
        return err;
    take_own_names(&check, client->name, true);
    err = check_contract(&check, client->name);
    gen_check_credentials(&check, client, &service->description);
    return err;
}

static const char *service_name(struct gen_check *check, const struct gen_yaml_node *block)
{
    const struct gen_yaml_node *name = gen_yaml_get(block, "name");
    const struct gen_yaml_node *title =
        gen_yaml_get(gen_yaml_get(check->document, "info"), "title");

    if (!name)
        name = title;
    if (!name || !gen_yaml_is_text(name)) {
        if (name && name != title)
            GEN_ERROR(check, name, "\"name\" must be text, not %s", gen_yaml_what(name));
        return NULL;
    }
    return gen_check_prefix(check, name, name->text);
}

/* Where keys of tokens are fetched. */
static void list_key_sources(struct gen_check *check, const struct gen_contract *contract, struct gen_description *description)
{
    for (size_t i = 0; i < contract->scheme_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[i];

        if (!scheme->used || !scheme->jwt || !scheme->jwt->jwks.url)
            continue;
        description->key_sources = gen_arena_grow(check->arena, description->key_sources, description->key_source_count,
                                                  sizeof(*description->key_sources));
        description->key_sources[description->key_source_count++] = scheme->jwt->jwks;
    }
}

static void set_defaults(struct gen_description *description, const char *path)
{
    description->path = path;
    description->listen_port = 8080;
    description->admin_port = 9090;
    description->memory_bytes = DEFAULT_MEMORY;
    description->callbacks.client.timeout_ms = 10000;
    description->callbacks.peers = 32;
    description->limits = (struct gen_limits){
        .connections = 1000,
        .head_bytes = 8 << 10,
        .body_bytes = 64 << 10,
        .head_timeout_ms = 10000,
        .body_timeout_ms = 30000,
        .request_timeout_ms = 30000,
        .idle_timeout_ms = 60000,
        .drain_ms = 15000,
    };
}

/* The callbacks of the contract, in the shape of a peer's. */
static void set_callbacks(struct gen_check *check, struct gen_service *service, const struct gen_yaml_node *block)
{
    const struct gen_description *description = &service->description;
    const struct gen_yaml_pair *pair = gen_yaml_pair(block, "callbacks");
    struct gen_contract *callbacks = &service->callbacks;

    *callbacks = service->contract;
    callbacks->at_urls = true;
    callbacks->operations = callbacks->callbacks;
    callbacks->operation_count = callbacks->callback_count;
    callbacks->schemes = callbacks->callback_schemes;
    callbacks->scheme_count = callbacks->schemes ? callbacks->scheme_count : 0;
    callbacks->type_count = callbacks->pattern_count = 0; /* they are the service's */
    for (size_t i = 0; i < callbacks->scheme_count; i++)
        if (callbacks->schemes[i].credential == GEN_CERTIFICATE)
            callbacks->schemes[i].given = description->callbacks.client.certificate;
    if (pair && !callbacks->operation_count)
        GEN_NOTE(check, pair->key, "\"callbacks\" of x-service has no effect: the contract has neither callbacks nor webhooks");
    for (size_t i = 0; callbacks->operation_count && i < description->client_count; i++)
        if (!strcmp(description->clients[i].name, "callbacks"))
            gen_messages_add(check->messages, description->clients[i].mark,
                             "a client cannot be called \"callbacks\" beside the callbacks of the contract");
}

static void check_service(struct gen_check *check, struct gen_service *service,
                          const struct gen_yaml_node *block)
{
    struct gen_description *description = &service->description;
    const struct gen_yaml_node *info = gen_yaml_get(check->document, "info");
    const struct gen_yaml_node *version = gen_yaml_get(info, "version");

    description->name = service_name(check, block);
    description->title = "";
    description->version = version && version->text ? version->text : "";
    gen_check_service_block(check, block, description);
    if (!description->name) {
        check->contract->prefix = "service"; /* only so that the rest can be checked too */
        check_contract(check, "service");
        return;
    }
    take_own_names(check, description->name, false);
    check_contract(check, description->name);
    gen_check_service_security(check, block, description);
    list_key_sources(check, check->contract, description);
    set_callbacks(check, service, block);
    if (check->contract->title)
        description->title = check->contract->title;
}

static void load_clients(struct gen_check *check, struct gen_service *service)
{
    struct gen_description *description = &service->description;

    if (description->client_count > CLIENTS_MAX) {
        gen_messages_add(check->messages, description->clients[CLIENTS_MAX].mark,
                         "at most %d clients are supported", CLIENTS_MAX);
        return;
    }
    service->clients =
        gen_arena_array(check->arena, description->client_count + 1, sizeof(*service->clients));
    if (!description->name)
        return;
    for (size_t i = 0; i < description->client_count; i++)
        load_client(check, service, i);
}

static int load_tree(struct gen_check *check, struct gen_service *service, const char *path,
                     struct gen_yaml_node *root)
{
    int err;

    set_defaults(&service->description, path);
    gen_check_add_input(check, path);
    if (root->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, root, "a service description must be a mapping, not %s",
                  gen_yaml_what(root));
        return -EINVAL;
    }
    err = follow_contract(check, root, path);
    if (err)
        return err;
    check_service(check, service, gen_yaml_get(root, "x-service"));
    load_clients(check, service);
    return check->messages->count ? -EINVAL : 0;
}

int gen_load_tree(struct gen_arena *arena, struct gen_yaml_node *root, bool files,
                  struct gen_messages *messages, struct gen_service **out)
{
    struct gen_service *service = gen_arena_alloc(arena, sizeof(*service));
    struct gen_scope scope = {0};
    struct gen_messages own;
    struct gen_check check = {.arena = arena,
                              .messages = &own,
                              .scope = &scope,
                              .contract = &service->contract,
                              .no_files = !files,
                              .description = &service->description};
    int err;

    gen_messages_init(&own, arena);
    service->arena = arena;
    err = load_tree(&check, service, root->mark.file, root);
    gen_messages_join(messages, &own);
    if (!err)
        *out = service;
    return err;
}

int gen_load(struct gen_arena *arena, const char *dir, struct gen_messages *messages,
             struct gen_service **service)
{
    struct gen_yaml_node *root;
    size_t len = strlen(dir);
    int err;

    while (len > 1 && dir[len - 1] == '/')
        len--;
    err = gen_yaml_read_file(arena, gen_arena_printf(arena, "%.*s/service.yaml", (int)len, dir),
                             messages, &root);
    if (err)
        return err;
    return gen_load_tree(arena, root, true, messages, service);
}

const struct gen_description *gen_describe(const struct gen_service *service)
{
    return &service->description;
}
