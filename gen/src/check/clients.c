/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "check/service_internal.h"
#include "read/file.h"

static const char *const known[] = {"contract",    "url", "timeout",     "ca",
                                    "certificate", "key", "key-in-image", "server-name", "credentials", NULL};

static const struct gen_refusal refused[] = {
    {"retries", ""}, {"breaker", ""}, {"tls", "give it a \"ca\""}, {NULL, NULL}};

void gen_check_variable(struct gen_check *check, const struct gen_yaml_node *url,
                           const char *open, const struct gen_description *description)
{
    size_t len = strcspn(open + 2, "}");
    char *name = gen_arena_bytes(check->arena, open + 2, len);
    const char **names;
    const char *meant;

    if (!open[2 + len]) {
        GEN_ERROR(check, url, "\"${\" without its \"}\"");
        return;
    }
    names = gen_arena_array(check->arena, description->env_count + 1, sizeof(*names));
    for (size_t i = 0; i < description->env_count; i++) {
        const struct gen_env *env = &description->env[i];

        names[i] = env->name;
        if (strcmp(env->name, name))
            continue;
        if (env->type != GEN_ENV_STRING)
            GEN_ERROR(check, url, "the variable %s is no string", name);
        return;
    }
    meant = gen_suggest(name, names);
    GEN_ERROR(check, url, "x-service.env has no \"%s\"%s%s%s", name,
              meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
}

void gen_check_secret(struct gen_check *check, const struct gen_yaml_node *at, const char *open,
                      const struct gen_description *description)
{
    size_t len = strcspn(open + 2, "}");

    gen_check_variable(check, at, open, description);
    for (size_t i = 0; i < description->env_count; i++) {
        struct gen_env *env = &description->env[i];

        if (strncmp(env->name, open + 2, len) || env->name[len])
            continue;
        if (!env->secret && env->default_text && *env->default_text)
            gen_messages_add(check->messages, env->mark, "%s is a secret by its use, and a secret has no default, which would lie "
                             "in every image; \"\" makes it optional", env->name);
        env->secret = true;
    }
}

void gen_check_url(struct gen_check *check, const struct gen_yaml_node *url, bool query, const struct gen_description *description)
{
    const char *open = strstr(url->text, "${");

    if (strncmp(url->text, "https://", 8) && strncmp(url->text, "http://", 7) && open != url->text)
        GEN_ERROR(check, url, "\"url\" must be http://HOST:PORT, https://HOST:PORT, or a variable: \"${STOCK_URL}\"");
    else if (strpbrk(url->text, query ? " \t\r\n\"<>#" : " \t\r\n\"<>?#"))
        GEN_ERROR(check, url, query ? "\"url\" may hold neither blanks nor a fragment" : "\"url\" may hold neither blanks nor a query");
    for (; open; open = strstr(open + 2, "${"))
        gen_check_variable(check, url, open, description);
}

void gen_check_client_tls(struct gen_check *check, const struct gen_yaml_node *node, bool secure,
                          const struct gen_description *description, struct gen_client *client)
{
    bool identity = gen_yaml_get(node, "certificate") || gen_yaml_get(node, "key");

    client->ca = gen_check_tls_text(check, node, "ca", secure || identity, description);
    client->certificate = gen_check_tls_text(check, node, "certificate", identity, description);
    client->key = gen_check_tls_text(check, node, "key", identity, description);
    if (client->ca && client->url && !strncmp(client->url, "http:", 5))
        GEN_ERROR(check, gen_yaml_get(node, "url"), "a client with a \"ca\" calls https://");
}

static void read_tls(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_description *description,
                     struct gen_client *client)
{
    const struct gen_yaml_node *url = gen_yaml_get(node, "url");

    gen_check_client_tls(check, node, !strncmp(url->text, "https:", 6) || gen_yaml_get(node, "server-name"), description, client);
    if (gen_yaml_get(node, "server-name"))
        client->server_name = gen_check_text(check, node, "server-name");
}

static bool read_client(struct gen_check *check, const struct gen_yaml_node *key,
                        const struct gen_yaml_node *node, const struct gen_description *description,
                        struct gen_client *client)
{
    const char *contract;

    client->mark = key->mark;
    client->timeout_ms = 10000;
    client->name = gen_check_prefix(check, key, key->text);
    if (!client->name || !gen_check_keys(check, node, "a client", known, refused, false))
        return false;
    if (strcmp(gen_member_name(check->arena, key->text), key->text))
        GEN_ERROR(check, key,
                  "a client is named as in C: lower case, '_' between words, no keyword");
    contract = gen_check_text(check, node, "contract");
    client->url = gen_check_text(check, node, "url");
    if (!contract || !client->url) {
        if (!gen_yaml_get(node, "contract") || !gen_yaml_get(node, "url"))
            GEN_ERROR(check, key, "a client needs \"contract\" and \"url\"");
        return false;
    }
    client->contract_path = gen_file_beside(check->arena, description->path, contract);
    gen_check_url(check, gen_yaml_get(node, "url"), false, description);
    read_tls(check, node, description, client);
    gen_check_duration(check, node, "timeout", &client->timeout_ms);
    client->credentials = gen_yaml_get(node, "credentials");
    return true;
}

void gen_check_clients(struct gen_check *check, const struct gen_yaml_node *block,
                       struct gen_description *description)
{
    const struct gen_yaml_node *map = gen_yaml_get(block, "clients");

    if (!map)
        return;
    if (map->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, map, "\"clients\" must be a mapping from names to clients, not %s",
                  gen_yaml_what(map));
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        struct gen_client client = {0};

        if (!read_client(check, map->pairs[i].key, map->pairs[i].value, description, &client))
            continue;
        description->clients = gen_arena_grow(check->arena, description->clients,
                                              description->client_count, sizeof(client));
        description->clients[description->client_count++] = client;
    }
}
