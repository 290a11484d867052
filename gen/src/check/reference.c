/* SPDX-License-Identifier: MIT */
/*
 * reference.c - $ref (OpenAPI 3.1, 4.8.23): to a named part of `components`, to any place by a JSON Pointer
 * (RFC 6901), and into other files.
 *
 * What is in another file comes into the document's `components` when it is first followed, and the reference leads
 * there from then on: so the document that a service hands out is whole.
 */
#include <string.h>

#include "check/check.h"
#include "read/file.h"

/* A chain of references longer than this is a circle. */
#define HOPS_MAX 100

static const char *const siblings[] = {"$ref", "description", "summary", NULL};

static struct gen_yaml_node *components(struct gen_check *check, const char *section)
{
    return gen_yaml_get(gen_yaml_get(check->document, "components"), section);
}

static void say_unknown(struct gen_check *check, const struct gen_yaml_node *at,
                        const char *section, const char *name)
{
    const struct gen_yaml_node *parts = components(check, section);
    const char *known[65] = {NULL};
    const char *meant;

    for (size_t i = 0; parts && parts->kind == GEN_YAML_MAPPING && i < parts->count && i < 64; i++)
        known[i] = parts->pairs[i].key->text;
    meant = gen_suggest(name, known);
    GEN_ERROR(check, at, "components.%s has no \"%s\"%s%s%s", section, name,
              meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
}

/* ---- pointers */

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A part of a URL: %41 is A. */
static const char *decoded(struct gen_arena *arena, const char *text, size_t len)
{
    char *out = gen_arena_bytes(arena, text, len);
    size_t n = 0;

    for (size_t i = 0; i < len; i++, n++) {
        bool escape = text[i] == '%' && len - i >= 3 && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        int code = escape ? hex(text[i + 1]) << 4 | hex(text[i + 2]) : 0;

        out[n] = code ? (char)code : text[i];
        i += code ? 2 : 0;
    }
    out[n] = '\0';
    return out;
}

/* Between slashes: ~1 is a slash, ~0 a tilde. */
static char *token(struct gen_arena *arena, const char *text, size_t len)
{
    char *out = gen_arena_bytes(arena, text, len);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        bool escape = text[i] == '~' && i + 1 < len && (text[i + 1] == '0' || text[i + 1] == '1');

        out[n++] = !escape ? text[i] : text[i + 1] == '1' ? '/' : '~';
        i += escape;
    }
    out[n] = '\0';
    return out;
}

static struct gen_yaml_node *child(struct gen_yaml_node *node, const char *name)
{
    size_t index = 0;

    if (node->kind != GEN_YAML_SEQUENCE)
        return gen_yaml_get(node, name);
    for (const char *at = name; *at; at++) {
        if (*at < '0' || *at > '9' || index > node->count)
            return NULL;
        index = index * 10 + (size_t)(*at - '0');
    }
    return *name && index < node->count ? node->items[index] : NULL;
}

/* *name: the last token, where it names a schema or the like among others of its kind; else NULL. */
static struct gen_yaml_node *resolve(struct gen_check *check, struct gen_yaml_node *root, const char *pointer,
                                     const char **name)
{
    const char *holder = NULL, *last = NULL;
    unsigned depth = 0;

    while (root && *pointer == '/') {
        size_t len = strcspn(pointer + 1, "/");

        holder = last;
        last = token(check->arena, pointer + 1, len);
        root = child(root, last);
        pointer += 1 + len;
        depth++;
    }
    *name = depth == 1 || (depth == 3 && holder) ? last : NULL;
    if (depth == 2 && holder && (!strcmp(holder, "definitions") || !strcmp(holder, "$defs") || !strcmp(holder, "schemas")))
        *name = last;
    return *pointer ? NULL : root;
}

/* ---- other files */

/* The mapping under `key`, made when there is none. */
static struct gen_yaml_node *mapping(struct gen_check *check, struct gen_yaml_node *node, const char *key)
{
    struct gen_yaml_node *value = gen_yaml_get(node, key);

    if (value)
        return value;
    value = gen_yaml_new_mapping(check->arena, node->mark);
    node->pairs = gen_arena_grow(check->arena, node->pairs, node->count, sizeof(*node->pairs));
    node->pairs[node->count++] = (struct gen_yaml_pair){gen_yaml_new_text(check->arena, node->mark, key), value};
    return value;
}

