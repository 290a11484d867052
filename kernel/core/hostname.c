/* SPDX-License-Identifier: MIT */
#include "core/hostname.h"

#include <string.h>

#include "core/cmdline.h"

static char offered[K_HOSTNAME_BYTES];

bool k_hostname_is_chosen(void)
{
    const char *host = k_cmdline_get("host");

    return host && *host;
}

const char *k_hostname(void)
{
    if (k_hostname_is_chosen())
        return k_cmdline_get("host");
    return *offered ? offered : "service";
}

static bool is_of_a_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

void k_hostname_offer(const char *name, size_t bytes)
{
    size_t length = 0;

    while (length < bytes && is_of_a_name(name[length]))
        length++;
    if (!length || length >= K_HOSTNAME_BYTES || (length < bytes && name[length] && name[length] != '.'))
        return;
    memcpy(offered, name, length);
    offered[length] = 0;
}
