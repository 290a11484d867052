/* SPDX-License-Identifier: MIT */
/*
 * service_security.c - x-service.security: which schemes the framework judges by itself, and with what.
 */
#include <string.h>

#include "check/service_internal.h"

#define LEEWAY_MS 30000
#define INTERVAL_MS 300000 /* between fetches of keys */
#define INTERVAL_MIN_MS 1000
#define FETCH_MS 5000

const char *const gen_jwt_algorithms[] = {"HS256", "RS256", "ES256", NULL};

#define ALGORITHMS_USUAL (1u << 1 | 1u << 2) /* a secret that is shared is asked for by name */

/* Each "${NAME}" in it must be a variable. */
static void check_variables(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_description *description)
{
    for (const char *open = strstr(node->text, "${"); open; open = strstr(open + 2, "${"))
        gen_check_variable(check, node, open, description);
}

/* "${NAME}", the whole of it: what is secret is given at the start. */
static const char *read_keys(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_description *description)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, "keys");

    if (!value) {
        GEN_ERROR(check, node, "\"keys\" are needed, such as \"${API_KEYS}\"");
        return NULL;
    }
    if (!value->text || strncmp(value->text, "${", 2) || strchr(value->text, '}') != value->text + strlen(value->text) - 1) {
        GEN_ERROR(check, value, "\"keys\" must be a variable of x-service.env, such as \"${API_KEYS}\": keys are given at the "
                                "start, and are not built in");
        return NULL;
    }
    gen_check_secret(check, value, value->text, description);
    return value->text;
}

static const char *read_text(struct gen_check *check, const struct gen_yaml_node *node, const char *key,
                             const struct gen_description *description)
{
    const char *text = gen_check_text(check, node, key);

    if (text && !*text) {
        GEN_ERROR(check, gen_yaml_get(node, key), "\"%s\" is empty", key);
        return NULL;
    }
    if (text)
        check_variables(check, gen_yaml_get(node, key), description);
    return text;
}

static void read_algorithm(struct gen_check *check, const struct gen_yaml_node *node, struct gen_jwt *jwt)
{
    const char *meant;

    for (unsigned i = 0; node->text && gen_jwt_algorithms[i]; i++) {
        if (strcmp(gen_jwt_algorithms[i], node->text))
            continue;
        jwt->algorithms |= 1u << i;
        return;
    }
    meant = node->text ? gen_suggest(node->text, gen_jwt_algorithms) : NULL;
    GEN_ERROR(check, node, "an algorithm must be HS256, RS256 or ES256%s%s%s", meant ? "; did you mean \"" : "", meant ? meant : "",
              meant ? "\"?" : "");
}

