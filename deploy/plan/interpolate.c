/* SPDX-License-Identifier: MIT */
#include "interpolate.h"

#include <errno.h>
#include <string.h>

struct run {
    struct gen_arena *arena;
    struct deploy_scope *scope;
    char *out;
    size_t len, cap;
    const char *problem;
};

static bool name_byte(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

    return letter || (!first && c >= '0' && c <= '9');
}

static size_t name_length(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && name_byte(text[n], n == 0))
        n++;
    return n;
}

const char *deploy_scope_get(const struct deploy_scope *scope, const char *name)
{
    size_t len = strlen(name);

    for (const char *const *entry = scope->environment; entry && *entry; entry++)
        if (!strncmp(*entry, name, len) && (*entry)[len] == '=')
            return *entry + len + 1;
    for (size_t i = scope->assignment_count; i-- > 0;)
        if (scope->assignments[i].value && !strcmp(scope->assignments[i].name, name))
            return scope->assignments[i].value;
    return NULL;
}

bool deploy_interpolate_is_variable(const char *text)
{
    for (text = strchr(text, '$'); text && text[1] == '$'; text = strchr(text + 2, '$'))
        ;
    return text;
}

static int fail(struct run *run, const char *problem)
{
    run->problem = problem;
    return -EINVAL;
}

static int put(struct run *run, const char *bytes, size_t len)
{
    if (len > DEPLOY_INTERPOLATE_MAX - run->len)
        return fail(run, "the text grows beyond 1 MiB when its variables are filled in");
    if (run->len + len + 1 > run->cap) {
        size_t cap = 2 * (run->len + len + 1);
        char *grown = gen_arena_alloc(run->arena, cap);

        if (run->len)
            memcpy(grown, run->out, run->len);
        run->out = grown;
        run->cap = cap;
    }
    memcpy(run->out + run->len, bytes, len);
    run->len += len;
    run->out[run->len] = '\0';
    return 0;
}

static void note_unset(struct run *run, const char *name)
{
    struct deploy_scope *scope = run->scope;

    for (size_t i = 0; i < scope->unset_count; i++)
        if (!strcmp(scope->unset[i], name))
            return;
    scope->unset =
        gen_arena_grow(run->arena, scope->unset, scope->unset_count, sizeof(*scope->unset));
    scope->unset[scope->unset_count++] = name;
}

static int expand(struct run *run, const char *text, size_t len, unsigned depth);

/* Length of "{...}" with its braces, inner ones counted; 0 when it does not end. */
static size_t braced_length(const char *text, size_t len)
{
    unsigned depth = 1;

    for (size_t i = 1; i < len; i++) {
        if (text[i] == '$' && i + 1 < len && (text[i + 1] == '$' || text[i + 1] == '{'))
            depth += text[++i] == '{';
        else if (text[i] == '}' && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* "${NAME?text}": stop with `text`, its variables filled in. */
static int required_missing(struct run *run, const char *name, const char *rest, size_t len,
                            unsigned depth)
{
    struct run message = {.arena = run->arena, .scope = run->scope};

    if (expand(&message, rest, len, depth))
        return fail(run, message.problem);
    if (!message.len)
        return fail(run, gen_arena_printf(run->arena, "variable %s is required and not set", name));
    return fail(run, gen_arena_printf(run->arena, "variable %s is required and not set: %s", name,
                                      message.out));
}

/* What stands between the braces. */
static int expand_braced(struct run *run, const char *text, size_t len, unsigned depth)
{
    size_t name_len = name_length(text, len);
    const char *name = gen_arena_bytes(run->arena, text, name_len);
    const char *value = deploy_scope_get(run->scope, name);
    const char *rest = text + name_len;
    size_t rest_len = len - name_len;
    bool given;

    if (!name_len)
        return fail(
            run, gen_arena_printf(run->arena,
                                  "\"${%.*s}\" names no variable; write \"$$\" for a dollar sign",
                                  (int)(len > 40 ? 40 : len), text));
    if (!rest_len) {
        if (!value)
            note_unset(run, name);
        return value ? put(run, value, strlen(value)) : 0;
    }
    given = value;
    if (*rest == ':') {
        given = value && *value;
        rest++;
        rest_len--;
    }
    if (!rest_len || !strchr("-?+", *rest))
        return fail(
            run, gen_arena_printf(
                     run->arena,
                     "\"${%.*s}\": after the name goes \":-text\", \":?text\", \":+text\" or \"}\"",
                     (int)(len > 40 ? 40 : len), text));
    if (*rest == '+')
        return given ? expand(run, rest + 1, rest_len - 1, depth) : 0;
    if (given)
        return put(run, value, strlen(value));
    if (*rest == '-')
        return expand(run, rest + 1, rest_len - 1, depth);
    return required_missing(run, name, rest + 1, rest_len - 1, depth);
}

/* One "$..." at `text`; *used tells how many bytes it took. */
static int expand_variable(struct run *run, const char *text, size_t len, size_t *used,
                           unsigned depth)
{
    if (len > 1 && text[1] == '$') {
        *used = 2;
        return put(run, "$", 1);
    }
    if (len > 1 && text[1] == '{') {
        size_t braced = braced_length(text + 1, len - 1);

        if (!braced)
            return fail(run, "\"${\" without its \"}\"");
        *used = 1 + braced;
        return expand_braced(run, text + 2, braced - 2, depth);
    }
    *used = 1 + name_length(text + 1, len - 1);
    if (*used == 1)
        return fail(run, "a \"$\" that begins no variable; write \"$$\" for a dollar sign");
    return expand_braced(run, text + 1, *used - 1, depth);
}

static int expand(struct run *run, const char *text, size_t len, unsigned depth)
{
    size_t at = 0;

    if (depth > DEPLOY_INTERPOLATE_DEPTH_MAX)
        return fail(run, "variables are nested too deeply");
    while (at < len) {
        const char *dollar = memchr(text + at, '$', len - at);
        size_t plain = dollar ? (size_t)(dollar - text) - at : len - at;
        size_t used = 0;
        int err = put(run, text + at, plain);

        at += plain;
        if (!err && dollar)
            err = expand_variable(run, text + at, len - at, &used, depth + 1);
        if (err)
            return err;
        at += used;
    }
    return 0;
}

int deploy_interpolate(struct gen_arena *arena, struct deploy_scope *scope, const char *text,
                       const char **out, const char **problem)
{
    struct run run = {.arena = arena, .scope = scope};
    int err;

    if (!strchr(text, '$')) {
        *out = text;
        return 0;
    }
    err = expand(&run, text, strlen(text), 0);
    if (err)
        *problem = run.problem;
    else
        *out = run.out ? run.out : "";
    return err;
}
