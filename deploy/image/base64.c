/* SPDX-License-Identifier: MIT */
#include "base64.h"

char *image_base64(struct gen_arena *arena, const void *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *text = bytes;
    char *out = gen_arena_alloc(arena, (len + 2) / 3 * 4 + 1), *to = out;

    for (size_t i = 0; i < len; i += 3) {
        unsigned bits = (unsigned)text[i] << 16;

        if (i + 1 < len)
            bits |= (unsigned)text[i + 1] << 8;
        if (i + 2 < len)
            bits |= text[i + 2];
        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
        *to++ = i + 2 < len ? digits[bits & 63] : '=';
    }
    return out;
}
