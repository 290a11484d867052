/* SPDX-License-Identifier: MIT */
/* One table of the schema keywords: for which kinds each is done, or why it is not. */
#include "check/schema_internal.h"

#include <string.h>

#define BIT(kind) (1u << (kind))
#define STRINGS   (BIT(GEN_STRING) | BIT(GEN_ENUM))
#define INTEGERS  (BIT(GEN_INT32) | BIT(GEN_INT64))
#define NUMBERS   (INTEGERS | BIT(GEN_DOUBLE))
#define ARRAYS    BIT(GEN_ARRAY)
#define OBJECTS   (BIT(GEN_OBJECT) | BIT(GEN_MAP) | BIT(GEN_RAW))
#define ANY       (~0u)

static const struct {
    const char *key;
    unsigned about; /* the kinds that it says something about; of others it is legal and means nothing */
    unsigned done;  /* those that it is done for */
    const char *hint; /* and what to do where it is not */
} keywords[] = {
    {"type", ANY, ANY, NULL},
    {"title", ANY, ANY, NULL},
    {"description", ANY, ANY, NULL},
    {"deprecated", ANY, ANY, NULL},
    {"example", ANY, ANY, NULL},
    {"examples", ANY, ANY, NULL},
    {"externalDocs", ANY, ANY, NULL},
    {"$comment", ANY, ANY, NULL},
    {"xml", ANY, ANY, NULL}, /* of a language that no body is in */
    {"format", STRINGS | NUMBERS, STRINGS | NUMBERS | BIT(GEN_RAW), NULL},
    {"default", ANY, ANY, NULL}, /* of parameters and of members that may be absent; else an annotation */
    {"readOnly", ANY, ANY, NULL}, /* of members */
    {"writeOnly", ANY, ANY, NULL},
    {"contentEncoding", ANY, ANY, NULL}, /* annotations all three (JSON Schema 2020-12 Validation, section 8.2) */
    {"contentMediaType", ANY, ANY, NULL},
    {"contentSchema", ANY, ANY, NULL},
    {"$anchor", ANY, ANY, NULL}, /* a name for references, which are refused where they stand */
    {"$dynamicAnchor", ANY, ANY, NULL},
    {"$defs", ANY, ANY, NULL},
    {"enum", ANY, ANY, NULL},
    {"const", ANY, ANY, NULL},
    {"minLength", STRINGS, STRINGS, NULL},
    {"maxLength", STRINGS, STRINGS, NULL},
    {"pattern", STRINGS, STRINGS, NULL},
    {"minimum", NUMBERS, NUMBERS, NULL},
    {"maximum", NUMBERS, NUMBERS, NULL},
    {"exclusiveMinimum", NUMBERS, NUMBERS, NULL},
    {"exclusiveMaximum", NUMBERS, NUMBERS, NULL},
    {"multipleOf", NUMBERS, NUMBERS, NULL},
    {"items", ARRAYS, ARRAYS, NULL},
    {"minItems", ARRAYS, ARRAYS, NULL},
    {"maxItems", ARRAYS, ARRAYS, NULL},
    {"uniqueItems", ARRAYS, ARRAYS, NULL},
    {"contains", ARRAYS, ARRAYS, NULL},
    {"minContains", ARRAYS, ARRAYS, NULL},
    {"maxContains", ARRAYS, ARRAYS, NULL},
    {"prefixItems", ARRAYS, 0, "use an object with named members"},
    {"unevaluatedItems", ARRAYS, 0, "check the list in the handler"},
    {"properties", OBJECTS, OBJECTS, NULL},
    {"required", OBJECTS, OBJECTS, NULL},
    {"additionalProperties", OBJECTS, OBJECTS, NULL},
    {"minProperties", OBJECTS, OBJECTS, NULL},
    {"maxProperties", OBJECTS, OBJECTS, NULL},
    {"patternProperties", OBJECTS, BIT(GEN_OBJECT) | BIT(GEN_MAP), "use a free-form object (no \"properties\")"},
    {"propertyNames", OBJECTS, BIT(GEN_OBJECT) | BIT(GEN_MAP), "check the members in the handler"},
    {"dependentRequired", OBJECTS, BIT(GEN_OBJECT), "name the members in \"properties\", or check them in the handler"},
    {"dependentSchemas", OBJECTS, 0, "check the members in the handler"},
    {"unevaluatedProperties", OBJECTS, 0, "use \"additionalProperties\": false"},
    {"nullable", ANY, 0, "OpenAPI 3.1 writes type: [string, \"null\"]"},
    {"allOf", ANY, ANY, NULL}, /* merged before */
    {"anyOf", ANY, ANY, NULL}, /* of a union, whose own keywords are read elsewhere */
    {"oneOf", ANY, ANY, NULL},
    {"discriminator", ANY, ANY, NULL},
    {"not", ANY, STRINGS | NUMBERS | BIT(GEN_BOOL) | BIT(GEN_OBJECT), "check the value in the handler"},
    {"if", ANY, 0, "check the value in the handler"},
    {"then", ANY, 0, "check the value in the handler"},
    {"else", ANY, 0, "check the value in the handler"},
    {"$id", ANY, 0, "put the schema under components.schemas"},
    {"$dynamicRef", ANY, 0, "use $ref"},
    {"$schema", ANY, 0, "OpenAPI's own dialect applies"},
    {"$vocabulary", ANY, 0, "OpenAPI's own dialect applies"},
};

