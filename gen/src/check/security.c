/* SPDX-License-Identifier: MIT */
/*
 * security.c - components.securitySchemes, and what `security` of the contract and of each operation demands
 * (OpenAPI 3.1, "Security Scheme Object", "Security Requirement Object").
 */
#include <string.h>
#include <strings.h>

#include "check/operation_internal.h"

#define ALTERNATIVES_MAX 64
#define SCHEMES_MAX      32 /* that operations use: UC_AUTH_SCHEMES_MAX */

static const char *const type_names[] = {"apiKey", "http", "oauth2", "openIdConnect", "mutualTLS", NULL};

/* The text under `key`, which must be there. */
static const char *needed_text(struct gen_check *check, const struct gen_yaml_node *node, const char *key, const char *what)
{
    const char *text = gen_check_text(check, node, key);

    if (!text && !gen_yaml_get(node, key))
        GEN_ERROR(check, node, "%s needs \"%s\"", what, key);
    return text;
}

/* ---- one scheme */

static bool read_api_key(struct gen_check *check, const struct gen_yaml_node *node, struct gen_scheme *scheme)
{
    static const char *const places[] = {"header", "query", "cookie", NULL};
    const char *in = needed_text(check, node, "in", "an API key"), *meant;

    scheme->parameter = needed_text(check, node, "name", "an API key");
    if (!in || !scheme->parameter)
        return false;
    for (unsigned i = 0; places[i]; i++) {
        if (strcmp(places[i], in))
            continue;
        scheme->credential = (enum gen_credential)(GEN_KEY_HEADER + i);
        if (scheme->credential == GEN_KEY_QUERY || gen_is_field_name(scheme->parameter))
            return true;
        GEN_ERROR(check, gen_yaml_get(node, "name"), "\"%s\" cannot be the name of a %s", scheme->parameter,
                  i == 0 ? "header field" : "cookie");
        return false;
    }
    meant = gen_suggest(in, places);
    GEN_ERROR(check, gen_yaml_get(node, "in"), "\"in\" must be header, query or cookie%s%s%s", meant ? "; did you mean \"" : "",
              meant ? meant : "", meant ? "\"?" : "");
    return false;
}

static bool read_http(struct gen_check *check, const struct gen_yaml_node *node, struct gen_scheme *scheme)
{
    const char *name = needed_text(check, node, "scheme", "an HTTP scheme");

    gen_check_text(check, node, "bearerFormat");
    if (!name)
        return false;
    if (!strcasecmp(name, "basic"))
        scheme->credential = GEN_BASIC;
    else if (!strcasecmp(name, "bearer"))
        scheme->credential = GEN_BEARER;
    else
        scheme->unsupported = gen_arena_printf(check->arena, "the HTTP scheme \"%s\" is not supported; basic and bearer are", name);
    return true;
}

static bool read_flow(struct gen_check *check, const struct gen_yaml_node *node, const char *flow, struct gen_scheme *scheme,
                      unsigned index)
{
    static const char *const known[] = {"authorizationUrl", "tokenUrl", "refreshUrl", "scopes", NULL};
    const struct gen_yaml_node *scopes = gen_yaml_get(node, "scopes");

    if (!gen_check_keys(check, node, gen_arena_printf(check->arena, "the flow \"%s\"", flow), known, NULL, true))
        return false;
    if (scopes && scopes->kind != GEN_YAML_MAPPING && !gen_yaml_is_null(scopes)) {
        GEN_ERROR(check, scopes, "\"scopes\" must be a mapping from scopes to descriptions, not %s", gen_yaml_what(scopes));
        return false;
    }
    scheme->scopes[index] = scopes;
    return true;
}

static bool read_oauth2(struct gen_check *check, const struct gen_yaml_node *node, struct gen_scheme *scheme)
{
    static const char *const flow_names[] = {"implicit", "password", "clientCredentials", "authorizationCode", NULL};
    const struct gen_yaml_node *flows = gen_yaml_get(node, "flows");
    bool good = true;

    scheme->credential = GEN_BEARER;
    if (!flows) {
        GEN_ERROR(check, node, "an OAuth scheme needs \"flows\"");
        return false;
    }
    if (!gen_check_keys(check, flows, "\"flows\"", flow_names, NULL, true))
        return false;
    for (unsigned i = 0; flow_names[i]; i++) {
        const struct gen_yaml_node *flow = gen_yaml_get(flows, flow_names[i]);

        if (flow)
            good &= read_flow(check, flow, flow_names[i], scheme, i);
    }
    scheme->declares_scopes = true;
    return good;
}

