/* SPDX-License-Identifier: MIT */
/* Path templates: "/orders/{id}", each brace a whole segment. */
#include <string.h>

#include "check/operation_internal.h"

/* What the framework's router takes. */
#define PATH_MAX_BYTES      255
#define PATH_MAX_PARAMETERS 8

static const char literal_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                    "-._~!$&'()*+,;=:@";

/* NULL, or what is wrong with one segment. */
static const char *segment_problem(const char *segment, size_t len, bool last)
{
    if (len == 0)
        return last ? NULL : "two slashes follow each other";
    if (segment[0] == '{') {
        if (len < 3 || segment[len - 1] != '}' || memchr(segment + 1, '{', len - 1) ||
            memchr(segment, '}', len - 1))
            return "braces must hold a name and be a whole segment";
        return NULL;
    }
    if (memchr(segment, '{', len) || memchr(segment, '}', len))
        return "braces must hold a name and be a whole segment";
    for (size_t i = 0; i < len; i++)
        if (!strchr(literal_chars, segment[i]))
            return "this character cannot stand in a path";
    if ((len == 1 && segment[0] == '.') || (len == 2 && !memcmp(segment, "..", 2)))
        return "\".\" and \"..\" cannot be asked for";
    return NULL;
}

bool gen_check_path(struct gen_check *check, const struct gen_yaml_node *key)
{
    const char *at = key->text;
    unsigned parameters = 0;

    if (*at != '/') {
        GEN_ERROR(check, key, "a path must begin with \"/\"");
        return false;
    }
    if (strlen(at) > PATH_MAX_BYTES) {
        GEN_ERROR(check, key, "a path may have at most %d bytes", PATH_MAX_BYTES);
        return false;
    }
    while (*at == '/') {
        size_t len = strcspn(at + 1, "/");
        const char *problem = segment_problem(at + 1, len, at[1 + len] == '\0');

        if (problem) {
            GEN_ERROR(check, key, "the path \"%s\" is not supported: %s", key->text, problem);
            return false;
        }
        parameters += at[1] == '{';
        at += 1 + len;
    }
    if (parameters > PATH_MAX_PARAMETERS) {
        GEN_ERROR(check, key, "a path may have at most %d parameters", PATH_MAX_PARAMETERS);
        return false;
    }
    return true;
}

const char *gen_path_name(struct gen_arena *arena, const char *path, unsigned index)
{
    for (const char *at = strchr(path, '{'); at; at = strchr(at + 1, '{'))
        if (index-- == 0)
            return gen_arena_bytes(arena, at + 1, strcspn(at + 1, "}"));
    return NULL;
}

int gen_path_index(const char *path, const char *name)
{
    size_t len = strlen(name);
    int index = 0;

    for (const char *at = strchr(path, '{'); at; at = strchr(at + 1, '{'), index++)
        if (!strncmp(at + 1, name, len) && at[1 + len] == '}')
            return index;
    return -1;
}

bool gen_paths_alike(const char *a, const char *b)
{
    while (*a == *b || (*a == '{' && *b == '{')) {
        if (!*a)
            return true;
        if (*a == '{') {
            a += strcspn(a, "}");
            b += strcspn(b, "}");
        } else {
            a++;
            b++;
        }
    }
    return false;
}
