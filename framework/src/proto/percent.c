/* SPDX-License-Identifier: MIT */
#include "proto/percent.h"

#include "uc/client.h"

#include "base/hex.h"

/* One decoded byte; *at moves behind what it stood for. */
static char next_byte(struct uc_str text, size_t *at, bool plus)
{
    char c = text.data[*at];

    if (c == '%' && *at + 2 < text.len && uc_hex_digit(text.data[*at + 1]) >= 0 && uc_hex_digit(text.data[*at + 2]) >= 0) {
        c = (char)(uc_hex_digit(text.data[*at + 1]) << 4 | uc_hex_digit(text.data[*at + 2]));
        *at += 3;
        return c;
    }
    ++*at;
    return plus && c == '+' ? ' ' : c;
}

size_t uc_percent_decode(char *out, struct uc_str text, bool plus)
{
    size_t at = 0, len = 0;

    while (at < text.len)
        out[len++] = next_byte(text, &at, plus);
    return len;
}

static bool is_coded(struct uc_str text, bool plus)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '%' || (plus && text.data[i] == '+'))
            return true;
    }
    return false;
}

struct uc_str uc_percent_decode_copy(struct uc_arena *arena, struct uc_str text, bool plus)
{
    struct uc_str copy = uc_arena_copy(arena, text);

    if (copy.len == 0 || !is_coded(text, plus))
        return copy; /* the usual case: nothing to decode */
    copy.len = uc_percent_decode((char *)copy.data, text, plus);
    ((char *)copy.data)[copy.len] = '\0';
    return copy;
}

bool uc_percent_eq(struct uc_str text, struct uc_str plain, bool plus)
{
    size_t at = 0, i = 0;

    while (at < text.len) {
        if (i == plain.len || next_byte(text, &at, plus) != plain.data[i++])
            return false;
    }
    return i == plain.len;
}

bool uc_percent_is_unreserved(unsigned char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return true;
    return c == '-' || c == '.' || c == '_' || c == '~';
}

void uc_url_encode(struct uc_buf *out, struct uc_str text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        char code[3] = {'%', hex[c >> 4], hex[c & 15]};

        if (uc_percent_is_unreserved(c))
            uc_buf_append(out, &text.data[i], 1);
        else
            uc_buf_append(out, code, sizeof(code));
    }
}
