/* SPDX-License-Identifier: MIT */
#include "dotenv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct parser {
    struct gen_arena *arena;
    struct gen_messages *messages;
    const char *file;
    const char *at;
    unsigned line;
    struct deploy_scope scope; /* a copy: grows with what this file assigns */
    struct deploy_dotenv *out;
};

static int fail(struct parser *parser, unsigned line, const char *text)
{
    gen_messages_add(parser->messages, (struct gen_mark){parser->file, line, 1}, "%s", text);
    return -EINVAL;
}

static void skip_blanks(struct parser *parser)
{
    while (*parser->at == ' ' || *parser->at == '\t' || *parser->at == '\r')
        parser->at++;
}

static void skip_line(struct parser *parser)
{
    parser->at += strcspn(parser->at, "\n");
}

static size_t name_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
}

/* '...': nothing inside means anything. */
static int read_single_quoted(struct parser *parser, const char **value)
{
    const char *begin = parser->at + 1;
    const char *end = strchr(begin, '\'');
    unsigned line = parser->line;

    if (!end)
        return fail(parser, line, "a single quote that is never closed");
    for (const char *byte = begin; byte < end; byte++)
        parser->line += *byte == '\n';
    *value = gen_arena_bytes(parser->arena, begin, (size_t)(end - begin));
    parser->at = end + 1;
    return 0;
}

static int interpolate(struct parser *parser, unsigned line, const char *text, const char **value)
{
    const char *problem = NULL;
    int err = deploy_interpolate(parser->arena, &parser->scope, text, value, &problem);

    return err ? fail(parser, line, problem) : 0;
}

