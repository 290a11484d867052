/* SPDX-License-Identifier: MIT */
/* One table of the schema keywords: for which kinds each is done, or why it is not. */
#include "check/schema_internal.h"

#include <string.h>

#define BIT(kind) (1u << (kind))
#define INTEGERS  (BIT(GEN_INT32) | BIT(GEN_INT64))
#define NUMBERS   (INTEGERS | BIT(GEN_DOUBLE))
#define ANY       (~0u)

static const struct {
    const char *key;
    unsigned kinds;
    const char *hint; /* not done, and what to do instead */
} keywords[] = {
    {"type", ANY, NULL},
    {"title", ANY, NULL},
    {"description", ANY, NULL},
    {"deprecated", ANY, NULL},
    {"example", ANY, NULL},
    {"examples", ANY, NULL},
    {"externalDocs", ANY, NULL},
    {"$comment", ANY, NULL},
    {"xml", ANY, NULL}, /* of a language that no body is in */
    {"format", ANY, NULL},
    {"enum", BIT(GEN_ENUM), NULL},
    {"minLength", BIT(GEN_STRING), NULL},
    {"maxLength", BIT(GEN_STRING), NULL},
    {"minimum", NUMBERS, NULL},
    {"maximum", NUMBERS, NULL},
    {"exclusiveMinimum", NUMBERS, NULL},
    {"exclusiveMaximum", NUMBERS, NULL},
    {"multipleOf", NUMBERS, NULL},
    {"items", BIT(GEN_ARRAY), NULL},
    {"minItems", BIT(GEN_ARRAY), NULL},
    {"maxItems", BIT(GEN_ARRAY), NULL},
    {"properties", BIT(GEN_OBJECT) | BIT(GEN_RAW), NULL},
    {"required", BIT(GEN_OBJECT), NULL},
    {"additionalProperties", BIT(GEN_OBJECT), NULL},
    {"default", 0, ""}, /* parameters only, see below */
    {"nullable", 0, "OpenAPI 3.1 writes type: [string, \"null\"]"},
    {"pattern", 0, "check the value in the handler"},
    {"const", 0, "use an \"enum\" with one value"},
    {"allOf", 0, "write the members into one schema"},
    {"anyOf", 0, "only the choice of one schema and {type: \"null\"} is"},
    {"oneOf", 0, "only the choice of one schema and {type: \"null\"} is"},
    {"not", 0, "check the value in the handler"},
    {"if", 0, "check the value in the handler"},
    {"then", 0, "check the value in the handler"},
    {"else", 0, "check the value in the handler"},
    {"discriminator", 0, "use one schema with optional members"},
    {"uniqueItems", 0, "check the list in the handler"},
    {"contains", 0, "check the list in the handler"},
    {"minContains", 0, "check the list in the handler"},
    {"maxContains", 0, "check the list in the handler"},
    {"prefixItems", 0, "use an object with named members"},
    {"unevaluatedItems", 0, "check the list in the handler"},
    {"minProperties", 0, "check the members in the handler"},
    {"maxProperties", 0, "check the members in the handler"},
    {"patternProperties", 0, "use a free-form object (no \"properties\")"},
    {"propertyNames", 0, "use a free-form object (no \"properties\")"},
    {"dependentRequired", 0, "check the members in the handler"},
    {"dependentSchemas", 0, "check the members in the handler"},
    {"unevaluatedProperties", 0, "use \"additionalProperties\": false"},
    {"contentEncoding", 0, "check the value in the handler"},
    {"contentMediaType", 0, "check the value in the handler"},
    {"contentSchema", 0, "check the value in the handler"},
    {"readOnly", 0, "use one schema for requests and another for answers"},
    {"writeOnly", 0, "use one schema for requests and another for answers"},
    {"$id", 0, "put the schema under components.schemas"},
    {"$anchor", 0, "put the schema under components.schemas"},
    {"$dynamicRef", 0, "use $ref"},
    {"$dynamicAnchor", 0, "use $ref"},
    {"$defs", 0, "put the schema under components.schemas"},
    {"$schema", 0, "OpenAPI's own dialect applies"},
    {"$vocabulary", 0, "OpenAPI's own dialect applies"},
};

#define KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

static const char *kind_text(enum gen_kind kind, bool object)
{
    switch (kind) {
    case GEN_STRING:
        return "a string";
    case GEN_ENUM:
        return "a string with an \"enum\"";
    case GEN_INT32:
    case GEN_INT64:
        return "an integer";
    case GEN_DOUBLE:
        return "a number";
    case GEN_BOOL:
        return "a boolean";
    case GEN_RAW:
        return object ? "a free-form object (it has no \"properties\")"
                      : "a free-form value (it has no \"type\")";
    case GEN_OBJECT:
        return "an object";
    default:
        return "an array";
    }
}

static void say_unknown(struct gen_check *check, const struct gen_yaml_pair *pair)
{
    const char *known[KEYWORDS + 1] = {NULL};

    for (size_t i = 0; i < KEYWORDS; i++)
        known[i] = keywords[i].key;
    gen_check_unknown(check, pair, "a schema", known);
}

static bool harmless(const struct gen_check *check, const char *key,
                     const struct gen_yaml_node *value, bool object)
{
    static const char *const false_is_default[] = {"uniqueItems", "readOnly", "writeOnly"};
    bool flag;

    if (!strcmp(key, "default"))
        return check->parameter;
    if (!strcmp(key, "additionalProperties"))
        return object && gen_yaml_to_bool(value, &flag) && flag;
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(key, false_is_default[i]))
            return gen_yaml_to_bool(value, &flag) && !flag;
    return false;
}

static void check_key(struct gen_check *check, const struct gen_yaml_pair *pair, enum gen_kind kind,
                      bool object)
{
    const char *key = pair->key->text;

    if (!strncmp(key, "x-", 2) || harmless(check, key, pair->value, object))
        return;
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (strcmp(keywords[i].key, key))
            continue;
        if (!strcmp(key, "default"))
            GEN_ERROR(check, pair->key,
                      "\"default\" is supported for parameters only; an absent "
                      "member reaches the handler as absent");
        else if (keywords[i].hint)
            GEN_ERROR(check, pair->key, "\"%s\" is not supported; %s", key, keywords[i].hint);
        else if (!strcmp(key, "enum") && kind != GEN_ENUM)
            GEN_ERROR(check, pair->key, "\"enum\" of %s is not supported; only of a string is",
                      kind_text(kind, object));
        else if (!(keywords[i].kinds & BIT(kind)))
            GEN_ERROR(check, pair->key, "\"%s\" says nothing about %s", key,
                      kind_text(kind, object));
        return;
    }
    say_unknown(check, pair);
}

void gen_check_schema_keys(struct gen_check *check, const struct gen_yaml_node *node,
                           enum gen_kind kind, bool object)
{
    if (node->kind != GEN_YAML_MAPPING)
        return; /* `true`, which schema_kind.c let through */
    for (size_t i = 0; i < node->count; i++)
        check_key(check, &node->pairs[i], kind, object);
}
