/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>

#include "io/client_internal.h"
#include "proto/url.h"
#include "uc/json.h"

void uc_client_header(struct uc_buf *lines, const char *name, struct uc_str value)
{
    size_t start;

    uc_buf_append(lines, name, strlen(name));
    uc_buf_append(lines, ": ", 2);
    start = lines->len;
    uc_buf_append(lines, value.data, value.len);
    if (lines->error)
        return;
    for (; start < lines->len; start++) {
        unsigned char c = (unsigned char)lines->data[start];

        if ((c < ' ' && c != '\t') || c == 0x7F)
            lines->data[start] = ' ';
    }
    uc_buf_append(lines, "\r\n", 2);
}

void uc_client_number(struct uc_buf *out, double value)
{
    char room[UC_JSON_NUMBER_TEXT];
    const char *text = uc_json_double_text(room, value);
    size_t sign = strcspn(text, "+"); /* that of an exponent says nothing, and in a URL it is a blank */

    if (isfinite(value)) {
        uc_buf_append(out, text, sign);
        uc_buf_append_str(out, uc_str(text[sign] ? text + sign + 1 : ""));
    } else if (!out->error) {
        out->error = -EINVAL;
    }
}

int uc_client_url_parse(struct uc_client_url *url, const char *text)
{
    struct uc_url parsed;
    size_t len;

    if (uc_url_parse(&parsed, uc_str(text)) || parsed.query.len)
        return -EINVAL;
    url->secure = parsed.secure;
    url->port = parsed.port;
    memcpy(url->host, parsed.host, sizeof(url->host));
    memcpy(url->authority, parsed.authority, sizeof(url->authority));
    for (len = parsed.path.len; len > 0 && parsed.path.data[len - 1] == '/';)
        len--;
    url->prefix = uc_str_of(parsed.path.data, len);
    return 0;
}
