/* SPDX-License-Identifier: MIT */
/* What a schema is about: from `type`, or from the keywords that imply it. */
#include "check/schema_internal.h"

#include <string.h>

static const char *const type_names[] = {"string", "integer", "number", "boolean",
                                         "object", "array",   "null",   NULL};

static bool known_type(struct gen_check *check, const struct gen_yaml_node *node)
{
    const char *meant;

    if (gen_yaml_is_null(node)) {
        GEN_ERROR(check, node, "write \"null\" in quotes: here it is the name of a type");
        return false;
    }
    if (!gen_yaml_is_text(node)) {
        GEN_ERROR(check, node, "a type must be text, not %s", gen_yaml_what(node));
        return false;
    }
    for (size_t i = 0; type_names[i]; i++)
        if (!strcmp(type_names[i], node->text))
            return true;
    meant = gen_suggest(node->text, type_names);
    GEN_ERROR(check, node, "unknown type \"%s\"%s%s%s", node->text,
              meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
    return false;
}

void gen_check_say_twice(struct gen_check *check, const struct gen_yaml_node *type)
{
    GEN_ERROR(check, type, "the type \"%s\" is listed twice", type->text);
}

/* One type, or one and "null". */
static const char *type_of(struct gen_check *check, const struct gen_yaml_node *node,
                           bool *nullable)
{
    const char *found = NULL;

    if (node->kind != GEN_YAML_SEQUENCE)
        return known_type(check, node) ? node->text : NULL;
    for (size_t i = 0; i < node->count; i++) {
        if (!known_type(check, node->items[i]))
            return NULL;
        if (!strcmp(node->items[i]->text, "null")) {
            *nullable = true;
        } else if (found && !strcmp(found, node->items[i]->text)) {
            gen_check_say_twice(check, node->items[i]);
        } else if (found) {
            GEN_ERROR(check, node->items[i],
                      "several types are not supported; only one, and \"null\" beside it");
            return NULL;
        } else {
            found = node->items[i]->text;
        }
    }
    if (!found)
        GEN_ERROR(check, node, "\"type\" must name at least one type");
    return found;
}

/* Who writes "properties" and no type means an object, not "and anything that is no object". */
static const char *implied_type(const struct gen_yaml_node *node)
{
    static const char *const implies[][2] = {
        {"properties", "object"},    {"items", "array"},
        {"minLength", "string"},     {"maxLength", "string"},
        {"pattern", "string"},
        {"required", "object"},      {"additionalProperties", "object"},
        {"patternProperties", "object"}, {"propertyNames", "object"}, {"dependentRequired", "object"},
        {"minProperties", "object"}, {"maxProperties", "object"},
        {"minItems", "array"},       {"maxItems", "array"},
        {"contains", "array"},
        {"uniqueItems", "array"},    {"multipleOf", "number"},
        {"minimum", "number"},       {"maximum", "number"},
        {"exclusiveMinimum", "number"}, {"exclusiveMaximum", "number"},
    };

    for (size_t i = 0; i < sizeof(implies) / sizeof(implies[0]); i++)
        if (gen_yaml_get(node, implies[i][0]))
            return implies[i][1];
    return "";
}

/* How many of them are listed; null aside. False after a message. */
static bool count_types(struct gen_check *check, const struct gen_yaml_node *list, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!known_type(check, list->items[i]))
            return false;
        *count += strcmp(list->items[i]->text, "null") != 0;
    }
    return true;
}

static bool is_format(const struct gen_yaml_node *node, const char *format)
{
    const struct gen_yaml_node *value = gen_yaml_get(node, "format");

    return value && value->text && !strcmp(value->text, format);
}

/* An object that names no member is a free-form one. */
static bool has_members(const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *properties = gen_yaml_get(node, "properties");

    return properties && (properties->kind != GEN_YAML_MAPPING || properties->count);
}

/* Members of names that are not listed, and not just any. One that allows none at all stays free-form. */
static bool rules_names(const struct gen_yaml_node *node)
{
    const struct gen_yaml_node *patterns = gen_yaml_get(node, "patternProperties");
    bool open = true;

    gen_yaml_to_bool(gen_yaml_get(node, "additionalProperties"), &open);
    return (patterns && (patterns->kind != GEN_YAML_MAPPING || patterns->count)) ||
           (open && gen_yaml_get(node, "propertyNames"));
}

static enum gen_kind kind_of(struct gen_check *check, const struct gen_yaml_node *node, const char *name)
{
    const struct gen_yaml_node *values = gen_check_values(check, node);

    if (!strcmp(name, "string"))
        return values && gen_check_values_named(check, values) ? GEN_ENUM : GEN_STRING;
    if (!strcmp(name, "integer"))
        return is_format(node, "int32") ? GEN_INT32 : GEN_INT64;
    if (!strcmp(name, "number"))
        return GEN_DOUBLE;
    if (!strcmp(name, "boolean"))
        return GEN_BOOL;
    if (!strcmp(name, "array"))
        return GEN_ARRAY;
    if (!strcmp(name, "object") && has_members(node))
        return GEN_OBJECT;
    if (!strcmp(name, "object") && (gen_check_extra(node) || rules_names(node)))
        return GEN_MAP;
    return GEN_RAW;
}

void gen_check_say_no_schema(struct gen_check *check, const struct gen_yaml_node *node)
{
    bool flag;

    if (gen_yaml_to_bool(node, &flag))
        GEN_ERROR(check, node, "a schema that is false is not supported, since it has no value; leave out what may not be "
                               "there (of \"items\": write \"maxItems: 0\" instead)");
    else
        GEN_ERROR(check, node, "a schema must be a mapping, or true, not %s", gen_yaml_what(node));
}

bool gen_check_schema_kind(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type, bool *nullable)
{
    const struct gen_yaml_node *declared = gen_yaml_get(node, "type");
    const struct gen_yaml_node *values;
    const char *name;
    size_t count;
    bool flag;

    type->kind = GEN_RAW;
    if (gen_yaml_to_bool(node, &flag) && flag)
        return true;
    if (node->kind != GEN_YAML_MAPPING) {
        gen_check_say_no_schema(check, node);
        return false;
    }
    values = gen_check_values(check, node);
    if (values && values->kind == GEN_YAML_SEQUENCE && !values->count) {
        GEN_ERROR(check, values, "\"enum\" must be a list of at least one value");
        return false;
    }
    if (gen_check_only_null(check, node))
        return true; /* kept as its text, which is always the same */
    values = gen_check_typed_values(check, node);
    if (declared && values && declared->kind == GEN_YAML_SEQUENCE) {
        if (!count_types(check, declared, &count))
            return false;
        if (count > 1)
            declared = NULL; /* the values tell */
    }
    name = declared ? type_of(check, declared, nullable)
           : values ? gen_check_values_type(values, nullable)
                    : implied_type(node);
    if (!name)
        return false;
    type->kind = kind_of(check, node, name);
    type->object = type->kind == GEN_RAW && !strcmp(name, "object");
    return true;
}
