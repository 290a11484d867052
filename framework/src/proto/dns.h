/* SPDX-License-Identifier: MIT */
/*
 * dns.h - one question for IPv4 addresses and its answer (RFC 1035), without a socket.
 */
#ifndef UC_DNS_H
#define UC_DNS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define UC_DNS_ADDRESSES_MAX 16
#define UC_DNS_NAME_MAX 253      /* as text, without a final dot */
#define UC_DNS_MESSAGE_MAX 512   /* over UDP, without extensions */

struct uc_dns_addresses {
    uint32_t address[UC_DNS_ADDRESSES_MAX]; /* network byte order */
    unsigned count;
    uint32_t ttl_s; /* the least of all */
};

/* Writes the question. Returns its length, or -EINVAL: `name` is no domain name. */
ssize_t uc_dns_question(uint8_t message[UC_DNS_MESSAGE_MAX], uint16_t id, const char *name);

/*
 * Reads what came in answer to that question. More addresses than fit are dropped.
 * 0 (at least one address), or
 *   -ENOENT    there is no such name, or it has no IPv4 address
 *   -EAGAIN    the server could not tell: ask another
 *   -EBADMSG   malformed, or not the answer to this question: wait on
 */
int uc_dns_answer(struct uc_dns_addresses *addresses, const uint8_t *message, size_t len,
                  uint16_t id, const char *name);

#endif
