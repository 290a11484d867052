/* SPDX-License-Identifier: MIT */
#include "encode.h"

#include <string.h>

/* `text`, and more behind it. */
static __attribute__((format(printf, 3, 4))) const char *append(struct gen_arena *arena, const char *text, const char *format, ...)
{
    const char *more;
    va_list args;

    va_start(args, format);
    more = gen_arena_vprintf(arena, format, args);
    va_end(args);
    return gen_arena_printf(arena, "%s%s", text, more);
}

const char *trial_percent(struct gen_arena *arena, const char *text, size_t len)
{
    static const char unreserved[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    static const char hex[] = "0123456789ABCDEF";
    char *out = gen_arena_alloc(arena, 3 * len + 1), *at = out;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c && strchr(unreserved, c)) {
            *at++ = (char)c;
        } else {
            *at++ = '%';
            *at++ = hex[c >> 4];
            *at++ = hex[c & 15];
        }
    }
    return out;
}

const char *trial_plain(struct gen_arena *arena, const struct trial_value *value)
{
    if (value->kind == TRIAL_STRING)
        return value->text;
    return trial_json_text(arena, value);
}

static const char *escaped(struct gen_arena *arena, enum trial_place place, const struct trial_value *value)
{
    const char *text = trial_plain(arena, value);

    return place == TRIAL_HEADER ? text : trial_percent(arena, text, strlen(text));
}

/* "a,b,c" */
static const char *joined(struct gen_arena *arena, enum trial_place place, const struct trial_value *list)
{
    const char *text = "";

    for (size_t i = 0; i < list->count; i++)
        text = append(arena, text, "%s%s", i ? "," : "", escaped(arena, place, list->items[i]));
    return text;
}

/* "name=a&name=b" */
static const char *repeated(struct gen_arena *arena, const char *name, const struct trial_value *list)
{
    const char *text = "";

    for (size_t i = 0; i < list->count; i++)
        text = append(arena, text, "%s%s=%s", i ? "&" : "", name, escaped(arena, TRIAL_QUERY, list->items[i]));
    return text;
}

/* "name[a]=1&name[b]=2" */
static const char *deep(struct gen_arena *arena, const char *name, const struct trial_value *object)
{
    const char *text = "";

    for (size_t i = 0; i < object->count; i++)
        text = append(arena, text, "%s%s%%5B%s%%5D=%s", i ? "&" : "", name,
                    trial_percent(arena, object->names[i], strlen(object->names[i])),
                    escaped(arena, TRIAL_QUERY, object->items[i]));
    return text;
}

static bool holds_structure(const struct trial_value *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i]->kind >= TRIAL_ARRAY)
            return true;
    return false;
}

static const char *in_query(struct gen_arena *arena, const struct gen_yaml_node *parameter, const char *name, const char *style,
                            const struct trial_value *value)
{
    bool explode = trial_flag(parameter, "explode", !strcmp(style, "form"));

    if (value->kind == TRIAL_OBJECT)
        return !strcmp(style, "deepObject") ? deep(arena, name, value) : NULL;
    if (value->kind == TRIAL_ARRAY)
        return strcmp(style, "form") ? NULL
               : explode             ? repeated(arena, name, value)
                                     : append(arena, name, "=%s", joined(arena, TRIAL_QUERY, value));
    return strcmp(style, "form") ? NULL : append(arena, name, "=%s", escaped(arena, TRIAL_QUERY, value));
}

static const char *in_header(struct gen_arena *arena, const char *style, const struct trial_value *value, const char **why)
{
    const char *text = value->kind == TRIAL_ARRAY ? joined(arena, TRIAL_HEADER, value) : trial_plain(arena, value);

    if (strcmp(style, "simple") || value->kind == TRIAL_OBJECT)
        return NULL;
    for (const char *at = text; *at; at++)
        if (*at < ' ' || *at > '~') {
            *why = "a header field holds ASCII only";
            return NULL;
        }
    if (!*text || *text == ' ' || text[strlen(text) - 1] == ' ') {
        *why = "a header field is not empty, and has no spaces around";
        return NULL;
    }
    return text;
}

static const char *in_path(struct gen_arena *arena, const char *style, const struct trial_value *value, const char **why)
{
    const char *text;

    if (strcmp(style, "simple") || value->kind == TRIAL_OBJECT)
        return NULL;
    text = value->kind == TRIAL_ARRAY ? joined(arena, TRIAL_PATH, value) : escaped(arena, TRIAL_PATH, value);
    if (*text && strcmp(text, ".") && strcmp(text, ".."))
        return text;
    *why = "no path can hold it";
    return NULL;
}

