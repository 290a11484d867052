/* SPDX-License-Identifier: MIT */
/*
 * dns.h - DNS messages: read a question, write an answer. Pure; every byte read here is
 * a guest's and is not trusted.
 */
#ifndef ACT_DNS_H
#define ACT_DNS_H

#include <stddef.h>
#include <stdint.h>

#define ACT_DNS_MESSAGE_MAX   512 /* of UDP without EDNS: what we write */
#define ACT_DNS_NAME_MAX      254 /* as text, with the final NUL */
#define ACT_DNS_ADDRESSES_MAX 16

enum { ACT_DNS_TYPE_A = 1, ACT_DNS_TYPE_AAAA = 28, ACT_DNS_CLASS_IN = 1 };

enum act_dns_rcode {
    ACT_DNS_NOERROR = 0,
    ACT_DNS_FORMERR = 1,
    ACT_DNS_SERVFAIL = 2,
    ACT_DNS_NXDOMAIN = 3,
    ACT_DNS_NOTIMP = 4,
    ACT_DNS_REFUSED = 5,
};

struct act_dns_question {
    uint16_t id;
    uint16_t flags;
    uint16_t type;
    uint16_t class;
    char name[ACT_DNS_NAME_MAX]; /* lower case, no final dot: "catalog", "a.example.com" */
    size_t end;                  /* of the question section, in the message */
};

/* Read a query with one question. 0, -EINVAL (not even its header can be answered, or
 * it is itself an answer: say nothing), -EPROTO (answer FORMERR; `id` is filled),
 * -ENOTSUP (another operation: answer NOTIMP; `id` is filled). */
int act_dns_read(const uint8_t *message, size_t len, struct act_dns_question *question);

/* Write an answer to `message`, whose question was read: `count` A records (host byte
 * order, with a time to live of `ttl_s`) and the code. Returns its length;
 * `out` has ACT_DNS_MESSAGE_MAX bytes. */
size_t act_dns_answer(uint8_t *out, const uint8_t *message, const struct act_dns_question *question,
                      enum act_dns_rcode rcode, const uint32_t *ips, size_t count, uint32_t ttl_s);

#endif
