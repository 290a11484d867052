/* SPDX-License-Identifier: MIT */
/* client_credentials.c - what a call shows of who makes it, as header lines. */
#include <errno.h>

#include "base/base64.h"
#include "uc/client.h"

void uc_client_bearer(struct uc_buf *lines, struct uc_str token)
{
    uc_buf_append_str(lines, uc_str("Authorization: Bearer "));
    for (size_t i = 0; i < token.len; i++)
        if ((unsigned char)token.data[i] <= ' ' || (unsigned char)token.data[i] >= 0x7f)
            lines->error = -EINVAL;
    uc_buf_append_str(lines, token);
    uc_buf_append(lines, "\r\n", 2);
}

static bool has_control(struct uc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
            return true;
    return false;
}

void uc_client_basic(struct uc_buf *lines, struct uc_str user, struct uc_str password)
{
    struct uc_buf both;

    if (memchr(user.data, ':', user.len) || has_control(user) || has_control(password)) {
        lines->error = -EINVAL;
        return;
    }
    uc_buf_init(&both, lines->max);
    uc_buf_append_str(&both, user);
    uc_buf_append(&both, ":", 1);
    uc_buf_append_str(&both, password);
    if (both.error)
        lines->error = both.error;
    uc_buf_append_str(lines, uc_str("Authorization: Basic "));
    uc_base64_encode(lines, uc_str_of(both.data, both.len));
    uc_buf_append(lines, "\r\n", 2);
    uc_buf_deinit(&both);
}

/* cookie-octet */
static bool fits_cookie(struct uc_str value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.data[i] <= ' ' || (unsigned char)value.data[i] >= 0x7f || memchr("\",;\\", value.data[i], 4))
            return false;
    return true;
}

/* Is the last line one of cookies, to which another can be added? */
static bool ends_in_cookies(const struct uc_buf *lines)
{
    size_t start = lines->len >= 2 ? lines->len - 2 : 0;

    while (start > 0 && lines->data[start - 1] != '\n')
        start--;
    return lines->len - start > 8 && !memcmp(lines->data + start, "Cookie: ", 8);
}

void uc_client_cookie(struct uc_buf *lines, const char *name, struct uc_str value)
{
    if (!fits_cookie(value)) {
        lines->error = -EINVAL;
        return;
    }
    if (!lines->error && ends_in_cookies(lines)) {
        lines->len -= 2;
        uc_buf_append(lines, "; ", 2);
    } else {
        uc_buf_append_str(lines, uc_str("Cookie: "));
    }
    uc_buf_append_str(lines, uc_str(name));
    uc_buf_append(lines, "=", 1);
    uc_buf_append_str(lines, value);
    uc_buf_append(lines, "\r\n", 2);
}