static char unescape(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

/* "...": escapes, then variables; "\$" is a dollar sign, which interpolation writes as "$$". */
static int read_double_quoted(struct parser *parser, const char **value)
{
    unsigned line = parser->line;
    char *text = gen_arena_alloc(parser->arena, 2 * strlen(parser->at) + 1);
    size_t len = 0;

    for (parser->at++; *parser->at && *parser->at != '"'; parser->at++) {
        parser->line += *parser->at == '\n';
        if (*parser->at != '\\' || !parser->at[1]) {
            text[len++] = *parser->at;
            continue;
        }
        parser->at++;
        parser->line += *parser->at == '\n';
        if (*parser->at == '$')
            text[len++] = '$';
        text[len++] = unescape(*parser->at);
    }
    if (!*parser->at)
        return fail(parser, line, "a double quote that is never closed");
    parser->at++;
    return interpolate(parser, line, text, value);
}

/* Up to the end of the line or a "#" after a blank, without blanks at the end. */
static int read_plain(struct parser *parser, const char **value)
{
    const char *begin = parser->at;
    size_t len = strcspn(begin, "\n");

    parser->at += len;
    for (size_t i = 0; i < len; i++)
        if (begin[i] == '#' && (i == 0 || begin[i - 1] == ' ' || begin[i - 1] == '\t'))
            len = i;
    while (len && strchr(" \t\r", begin[len - 1]))
        len--;
    return interpolate(parser, parser->line, gen_arena_bytes(parser->arena, begin, len), value);
}

static int read_value(struct parser *parser, const char **value)
{
    int err;

    skip_blanks(parser);
    if (*parser->at != '\'' && *parser->at != '"')
        return read_plain(parser, value);
    err =
        *parser->at == '"' ? read_double_quoted(parser, value) : read_single_quoted(parser, value);
    if (err)
        return err;
    skip_blanks(parser);
    if (*parser->at && *parser->at != '\n' && *parser->at != '#')
        return fail(parser, parser->line, "text after the closing quote");
    return 0;
}

static void assign(struct parser *parser, const char *name, const char *value)
{
    struct deploy_dotenv *out = parser->out;

    out->items = gen_arena_grow(parser->arena, out->items, out->count, sizeof(*out->items));
    out->items[out->count++] = (struct deploy_assignment){name, value};

    parser->scope.assignments =
        gen_arena_grow(parser->arena, (void *)(size_t)parser->scope.assignments,
                       parser->scope.assignment_count, sizeof(*parser->scope.assignments));
    ((struct deploy_assignment *)(size_t)
         parser->scope.assignments)[parser->scope.assignment_count++] =
        (struct deploy_assignment){name, value};
}

static int read_line(struct parser *parser)
{
    const char *name, *value = NULL;
    size_t len;
    int err = 0;

    skip_blanks(parser);
    if (!strncmp(parser->at, "export ", 7))
        parser->at += 7;
    skip_blanks(parser);
    if (!*parser->at || *parser->at == '\n')
        return 0;
    if (*parser->at == '#') {
        skip_line(parser);
        return 0;
    }
    len = name_length(parser->at);
    if (!len || (*parser->at >= '0' && *parser->at <= '9'))
        return fail(parser, parser->line, "expected NAME=value");
    name = gen_arena_bytes(parser->arena, parser->at, len);
    parser->at += len;
    skip_blanks(parser);
    if (*parser->at == '=') {
        parser->at++;
        err = read_value(parser, &value);
    } else if (*parser->at && *parser->at != '\n' && *parser->at != '#') {
        return fail(parser, parser->line, "expected \"=\" after the name");
    }
    if (err)
        return err;
    assign(parser, name, value);
    skip_line(parser);
    return 0;
}

int deploy_dotenv_parse(struct gen_arena *arena, struct gen_messages *messages, const char *file,
                        const char *text, struct deploy_scope *scope, struct deploy_dotenv *out)
{
    struct parser parser = {arena, messages, file, text, 1, *scope, out};
    struct deploy_assignment *copy = NULL;
    int err = 0;

    /* the copy of the scope grows, the caller's does not */
    for (size_t i = 0; i < scope->assignment_count; i++) {
        copy = gen_arena_grow(arena, copy, i, sizeof(*copy));
        copy[i] = scope->assignments[i];
    }
    parser.scope.assignments = copy;
    *out = (struct deploy_dotenv){0};
    if (!strncmp(parser.at, "\xef\xbb\xbf", 3))
        parser.at += 3;
    while (!err && *parser.at) {
        err = read_line(&parser);
        if (!err && *parser.at == '\n') {
            parser.at++;
            parser.line++;
        }
    }
    scope->unset = parser.scope.unset;
    scope->unset_count = parser.scope.unset_count;
    return err;
}

int deploy_dotenv_read(struct gen_arena *arena, struct gen_messages *messages, const char *path,
                       struct deploy_scope *scope, struct deploy_dotenv *out)
{
    struct gen_mark whole = {gen_arena_text(arena, path), 0, 0};
    FILE *file = fopen(path, "re");
    char *text;
    size_t len;

    *out = (struct deploy_dotenv){0};
    if (!file && errno == ENOENT)
        return -ENOENT;
    if (!file) {
        int err = -errno;

        gen_messages_add(messages, whole, "cannot be read: %s", strerror(-err));
        return err;
    }
    text = gen_arena_alloc(arena, DEPLOY_DOTENV_BYTES_MAX + 1);
    len = fread(text, 1, DEPLOY_DOTENV_BYTES_MAX + 1, file);
    if (ferror(file) || len > DEPLOY_DOTENV_BYTES_MAX || memchr(text, '\0', len)) {
        gen_messages_add(messages, whole, "%s",
                         ferror(file)                    ? "cannot be read: is it a file?"
                         : len > DEPLOY_DOTENV_BYTES_MAX ? "is larger than 1 MiB"
                                                         : "holds a NUL byte: not a text file");
        fclose(file);
        return -EINVAL;
    }
    fclose(file);
    text[len] = '\0';
    return deploy_dotenv_parse(arena, messages, whole.file, text, scope, out);
}
