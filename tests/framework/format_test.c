/* SPDX-License-Identifier: MIT */
/* What is a text of each format, and what is not; each also cut at every length, for the sanitizers. */
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "uc/format.h"

typedef bool is_fn(struct uc_str text);

static void judge(is_fn *is, const char *text, bool want)
{
    size_t len = strlen(text);

    for (size_t cut = 0; cut <= len; cut++) {
        char *copy = malloc(cut + 1); /* exactly as long: a byte beyond is a finding */
        bool got;

        memcpy(copy, text, cut);
        copy = realloc(copy, cut ? cut : 1);
        got = is((struct uc_str){copy, cut});
        free(copy);
        if (cut == len && got != want)
            fail_msg("%s", text);
    }
}

static const struct {
    is_fn *is;
    const char *right[10], *wrong[16];
} rows[] = {
    {uc_is_date, {"2026-11-27", "2024-02-29", "2000-02-29", "0000-01-01"},
     {"", "2026-11-31", "2023-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "2026-11-27T", "26-11-27", "2026/11/27"}},
    {uc_is_date_time,
     {"2026-11-27T17:40:28Z", "2026-11-27t17:40:28z", "2026-11-27T17:40:28.123456789+02:00", "1990-12-31T23:59:60Z",
      "1990-12-31T15:59:60-08:00", "2017-01-01T00:29:60.5+00:30", "2026-11-27T17:40:59Z"},
     {"", "2026-11-27", "2026-11-27 17:40:28Z", "2026-11-27T17:40:28", "2026-11-27T24:00:00Z", "2026-11-27T17:60:28Z",
      "2026-11-27T17:40:61Z", "2026-11-27T17:40:28.Z", "2026-11-27T17:40:28+2:00", "2026-11-27T17:40:28+24:00", "2026-02-30T00:00:00Z",
      "2026-11-27T23:58:60Z", "2026-11-27T23:59:60+01:00", "2026-11-27T22:59:60Z"}},
    {uc_is_uuid, {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"},
     {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}"}},
    {uc_is_email, {"a@b.example", "first.last+tag@sub.example.org", "x@localhost"},
     {"", "@b", "a@", "a b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d", "a@-b.c", "a@b-.c", "a@b..c", "a@@b.c", "a"}},
    {uc_is_uri, {"http://a.example/b?c=d#e", "urn:x:y", "mailto:a@b.c", "http://a/%20"},
     {"", "a", "/a/b", "//a/b", "1a:b", "http://a b", "http://a/%2", "http://a/%zz", ":a", "http://a/\xc3\xbc"}},
    {uc_is_ipv4, {"0.0.0.0", "255.255.255.255", "10.0.2.15"},
     {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1..2.3", "1.2.3.", "1.2.3.0004"}},
    {uc_is_ipv6, {"::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:2:3:4:5:6:10.0.0.1", "1::"},
     {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "::1%eth0",
      "::256.0.0.1", "g::"}},
    {uc_is_byte, {"", "QQ==", "QUI=", "QUJD", "+/+/"}, {"Q", "QQ", "QQ=", "Q===", "Q Q=", "QQ==QQ=="}},
};

static void texts_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t k = 0; k < 10 && rows[i].right[k]; k++)
            judge(rows[i].is, rows[i].right[k], true);
        for (size_t k = 0; k < 16 && rows[i].wrong[k]; k++)
            judge(rows[i].is, rows[i].wrong[k], false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_are_told_apart)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