static bool read_by_type(struct gen_check *check, const struct gen_yaml_node *node, const char *type, struct gen_scheme *scheme)
{
    const char *meant;

    if (!strcmp(type, "apiKey"))
        return read_api_key(check, node, scheme);
    if (!strcmp(type, "http"))
        return read_http(check, node, scheme);
    if (!strcmp(type, "oauth2"))
        return read_oauth2(check, node, scheme);
    if (!strcmp(type, "openIdConnect")) {
        scheme->credential = GEN_BEARER;
        return needed_text(check, node, "openIdConnectUrl", "OpenID Connect") != NULL;
    }
    if (!strcmp(type, "mutualTLS")) {
        scheme->credential = GEN_CERTIFICATE;
        return true;
    }
    meant = gen_suggest(type, type_names);
    GEN_ERROR(check, gen_yaml_get(node, "type"),
              "\"type\" must be apiKey, http, oauth2, openIdConnect or mutualTLS%s%s%s", meant ? "; did you mean \"" : "",
              meant ? meant : "", meant ? "\"?" : "");
    return false;
}

static bool read_scheme(struct gen_check *check, const struct gen_yaml_pair *pair, struct gen_scheme *scheme)
{
    static const char *const known[] = {"type",         "description", "name",             "in", "scheme",
                                        "bearerFormat", "flows",       "openIdConnectUrl", NULL};
    const struct gen_yaml_node *node;
    const char *type, *name;

    node = gen_check_deref(check, pair->value, "securitySchemes", &name);
    if (!node || !gen_check_keys(check, node, "a security scheme", known, NULL, true))
        return false;
    scheme->name = pair->key->text;
    scheme->mark = pair->key->mark;
    scheme->description = gen_check_text(check, node, "description");
    scheme->c_name = gen_member_name(check->arena, scheme->name);
    if (!scheme->c_name) {
        GEN_ERROR(check, pair->key, "\"%s\" cannot be made a name in C; it needs a letter or digit", scheme->name);
        return false;
    }
    scheme->function = gen_arena_printf(check->arena, "%s_auth_%s", check->contract->prefix, gen_snake(check->arena, scheme->name));
    type = needed_text(check, node, "type", "a security scheme");
    return type && read_by_type(check, node, type, scheme);
}

/* They become members of one struct. */
static bool same_c_name(struct gen_check *check, const struct gen_scheme *scheme)
{
    for (size_t i = 0; i < check->contract->scheme_count; i++) {
        if (strcmp(check->contract->schemes[i].c_name, scheme->c_name))
            continue;
        gen_messages_add(check->messages, scheme->mark, "\"%s\" and \"%s\" would both be called %s in C", scheme->name,
                         check->contract->schemes[i].name, scheme->c_name);
        return true;
    }
    return false;
}

/* ---- requirements */

static bool find_scheme(struct gen_check *check, const struct gen_yaml_node *key, size_t *index)
{
    const struct gen_contract *contract = check->contract;
    const char **known = gen_arena_array(check->arena, contract->scheme_count + 1, sizeof(*known));
    const char *meant;

    for (size_t i = 0; i < contract->scheme_count; i++) {
        known[i] = contract->schemes[i].name;
        if (strcmp(known[i], key->text))
            continue;
        *index = i;
        return true;
    }
    /* One that is there and was refused has its message already. */
    if (gen_yaml_get(gen_yaml_get(gen_yaml_get(check->document, "components"), "securitySchemes"), key->text))
        return false;
    meant = gen_suggest(key->text, known);
    GEN_ERROR(check, key, "components.securitySchemes has no \"%s\"%s%s%s", key->text, meant ? "; did you mean \"" : "",
              meant ? meant : "", meant ? "\"?" : "");
    return false;
}

/* RFC 6749, section 3.3: printable ASCII without blank, quote and backslash. */
static bool is_scope(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (*text <= ' ' || *text > '~' || *text == '"' || *text == '\\')
            return false;
    return true;
}

