/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

#include "base/utf8.h"

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
        } else if ((len = uc_utf8_sequence(text.data + at, text.data + text.len)) > 0) {
            uc_buf_append(out, s + at, len);
            at += len;
        } else {
            uc_buf_append(out, "\xef\xbf\xbd", 3);
            at++;
        }
    }
    uc_buf_append(out, "\"", 1);
}
