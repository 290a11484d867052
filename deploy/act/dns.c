/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <errno.h>
#include <string.h>

enum {
    HEADER = 12,
    FLAG_RESPONSE = 0x8000,
    MASK_OPCODE = 0x7800,
    FLAG_AUTHORITATIVE = 0x0400,
    FLAG_RECURSION_DESIRED = 0x0100,
    FLAG_RECURSION_AVAILABLE = 0x0080,
    LABEL_MAX = 63,
    ANSWER_A = 16, /* pointer 2, type 2, class 2, ttl 4, length 2, address 4 */
    POINTER_TO_QUESTION = 0xc000 | HEADER,
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint8_t *put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
    return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t value)
{
    return put16(put16(p, value >> 16), value & 0xffff);
}

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Labels to text. A question's name is never compressed; a label with a dot, a NUL or
 * the like in it can be no name of ours, nor one that a resolver should be asked. */
static int read_name(const uint8_t *message, size_t len, struct act_dns_question *question)
{
    size_t at = HEADER;
    size_t out = 0;

    while (at < len && message[at] != 0) {
        size_t label = message[at++];

        if (label > LABEL_MAX || label > len - at || out + label + 1 >= ACT_DNS_NAME_MAX)
            return -EPROTO;
        if (out > 0)
            question->name[out++] = '.';
        for (size_t i = 0; i < label; i++) {
            uint8_t c = message[at + i];

            if (c <= ' ' || c == '.' || c >= 127)
                return -EPROTO;
            question->name[out++] = lower(c);
        }
        at += label;
    }
    if (at >= len)
        return -EPROTO;
    question->name[out] = '\0';
    question->end = at + 1;
    return 0;
}

int act_dns_read(const uint8_t *message, size_t len, struct act_dns_question *question)
{
    int err;

    memset(question, 0, sizeof(*question));
    if (len < HEADER)
        return -EINVAL;
    question->id = get16(message);
    question->flags = get16(message + 2);
    question->end = HEADER;
    if (question->flags & FLAG_RESPONSE)
        return -EINVAL;
    if (question->flags & MASK_OPCODE)
        return -ENOTSUP;
    if (get16(message + 4) != 1)
        return -EPROTO;
    err = read_name(message, len, question);
    if (!err && len - question->end < 4)
        err = -EPROTO;
    if (err) {
        question->end = HEADER;
        return err;
    }
    question->type = get16(message + question->end);
    question->class = get16(message + question->end + 2);
    question->end += 4;
    return 0;
}

size_t act_dns_answer(uint8_t *out, const uint8_t *message, const struct act_dns_question *question,
                      enum act_dns_rcode rcode, const uint32_t *ips, size_t count, uint32_t ttl_s)
{
    size_t asked = question->end - HEADER;
    size_t room = (ACT_DNS_MESSAGE_MAX - question->end) / ANSWER_A;
    uint8_t *p = out;

    if (count > room)
        count = room;
    p = put16(p, question->id);
    p = put16(p, FLAG_RESPONSE | FLAG_AUTHORITATIVE | FLAG_RECURSION_AVAILABLE |
                     (question->flags & (MASK_OPCODE | FLAG_RECURSION_DESIRED)) | rcode);
    p = put16(p, asked > 0);
    p = put16(p, (unsigned)count);
    p = put32(p, 0);
    memcpy(p, message + HEADER, asked);
    p += asked;
    for (size_t i = 0; i < count; i++) {
        p = put16(p, POINTER_TO_QUESTION);
        p = put16(p, ACT_DNS_TYPE_A);
        p = put16(p, ACT_DNS_CLASS_IN);
        p = put32(p, ttl_s);
        p = put16(p, 4);
        p = put32(p, ips[i]);
    }
    return (size_t)(p - out);
}
