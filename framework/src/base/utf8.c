/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "uc/violation.h"

static int is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t uc_utf8_sequence(const char *at, const char *end)
{
    const unsigned char *c = (const unsigned char *)at;
    size_t left = (size_t)(end - at);

    if (left == 0)
        return 0;
    if (c[0] < 0x80)
        return 1;
    if (c[0] < 0xC2) /* a continuation byte, or an overlong two-byte form */
        return 0;
    if (c[0] < 0xE0)
        return left >= 2 && is_continuation(c[1]) ? 2 : 0;
    if (c[0] < 0xF0) {
        if (left < 3 || !is_continuation(c[1]) || !is_continuation(c[2]))
            return 0;
        if ((c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F))
            return 0; /* overlong; surrogate */
        return 3;
    }
    if (c[0] > 0xF4 || left < 4)
        return 0;
    if (!is_continuation(c[1]) || !is_continuation(c[2]) || !is_continuation(c[3]))
        return 0;
    if ((c[0] == 0xF0 && c[1] < 0x90) || (c[0] == 0xF4 && c[1] > 0x8F))
        return 0; /* overlong; above 10FFFF */
    return 4;
}

size_t uc_utf8_put(char *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

/* All bytes but the continuing ones (10xxxxxx), eight at a time. */
size_t uc_utf8_length(struct uc_str text)
{
    size_t continuing = 0;
    size_t i = 0;

    for (; text.len - i >= 8; i += 8) {
        uint64_t word, marks;

        memcpy(&word, text.data + i, sizeof(word));
        marks = word >> 7 & ~(word >> 6) & UC_UTF8_EVERY(1);
        continuing += marks * UC_UTF8_EVERY(1) >> 56;
    }
    for (; i < text.len; i++)
        continuing += (size_t)is_continuation((unsigned char)text.data[i]);
    return text.len - continuing;
}

bool uc_utf8_valid(struct uc_str text)
{
    const char *at = text.data;
    const char *end = at + text.len;

    while (at < end) {
        size_t len = uc_utf8_sequence(at, end);

        if (len == 0)
            return false;
        at += len;
    }
    return true;
}
