/* SPDX-License-Identifier: MIT */
/*
 * url.h - an absolute http or https URL (RFC 3986), as somebody else gave it.
 *
 * Strict, since what two readers read differently is how calls end up elsewhere than they were judged to go: no user
 * information, no fragment, nothing that would need encoding, a host that is a DNS name or an IPv4 address in its one
 * common form ("127.1", "0x7f000001" and "2130706433" are none). IPv6 is not supported.
 */
#ifndef UC_PROTO_URL_H
#define UC_PROTO_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/dns.h"
#include "uc/str.h"

#define UC_URL_BYTES_MAX 8000

struct uc_url {
    bool secure;                         /* https */
    char host[UC_DNS_NAME_MAX + 2];      /* in lower case; a final dot stays */
    char authority[UC_DNS_NAME_MAX + 8]; /* for the Host field: the port where it is not the scheme's own */
    uint16_t port;
    struct uc_str path, query; /* "" or "/...", "" or "?..."; both borrow the text */
};

/* 0, or -EINVAL: it is none, or longer than UC_URL_BYTES_MAX. */
int uc_url_parse(struct uc_url *url, struct uc_str text);

#endif
