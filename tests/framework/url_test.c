/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "proto/url.h"

#define LABEL_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void a_url_is_taken_apart(void **state)
{
    static const struct {
        const char *text, *host, *authority, *path, *query;
        unsigned port;
        bool secure;
    } rows[] = {
        {"http://a", "a", "a", "", "", 80, false},
        {"https://a", "a", "a", "", "", 443, true},
        {"HTTPS://Hooks.Example.COM/", "hooks.example.com", "hooks.example.com", "/", "", 443, true},
        {"http://a:8080/b/c?d=e", "a", "a:8080", "/b/c", "?d=e", 8080, false},
        {"http://a:80?x", "a", "a", "", "?x", 80, false},
        {"https://a:80", "a", "a:80", "", "", 80, true},
        {"http://a:65535", "a", "a:65535", "", "", 65535, false},
        {"http://a:00080/", "a", "a", "/", "", 80, false},
        {"http://192.0.2.7/%41?%20", "192.0.2.7", "192.0.2.7", "/%41", "?%20", 80, false},
        {"http://a_b.c-d./x;y=1,2/@:!$&'()*+~", "a_b.c-d.", "a_b.c-d.", "/x;y=1,2/@:!$&'()*+~", "", 80, false},
        {"http://a?b=/?c", "a", "a", "", "?b=/?c", 80, false},
        {"http://a//b/../c", "a", "a", "//b/../c", "", 80, false},
        {"http://7up.example", "7up.example", "7up.example", "", "", 80, false},
        {"http://1.2.3.4a", "1.2.3.4a", "1.2.3.4a", "", "", 80, false},
        {"http://" LABEL_63 ".a", LABEL_63 ".a", LABEL_63 ".a", "", "", 80, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_url url;

        if (uc_url_parse(&url, uc_str(rows[i].text)))
            fail_msg("%s is refused", rows[i].text);
        assert_string_equal(url.host, rows[i].host);
        assert_string_equal(url.authority, rows[i].authority);
        assert_int_equal(url.port, rows[i].port);
        assert_int_equal(url.secure, rows[i].secure);
        assert_true(uc_str_is(url.path, rows[i].path));
        assert_true(uc_str_is(url.query, rows[i].query));
    }
}

static void what_is_no_such_url_is_refused(void **state)
{
    static const char *const rows[] = {
        "", "a", "//a", "/a", "http:", "http:/a", "http:a", "http://", "http:///a", "http://?a", "http://:80", "ftp://a", "httpx://a",
        " http://a", "http://a ", "http://a\n", "http://a/\x01", "http://a/\x7f", "http://a/\xc3\xa9", "http://\xc3\xa9", "http://a\\b",
        "http://a/b\\c", "http://u@a", "http://u:p@a", "http://@a", "http://a@", "http://a#", "http://a/#b", "http://a?b#c", "http://a:",
        "http://a:/", "http://a:0", "http://a:65536", "http://a:000080", "http://a:1x", "http://a:-1", "http://a:+1", "http://a: 1",
        "http://a:1:2", "http://.a", "http://a..b", "http://..", "http://.", "http://a%41", "http://a!b", "http://a*b", "http://[::1]",
        "http://[::1]:80/", "http://[v1.a]", "http://1", "http://127.1", "http://127.0.1", "http://2130706433", "http://0x7f000001",
        "http://0x7f.0.0.1", "http://a.0x1", "http://017700000001", "http://0177.0.0.1", "http://127.0.0.01", "http://127.0.0.256",
        "http://127.0.0.1.", "http://1.2.3.4.5", "http://a.1", "http://a.1.", "http://256.0.0.1", "http://1.2.3.", "http://a/%", "http://a/%4",
        "http://a/%4g", "http://a?%zz", "http://a/b c", "http://a/<b>", "http://a/\"", "http://a/{b}", "http://a/|", "http://a/^", "http://a/`",
        "http://a/[b]", "http://a?[b]", "http://" LABEL_63 "l",
        "http://" LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_url url;

        if (uc_url_parse(&url, uc_str(rows[i])) != -EINVAL)
            fail_msg("%s is taken", rows[i]);
    }
}

static void a_url_has_an_end(void **state)
{
    char *text = malloc(UC_URL_BYTES_MAX + 1);
    struct uc_url url;

    (void)state;
    memset(text, 'a', UC_URL_BYTES_MAX + 1);
    memcpy(text, "http://a/", 9);
    assert_int_equal(uc_url_parse(&url, uc_str_of(text, UC_URL_BYTES_MAX)), 0);
    assert_int_equal(uc_url_parse(&url, uc_str_of(text, UC_URL_BYTES_MAX + 1)), -EINVAL);
    assert_int_equal(uc_url_parse(&url, uc_str_of("http://a\0/", 10)), -EINVAL);
    assert_int_equal(uc_url_parse(&url, uc_str_of("http://a/\0", 10)), -EINVAL);
    assert_int_equal(uc_url_parse(&url, uc_str(NULL)), -EINVAL);
    free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(what_is_no_such_url_is_refused),
        cmocka_unit_test(a_url_has_an_end),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
