/* SPDX-License-Identifier: MIT */
/* The outermost level of an OpenAPI document. */
#include <string.h>

#include "check/check.h"

static const char *const top_keys[] = {"openapi",      "info",    "paths",     "components", "tags",
                                       "externalDocs", "servers", "x-service", "security", "webhooks",
                                       "jsonSchemaDialect", NULL};

static const struct gen_refusal top_refused[] = {
    {"swagger", "write the contract as OpenAPI 3.1"},
    {NULL, NULL},
};

static const char *const info_keys[] = {"title",          "version", "description", "summary",
                                        "termsOfService", "contact", "license",     NULL};

static const char *const component_keys[] = {"schemas",       "parameters", "responses",
                                             "requestBodies", "headers",    "examples",
                                             "securitySchemes", "links", "pathItems", "callbacks", NULL};

static void check_dialect(struct gen_check *check)
{
    const struct gen_yaml_node *dialect = gen_yaml_get(check->document, "jsonSchemaDialect");

    if (dialect && (!gen_yaml_is_text(dialect) || strcmp(dialect->text, "https://spec.openapis.org/oas/3.1/dialect/base")))
        GEN_ERROR(check, dialect, "this \"jsonSchemaDialect\" is not supported; OpenAPI's own dialect applies, so leave it out");
}

static void check_version(struct gen_check *check)
{
    struct gen_yaml_node *version = gen_yaml_get(check->document, "openapi");

    if (version && version->text && !strncmp(version->text, "3.0.", 4))
        gen_check_openapi30(check, version);
    else if (!version)
        gen_messages_add(check->messages, check->document->mark,
                         "a contract begins with \"openapi: 3.1.0\"");
    else if (!version->text || strncmp(version->text, "3.1.", 4))
        GEN_ERROR(check, version, "OpenAPI %s is not supported; write \"openapi: 3.1.0\"",
                  version->text ? version->text : "of this kind");
}

static void check_info(struct gen_check *check)
{
    const struct gen_yaml_node *info = gen_yaml_get(check->document, "info");

    if (!info) {
        gen_messages_add(check->messages, check->document->mark,
                         "a contract needs \"info\" with \"title\" and \"version\"");
        return;
    }
    if (!gen_check_keys(check, info, "\"info\"", info_keys, NULL, true))
        return;
    for (unsigned i = 0; i < 2; i++)
        if (!gen_check_text(check, info, info_keys[i]) && !gen_yaml_get(info, info_keys[i]))
            GEN_ERROR(check, info, "\"info\" needs a \"%s\"", info_keys[i]);
    gen_check_about(check, info);
    check->contract->title = gen_check_text(check, info, "title");
}

/* Any x-... may stand, but "x-servce" would silently leave out all of the service. */
static void check_extensions(struct gen_check *check)
{
    static const char *const ours[] = {"x-service", NULL};

    for (size_t i = 0; i < check->document->count; i++) {
        const struct gen_yaml_node *key = check->document->pairs[i].key;

        if (!strncmp(key->text, "x-", 2) && strcmp(key->text, ours[0]) &&
            gen_suggest(key->text, ours))
            GEN_ERROR(check, key, "unknown key \"%s\"; did you mean \"%s\"?", key->text, ours[0]);
    }
}

void gen_check_document(struct gen_check *check)
{
    const struct gen_yaml_node *components;

    if (!gen_check_keys(check, check->document, "a contract", top_keys, top_refused, true))
        return;
    check_extensions(check);
    check_version(check);
    check_info(check);
    check_dialect(check);
    gen_check_tags(check);
    gen_check_docs(check, check->document);
    components = gen_yaml_get(check->document, "components");
    if (components)
        gen_check_keys(check, components, "\"components\"", component_keys, NULL, true);
    gen_check_component_schemas(check);
    gen_check_security_schemes(check);
    gen_check_paths(check);
    if (!check->client) /* else the peer calls them, and nobody here answers */
        gen_check_callbacks(check);
    if (!check->client)
        gen_check_components(check);
    gen_check_component_schemas(check); /* those of other files that only a mapping names */
    gen_check_contains_ends(check);
    gen_check_member_defaults(check);
}
