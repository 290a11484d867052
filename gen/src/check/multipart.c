/* SPDX-License-Identifier: MIT */
/*
 * multipart/form-data: a property that is binary is a file, whose bytes are handed on; the others are fields. For
 * these the schema is checked as if the files were not in it.
 */
#include <string.h>

#include "check/operation_internal.h"

static bool is_binary(struct gen_check *check, struct gen_yaml_node *schema, bool *many)
{
    const struct gen_yaml_node *format, *type;
    const char *component;

    schema = gen_check_resolve(check, schema, &component);
    if (!schema)
        return false;
    type = gen_yaml_get(schema, "type");
    if (type && type->text && !strcmp(type->text, "array") && !*many && gen_yaml_get(schema, "items")) {
        *many = true;
        if (is_binary(check, gen_yaml_get(schema, "items"), many))
            return true;
        *many = false;
        return false;
    }
    format = gen_yaml_get(schema, "format");
    return (format && format->text && !strcmp(format->text, "binary")) ||
           gen_yaml_get(schema, "contentMediaType");
}

static bool is_required(const struct gen_yaml_node *schema, const char *name)
{
    const struct gen_yaml_node *required = gen_yaml_get(schema, "required");

    for (size_t i = 0; required && required->kind == GEN_YAML_SEQUENCE && i < required->count; i++)
        if (required->items[i]->text && !strcmp(required->items[i]->text, name))
            return true;
    return false;
}

static bool is_upload(const struct gen_content *content, const char *name)
{
    for (size_t i = 0; i < content->upload_count; i++)
        if (!strcmp(content->uploads[i].field, name))
            return true;
    return false;
}

static void add_upload(struct gen_check *check, const struct gen_yaml_node *schema,
                       const struct gen_yaml_pair *property, bool many, struct gen_content *content)
{
    struct gen_upload upload = {property->key->text, is_required(schema, property->key->text), many, NULL};
    struct gen_yaml_node *type = gen_yaml_get(property->value, "contentMediaType");

    if (type && gen_yaml_is_text(type) && strcmp(type->text, "application/octet-stream"))
        upload.content_types = type->text;
    content->uploads =
        gen_arena_grow(check->arena, content->uploads, content->upload_count, sizeof(upload));
    content->uploads[content->upload_count++] = upload;
}

/* ---- what would not be checked: files are handed on as they come, and are no members of what is decoded */

static bool has_none(struct gen_check *check, const struct gen_yaml_node *node, const char *const *keys, const char *hint)
{
    bool good = true;

    for (; *keys; keys++) {
        const struct gen_yaml_pair *pair = gen_yaml_pair(node, *keys);

        if (pair)
            GEN_ERROR(check, pair->key, "\"%s\" is not supported here: %s", *keys, hint);
        good &= !pair;
    }
    return good;
}

static bool file_is_plain(struct gen_check *check, struct gen_yaml_node *schema)
{
    static const char *const of_file[] = {"minLength", "maxLength", "pattern", "enum", "const", NULL};
    static const char *const of_list[] = {"minItems", "maxItems", "uniqueItems", NULL};
    const char *component;

    schema = gen_check_resolve(check, schema, &component);
    if (gen_yaml_get(schema, "items"))
        return has_none(check, schema, of_list, "nobody counts the files of a form; count them in the handler") &
               file_is_plain(check, gen_yaml_get(schema, "items"));
    return has_none(check, schema, of_file, "a file is handed on as it comes; look at its bytes in the handler");
}

static bool form_is_plain(struct gen_check *check, const struct gen_yaml_node *schema, const struct gen_content *content,
                          bool files_alone)
{
    static const char *const counts[] = {"minProperties", "maxProperties", NULL};
    static const char *const rest[] = {"additionalProperties", NULL};
    const struct gen_yaml_node *open = gen_yaml_get(schema, "additionalProperties");
    bool flag, good;

    if (!content->upload_count)
        return true;
    good = has_none(check, schema, counts, "a file of a form is not counted among its members");
    if (files_alone && open && !(gen_yaml_to_bool(open, &flag) && flag) && open->count + !!open->text)
        good &= has_none(check, schema, rest, "in a form of files alone what else comes is passed over; leave it out");
    return good;
}

