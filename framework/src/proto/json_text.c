/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "json_internal.h"

/* Four hexadecimal digits, or -1. */
static int32_t hex_unit(const char *at, const char *end)
{
    int32_t unit = 0;
    int i;

    if (end - at < 4)
        return -1;
    for (i = 0; i < 4; i++) {
        int digit = uc_hex_digit(at[i]);

        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool is_high_surrogate(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* `at` is behind "\u". The bytes used, 4 or 10; 0 for bad digits or half a pair. */
static size_t scan_unicode(const char *at, const char *end)
{
    int32_t unit = hex_unit(at, end);

    if (unit < 0 || is_low_surrogate(unit))
        return 0;
    if (!is_high_surrogate(unit))
        return 4;
    if (end - at < 10 || at[4] != '\\' || at[5] != 'u')
        return 0;
    return is_low_surrogate(hex_unit(at + 6, end)) ? 10 : 0;
}

/* `at` is at a backslash. The bytes of the whole escape, 0 when it is none. */
static size_t scan_escape(const char *at, const char *end)
{
    size_t used;

    if (end - at < 2)
        return 0;
    switch (at[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return 2;
    case 'u':
        used = scan_unicode(at + 2, end);
        return used ? used + 2 : 0;
    default:
        return 0;
    }
}

bool uc_json_text_scan(struct uc_json_reader *r, struct uc_str *raw, bool *escaped)
{
    const char *start = r->at + 1;
    const char *end = r->end;
    const char *at = start;
    size_t used;

    *escaped = false;
    for (;;) {
        for (used = 8; used == 8 && end - at >= 8; at += used)
            used = uc_utf8_plain(at);
        if (at == end)
            return uc_json_fail(r, -EBADMSG, "a string is cut short");
        if (*at == '"')
            break;
        if (*at == '\\') {
            *escaped = true;
            used = scan_escape(at, end);
            if (used == 0)
                return uc_json_fail(r, -EBADMSG, "bad escape in a string");
        } else if ((unsigned char)*at < 0x20) {
            return uc_json_fail(r, -EBADMSG, "control character in a string");
        } else {
            used = uc_utf8_sequence(at, end);
            if (used == 0)
                return uc_json_fail(r, -EBADMSG, "bad UTF-8");
        }
        at += used;
    }
    *raw = uc_str_of(start, (size_t)(at - start));
    r->at = at + 1;
    return true;
}

/* What the checked escape at `at` stands for; moves `at` behind it. */
static uint32_t escape_value(const char **at)
{
    const char *c = *at;
    int32_t unit;

    *at = c + 2;
    switch (c[1]) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'u':
        unit = hex_unit(c + 2, c + 6);
        *at = c + 6;
        if (!is_high_surrogate(unit))
            return (uint32_t)unit;
        *at = c + 12;
        return (uint32_t)(0x10000 + ((unit - 0xD800) << 10) +
                          (hex_unit(c + 8, c + 12) - 0xDC00));
    default:
        return (uint32_t)c[1];
    }
}

bool uc_json_text_decode(struct uc_json_reader *r, struct uc_str raw, struct uc_str *value)
{
    const char *at = raw.data;
    const char *end = at + raw.len;
    char *out = uc_arena_alloc(r->arena, raw.len + 1); /* escapes only shrink */
    char *start = out;

    if (!out)
        return uc_json_fail(r, -ENOMEM, "out of memory");
    while (at < end) {
        if (*at == '\\')
            out += uc_utf8_put(out, escape_value(&at));
        else
            *out++ = *at++;
    }
    *value = uc_str_of(start, (size_t)(out - start));
    return true;
}

/* The next one to four bytes of a raw string; 0 at its closing quote. */
static size_t next_bytes(const char **at, char bytes[4])
{
    if (**at == '"')
        return 0;
    if (**at == '\\')
        return uc_utf8_put(bytes, escape_value(at));
    bytes[0] = *(*at)++;
    return 1;
}

int uc_json_text_compare(const char *a, const char *b)
{
    char a_bytes[4], b_bytes[4];
    size_t a_at = 0, b_at = 0, a_len = 0, b_len = 0;

    for (;;) {
        if (a_at == a_len) {
            a_len = next_bytes(&a, a_bytes);
            a_at = 0;
        }
        if (b_at == b_len) {
            b_len = next_bytes(&b, b_bytes);
            b_at = 0;
        }
        if (a_len == 0 || b_len == 0)
            return (a_len != 0) - (b_len != 0);
        if (a_bytes[a_at] != b_bytes[b_at])
            return (unsigned char)a_bytes[a_at] < (unsigned char)b_bytes[b_at] ? -1 : 1;
        a_at++;
        b_at++;
    }
}
