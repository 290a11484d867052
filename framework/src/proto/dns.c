/* SPDX-License-Identifier: MIT */
#include "proto/dns.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { TYPE_A = 1, TYPE_CNAME = 5, CLASS_IN = 1 };
enum { FLAG_ANSWER = 0x8000, FLAG_RECURSION_DESIRED = 0x0100, OPCODE_MASK = 0x7800 };
enum { CODE_OK = 0, CODE_NO_SUCH_NAME = 3, CODE_MASK = 0x000F };

#define HEADER_BYTES 12
#define LABEL_MAX 63
#define JUMPS_MAX 32 /* compression pointers followed in one name */

struct cursor {
    const uint8_t *message;
    size_t len, at;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        if (lower(*a) != lower(*b))
            return false;
    }
    return *a == *b;
}

static void put_u16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

ssize_t uc_dns_question(uint8_t message[UC_DNS_MESSAGE_MAX], uint16_t id, const char *name)
{
    size_t at = HEADER_BYTES;
    size_t len = strlen(name);

    if (len == 0 || len > UC_DNS_NAME_MAX)
        return -EINVAL;
    memset(message, 0, HEADER_BYTES);
    put_u16(message, id);
    put_u16(message + 2, FLAG_RECURSION_DESIRED);
    put_u16(message + 4, 1);
    while (*name) {
        size_t label = strcspn(name, ".");

        if (label == 0 || label > LABEL_MAX)
            return -EINVAL;
        message[at++] = (uint8_t)label;
        memcpy(message + at, name, label);
        at += label;
        name += label;
        if (*name == '.')
            name++;
    }
    message[at++] = 0;
    put_u16(message + at, TYPE_A);
    put_u16(message + at + 2, CLASS_IN);
    return (ssize_t)(at + 4);
}

static bool take_u16(struct cursor *c, unsigned *value)
{
    if (c->len - c->at < 2)
        return false;
    *value = (unsigned)c->message[c->at] << 8 | c->message[c->at + 1];
    c->at += 2;
    return true;
}

static bool take_u32(struct cursor *c, uint32_t *value)
{
    unsigned high, low;

    if (!take_u16(c, &high) || !take_u16(c, &low))
        return false;
    *value = (uint32_t)high << 16 | low;
    return true;
}

/* A name as text. Pointers only lead backwards, and only so many: no loop is possible. */
static bool take_name(struct cursor *c, char name[UC_DNS_NAME_MAX + 1])
{
    size_t at = c->at, used = 0;
    unsigned jumps = 0;

    for (;;) {
        uint8_t label;

        if (at >= c->len)
            return false;
        label = c->message[at];
        if (label == 0)
            break;
        if (label >= 0xC0) {
            size_t target;

            if (at + 1 >= c->len || ++jumps > JUMPS_MAX)
                return false;
            target = (size_t)(label & 0x3F) << 8 | c->message[at + 1];
            if (jumps == 1)
                c->at = at + 2;
            if (target >= at)
                return false;
            at = target;
            continue;
        }
        if (label > LABEL_MAX || label > c->len - at - 1 || used + label + 1 > UC_DNS_NAME_MAX + 1)
            return false;
        if (memchr(c->message + at + 1, 0, label))
            return false;
        if (used > 0)
            name[used++] = '.';
        if (used + label > UC_DNS_NAME_MAX)
            return false;
        memcpy(name + used, c->message + at + 1, label);
        used += label;
        at += 1u + label;
    }
    if (jumps == 0)
        c->at = at + 1;
    name[used] = '\0';
    return true;
}

/* The question must come back as it was asked, or the answer is somebody else's. */
static bool take_question(struct cursor *c, const char *name)
{
    char asked[UC_DNS_NAME_MAX + 1];
    unsigned type, class;

    return take_name(c, asked) && take_u16(c, &type) && take_u16(c, &class) && type == TYPE_A &&
           class == CLASS_IN && same_name(asked, name);
}

/* One record; `current` is the name looked for, moved on by an alias. */
static bool take_record(struct cursor *c, char current[UC_DNS_NAME_MAX + 1],
                        struct uc_dns_addresses *addresses)
{
    char owner[UC_DNS_NAME_MAX + 1];
    unsigned type, class, bytes;
    uint32_t ttl;
    size_t next;

    if (!take_name(c, owner) || !take_u16(c, &type) || !take_u16(c, &class) ||
        !take_u32(c, &ttl) || !take_u16(c, &bytes) || bytes > c->len - c->at)
        return false;
    next = c->at + bytes;
    if (class == CLASS_IN && same_name(owner, current)) {
        if (type == TYPE_CNAME && !take_name(c, current))
            return false;
        if (type == TYPE_A && bytes != 4)
            return false;
        if (type == TYPE_A && addresses->count < UC_DNS_ADDRESSES_MAX)
            memcpy(&addresses->address[addresses->count++], c->message + c->at, 4);
        if ((type == TYPE_A || type == TYPE_CNAME) && ttl < addresses->ttl_s)
            addresses->ttl_s = ttl;
    }
    c->at = next;
    return true;
}

int uc_dns_answer(struct uc_dns_addresses *addresses, const uint8_t *message, size_t len,
                  uint16_t id, const char *name)
{
    struct cursor c = {.message = message, .len = len};
    char current[UC_DNS_NAME_MAX + 1];
    unsigned got_id, flags, questions, answers, ignored;

    *addresses = (struct uc_dns_addresses){.ttl_s = UINT32_MAX};
    if (!take_u16(&c, &got_id) || !take_u16(&c, &flags) || !take_u16(&c, &questions) ||
        !take_u16(&c, &answers) || !take_u16(&c, &ignored) || !take_u16(&c, &ignored))
        return -EBADMSG;
    if (got_id != id || !(flags & FLAG_ANSWER) || flags & OPCODE_MASK || questions != 1)
        return -EBADMSG;
    if (!take_question(&c, name))
        return -EBADMSG;
    if ((flags & CODE_MASK) == CODE_NO_SUCH_NAME)
        return -ENOENT;
    if ((flags & CODE_MASK) != CODE_OK)
        return -EAGAIN;
    strcpy(current, name); /* take_question: no longer than UC_DNS_NAME_MAX */
    for (; answers > 0; answers--) {
        if (!take_record(&c, current, addresses))
            break; /* a cut-off answer still holds the records before the cut */
    }
    return addresses->count ? 0 : -ENOENT;
}
