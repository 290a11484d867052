/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/dns.h"

#define HEAD(flags, code, answers) "\x12\x34" flags code "\0\1\0" answers "\0\0\0\0"
#define QUESTION "\4shop\0\0\1\0\1"
#define A(owner, ttl, last) owner "\0\1\0\1\0\0\0" ttl "\0\4\x0a\x4d\0" last

static const struct {
    const char *name;
    const char *bytes;
    size_t len;
    int want;
    unsigned count;
} rows[] = {
#define ROW(name, bytes, want, count) {name, bytes, sizeof(bytes) - 1, want, count}
    ROW("two addresses", HEAD("\x81", "\x80", "\2") QUESTION A("\xc0\x0c", "\5", "\1") A("\xc0\x0c", "\3", "\2"),
        0, 2),
    ROW("name in other case", HEAD("\x81", "\x80", "\1") "\4SHop\0\0\1\0\1" A("\4sHOP\0", "\5", "\1"), 0, 1),
    ROW("alias", HEAD("\x81", "\x80", "\2") QUESTION "\xc0\x0c\0\5\0\1\0\0\0\2\0\4\1x\xc0\x0c" A(
        "\1x\4shop\0", "\5", "\1"), 0, 1),
    ROW("address of another name", HEAD("\x81", "\x80", "\1") QUESTION A("\4evil\0", "\5", "\1"), -ENOENT, 0),
    ROW("cut in the second record", HEAD("\x83", "\x80", "\2") QUESTION A("\xc0\x0c", "\5", "\1") "\xc0\x0c\0\1",
        0, 1),
    ROW("no such name", HEAD("\x81", "\x83", "\0") QUESTION, -ENOENT, 0),
    ROW("no address", HEAD("\x81", "\x80", "\0") QUESTION, -ENOENT, 0),
    ROW("server failure", HEAD("\x81", "\x82", "\0") QUESTION, -EAGAIN, 0),
    ROW("refused", HEAD("\x81", "\x85", "\0") QUESTION, -EAGAIN, 0),
    ROW("a question, no answer", HEAD("\x01", "\x80", "\1") QUESTION A("\xc0\x0c", "\5", "\1"), -EBADMSG, 0),
    ROW("other id", "\x12\x35\x81\x80\0\1\0\1\0\0\0\0" QUESTION A("\xc0\x0c", "\5", "\1"), -EBADMSG, 0),
    ROW("other question", HEAD("\x81", "\x80", "\1") "\4evil\0\0\1\0\1" A("\xc0\x0c", "\5", "\1"), -EBADMSG, 0),
    ROW("pointer to itself", HEAD("\x81", "\x80", "\1") "\xc0\x0c\0\1\0\1", -EBADMSG, 0),
    ROW("pointer forwards", HEAD("\x81", "\x80", "\1") "\xc0\x20\0\1\0\1", -EBADMSG, 0),
    ROW("label beyond the end", HEAD("\x81", "\x80", "\1") "\x3fshop", -EBADMSG, 0),
    ROW("short head", "\x12\x34\x81\x80\0\1", -EBADMSG, 0),
    ROW("nothing", "", -EBADMSG, 0),
};

static void answers_are_read_with_suspicion(void **state)
{
    size_t i, len;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_dns_addresses addresses;
        uint8_t *copy = malloc(rows[i].len + 1);
        int got;

        memcpy(copy, rows[i].bytes, rows[i].len);
        got = uc_dns_answer(&addresses, copy, rows[i].len, 0x1234, "shop");
        if (got != rows[i].want || addresses.count != rows[i].count)
            fail_msg("%s: %d, %u addresses", rows[i].name, got, addresses.count);
        free(copy);
        for (len = 0; len < rows[i].len; len++) { /* cut anywhere: no byte is read too far */
            copy = malloc(len + 1);
            memcpy(copy, rows[i].bytes, len);
            uc_dns_answer(&addresses, copy, len, 0x1234, "shop");
            free(copy);
        }
    }
}

static void addresses_keep_their_order_and_least_ttl(void **state)
{
    struct uc_dns_addresses addresses;

    (void)state;
    assert_int_equal(uc_dns_answer(&addresses, (const uint8_t *)rows[0].bytes, rows[0].len, 0x1234, "shop"), 0);
    assert_int_equal(ntohl(addresses.address[0]), 0x0a4d0001);
    assert_int_equal(ntohl(addresses.address[1]), 0x0a4d0002);
    assert_int_equal(addresses.ttl_s, 3);
}

static void questions_are_names(void **state)
{
    uint8_t message[UC_DNS_MESSAGE_MAX];
    char label[65], name[300];

    (void)state;
    assert_int_equal(uc_dns_question(message, 0x1234, "shop"), 12 + 6 + 4);
    assert_memory_equal(message, "\x12\x34\1\0\0\1\0\0\0\0\0\0" QUESTION, 22);
    memset(label, 'a', 64);
    label[64] = '\0';
    memset(name, 'a', sizeof(name));
    name[254] = '\0';
    assert_int_equal(uc_dns_question(message, 1, label + 1), 12 + 65 + 4);
    assert_int_equal(uc_dns_question(message, 1, label), -EINVAL);
    assert_int_equal(uc_dns_question(message, 1, name), -EINVAL);
    assert_int_equal(uc_dns_question(message, 1, ""), -EINVAL);
    assert_int_equal(uc_dns_question(message, 1, "a..b"), -EINVAL);
    assert_int_equal(uc_dns_question(message, 1, ".a"), -EINVAL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_read_with_suspicion),
        cmocka_unit_test(addresses_keep_their_order_and_least_ttl),
        cmocka_unit_test(questions_are_names),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
