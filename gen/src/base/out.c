/* SPDX-License-Identifier: MIT */
#include "base/out.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 96

void gen_out_init(struct gen_out *out, struct gen_arena *arena)
{
    *out = (struct gen_out){.arena = arena};
    gen_out_bytes(out, "", 0);
}

void gen_out_bytes(struct gen_out *out, const char *bytes, size_t len)
{
    if (!out->bytes || out->cap - out->len < len) {
        size_t cap = out->cap ? out->cap : 4096;
        char *larger;

        while (cap - out->len < len)
            cap *= 2;
        larger = gen_arena_alloc(out->arena, cap + 1);
        if (out->len)
            memcpy(larger, out->bytes, out->len);
        out->bytes = larger;
        out->cap = cap;
    }
    if (len)
        memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
    out->bytes[out->len] = '\0';
}

void gen_out_text(struct gen_out *out, const char *text)
{
    gen_out_bytes(out, text, strlen(text));
}

static void add_indent(struct gen_out *out)
{
    for (unsigned i = 0; i < out->indent; i++)
        gen_out_text(out, "    ");
}

static void add_formatted(struct gen_out *out, const char *format, va_list args)
{
    gen_out_text(out, gen_arena_vprintf(out->arena, format, args));
}

void gen_out_printf(struct gen_out *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_formatted(out, format, args);
    va_end(args);
}

static void add_line(struct gen_out *out, const char *format, va_list args)
{
    add_indent(out);
    add_formatted(out, format, args);
    gen_out_text(out, "\n");
}

void gen_out_line(struct gen_out *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_line(out, format, args);
    va_end(args);
}

void gen_out_blank(struct gen_out *out)
{
    gen_out_text(out, "\n");
}

void gen_out_open(struct gen_out *out, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_line(out, format, args);
    va_end(args);
    out->indent++;
}

void gen_out_close(struct gen_out *out, const char *format, ...)
{
    va_list args;

    out->indent--;
    va_start(args, format);
    add_line(out, format, args);
    va_end(args);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Nothing in a description may end the comment, open another, or splice lines. */
static char comment_safe(const char *text, size_t i)
{
    char before = i ? text[i - 1] : '\0';

    if ((text[i] == '/' && before == '*') || (text[i] == '*' && before == '/'))
        return ' ';
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
        return ' ';
    if (text[i] == '?' && before == '?')
        return ' ';
    return text[i];
}

/* The text with runs of white space made one blank and dangerous characters replaced. */
static char *tidy(struct gen_arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *copy = gen_arena_alloc(arena, len + 1);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char c = is_space(text[i]) ? ' ' : text[i];

        if (c == ' ' && (n == 0 || copy[n - 1] == ' '))
            continue;
        copy[n++] = c;
        copy[n - 1] = comment_safe(copy, n - 1);
    }
    while (n && copy[n - 1] == ' ')
        n--;
    copy[n] = '\0';
    return copy;
}

static size_t line_break(const char *text, size_t room)
{
    size_t len = strlen(text);
    size_t at = room;

    if (len <= room)
        return len;
    while (at > 0 && text[at] != ' ')
        at--;
    if (at)
        return at;
    at = strcspn(text, " ");
    return at;
}

void gen_out_comment(struct gen_out *out, const char *text)
{
    size_t room = COLUMNS - 4 * (size_t)out->indent;
    char *rest;

    if (!text)
        return;
    rest = tidy(out->arena, text);
    if (!*rest)
        return;
    if (strlen(rest) + 6 <= room) {
        gen_out_line(out, "/* %s */", rest);
        return;
    }
    gen_out_line(out, "/*");
    while (*rest) {
        size_t len = line_break(rest, room - 3);

        gen_out_line(out, " * %.*s", (int)len, rest);
        rest += len;
        while (*rest == ' ')
            rest++;
    }
    gen_out_line(out, " */");
}

const char *gen_c_literal(struct gen_arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *literal = gen_arena_alloc(arena, len * 4 + 3);
    char *at = literal;

    *at++ = '"';
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\' || c == '?') {
            *at++ = '\\';
            *at++ = (char)c;
        } else if (c == '\n') {
            *at++ = '\\';
            *at++ = 'n';
        } else if (c < 0x20 || c >= 0x7f) {
            at += sprintf(at, "\\%03o", c);
        } else {
            *at++ = (char)c;
        }
    }
    *at++ = '"';
    *at = '\0';
    return literal;
}