static const char *stem(struct gen_arena *arena, const char *path)
{
    const char *base = strrchr(path, '/');

    base = base ? base + 1 : path;
    return gen_arena_bytes(arena, base, strcspn(base, "."));
}

/* What the key of a component may be (OpenAPI 3.1, 4.8.7). */
static const char *component_key(struct gen_arena *arena, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    char *key = gen_arena_text(arena, text);
    size_t n = 0;

    for (const char *at = text; *at; at++) {
        if (strchr(plain, *at))
            key[n++] = *at;
        else if (n && key[n - 1] != '_')
            key[n++] = '_';
    }
    key[n] = '\0';
    return n ? key : "part";
}

/* Put the target among the components, under `name` or the first number behind it that is free. */
static const char *adopt(struct gen_check *check, const char *section, const char *name, struct gen_yaml_node *target)
{
    struct gen_yaml_node *parts = mapping(check, mapping(check, check->document, "components"), section);
    const char *free_name;

    name = free_name = component_key(check->arena, name);
    if (parts->kind != GEN_YAML_MAPPING)
        return name; /* which is refused where components are looked at */
    for (size_t i = 0; i < parts->count; i++)
        if (parts->pairs[i].value == target)
            return parts->pairs[i].key->text;
    for (unsigned number = 2; gen_yaml_get(parts, free_name); number++)
        free_name = gen_arena_printf(check->arena, "%s%u", name, number);
    parts->pairs = gen_arena_grow(check->arena, parts->pairs, parts->count, sizeof(*parts->pairs));
    parts->pairs[parts->count++] = (struct gen_yaml_pair){gen_yaml_new_text(check->arena, target->mark, free_name), target};
    return free_name;
}

/* "a/b/../c.yaml" and "a/./c.yaml" are "a/c.yaml": one file has one name. */
static const char *without_detours(struct gen_arena *arena, const char *path)
{
    char *out = gen_arena_text(arena, path), *end = out;

    while (*path) {
        size_t len = strcspn(path, "/"), slash = path[len] == '/';
        char *last = end;

        while (last > out && last[-1] == '/')
            last--;
        while (last > out && last[-1] != '/')
            last--;
        if (slash && len == 1 && *path == '.') {
            path += 2;
            continue;
        }
        if (slash && len == 2 && !strncmp(path, "..", 2) && end > out && end[-1] == '/' && end - last > 1 &&
            strncmp(last, "../", 3)) {
            end = last;
            path += 3;
            continue;
        }
        memmove(end, path, len + slash);
        end += len + slash;
        path += len + slash;
    }
    *end = '\0';
    return out;
}

/* The file that a reference means: "common.yaml" beside the one that it stands in. NULL after a message. */
static const char *file_of(struct gen_check *check, const struct gen_yaml_node *ref, size_t len)
{
    const char *path = decoded(check->arena, ref->text, len);

    if (!len)
        return ref->mark.file;
    if (strstr(path, "://")) {
        GEN_ERROR(check, ref, "the reference \"%s\" is not supported: nothing is fetched from elsewhere; put the file beside "
                              "this one",
                  ref->text);
        return NULL;
    }
    return without_detours(check->arena, gen_file_beside(check->arena, ref->mark.file, path));
}

static bool settle(struct gen_check *check, struct gen_yaml_node *ref, const char *section)
{
    size_t len = strcspn(ref->text, "#");
    const char *path, *name, *pointer = ref->text[len] ? decoded(check->arena, ref->text + len + 1, strlen(ref->text + len + 1)) : "";
    struct gen_yaml_node *root, *target;

    if (ref->settled || (!len && !strcmp(ref->mark.file, check->document->mark.file)))
        return true;
    path = file_of(check, ref, len);
    root = path ? gen_check_file(check, ref->mark, path) : NULL;
    if (!root)
        return false;
    target = resolve(check, root, pointer, &name);
    if (!target) {
        GEN_ERROR(check, ref, "\"%s\" has nothing at \"%s\"", path, *pointer ? pointer : "/");
        return false;
    }
    if (!name)
        name = *pointer ? token(check->arena, strrchr(pointer, '/'), strlen(strrchr(pointer, '/'))) : stem(check->arena, path);
    ref->settled = true;
    if (root == check->document)
        ref->text = gen_arena_printf(check->arena, "#%s", pointer);
    else
        ref->text = gen_arena_printf(check->arena, "#/components/%s/%s", section,
                                     adopt(check, section, name, target));
    return true;
}

