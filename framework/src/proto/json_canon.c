/* SPDX-License-Identifier: MIT */
/*
 * Equal values as equal bytes: members in the order of their names, numbers as digits and a power of ten, texts without
 * escapes. Text that has been read already goes in, so that nothing here is wrong but for memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "json_internal.h"
#include "json_number.h"

/* What one byte of JSON may become at most, rounded up: `0,` becomes `0;`, `1,` `1e0;`, `"",` becomes `"0:`. */
#define GROWTH 3

/* An element or a member has at least one byte, and a comma or bracket after it. */
#define SPANS_MAX(bytes) ((bytes) / 2 + 1)

struct canon {
    struct uc_json_reader *r;
    struct uc_arena *arena;
    char *out, *scratch; /* of the same size */
    size_t len, room;
    struct uc_str *spans; /* members of open objects, in `out`; below them the elements */
    size_t span_count;
};

static void put(struct canon *c, const char *bytes, size_t len)
{
    if (len > c->room - c->len) {
        uc_json_fail(c->r, -ENOMEM, "out of memory");
        return;
    }
    if (len)
        memcpy(c->out + c->len, bytes, len);
    c->len += len;
}

/* The length before the text: no text is the begin of another. */
static void put_text(struct canon *c, struct uc_str text)
{
    char len[24];

    put(c, len, (size_t)snprintf(len, sizeof(len), "\"%zu:", text.len));
    put(c, text.data, text.len);
}

static void put_number(struct canon *c)
{
    struct uc_json_number number;
    size_t first = 0, end, i;
    char exponent[32];
    int len;

    c->r->at += uc_json_number_scan(c->r->at, c->r->end, &number);
    end = number.integer_digits + number.fraction_digits;
    while (first < end && uc_json_number_digit(&number, first) == 0)
        first++;
    if (first == end) {
        put(c, "0;", 2);
        return;
    }
    while (uc_json_number_digit(&number, end - 1) == 0)
        end--;
    if (number.negative)
        put(c, "-", 1);
    for (i = first; i < end; i++)
        put(c, &"0123456789"[uc_json_number_digit(&number, i)], 1);
    len = snprintf(exponent, sizeof(exponent), "e%lld;",
                   (long long)(number.exponent + (int64_t)number.integer_digits - (int64_t)end));
    put(c, exponent, (size_t)len);
}

/* What begins at `start` of the output is one of several. */
static void add_span(struct canon *c, size_t start)
{
    c->spans[c->span_count++] = uc_str_of(c->out + start, c->len - start);
}

int uc_json_canon_compare(const void *a, const void *b)
{
    const struct uc_str *left = a, *right = b;
    size_t shorter = left->len < right->len ? left->len : right->len;
    int bytes = shorter ? memcmp(left->data, right->data, shorter) : 0;

    return bytes ? bytes : (left->len > right->len) - (left->len < right->len);
}

static void sort_members(struct canon *c, size_t start, size_t first_span)
{
    size_t count = c->span_count - first_span, at = 0, i;

    if (count > 1) {
        qsort(c->spans + first_span, count, sizeof(*c->spans), uc_json_canon_compare);
        for (i = first_span; i < c->span_count; i++) {
            memcpy(c->scratch + at, c->spans[i].data, c->spans[i].len);
            at += c->spans[i].len;
        }
        memcpy(c->out + start, c->scratch, at);
    }
    c->span_count = first_span;
}

static void put_value(struct canon *c);

static void put_object(struct canon *c)
{
    size_t first_span = c->span_count, start;
    struct uc_str key;

    put(c, "{", 1);
    start = c->len;
    uc_json_object_begin(c->r);
    while (uc_json_object_next(c->r, &key)) {
        size_t member = c->len;

        put_text(c, key);
        put_value(c);
        if (!c->r->error)
            add_span(c, member);
    }
    if (c->r->error)
        return;
    sort_members(c, start, first_span);
    put(c, "}", 1);
}

static void put_array(struct canon *c)
{
    put(c, "[", 1);
    uc_json_array_begin(c->r);
    while (uc_json_array_next(c->r))
        put_value(c);
    put(c, "]", 1);
}

/* As deep as the reader goes. */
static void put_value(struct canon *c)
{
    struct uc_str text;

    switch (uc_json_peek(c->r)) {
    case UC_JSON_OBJECT:
        put_object(c);
        return;
    case UC_JSON_ARRAY:
        put_array(c);
        return;
    case UC_JSON_NUMBER:
        put_number(c);
        return;
    case UC_JSON_STRING:
        if (uc_json_string(c->r, &text))
            put_text(c, text);
        return;
    case UC_JSON_NONE:
        return;
    default: /* null, true, false */
        put(c, c->r->at, 1);
        uc_json_skip(c->r);
    }
}

static int begin(struct canon *c, struct uc_json_reader *r, struct uc_violations *violations, struct uc_arena *arena,
                 struct uc_str text)
{
    *c = (struct canon){.r = r, .arena = arena, .room = text.len * GROWTH + 16};
    c->out = uc_arena_array(arena, c->room, 1);
    c->scratch = uc_arena_array(arena, c->room, 1);
    c->spans = uc_arena_array(arena, SPANS_MAX(text.len), sizeof(*c->spans));
    if (!c->out || !c->scratch || !c->spans)
        return -ENOMEM;
    uc_violations_init(violations, arena);
    uc_json_reader_init(r, text, arena, violations);
    return 0;
}

int uc_json_canon(struct uc_arena *arena, struct uc_str list, struct uc_str **elements, size_t *count)
{
    struct canon c;
    struct uc_violations violations;
    struct uc_json_reader reader;
    int err = begin(&c, &reader, &violations, arena, list);

    if (err)
        return err;
    uc_json_array_begin(&reader);
    while (uc_json_array_next(&reader)) {
        size_t start = c.len;

        put_value(&c);
        if (!reader.error)
            add_span(&c, start);
    }
    *elements = c.spans;
    *count = c.span_count;
    return reader.error;
}

int uc_json_canon_value(struct uc_arena *arena, struct uc_str text, struct uc_str *form)
{
    struct canon c;
    struct uc_violations violations;
    struct uc_json_reader reader;
    int err = begin(&c, &reader, &violations, arena, text);

    if (err)
        return err;
    put_value(&c);
    *form = uc_str_of(c.out, c.len);
    return reader.error;
}

bool uc_json_canon_short(struct uc_str text, char out[UC_JSON_CANON_SHORT], struct uc_str *form)
{
    struct uc_violations violations;
    struct uc_json_reader reader;
    struct canon c = {.r = &reader, .out = out, .room = UC_JSON_CANON_SHORT};

    if (text.len * GROWTH + 16 > UC_JSON_CANON_SHORT || text.data[0] == '{' || text.data[0] == '[' || memchr(text.data, '\\', text.len))
        return false;
    uc_violations_init(&violations, NULL);
    uc_json_reader_init(&reader, text, NULL, &violations);
    put_value(&c);
    *form = uc_str_of(out, c.len);
    return !reader.error;
}
