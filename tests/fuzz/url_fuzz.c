/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a URL. One that is taken leads to one host alone: put together again from its parts it is the same URL, and
 * nothing of it could be another line of a request.
 */
#include "proto/url.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_host(const struct uc_url *url)
{
    size_t len = strlen(url->host), allowed = strspn(url->host, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

    if (len == 0 || len != allowed || len > UC_DNS_NAME_MAX + 1 || url->host[0] == '.' || strstr(url->host, "..") ||
        url->port == 0 || strncmp(url->authority, url->host, len) != 0)
        abort();
}

static void check_visible(struct uc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || text.data[i] == '#' || text.data[i] == '\\')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char again[UC_URL_BYTES_MAX + 32];
    char *copy = malloc(size ? size : 1);
    struct uc_url url, other;

    memcpy(copy, data, size);
    if (uc_url_parse(&url, uc_str_of(copy, size)) == 0) {
        check_host(&url);
        check_visible(url.path);
        check_visible(url.query);
        if ((url.path.len && url.path.data[0] != '/') || (url.query.len && url.query.data[0] != '?'))
            abort();
        snprintf(again, sizeof(again), "http%s://%s%.*s%.*s", url.secure ? "s" : "", url.authority, (int)url.path.len, url.path.data,
                 (int)url.query.len, url.query.data);
        if (strlen(again) <= UC_URL_BYTES_MAX &&
            (uc_url_parse(&other, uc_str(again)) || other.port != url.port || strcmp(other.host, url.host) ||
             !uc_str_eq(other.path, url.path) || !uc_str_eq(other.query, url.query)))
            abort();
    }
    free(copy);
    return 0;
}