static void read_algorithms(struct gen_check *check, const struct gen_yaml_node *node, struct gen_jwt *jwt)
{
    const struct gen_yaml_node *list = gen_yaml_get(node, "algorithms");

    if (!list) {
        jwt->algorithms = ALGORITHMS_USUAL;
        return;
    }
    if (list->kind != GEN_YAML_SEQUENCE || !list->count) {
        GEN_ERROR(check, list, "\"algorithms\" must be a list, such as [ES256]");
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        read_algorithm(check, list->items[i], jwt);
}

/* A schema of the contract, so that it has its name and its place among the others. */
static void read_claims(struct gen_check *check, const struct gen_yaml_node *node, struct gen_jwt *jwt)
{
    struct gen_yaml_node *claims = gen_yaml_get(node, "claims");
    struct gen_use use = {0};

    if (!claims)
        return;
    if (!gen_yaml_get(claims, "$ref"))
        GEN_ERROR(check, claims, "\"claims\" must refer to a schema of the contract: { $ref: \"#/components/schemas/Claims\" }");
    else if (!gen_check_schema(check, claims, NULL, &use))
        return;
    else if (use.type->kind != GEN_OBJECT || use.nullable)
        GEN_ERROR(check, claims, "claims are an object with properties, and not null");
    else
        jwt->claims = use.type;
}

/* A set of keys that is fetched. */
static void read_jwks(struct gen_check *check, const struct gen_yaml_node *node, struct gen_jwt *jwt,
                      const struct gen_description *description)
{
    static const char *const known[] = {"url", "interval", "timeout", "ca", "certificate", "key", "key-in-image", NULL};
    const struct gen_yaml_node *url = gen_yaml_get(node, "url");

    if (!gen_check_keys(check, node, "\"jwks\"", known, NULL, false))
        return;
    jwt->interval_ms = INTERVAL_MS;
    jwt->jwks.timeout_ms = FETCH_MS;
    jwt->jwks.url = gen_check_text(check, node, "url");
    if (!url)
        GEN_ERROR(check, node, "\"jwks\" needs a \"url\", such as \"https://id.example.com/jwks.json\"");
    if (!jwt->jwks.url)
        return;
    gen_check_url(check, url, true, description);
    gen_check_client_tls(check, node, !strncmp(url->text, "https:", 6), description, &jwt->jwks);
    gen_check_duration(check, node, "timeout", &jwt->jwks.timeout_ms);
    gen_check_duration(check, node, "interval", &jwt->interval_ms);
    if (jwt->interval_ms < INTERVAL_MIN_MS)
        GEN_ERROR(check, gen_yaml_get(node, "interval"), "\"interval\" must be 1s or more");
}

static void read_jwt(struct gen_check *check, const struct gen_yaml_node *node, struct gen_scheme *scheme,
                     const struct gen_description *description)
{
    static const char *const known[] = {"keys", "jwks", "issuer", "audience", "algorithms", "leeway", "claims", NULL};
    static const struct gen_refusal refused[] = {{"jwks-uri", "write jwks: { url: ... }"}, {NULL, NULL}};
    const struct gen_yaml_node *jwks = gen_yaml_get(node, "jwks");
    struct gen_jwt *jwt = gen_arena_alloc(check->arena, sizeof(*jwt));

    if (!gen_check_keys(check, node, "\"jwt\"", known, refused, false))
        return;
    if (scheme->credential != GEN_BEARER)
        GEN_ERROR(check, node, "\"%s\" takes no tokens; only bearer, OAuth and OpenID Connect do", scheme->name);
    jwt->leeway_ms = LEEWAY_MS;
    if (jwks && gen_yaml_get(node, "keys"))
        GEN_ERROR(check, jwks, "tokens have \"keys\" or \"jwks\", not both");
    else if (jwks)
        read_jwks(check, jwks, jwt, description);
    else
        jwt->keys = read_keys(check, node, description);
    jwt->issuer = read_text(check, node, "issuer", description);
    jwt->audience = read_text(check, node, "audience", description);
    read_algorithms(check, node, jwt);
    read_claims(check, node, jwt);
    if (jwks && jwt->algorithms & 1u)
        GEN_ERROR(check, gen_yaml_get(node, "algorithms"), "HS256 has a secret, which nobody may fetch: give it to \"keys\"");
    gen_check_duration(check, node, "leeway", &jwt->leeway_ms);
    scheme->jwt = jwt;
}

static void check_key_scheme(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_scheme *scheme)
{
    if (scheme->credential == GEN_BASIC || scheme->credential == GEN_CERTIFICATE)
        GEN_ERROR(check, node, "\"%s\" takes no keys; only API keys and bearer tokens do", scheme->name);
}

static void read_configuration(struct gen_check *check, const struct gen_yaml_node *node, struct gen_scheme *scheme,
                               const struct gen_description *description)
{
    static const char *const known[] = {"keys", "jwt", NULL};
    const struct gen_yaml_node *jwt = gen_yaml_get(node, "jwt");

    if (!gen_check_keys(check, node, gen_arena_printf(check->arena, "the configuration of \"%s\"", scheme->name), known, NULL, false))
        return;
    if (jwt && gen_yaml_get(node, "keys")) {
        GEN_ERROR(check, jwt, "a scheme has \"keys\" or \"jwt\", not both");
    } else if (jwt) {
        read_jwt(check, jwt, scheme, description);
    } else {
        check_key_scheme(check, node, scheme);
        scheme->keys = read_keys(check, node, description);
    }
}

static void read_block(struct gen_check *check, const struct gen_yaml_node *map, const struct gen_description *description)
{
    struct gen_contract *contract = check->contract;
    const char **names = gen_arena_array(check->arena, contract->scheme_count + 1, sizeof(*names));

    for (size_t i = 0; i < contract->scheme_count; i++)
        names[i] = contract->schemes[i].name;
    for (size_t i = 0; i < map->count; i++) {
        const struct gen_yaml_pair *pair = &map->pairs[i];
        size_t s = 0;

        while (s < contract->scheme_count && strcmp(names[s], pair->key->text))
            s++;
        if (s < contract->scheme_count) {
            read_configuration(check, pair->value, &contract->schemes[s], description);
        } else {
            const char *meant = gen_suggest(pair->key->text, names);

            GEN_ERROR(check, pair->key, "components.securitySchemes has no \"%s\"%s%s%s", pair->key->text,
                      meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
        }
    }
}

/* What can never be met would shut everybody out. */
static void check_need(struct gen_check *check, const struct gen_need *need, const struct gen_description *description)
{
    const struct gen_scheme *scheme = &check->contract->schemes[need->scheme];

    if (scheme->credential == GEN_CERTIFICATE && !description->tls_client_ca)
        gen_messages_add(check->messages, need->mark, "\"%s\" demands certificates of clients: x-service.tls needs a \"client-ca\"",
                         scheme->name);
    if (need->scopes && (scheme->keys || scheme->credential == GEN_CERTIFICATE))
        gen_messages_add(check->messages, need->mark, "\"%s\" grants no scopes", scheme->name);
}

/* Statics of the service's source, beside what the contract names. */
static void take_names(struct gen_check *check, const struct gen_description *description)
{
    const struct gen_contract *contract = check->contract;

    for (size_t i = 0; i < description->client_count; i++) {
        const struct gen_client *client = &description->clients[i];

        if (client->ca)
            gen_scope_take(check->scope, check->messages, gen_arena_printf(check->arena, "%s_tls", client->name),
                           gen_arena_printf(check->arena, "TLS of the client %s", client->name), client->mark);
    }
    for (size_t i = 0; i < contract->scheme_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[i];
        const char *what = gen_arena_printf(check->arena, "\"jwks\" of security scheme %s", scheme->name);

        if (!scheme->used || !scheme->jwt || !scheme->jwt->jwks.url)
            continue;
        gen_scope_take(check->scope, check->messages, gen_arena_printf(check->arena, "%s_jwks", scheme->c_name), what, scheme->mark);
        if (scheme->jwt->jwks.ca)
            gen_scope_take(check->scope, check->messages, gen_arena_printf(check->arena, "%s_jwks_tls", scheme->c_name), what,
                           scheme->mark);
    }
}

void gen_check_service_security(struct gen_check *check, const struct gen_yaml_node *block,
                                const struct gen_description *description)
{
    const struct gen_yaml_node *map = gen_yaml_get(block, "security");
    const struct gen_contract *contract = check->contract;

    if (map && map->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, map, "\"security\" must be a mapping from schemes to their configuration, not %s", gen_yaml_what(map));
    else if (map)
        read_block(check, map, description);
    for (size_t i = 0; i < contract->operation_count; i++)
        for (size_t n = 0; contract->operations[i].security && n < contract->operations[i].security->need_count; n++)
            check_need(check, &contract->operations[i].security->needs[n], description);
    for (size_t i = 0; i < contract->scheme_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[i];

        if (scheme->used && !scheme->keys && !scheme->jwt && scheme->credential != GEN_CERTIFICATE)
            gen_scope_take(check->scope, check->messages, scheme->function,
                           gen_arena_printf(check->arena, "security scheme %s", scheme->name), scheme->mark);
    }
    take_names(check, description);
}
