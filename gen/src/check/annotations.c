/* SPDX-License-Identifier: MIT */
/*
 * What describes and has no effect, or has one only where it stands right: of each key its kind is
 * looked at, so that a slip (`writeOnly: "true"`, which would let a secret out) is told.
 */
#include <string.h>

#include "check/check.h"

static void check_docs(struct gen_check *check, const struct gen_yaml_node *docs)
{
    static const char *const known[] = {"url", "description", NULL};

    if (!gen_check_keys(check, docs, "\"externalDocs\"", known, NULL, true))
        return;
    gen_check_text(check, docs, "description");
    if (!gen_yaml_get(docs, "url"))
        GEN_ERROR(check, docs, "\"externalDocs\" needs a \"url\"");
    gen_check_text(check, docs, "url");
}

void gen_check_docs(struct gen_check *check, const struct gen_yaml_node *holder)
{
    if (gen_yaml_get(holder, "externalDocs"))
        check_docs(check, gen_yaml_get(holder, "externalDocs"));
}

void gen_check_annotations(struct gen_check *check, const struct gen_yaml_node *schema)
{
    static const char *const flags[] = {"readOnly", "writeOnly", "deprecated"};
    static const char *const texts[] = {"title", "description", "$comment", "contentEncoding",
                                        "contentMediaType"};
    const struct gen_yaml_node *examples = gen_yaml_get(schema, "examples");

    if (schema->kind != GEN_YAML_MAPPING)
        return;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        gen_check_flag(check, schema, flags[i], false);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        gen_check_text(check, schema, texts[i]);
    if (examples && examples->kind != GEN_YAML_SEQUENCE)
        GEN_ERROR(check, examples, "\"examples\" of a schema must be a list of values, not %s",
                  gen_yaml_what(examples));
    gen_check_docs(check, schema);
}

void gen_check_no_direction(struct gen_check *check, const struct gen_yaml_node *schema,
                            const struct gen_use *use, const char *what)
{
    static const char *const keys[] = {"readOnly", "writeOnly"};
    const bool said[] = {use->read_only, use->write_only};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct gen_yaml_pair *pair = gen_yaml_pair(schema, keys[i]);

        if (said[i])
            GEN_NOTE(check, pair ? pair->key : schema,
                     "\"%s\" has no effect on %s: only a member of an object is left out", keys[i],
                     what);
    }
}

void gen_check_tag_names(struct gen_check *check, const struct gen_yaml_node *operation)
{
    const struct gen_yaml_node *tags = gen_yaml_get(operation, "tags");

    if (tags && tags->kind != GEN_YAML_SEQUENCE)
        GEN_ERROR(check, tags, "\"tags\" of an operation must be a list of names, not %s",
                  gen_yaml_what(tags));
    for (size_t i = 0; tags && tags->kind == GEN_YAML_SEQUENCE && i < tags->count; i++)
        if (tags->items[i]->kind != GEN_YAML_SCALAR)
            GEN_ERROR(check, tags->items[i],
                      "\"tags\" of an operation is a list of names, not of %s",
                      gen_yaml_what(tags->items[i]));
}

/* ---- of the whole document */

static void check_texts(struct gen_check *check, const struct gen_yaml_node *node,
                        const char *const *keys)
{
    for (; *keys; keys++)
        gen_check_text(check, node, *keys);
}

void gen_check_about(struct gen_check *check, const struct gen_yaml_node *info)
{
    static const char *const of_contact[] = {"name", "url", "email", NULL};
    static const char *const of_license[] = {"name", "identifier", "url", NULL};
    static const char *const of_info[] = {"description", "summary", "termsOfService", NULL};
    const struct gen_yaml_node *contact = gen_yaml_get(info, "contact"),
                               *license = gen_yaml_get(info, "license");

    check_texts(check, info, of_info);
    if (contact && gen_check_keys(check, contact, "\"contact\"", of_contact, NULL, true))
        check_texts(check, contact, of_contact);
    if (license && gen_check_keys(check, license, "\"license\"", of_license, NULL, true))
        check_texts(check, license, of_license);
}

void gen_check_tags(struct gen_check *check)
{
    static const char *const known[] = {"name", "description", "externalDocs", NULL};
    const struct gen_yaml_node *tags = gen_yaml_get(check->document, "tags");

    if (tags && tags->kind != GEN_YAML_SEQUENCE)
        GEN_ERROR(check, tags, "\"tags\" must be a list, not %s", gen_yaml_what(tags));
    for (size_t i = 0; tags && tags->kind == GEN_YAML_SEQUENCE && i < tags->count; i++) {
        const struct gen_yaml_node *tag = tags->items[i];

        if (!gen_check_keys(check, tag, "a tag", known, NULL, true))
            continue;
        if (!gen_yaml_get(tag, "name"))
            GEN_ERROR(check, tag, "a tag needs a \"name\"");
        gen_check_text(check, tag, "description");
        gen_check_docs(check, tag);
    }
}

/* ---- examples and links, by name */

static bool is_map(struct gen_check *check, const struct gen_yaml_node *map, const char *key)
{
    if (map && map->kind != GEN_YAML_MAPPING)
        GEN_ERROR(check, map, "\"%s\" must be a mapping, not %s", key, gen_yaml_what(map));
    return map && map->kind == GEN_YAML_MAPPING;
}

static bool is_reference(const struct gen_yaml_node *node)
{
    return gen_yaml_get(node, "$ref") != NULL;
}

void gen_check_examples(struct gen_check *check, const struct gen_yaml_node *holder)
{
    static const char *const known[] = {"summary", "description", "value", "externalValue", NULL};
    const struct gen_yaml_node *map = gen_yaml_get(holder, "examples");

    for (size_t i = 0; is_map(check, map, "examples") && i < map->count; i++)
        if (!is_reference(map->pairs[i].value))
            gen_check_keys(check, map->pairs[i].value, "an example", known, NULL, true);
}

void gen_check_links(struct gen_check *check, const struct gen_yaml_node *holder)
{
    static const char *const known[] = {"operationRef", "operationId", "parameters", "requestBody",
                                        "description",  "server",      NULL};
    const struct gen_yaml_node *map = gen_yaml_get(holder, "links");

    for (size_t i = 0; is_map(check, map, "links") && i < map->count; i++)
        if (!is_reference(map->pairs[i].value))
            gen_check_keys(check, map->pairs[i].value, "a link", known, NULL, true);
}
