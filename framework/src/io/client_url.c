/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "io/client_internal.h"
#include "proto/percent.h"

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

static int parse_port(const char *text, size_t len, uint16_t *port)
{
    unsigned value = 0;
    size_t i;

    if (len == 0 || len > 5)
        return -EINVAL;
    for (i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -EINVAL;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    if (value == 0 || value > UINT16_MAX)
        return -EINVAL;
    *port = (uint16_t)value;
    return 0;
}

/* A prefix is a path of visible ASCII; what would need encoding must come encoded. */
static int parse_prefix(struct uc_client_url *url, const char *text)
{
    size_t len = strlen(text);
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '?' || text[i] == '#')
            return -EINVAL;
    }
    while (len > 0 && text[len - 1] == '/')
        len--;
    url->prefix = uc_str_of(text, len);
    return 0;
}

int uc_client_url_parse(struct uc_client_url *url, const char *text)
{
    const char *host;
    size_t host_len, authority_len, i;

    url->secure = !strncmp(text, "https://", 8);
    if (!url->secure && strncmp(text, "http://", 7) != 0)
        return -EINVAL;
    host = text + (url->secure ? 8 : 7);
    authority_len = strcspn(host, "/?#");
    host_len = strcspn(host, ":/?#");
    if (host_len == 0 || host_len > UC_DNS_NAME_MAX)
        return -EINVAL;
    for (i = 0; i < host_len; i++) {
        if (!uc_percent_is_unreserved((unsigned char)host[i]))
            return -EINVAL; /* also IPv6 literals and user information: not supported */
    }
    url->port = url->secure ? 443 : 80;
    if (authority_len > host_len &&
        parse_port(host + host_len + 1, authority_len - host_len - 1, &url->port))
        return -EINVAL;
    memcpy(url->host, host, host_len);
    url->host[host_len] = '\0';
    snprintf(url->authority, sizeof(url->authority), "%.*s", (int)authority_len, host);
    return parse_prefix(url, host + authority_len);
}