/* "Dog" is the schema of that name (OpenAPI 3.1, 4.8.25), in another file one of the schemas there. */
static bool is_schema_name(const char *text)
{
    size_t len = strlen(text);

    return !strpbrk(text, "/#%") && !(len > 5 && (!strcmp(text + len - 5, ".yaml") || !strcmp(text + len - 5, ".json"))) &&
           !(len > 4 && !strcmp(text + len - 4, ".yml"));
}

bool gen_check_settle_schema(struct gen_check *check, struct gen_yaml_node *value)
{
    struct gen_yaml_node *root;
    const char *pointer, *name;

    if (value->settled)
        return true;
    if (!is_schema_name(value->text))
        return settle(check, value, "schemas");
    if (!strcmp(value->mark.file, check->document->mark.file))
        return true;
    root = gen_check_file(check, value->mark, value->mark.file);
    pointer = gen_arena_printf(check->arena, "/components/schemas/%s", value->text);
    if (!root || !resolve(check, root, pointer, &name))
        return root != NULL; /* it may be one of the document */
    value->text = gen_arena_printf(check->arena, "#%s", pointer);
    return settle(check, value, "schemas");
}

bool gen_check_settle_mapping(struct gen_check *check, const struct gen_yaml_node *schema)
{
    const struct gen_yaml_node *mapping = gen_yaml_get(gen_yaml_get(schema, "discriminator"), "mapping");
    bool good = true;

    for (size_t i = 0; mapping && mapping->kind == GEN_YAML_MAPPING && i < mapping->count; i++)
        if (gen_yaml_is_text(mapping->pairs[i].value))
            good &= gen_check_settle_schema(check, mapping->pairs[i].value);
    return good;
}

/* ---- following */

static struct gen_yaml_node *follow(struct gen_check *check, struct gen_yaml_node *node,
                                    const char *section, const char **name)
{
    struct gen_yaml_node *ref = gen_yaml_get(node, "$ref");
    const char *prefix = gen_arena_printf(check->arena, "#/components/%s/", section);
    struct gen_yaml_node *target;
    const char *pointer;

    gen_check_keys(check, node, "a reference", siblings, NULL, false);
    if (!gen_yaml_is_text(ref)) {
        GEN_ERROR(check, ref, "\"$ref\" must be text, not %s", gen_yaml_what(ref));
        return NULL;
    }
    if (!settle(check, ref, section))
        return NULL;
    if (strncmp(ref->text, "#/", 2)) {
        GEN_ERROR(check, ref, "the reference \"%s\" is not supported; write \"%sNAME\"", ref->text, prefix);
        return NULL;
    }
    pointer = decoded(check->arena, ref->text + 1, strlen(ref->text + 1));
    if (!strncmp(ref->text, prefix, strlen(prefix)) && !strchr(ref->text + strlen(prefix), '/')) {
        *name = token(check->arena, pointer + strlen(prefix) - 1, strlen(pointer) - strlen(prefix) + 1);
        target = gen_yaml_get(components(check, section), *name);
        if (!target)
            say_unknown(check, ref, section, *name);
        return target;
    }
    target = resolve(check, check->document, pointer, name);
    *name = NULL; /* it is a part of something: called after where it is used */
    if (!target)
        GEN_ERROR(check, ref, "the contract has nothing at \"%s\"", ref->text);
    return target;
}

struct gen_yaml_node *gen_check_deref(struct gen_check *check, struct gen_yaml_node *node,
                                      const char *section, const char **name)
{
    struct gen_yaml_node *start = node;
    bool schema = !strcmp(section, "schemas");

    *name = NULL;
    /* What stands beside a reference in a schema adds to it (JSON Schema 2020-12 Core, 8.2.3.1): that one is no mere name. */
    for (unsigned hops = 0; gen_yaml_get(node, "$ref") && !(schema && hops && node->count > 1); hops++) {
        if (hops == HOPS_MAX) {
            GEN_ERROR(check, start, "this reference leads in a circle");
            return NULL;
        }
        node = follow(check, node, section, name);
        if (!node)
            return NULL;
    }
    return node;
}
