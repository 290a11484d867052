/* SPDX-License-Identifier: MIT */
#include "proto/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "proto/percent.h"

#define LABEL_MAX 63 /* RFC 1035, section 2.3.4 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Past "http://" or "https://", whose case does not matter (section 3.1). NULL: another scheme. */
static const char *read_scheme(struct uc_url *url, struct uc_str text)
{
    static const struct uc_str schemes[] = {UC_STR("http://"), UC_STR("https://")};

    for (unsigned i = 0; i < 2; i++) {
        if (text.len < schemes[i].len || !uc_str_eq_nocase(uc_str_of(text.data, schemes[i].len), schemes[i]))
            continue;
        url->secure = i == 1;
        return text.data + schemes[i].len;
    }
    return NULL;
}

/* Four numbers from 0 to 255 without leading zeros (section 3.2.2, IPv4address). */
static bool is_address(const char *host)
{
    unsigned parts = 0;

    for (;;) {
        unsigned value = 0, digits = 0;

        while (is_digit(host[digits]) && digits < 4)
            value = value * 10 + (unsigned)(host[digits++] - '0');
        if (digits == 0 || digits == 4 || value > 255 || (digits > 1 && *host == '0'))
            return false;
        host += digits;
        if (++parts == 4)
            return !*host;
        if (*host++ != '.')
            return false;
    }
}

/* Its last label is a number: some would read an address in it, be it written ever so strangely. */
static bool ends_in_number(const char *host, size_t len)
{
    size_t end = len - (host[len - 1] == '.'), start = end, i;

    while (start > 0 && host[start - 1] != '.')
        start--;
    if (end - start > 1 && host[start] == '0' && host[start + 1] == 'x')
        return true;
    for (i = start; i < end && is_digit(host[i]); i++)
        ;
    return i == end;
}

/* Labels of letters, digits, '-' and '_' with dots between. */
static int read_host(struct uc_url *url, const char *text, size_t len)
{
    size_t label = 0;

    if (len == 0 || len > UC_DNS_NAME_MAX + (size_t)(text[len - 1] == '.'))
        return -EINVAL;
    for (size_t i = 0; i < len; i++) {
        char c = lower(text[i]);

        if (c == '.' ? label == 0 : !((c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_'))
            return -EINVAL;
        label = c == '.' ? 0 : label + 1;
        if (label > LABEL_MAX)
            return -EINVAL;
        url->host[i] = c;
    }
    url->host[len] = '\0';
    return ends_in_number(url->host, len) && !is_address(url->host) ? -EINVAL : 0;
}

static int read_port(struct uc_url *url, const char *text, size_t len)
{
    unsigned value = 0;

    if (len == 0 || len > 5)
        return -EINVAL;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return -EINVAL;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    if (value == 0 || value > UINT16_MAX)
        return -EINVAL;
    url->port = (uint16_t)value;
    return 0;
}

static int read_authority(struct uc_url *url, const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    size_t host_len = colon ? (size_t)(colon - text) : len;
    uint16_t usual = url->secure ? 443 : 80;
    int err = read_host(url, text, host_len);

    url->port = usual;
    if (!err && colon)
        err = read_port(url, colon + 1, len - host_len - 1);
    if (err)
        return err;
    if (url->port == usual)
        snprintf(url->authority, sizeof(url->authority), "%s", url->host);
    else
        snprintf(url->authority, sizeof(url->authority), "%s:%u", url->host, url->port);
    return 0;
}

/* pchar and '/', in a query also '?' (sections 3.3 and 3.4): how many of the bytes. */
static size_t read_part(const char *text, size_t len, bool query)
{
    size_t i = 0;

    while (i < len) {
        unsigned char c = (unsigned char)text[i];

        if (c == '%') {
            if (len - i < 3 || uc_hex_digit(text[i + 1]) < 0 || uc_hex_digit(text[i + 2]) < 0)
                return i;
            i += 3;
        } else if (uc_percent_is_unreserved(c) || (c && strchr("!$&'()*+,;=:@/", c)) || (query && c == '?')) {
            i++;
        } else {
            return i;
        }
    }
    return i;
}

int uc_url_parse(struct uc_url *url, struct uc_str text)
{
    const char *end, *at, *authority;
    int err;

    if (!text.data || text.len > UC_URL_BYTES_MAX)
        return -EINVAL;
    end = text.data + text.len;
    at = authority = read_scheme(url, text);
    if (!at)
        return -EINVAL;
    while (at < end && *at != '/' && *at != '?' && *at != '#')
        at++;
    err = read_authority(url, authority, (size_t)(at - authority));
    if (err)
        return err;
    url->path = uc_str_of(at, at < end && *at == '/' ? read_part(at, (size_t)(end - at), false) : 0);
    at += url->path.len;
    url->query = uc_str_of(at, at < end && *at == '?' ? read_part(at, (size_t)(end - at), true) : 0);
    return at + url->query.len == end ? 0 : -EINVAL;
}