const char *trial_parameter(struct gen_arena *arena, const struct gen_yaml_node *parameter, enum trial_place place,
                            const struct trial_value *value, const char **why)
{
    const struct gen_yaml_node *style_node = gen_yaml_get(parameter, "style"), *name_node = gen_yaml_get(parameter, "name");
    const char *style = style_node && style_node->text ? style_node->text : place == TRIAL_QUERY || place == TRIAL_COOKIE ? "form" : "simple";
    const char *name = trial_percent(arena, name_node->text, strlen(name_node->text));

    *why = gen_arena_printf(arena, "its style \"%s\" is not made for such a value", style);
    if (holds_structure(value))
        return NULL;
    switch (place) {
    case TRIAL_PATH: return in_path(arena, style, value, why);
    case TRIAL_QUERY: return in_query(arena, parameter, name, style, value);
    case TRIAL_HEADER: return in_header(arena, style, value, why);
    case TRIAL_COOKIE: break;
    }
    if (value->kind >= TRIAL_ARRAY || strcmp(style, "form"))
        return NULL;
    return append(arena, name, "=%s", escaped(arena, TRIAL_COOKIE, value));
}

const char *trial_form(struct gen_arena *arena, const struct trial_value *object)
{
    const char *text = "";

    for (size_t i = 0; i < object->count; i++) {
        const struct trial_value *value = object->items[i];
        const char *name = trial_percent(arena, object->names[i], strlen(object->names[i]));
        const char *part = value->kind == TRIAL_ARRAY && !holds_structure(value)
                               ? repeated(arena, name, value)
                               : append(arena, name, "=%s", escaped(arena, TRIAL_QUERY, value));

        text = append(arena, text, "%s%s", *text && *part ? "&" : "", part);
    }
    return text;
}

/* ---- multipart/form-data */

static bool is_file(const struct gen_yaml_node *property)
{
    const struct gen_yaml_node *format = gen_yaml_get(property, "format");

    return gen_yaml_get(property, "contentMediaType") || (format && format->text && !strcmp(format->text, "binary"));
}

/* The first of the types that the file may have. */
static const char *file_type(struct gen_arena *arena, const struct gen_yaml_node *property, const struct gen_yaml_node *encoding)
{
    const struct gen_yaml_node *type = gen_yaml_get(encoding, "contentType");
    const char *text;

    if (!type || !type->text)
        type = gen_yaml_get(property, "contentMediaType");
    text = type && type->text ? gen_arena_bytes(arena, type->text, strcspn(type->text, ", ")) : "application/octet-stream";
    return strchr(text, '*') ? "application/octet-stream" : text;
}

static const char *part(const struct trial_schemas *schemas, const char *name, const struct gen_yaml_node *property,
                        const struct gen_yaml_node *encoding, const struct trial_value *value)
{
    struct gen_arena *arena = schemas->arena;

    if (is_file(property))
        return gen_arena_printf(arena,
                                "--" TRIAL_BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a\"\r\n"
                                "Content-Type: %s\r\n\r\n%s\r\n",
                                name, file_type(arena, property, encoding), trial_plain(arena, value));
    return gen_arena_printf(arena, "--" TRIAL_BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name,
                            trial_plain(arena, value));
}

const char *trial_multipart(const struct trial_schemas *schemas, const struct gen_yaml_node *schema,
                            const struct gen_yaml_node *encoding, const struct trial_value *object)
{
    const struct gen_yaml_node *properties = gen_yaml_get(trial_resolve(schemas, schema), "properties");
    const char *text = "";

    for (size_t i = 0; i < object->count; i++) {
        const char *name = object->names[i];
        const struct gen_yaml_node *given = gen_yaml_get(properties, name), *of = gen_yaml_get(encoding, name);
        const struct gen_yaml_node *property = given ? trial_resolve(schemas, given) : NULL;
        const struct trial_value *value = object->items[i];

        if (value->kind != TRIAL_ARRAY) {
            text = append(schemas->arena, text, "%s", part(schemas, name, property, of, value));
            continue;
        }
        given = gen_yaml_get(property, "items");
        for (size_t n = 0; n < value->count; n++)
            text = append(schemas->arena, text, "%s",
                        part(schemas, name, given ? trial_resolve(schemas, given) : NULL, of, value->items[n]));
    }
    return append(schemas->arena, text, "--" TRIAL_BOUNDARY "--\r\n");
}
