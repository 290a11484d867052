/* SPDX-License-Identifier: MIT */
/* Path templates: "/orders/{id}", "/orders/{id}.json": at most one brace in a segment. */
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
    const char *open = memchr(segment, '{', len), *close = memchr(segment, '}', len), *end = segment + len;

    if (len == 0)
        return last ? NULL : "two slashes follow each other";
    if (!open != !close || close < open || (open && close == open + 1))
        return "braces must hold a name";
    if (open && (memchr(open + 1, '{', (size_t)(end - open - 1)) || memchr(close + 1, '}', (size_t)(end - close - 1))))
        return "a segment may have one name in braces; take the others from the query";
    for (const char *at = segment; at < end; at++) {
        if (at == open)
            at = close;
        else if (*at == '#')
            return "what stands behind \"#\" is never sent, so that nothing tells such paths apart; write the path without it";
        else if (*at == '?')
            return "a query is no part of a path; write its names among the parameters";
        else if (!strchr(literal_chars, *at))
            return "this character cannot stand in a path";
    }
    if ((len == 1 && segment[0] == '.') || (len == 2 && !memcmp(segment, "..", 2)))
        return "\".\" and \"..\" cannot be asked for";
    return NULL;
}

bool gen_check_path(struct gen_check *check, const struct gen_yaml_node *key, const char *path)
{
    const char *at = path;
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
            GEN_ERROR(check, key, "the path \"%s\" is not supported: %s", path, problem);
            return false;
        }
        parameters += memchr(at + 1, '{', len) != NULL;
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
