/* SPDX-License-Identifier: MIT */
/*
 * credentials.c - `credentials` of x-service.clients: what is shown to a peer, by the security schemes of its contract.
 */
#include <string.h>

#include "check/service_internal.h"

/* "${NAME}", the whole of it. */
static const char *read_variable(struct gen_check *check, const struct gen_yaml_node *value,
                                 const struct gen_description *description)
{
    if (!value->text || strncmp(value->text, "${", 2) || strchr(value->text, '}') != value->text + strlen(value->text) - 1) {
        GEN_ERROR(check, value, "a credential must be a variable of x-service.env, such as \"${API_KEY}\": it is given at the "
                                "start, and is not built in");
        return NULL;
    }
    gen_check_secret(check, value, value->text, description);
    return gen_arena_bytes(check->arena, value->text + 2, strlen(value->text) - 3);
}

static void read_basic(struct gen_check *check, const struct gen_yaml_node *value, const struct gen_description *description,
                       struct gen_scheme *scheme)
{
    static const char *const known[] = {"user", "password", NULL};
    const struct gen_yaml_node *user = gen_yaml_get(value, "user"), *password = gen_yaml_get(value, "password");

    if (!gen_check_keys(check, value, gen_arena_printf(check->arena, "the credentials of \"%s\"", scheme->name), known, NULL, false))
        return;
    if (!user || !password) {
        GEN_ERROR(check, value, "basic credentials are a \"user\" and a \"password\"");
        return;
    }
    scheme->given = read_variable(check, user, description);
    scheme->password = read_variable(check, password, description);
}

static void read_credential(struct gen_check *check, const struct gen_yaml_pair *pair, const struct gen_description *description,
                            struct gen_scheme *scheme)
{
    if (scheme->unsupported)
        GEN_ERROR(check, pair->key, "%s", scheme->unsupported);
    else if (scheme->credential == GEN_CERTIFICATE)
        GEN_ERROR(check, pair->key, "\"%s\" is the client's \"certificate\", beside \"url\"", scheme->name);
    else if (scheme->credential == GEN_BASIC)
        read_basic(check, pair->value, description, scheme);
    else
        scheme->given = read_variable(check, pair->value, description);
}

void gen_check_credentials(struct gen_check *check, const struct gen_client *client, const struct gen_description *description)
{
    const struct gen_yaml_node *map = client->credentials;
    struct gen_contract *contract = check->contract;
    const char **names = gen_arena_array(check->arena, contract->scheme_count + 1, sizeof(*names));

    for (size_t i = 0; i < contract->scheme_count; i++) {
        names[i] = contract->schemes[i].name;
        if (contract->schemes[i].credential == GEN_CERTIFICATE)
            contract->schemes[i].given = client->certificate;
    }
    if (map && map->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, map, "\"credentials\" must be a mapping from security schemes to variables, not %s", gen_yaml_what(map));
    for (size_t i = 0; map && map->kind == GEN_YAML_MAPPING && i < map->count; i++) {
        const struct gen_yaml_pair *pair = &map->pairs[i];
        const char *meant;
        size_t s = 0;

        while (s < contract->scheme_count && strcmp(names[s], pair->key->text))
            s++;
        if (s < contract->scheme_count) {
            read_credential(check, pair, description, &contract->schemes[s]);
            continue;
        }
        meant = gen_suggest(pair->key->text, names);
        GEN_ERROR(check, pair->key, "the contract of \"%s\" has no security scheme \"%s\"%s%s%s", client->name, pair->key->text,
                  meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
    }
}
