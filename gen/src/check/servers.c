/* SPDX-License-Identifier: MIT */
/*
 * servers.c - the path in front of every path (OpenAPI 3.1, 4.8.5). Where a server is, compose.yaml says; of a URL
 * only its path is ours.
 */
#include <string.h>

#include "check/operation_internal.h"

static const char *const server_keys[] = {"url", "description", "variables", "name", NULL};

/* "{version}" is what its variable says when nobody chooses. NULL after a message. */
static const char *variable_default(struct gen_check *check, const struct gen_yaml_node *server,
                                    const struct gen_yaml_node *url, const char *name)
{
    const struct gen_yaml_node *variable = gen_yaml_get(gen_yaml_get(server, "variables"), name);
    const struct gen_yaml_node *value = gen_yaml_get(variable, "default");

    if (!value || !value->text)
        GEN_ERROR(check, url, "the URL's variable {%s} has no \"default\" in \"variables\"", name);
    return value ? value->text : NULL;
}

static void check_variables(struct gen_check *check, const struct gen_yaml_node *server)
{
    static const char *const known[] = {"enum", "default", "description", NULL};
    const struct gen_yaml_node *variables = gen_yaml_get(server, "variables");

    if (variables && variables->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, variables, "\"variables\" must be a mapping, not %s", gen_yaml_what(variables));
    for (size_t i = 0; variables && variables->kind == GEN_YAML_MAPPING && i < variables->count; i++)
        if (gen_check_keys(check, variables->pairs[i].value, "a variable", known, NULL, true))
            gen_check_text(check, variables->pairs[i].value, "description");
}

static const char *expand(struct gen_check *check, const struct gen_yaml_node *server, const struct gen_yaml_node *url)
{
    const char *text = "", *at = url->text;

    for (;;) {
        size_t len = strcspn(at, "{"), name_len;
        const char *value;

        text = gen_arena_printf(check->arena, "%s%.*s", text, (int)len, at);
        at += len;
        if (!*at)
            return text;
        name_len = strcspn(at, "}");
        value = variable_default(check, server, url, gen_arena_bytes(check->arena, at + 1, name_len - 1));
        if (!value)
            return NULL;
        text = gen_arena_printf(check->arena, "%s%s", text, value);
        at += name_len + (at[name_len] == '}');
    }
}

/* Behind scheme and host, where there are any; without slashes at its end. */
static const char *path_of_url(struct gen_arena *arena, const char *url)
{
    const char *host = strstr(url, "://");
    size_t len;

    if (host && strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") == (size_t)(host - url))
        url = host + 3 + strcspn(host + 3, "/?#");
    else if (!strncmp(url, "//", 2))
        url += 2 + strcspn(url + 2, "/?#");
    len = strlen(url);
    while (len && url[len - 1] == '/')
        len--;
    return gen_arena_bytes(arena, url, len);
}

static const char *base_of(struct gen_check *check, const struct gen_yaml_node *server)
{
    const struct gen_yaml_node *url = gen_yaml_get(server, "url");
    const char *text, *path;

    if (!gen_check_keys(check, server, "a server", server_keys, NULL, true))
        return NULL;
    check_variables(check, server);
    gen_check_text(check, server, "name");
    gen_check_text(check, server, "description");
    if (!url || !gen_yaml_is_text(url)) {
        GEN_ERROR(check, server, "a server needs a \"url\", as text");
        return NULL;
    }
    text = expand(check, server, url);
    path = text ? path_of_url(check->arena, text) : NULL;
    if (path && *path && *path != '/') {
        GEN_ERROR(check, url, "\"%s\" is no URL of a server; write \"https://host/path\" or \"/path\"", text);
        return NULL;
    }
    return path && (!*path || gen_check_path(check, url, path)) ? path : NULL;
}

const char *gen_check_servers(struct gen_check *check, const struct gen_yaml_node *holder, const char *inherited)
{
    const struct gen_yaml_node *servers = gen_yaml_get(holder, "servers");
    const char *base = NULL;

    if (!servers)
        return inherited;
    if (servers->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, servers, "\"servers\" must be a list, not %s", gen_yaml_what(servers));
        return inherited;
    }
    for (size_t i = 0; i < servers->count; i++) {
        const char *other = base_of(check, servers->items[i]);

        if (base && other && strcmp(base, other))
            GEN_ERROR(check, servers->items[i],
                      "this server's path is \"%s/\", and the first one's is \"%s/\"; a service answers under one "
                      "path: keep the server that it is",
                      other, base);
        if (!base)
            base = other;
    }
    return base ? base : servers->count ? inherited : "";
}
