/* SPDX-License-Identifier: MIT */
/*
 * Where the reader is, as a JSON Pointer (RFC 6901), made only when there is a violation.
 */
#include <stdio.h>

#include "json_internal.h"
#include "violation_internal.h"

/* "/key" with ~ and / escaped; returns its length, writes when `out` is not NULL. */
static size_t put_key(char *out, struct uc_str key)
{
    size_t len = 0;
    size_t i;

#define PUT(c) (out ? (void)(out[len] = (c)) : (void)0, len++)
    PUT('/');
    for (i = 0; i < key.len; i++) {
        if (key.data[i] == '~' || key.data[i] == '/') {
            PUT('~');
            PUT(key.data[i] == '~' ? '0' : '1');
        } else {
            PUT(key.data[i]);
        }
    }
#undef PUT
    return len;
}

static size_t put_index(char *out, size_t index)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "/%zu", index);

    if (out)
        memcpy(out, text, (size_t)len);
    return (size_t)len;
}

/* Of the path, and of `member` below it unless absent. */
static size_t put_pointer(char *out, const struct uc_json_reader *r, struct uc_str member)
{
    size_t len = 0;
    unsigned i;

    for (i = 0; i < r->depth; i++) {
        const struct uc_json_step *step = &r->path[i];

        if (!step->object)
            len += put_index(out ? out + len : NULL, step->index);
        else if (step->key.data)
            len += put_key(out ? out + len : NULL, step->key);
    }
    if (member.data)
        len += put_key(out ? out + len : NULL, member);
    return len;
}

static void add(struct uc_json_reader *r, struct uc_str member, const char *format, va_list args)
{
    struct uc_str where = {"", 0}, detail = {"", 0};
    char *text;

    if (r->error)
        return;
    if (r->violations->count < UC_VIOLATIONS_MAX) {
        where.len = put_pointer(NULL, r, member);
        text = uc_arena_alloc(r->arena, where.len + 1);
        if (text)
            put_pointer(text, r, member);
        else
            where.len = 0;
        where.data = text ? text : "";
        detail = uc_arena_vprintf(r->arena, format, args);
    }
    uc_violation_add_text(r->violations, UC_IN_BODY, where, detail);
}

void uc_json_violation(struct uc_json_reader *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(r, uc_str(NULL), format, args);
    va_end(args);
}

void uc_json_violation_in(struct uc_json_reader *r, struct uc_str member, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(r, member, format, args);
    va_end(args);
}

void uc_json_missing(struct uc_json_reader *r, const char *member)
{
    uc_json_violation_in(r, uc_str(member), "is required");
}

void uc_json_unknown(struct uc_json_reader *r, struct uc_str member)
{
    uc_json_violation_in(r, member, "is not known");
}

bool uc_json_refuse(struct uc_json_reader *r, const char *what)
{
    /* Syntax first: a broken value is no violation. The place is the same afterwards. */
    if (uc_json_skip(r))
        uc_json_violation(r, "must be %s", what);
    return false;
}
