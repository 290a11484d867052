/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <errno.h>

static int digit(char c, char c62, char c63)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == c62 ? 62 : c == c63 ? 63 : -1;
}

static ssize_t decode(unsigned char *out, struct uc_str text, char c62, char c63)
{
    unsigned bits = 0, count = 0;
    ssize_t len = 0;

    if (text.len % 4 == 1)
        return -EINVAL;
    for (size_t i = 0; i < text.len; i++) {
        int value = digit(text.data[i], c62, c63);

        if (value < 0)
            return -EINVAL;
        bits = (bits << 6 | (unsigned)value) & 0xffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[len++] = (unsigned char)(bits >> count);
        }
    }
    return bits & ((1u << count) - 1) ? -EINVAL : len;
}

ssize_t uc_base64_decode(unsigned char *out, struct uc_str text)
{
    if (text.len % 4)
        return -EINVAL;
    if (text.len && text.data[text.len - 1] == '=')
        text.len -= text.data[text.len - 2] == '=' ? 2 : 1;
    return decode(out, text, '+', '/');
}

ssize_t uc_base64url_decode(unsigned char *out, struct uc_str text)
{
    return decode(out, text, '-', '_');
}

void uc_base64_encode(struct uc_buf *out, struct uc_str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        unsigned bits = (unsigned)(unsigned char)bytes.data[i] << 16 |
                        (left > 1 ? (unsigned)(unsigned char)bytes.data[i + 1] << 8 : 0) |
                        (left > 2 ? (unsigned)(unsigned char)bytes.data[i + 2] : 0);
        char four[4] = {digits[bits >> 18 & 63], digits[bits >> 12 & 63], left > 1 ? digits[bits >> 6 & 63] : '=',
                        left > 2 ? digits[bits & 63] : '='};

        uc_buf_append(out, four, sizeof(four));
    }
}