/* A scope that no flow grants would shut everybody out. */
static bool is_declared(struct gen_check *check, const struct gen_scheme *scheme, const struct gen_yaml_node *scope)
{
    const char *known[65] = {NULL}, *meant;
    size_t count = 0;

    for (unsigned flow = 0; flow < 4; flow++)
        for (size_t i = 0; scheme->scopes[flow] && i < scheme->scopes[flow]->count; i++) {
            const char *name = scheme->scopes[flow]->pairs[i].key->text;

            if (!strcmp(name, scope->text))
                return true;
            if (count < 64)
                known[count++] = name;
        }
    meant = gen_suggest(scope->text, known);
    GEN_ERROR(check, scope, "no flow of \"%s\" has the scope \"%s\"%s%s%s", scheme->name, scope->text,
              meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
    return false;
}

static bool read_scopes(struct gen_check *check, const struct gen_yaml_node *list, struct gen_need *need)
{
    const struct gen_scheme *scheme = &check->contract->schemes[need->scheme];
    bool good = true;

    if (list->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, list, "the scopes of \"%s\" must be a list, not %s", scheme->name, gen_yaml_what(list));
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct gen_yaml_node *scope = list->items[i];

        if (!scope->text || !is_scope(scope->text)) {
            GEN_ERROR(check, scope, "a scope is text without blanks, quotes and backslashes");
            good = false;
        } else if (!scheme->declares_scopes || is_declared(check, scheme, scope)) {
            need->scopes = need->scopes ? gen_arena_printf(check->arena, "%s %s", need->scopes, scope->text) : scope->text;
        } else {
            good = false;
        }
    }
    return good;
}

static void read_alternative(struct gen_check *check, const struct gen_yaml_node *node, unsigned index,
                             struct gen_security *security)
{
    if (node->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, node, "an alternative of \"security\" must be a mapping from schemes to scopes, not %s",
                  gen_yaml_what(node));
        return;
    }
    security->optional |= node->count == 0;
    for (size_t i = 0; i < node->count; i++) {
        struct gen_need need = {.alternative = index, .mark = node->pairs[i].key->mark};

        if (!find_scheme(check, node->pairs[i].key, &need.scheme) || !read_scopes(check, node->pairs[i].value, &need))
            continue;
        security->needs = gen_arena_grow(check->arena, security->needs, security->need_count, sizeof(need));
        security->needs[security->need_count++] = need;
    }
}

static const struct gen_security *read_security(struct gen_check *check, const struct gen_yaml_node *list)
{
    struct gen_security *security = gen_arena_alloc(check->arena, sizeof(*security));

    if (list->kind != GEN_YAML_SEQUENCE) {
        GEN_ERROR(check, list, "\"security\" must be a list of alternatives, not %s", gen_yaml_what(list));
        return NULL;
    }
    if (list->count > ALTERNATIVES_MAX) {
        GEN_ERROR(check, list, "at most %d alternatives are supported", ALTERNATIVES_MAX);
        return NULL;
    }
    for (size_t i = 0; i < list->count; i++)
        read_alternative(check, list->items[i], (unsigned)i, security);
    return security->need_count ? security : NULL;
}

/* ---- */

void gen_check_security_schemes(struct gen_check *check)
{
    const struct gen_yaml_node *schemes = gen_yaml_get(gen_yaml_get(check->document, "components"), "securitySchemes");
    const struct gen_yaml_node *security = gen_yaml_get(check->document, "security");
    struct gen_contract *contract = check->contract;

    if (schemes && schemes->kind != GEN_YAML_MAPPING) {
        GEN_ERROR(check, schemes, "\"securitySchemes\" must be a mapping from names to schemes, not %s", gen_yaml_what(schemes));
        return;
    }
    for (size_t i = 0; schemes && i < schemes->count; i++) {
        struct gen_scheme scheme = {0};

        if (!strncmp(schemes->pairs[i].key->text, "x-", 2) && schemes->pairs[i].value->kind != GEN_YAML_MAPPING)
            continue;
        if (!read_scheme(check, &schemes->pairs[i], &scheme) || same_c_name(check, &scheme))
            continue;
        contract->schemes = gen_arena_grow(check->arena, contract->schemes, contract->scheme_count, sizeof(scheme));
        contract->schemes[contract->scheme_count++] = scheme;
    }
    if (security)
        contract->security = read_security(check, security);
}

static void note_use(struct gen_check *check, const struct gen_need *need)
{
    struct gen_scheme *scheme = &check->contract->schemes[need->scheme];
    size_t used = 0;

    if (scheme->unsupported)
        gen_messages_add(check->messages, need->mark, "%s", scheme->unsupported);
    scheme->used = true;
    for (size_t i = 0; i < check->contract->scheme_count; i++)
        used += check->contract->schemes[i].used;
    if (used > SCHEMES_MAX)
        gen_messages_add(check->messages, need->mark, "at most %d security schemes are supported", SCHEMES_MAX);
}

void gen_check_security(struct gen_check *check, const struct gen_yaml_node *operation, struct gen_operation *op)
{
    const struct gen_yaml_node *own = gen_yaml_get(operation, "security");

    op->security = own ? read_security(check, own) : check->contract->security;
    for (size_t i = 0; op->security && i < op->security->need_count; i++)
        note_use(check, &op->security->needs[i]);
}