/* The schema without its files. */
static struct gen_yaml_node *fields_of(struct gen_check *check, const struct gen_yaml_node *schema,
                                       const struct gen_content *content)
{
    struct gen_yaml_node *copy = gen_arena_array(check->arena, 1, sizeof(*copy));

    *copy = *schema;
    copy->pairs = gen_arena_array(check->arena, schema->count, sizeof(*copy->pairs));
    for (size_t i = 0; i < schema->count; i++) {
        const struct gen_yaml_node *value = schema->pairs[i].value;
        struct gen_yaml_node *part;

        copy->pairs[i] = schema->pairs[i];
        if (strcmp(schema->pairs[i].key->text, "properties") &&
            (strcmp(schema->pairs[i].key->text, "required") || value->kind != GEN_YAML_SEQUENCE))
            continue;
        part = gen_arena_array(check->arena, 1, sizeof(*part));
        *part = *value;
        part->count = 0;
        part->pairs = gen_arena_array(check->arena, value->count + 1, sizeof(*part->pairs));
        part->items = gen_arena_array(check->arena, value->count + 1, sizeof(struct gen_yaml_node *));
        for (size_t v = 0; v < value->count; v++) {
            bool list = value->kind == GEN_YAML_SEQUENCE;
            const char *name = list ? value->items[v]->text : value->pairs[v].key->text;

            if (name && is_upload(content, name))
                continue;
            if (list)
                part->items[part->count++] = value->items[v];
            else
                part->pairs[part->count++] = value->pairs[v];
        }
        copy->pairs[i].value = part;
    }
    return copy;
}

static bool check_encoding(struct gen_check *check, const struct gen_yaml_pair *pair, const char *const *fields,
                           struct gen_content *content)
{
    const char *type;

    if (!gen_check_encoding(check, pair, fields, &type))
        return false;
    for (size_t i = 0; i < content->upload_count; i++)
        if (!strcmp(content->uploads[i].field, pair->key->text)) {
            content->uploads[i].content_types = type;
            return true;
        }
    if (type && strcmp(type, "application/json") && strcmp(type, "text/plain")) {
        GEN_ERROR(check, pair->value, "a field is text or JSON; one of type %s is a file, and its "
                                      "schema has \"format: binary\"", type);
        return false;
    }
    return true;
}

static bool check_encodings(struct gen_check *check, const struct gen_yaml_node *encoding,
                            const struct gen_yaml_node *properties, struct gen_content *content)
{
    const char **fields = gen_arena_array(check->arena, properties->count + 1, sizeof(*fields));
    bool good = true;

    for (size_t i = 0; i < properties->count; i++)
        fields[i] = properties->pairs[i].key->text;
    for (size_t i = 0; gen_check_is_encoding(check, encoding) && i < encoding->count; i++)
        good &= check_encoding(check, &encoding->pairs[i], fields, content);
    return good;
}

bool gen_check_multipart(struct gen_check *check, const struct gen_yaml_pair *media,
                         const char *inline_name, struct gen_content *content)
{
    const struct gen_yaml_node *properties;
    struct gen_yaml_node *schema = gen_yaml_get(media->value, "schema");
    const char *component;
    struct gen_use use;
    bool good = true;

    if (check->calls) {
        GEN_ERROR(check, media->key, "a client that sends multipart/form-data is not supported");
        return false;
    }
    schema = schema ? gen_check_resolve(check, schema, &component) : NULL;
    properties = gen_yaml_get(schema, "properties");
    if (!properties || properties->kind != GEN_YAML_MAPPING || !properties->count) {
        GEN_ERROR(check, media->key, "the schema of a form is an object with properties");
        return false;
    }
    for (size_t i = 0; i < properties->count; i++) {
        bool many = false;

        if (!is_binary(check, properties->pairs[i].value, &many))
            continue;
        add_upload(check, schema, &properties->pairs[i], many, content);
        good &= file_is_plain(check, properties->pairs[i].value);
    }
    good &= form_is_plain(check, schema, content, content->upload_count == properties->count);
    if (!good)
        return false;
    if (!check_encodings(check, gen_yaml_get(media->value, "encoding"), properties, content))
        return false;
    content->stream = true;
    if (content->upload_count == properties->count)
        return true;
    if (content->upload_count)
        schema = fields_of(check, schema, content);
    if (!gen_check_schema(check, schema, inline_name, &use))
        return false;
    if (use.type->kind == GEN_OBJECT && use.type->extra) {
        GEN_ERROR(check, media->key, "a form has the fields that \"properties\" names: no \"additionalProperties\" with a schema");
        return false;
    }
    if (use.type->kind != GEN_OBJECT) {
        GEN_ERROR(check, media->key, "the schema of a form is an object with properties");
        return false;
    }
    content->type = use.type;
    return gen_check_form_fields(check, media->key, use.type);
}
