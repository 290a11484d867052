/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "uc/json.h"

#define NUMBER_MAX UC_JSON_NUMBER_TEXT

void uc_json_writer_init(struct uc_json_writer *w, struct uc_buf *out)
{
    *w = (struct uc_json_writer){.out = out};
}

void uc_json_writer_init_strict(struct uc_json_writer *w, struct uc_buf *out)
{
    *w = (struct uc_json_writer){.out = out, .strict = true};
}

/* Room for `bytes` at the end of the buffer, or NULL. */
static char *reserve(struct uc_buf *out, size_t bytes)
{
    if (!out->error && out->cap - out->len >= bytes)
        return out->data + out->len;
    return uc_buf_reserve(out, bytes);
}

/* `len` bytes, preceded by the comma that is due. */
static void put(struct uc_json_writer *w, const char *bytes, size_t len, bool comma_after)
{
    char *at = reserve(w->out, len + w->comma);

    if (!at)
        return;
    if (w->comma)
        *at++ = ',';
    memcpy(at, bytes, len);
    w->out->len += len + w->comma;
    w->comma = comma_after;
}

/* A closing bracket: never a comma before it. */
static void put_end(struct uc_json_writer *w, char bracket)
{
    w->comma = false;
    put(w, &bracket, 1, true);
}

void uc_json_write_object_begin(struct uc_json_writer *w)
{
    put(w, "{", 1, false);
}

void uc_json_write_object_end(struct uc_json_writer *w)
{
    put_end(w, '}');
}

void uc_json_write_array_begin(struct uc_json_writer *w)
{
    put(w, "[", 1, false);
}

void uc_json_write_array_end(struct uc_json_writer *w)
{
    put_end(w, ']');
}

void uc_json_write_key_quoted(struct uc_json_writer *w, const char *quoted, size_t len)
{
    put(w, quoted, len, false);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* How much of the text needs no escape, from its begin. */
static size_t plain_length(struct uc_str text)
{
    size_t len = 0, step = 8;

    for (; step == 8 && text.len - len >= 8; len += step)
        step = uc_utf8_plain(text.data + len);
    while (step == 8 && len < text.len && is_plain((unsigned char)text.data[len]))
        len++;
    return len;
}

/* One byte that JSON wants escaped. */
static void put_escape(struct uc_buf *out, unsigned char c)
{
    static const char shorts[][2] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                                     {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    size_t i;

    for (i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
        if (c == (unsigned char)shorts[i][0]) {
            text[1] = shorts[i][1];
            uc_buf_append(out, text, 2);
            return;
        }
    }
    uc_buf_append(out, text, sizeof(text));
}

/* What is not UTF-8 becomes U+FFFD a byte: what we send is always valid JSON. */
static void put_text(struct uc_buf *out, struct uc_str value)
{
    const char *at = value.data;
    const char *end = at + value.len;

    while (at < end) {
        const char *run = at;
        size_t len;

        while (at < end && is_plain((unsigned char)*at))
            at++;
        if (at > run)
            uc_buf_append(out, run, (size_t)(at - run));
        if (at == end)
            return;
        if ((unsigned char)*at < 0x80) {
            put_escape(out, (unsigned char)*at++);
            continue;
        }
        len = uc_utf8_sequence(at, end);
        if (len)
            uc_buf_append(out, at, len);
        else
            uc_buf_append(out, "\xEF\xBF\xBD", 3);
        at += len ? len : 1;
    }
}

static void put_string(struct uc_json_writer *w, struct uc_str value, const char *close,
                       size_t close_len)
{
    put(w, "\"", 1, false);
    put_text(w->out, value);
    uc_buf_append(w->out, close, close_len);
}

void uc_json_write_key(struct uc_json_writer *w, struct uc_str key)
{
    put_string(w, key, "\":", 2);
}

void uc_json_write_string(struct uc_json_writer *w, struct uc_str value)
{
    size_t plain = plain_length(value);
    char *at;

    if (plain == value.len && (at = reserve(w->out, value.len + 2 + w->comma))) {
        if (w->comma)
            *at++ = ',';
        *at++ = '"';
        if (plain)
            memcpy(at, value.data, plain);
        at[plain] = '"';
        w->out->len += plain + 2 + w->comma;
    } else {
        put_string(w, value, "\"", 1);
    }
    w->comma = true;
}

/* Digits from the right into the end of `text`; their first. */
static char *format_int64(char text[NUMBER_MAX], int64_t value)
{
    char *at = text + NUMBER_MAX;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--at = '-';
    return at;
}

void uc_json_write_int64(struct uc_json_writer *w, int64_t value)
{
    char text[NUMBER_MAX];
    char *at = format_int64(text, value);

    put(w, at, (size_t)(text + NUMBER_MAX - at), true);
}

/*
 * Prices, rates and the like: value = digits / 10^places for few places. Both are exact
 * doubles, so that reading the text divides to the same value again. Returns the length
 * or 0.
 */
static size_t format_short(char text[NUMBER_MAX], double value)
{
    static const double powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    size_t places;

    if (!(fabs(value) < 1e9) || (value == 0 && signbit(value)))
        return 0;
    for (places = 0; places < sizeof(powers) / sizeof(powers[0]); places++) {
        double scaled = value * powers[places];
        double digits = (double)(int64_t)(scaled + (value < 0 ? -0.5 : 0.5));

        if (digits / powers[places] == value) {
            char reversed[NUMBER_MAX];
            char *out = text;
            uint64_t rest = (uint64_t)fabs(digits);
            size_t count = 0;

            while (rest || count <= places) {
                reversed[count++] = (char)('0' + rest % 10);
                rest /= 10;
            }
            if (value < 0)
                *out++ = '-';
            while (count > 0) {
                *out++ = reversed[--count];
                if (count == places && places > 0)
                    *out++ = '.';
            }
            return (size_t)(out - text);
        }
    }
    return 0;
}

/* 15 digits survive in every normal double, 17 tell any two doubles apart. */
static size_t format_long(char text[NUMBER_MAX], double value)
{
    int digits = fabs(value) < DBL_MIN ? 1 : 15;
    int len;

    do
        len = snprintf(text, NUMBER_MAX, "%.*g", digits, value);
    while (digits++ < 17 && strtod(text, NULL) != value);
    return (size_t)len;
}

static size_t format_double(char text[NUMBER_MAX], double value)
{
    size_t len = format_short(text, value);

    return len ? len : format_long(text, value);
}

void uc_json_write_double(struct uc_json_writer *w, double value)
{
    char text[NUMBER_MAX];

    if (isfinite(value))
        put(w, text, format_double(text, value), true);
    else if (!w->strict)
        uc_json_write_null(w);
    else if (!w->out->error)
        w->out->error = -EINVAL;
}

const char *uc_json_double_text(char text[NUMBER_MAX], double value)
{
    if (!isfinite(value))
        return "null";
    text[format_double(text, value)] = '\0';
    return text;
}

void uc_json_write_bool(struct uc_json_writer *w, bool value)
{
    if (value)
        put(w, "true", 4, true);
    else
        put(w, "false", 5, true);
}

void uc_json_write_null(struct uc_json_writer *w)
{
    put(w, "null", 4, true);
}

void uc_json_write_raw(struct uc_json_writer *w, struct uc_str json)
{
    put(w, json.data, json.len, true);
}
