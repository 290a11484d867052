/* SPDX-License-Identifier: MIT */
/* DNS messages, well-formed and not. */
#include "act/dns.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

#define HEADER "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
#define TAIL   "\x00\x01\x00\x01"
#define LABEL63 \
    "\x3f"      \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *name, *bytes;
    size_t len;
    int want;
    const char *asked;
} cases[] = {
    {"a plain question is read",
     BYTES(HEADER "\x07"
                  "catalog\x00" TAIL),
     0, "catalog"},
    {"a name of several labels has dots",
     BYTES(HEADER "\x01"
                  "a\x02"
                  "bc\x00" TAIL),
     0, "a.bc"},
    {"upper case is read as lower",
     BYTES(HEADER "\x03"
                  "AbC\x00" TAIL),
     0, "abc"},
    {"the root is the empty name", BYTES(HEADER "\x00" TAIL), 0, ""},
    {"bytes after the question (EDNS) do no harm",
     BYTES(HEADER "\x01"
                  "a\x00" TAIL "xyz"),
     0, "a"},
    {"nothing is no question", BYTES(""), -EINVAL, NULL},
    {"half a header is no question", BYTES("\x12\x34\x01\x00\x00\x01"), -EINVAL, NULL},
    {"an answer is no question", BYTES("\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00" TAIL),
     -EINVAL, NULL},
    {"another operation is not ours",
     BYTES("\x12\x34\x28\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00" TAIL), -ENOTSUP, NULL},
    {"no question is malformed", BYTES("\x12\x34\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"), -EPROTO,
     NULL},
    {"two questions are refused",
     BYTES("\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00" TAIL), -EPROTO, NULL},
    {"a name without an end is malformed",
     BYTES(HEADER "\x03"
                  "abc"),
     -EPROTO, NULL},
    {"a label longer than the message is malformed",
     BYTES(HEADER "\x3f"
                  "abc"),
     -EPROTO, NULL},
    {"a compressed name is malformed in a question", BYTES(HEADER "\xc0\x0c" TAIL), -EPROTO, NULL},
    {"a name without type is malformed",
     BYTES(HEADER "\x01"
                  "a\x00\x00\x01\x00"),
     -EPROTO, NULL},
    {"a dot inside a label is malformed",
     BYTES(HEADER "\x03"
                  "a.b\x00" TAIL),
     -EPROTO, NULL},
    {"a NUL inside a label is malformed",
     BYTES(HEADER "\x03"
                  "a\x00"
                  "b\x00" TAIL),
     -EPROTO, NULL},
    {"the longest name of four labels is too long",
     BYTES(HEADER LABEL63 LABEL63 LABEL63 LABEL63 "\x00" TAIL), -EPROTO, NULL},
    {"three of them are not", BYTES(HEADER LABEL63 LABEL63 LABEL63 "\x00" TAIL), 0, NULL},
};

int main(void)
{
    static const char query[] = HEADER "\x07"
                                       "catalog\x00" TAIL;
    uint32_t ips[40] = {0x0a4d000a, 0x0a4d000b};
    uint8_t out[ACT_DNS_MESSAGE_MAX];
    struct act_dns_question q;
    size_t len;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int got = act_dns_read((const uint8_t *)cases[i].bytes, cases[i].len, &q);

        CHECK(got == cases[i].want && (!cases[i].asked || strcmp(q.name, cases[i].asked) == 0),
              cases[i].name);
    }
    act_dns_read((const uint8_t *)query, sizeof(query) - 1, &q);
    len = act_dns_answer(out, (const uint8_t *)query, &q, ACT_DNS_NOERROR, ips, 2, 0);
    CHECK(len == sizeof(query) - 1 + 32 && memcmp(out, "\x12\x34\x85\x80\x00\x01\x00\x02", 8) == 0,
          "an answer repeats identifier and question and counts its records");
    CHECK(memcmp(out + len - 16, "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04\x0a\x4d\x00\x0b",
                 16) == 0,
          "a record points at the question's name and has the address");
    len = act_dns_answer(out, (const uint8_t *)query, &q, ACT_DNS_NOERROR, ips, 40, 0);
    CHECK(len <= ACT_DNS_MESSAGE_MAX, "more records than fit are left out");
    len = act_dns_answer(out, (const uint8_t *)query, &q, ACT_DNS_NXDOMAIN, NULL, 0, 0);
    CHECK(len == sizeof(query) - 1 && (out[3] & 15) == 3,
          "a name that does not exist is said not to");
    act_dns_read((const uint8_t *)HEADER "\x03"
                                         "abc",
                 16, &q);
    len = act_dns_answer(out,
                         (const uint8_t *)HEADER "\x03"
                                                 "abc",
                         &q, ACT_DNS_FORMERR, NULL, 0, 0);
    CHECK(len == 12 && memcmp(out, "\x12\x34\x85\x81\x00\x00", 6) == 0,
          "what cannot be read is answered without its question");
    return tap_finish();
}