#define KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

static bool is_null(const struct gen_type *type)
{
    return type->kind == GEN_RAW && type->choice_count == 1 && gen_yaml_is_null(type->choices[0]);
}

static const char *kind_text(const struct gen_type *type)
{
    switch (type->kind) {
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
        return is_null(type)  ? "null"
               : type->object ? "a free-form object (it has no \"properties\")"
                              : "a free-form value (it has no \"type\")";
    case GEN_OBJECT:
    case GEN_MAP:
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

/* The keyword without which this one says nothing, and that is not there; or NULL. */
static const char *missing(const struct gen_yaml_node *node, const char *key)
{
    static const char *const needs[][3] = {
        {"then", "if", "if"},
        {"else", "if", "if"},
        {"minContains", "contains", "contains"},
        {"maxContains", "contains", "contains"},
        {"discriminator", "oneOf", "anyOf"}, /* without a choice it is a hint to tools */
    };

    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
        if (!strcmp(key, needs[i][0]))
            return gen_yaml_get(node, needs[i][1]) || gen_yaml_get(node, needs[i][2]) ? NULL : needs[i][1];
    return NULL;
}

static bool says_default(const char *key, const struct gen_yaml_node *value)
{
    static const char *const true_is_default[] = {"unevaluatedProperties", "unevaluatedItems"};
    bool flag;

    if (!gen_yaml_to_bool(value, &flag))
        return false;
    if (!strcmp(key, "uniqueItems"))
        return !flag;
    for (size_t i = 0; i < 2; i++)
        if (!strcmp(key, true_is_default[i]))
            return flag;
    return false;
}

/* A value of any type may be of the type that the keyword is about. */
static bool is_about(unsigned kinds, const struct gen_type *type)
{
    return (kinds & BIT(type->kind) && (kinds == ANY || type->kind != GEN_RAW || type->object)) ||
           (type->kind == GEN_RAW && !type->object && !is_null(type));
}

/* Beside values of several types, which are compared and not looked into. */
static bool is_beside_values(unsigned kinds, const struct gen_type *type)
{
    return kinds != ANY && type->kind == GEN_RAW && !type->object && type->choice_count;
}

static void check_key(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_pair *pair,
                      const struct gen_type *type)
{
    const char *key = pair->key->text;

    if (!strncmp(key, "x-", 2) || says_default(key, pair->value))
        return;
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (strcmp(keywords[i].key, key))
            continue;
        if (!is_about(keywords[i].about, type))
            GEN_NOTE(check, pair->key, "\"%s\" says nothing about %s", key, kind_text(type));
        else if (missing(node, key))
            GEN_NOTE(check, pair->key, "\"%s\" says nothing without \"%s\"", key, missing(node, key));
        else if (is_beside_values(keywords[i].about, type))
            GEN_ERROR(check, pair->key, "\"%s\" is not supported beside values of several types; list those alone that it allows",
                      key);
        else if (!(keywords[i].done & BIT(type->kind)))
            GEN_ERROR(check, pair->key, "\"%s\" is not supported; %s", key, keywords[i].hint);
        return;
    }
    say_unknown(check, pair);
}

void gen_check_schema_keys(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_type *type)
{
    if (node->kind != GEN_YAML_MAPPING)
        return; /* `true`, which schema_kind.c let through */
    for (size_t i = 0; i < node->count; i++)
        check_key(check, node, &node->pairs[i], type);
}
