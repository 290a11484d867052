/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

/* Length of the well-formed UTF-8 sequence at `s` (Unicode table 3-7), 0 when it is none. */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t need;

    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xc2 && s[0] <= 0xdf) {
        need = 2;
    } else if (s[0] >= 0xe0 && s[0] <= 0xef) {
        need = 3;
        low = s[0] == 0xe0 ? 0xa0 : 0x80;
        high = s[0] == 0xed ? 0x9f : 0xbf;
    } else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        need = 4;
        low = s[0] == 0xf0 ? 0x90 : 0x80;
        high = s[0] == 0xf4 ? 0x8f : 0xbf;
    } else {
        return 0;
    }
    if (len < need || s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++) {
        if (s[i] < 0x80 || s[i] > 0xbf)
            return 0;
    }
    return need;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void escape_control(struct uc_buf *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    char code[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

    switch (c) {
    case '\n': uc_buf_append(out, "\\n", 2); break;
    case '\r': uc_buf_append(out, "\\r", 2); break;
    case '\t': uc_buf_append(out, "\\t", 2); break;
    default: uc_buf_append(out, code, sizeof(code)); break;
    }
}

void uc_escape_json(struct uc_buf *out, struct uc_str text)
{
    const unsigned char *s = (const unsigned char *)text.data;
    size_t at = 0;

    uc_buf_append(out, "\"", 1);
    while (at < text.len) {
        size_t run = at;
        size_t len;

        while (run < text.len && is_plain(s[run]))
            run++;
        uc_buf_append(out, s + at, run - at);
        at = run;
        if (at == text.len)
            break;
        if (s[at] == '"' || s[at] == '\\') {
            char pair[2] = {'\\', (char)s[at++]};

            uc_buf_append(out, pair, 2);
        } else if (s[at] < 0x20 || s[at] == 0x7f) {
            escape_control(out, s[at++]);
        } else if ((len = utf8_sequence(s + at, text.len - at)) > 0) {
            uc_buf_append(out, s + at, len);
            at += len;
        } else {
            uc_buf_append(out, "\xef\xbf\xbd", 3);
            at++;
        }
    }
    uc_buf_append(out, "\"", 1);
}
