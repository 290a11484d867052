/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <float.h>
#include <math.h>

#include "uc/json.h"
#include "uc/violation.h"

static struct uc_buf out;
static struct uc_json_writer w;

static void begin(size_t max)
{
    uc_buf_deinit(&out);
    uc_buf_init(&out, max);
    uc_json_writer_init(&w, &out);
}

static void assert_written(const char *want)
{
    assert_int_equal(out.error, 0);
    if (!uc_str_is(uc_str_of(out.data, out.len), want))
        fail_msg("wrote %.*s, not %s", (int)out.len, out.data, want);
}

static void commas_set_themselves(void **state)
{
    (void)state;
    begin(1000);
    uc_json_write_object_begin(&w);
    UC_JSON_KEY(&w, "a");
    uc_json_write_int64(&w, 1);
    UC_JSON_KEY(&w, "b");
    uc_json_write_array_begin(&w);
    uc_json_write_array_begin(&w);
    uc_json_write_array_end(&w);
    uc_json_write_object_begin(&w);
    uc_json_write_object_end(&w);
    uc_json_write_null(&w);
    uc_json_write_bool(&w, true);
    uc_json_write_bool(&w, false);
    uc_json_write_string(&w, uc_str("x"));
    uc_json_write_string(&w, uc_str(""));
    uc_json_write_raw(&w, uc_str("[1]"));
    uc_json_write_array_end(&w);
    uc_json_write_key(&w, uc_str("q\""));
    uc_json_write_string(&w, uc_str("\n"));
    UC_JSON_KEY(&w, "c");
    uc_json_write_double(&w, 0.5);
    uc_json_write_object_end(&w);
    assert_written("{\"a\":1,\"b\":[[],{},null,true,false,\"x\",\"\",[1]],\"q\\\"\":\"\\n\",\"c\":0.5}");
}

static void strings_are_escaped_and_always_utf8(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"\"\\/\b\f\n\r\t", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"\xc3\xa9\xf0\x9f\x98\xb9", "\"\xc3\xa9\xf0\x9f\x98\xb9\""},
        {"a\xff" "b", "\"a\xef\xbf\xbd" "b\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin(1000);
        uc_json_write_string(&w, uc_str(rows[i].text));
        assert_written(rows[i].want);
    }
    begin(1000);
    uc_json_write_string(&w, uc_str_of("a\0b", 3));
    assert_written("\"a\\u0000b\"");
    begin(1000);
    uc_json_write_string(&w, uc_str(NULL));
    assert_written("\"\"");
}

static void integers_reach_both_ends(void **state)
{
    begin(1000);
    (void)state;
    uc_json_write_int64(&w, INT64_MAX);
    uc_json_write_int64(&w, INT64_MIN);
    uc_json_write_int64(&w, 0);
    uc_json_write_int64(&w, -10);
    assert_written("9223372036854775807,-9223372036854775808,0,-10");
}

static void doubles_are_short(void **state)
{
    static const struct {
        double value;
        const char *want;
    } rows[] = {
        {0, "0"}, {-0.0, "-0"}, {1, "1"}, {-1.5, "-1.5"}, {0.1, "0.1"}, {0.3, "0.3"},
        {12.99, "12.99"}, {-0.05, "-0.05"}, {1e-6, "0.000001"}, {100, "100"}, {999999999, "999999999"},
        {0.1 + 0.2, "0.30000000000000004"}, {1e21, "1e+21"}, {5e-324, "5e-324"},
        {1e-7, "1e-07"}, {1.0 / 3, "0.3333333333333333"}, {DBL_MAX, "1.7976931348623157e+308"},
        {NAN, "null"}, {INFINITY, "null"}, {-INFINITY, "null"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin(1000);
        uc_json_write_double(&w, rows[i].value);
        assert_written(rows[i].want);
        assert_string_equal(uc_json_double_text((char[UC_JSON_NUMBER_TEXT]){0}, rows[i].value), rows[i].want);
    }
}

static void a_strict_writer_fails_for_what_is_no_number(void **state)
{
    static const double values[] = {NAN, INFINITY, -INFINITY};
    size_t i;

    (void)state;
    begin(1000);
    uc_json_writer_init_strict(&w, &out);
    uc_json_write_double(&w, 1.5);
    assert_written("1.5");
    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        begin(1000);
        uc_json_writer_init_strict(&w, &out);
        uc_json_write_array_begin(&w);
        uc_json_write_double(&w, values[i]);
        uc_json_write_array_end(&w);
        assert_int_equal(out.error, -EINVAL);
    }
}

static void doubles_come_back_as_they_were(void **state)
{
    struct uc_arena *arena = uc_arena_new(1 << 16);
    uint64_t bits = 88172645463325252u;
    int i;

    (void)state;
    for (i = 0; i < 20000; i++) {
        struct uc_violations violations;
        struct uc_json_reader r;
        double value, back;

        bits ^= bits << 13; /* xorshift: the same values in every run */
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof(value));
        if (i % 2)
            value = (double)(int64_t)(bits % 2000000000) / (i % 4 == 1 ? 100 : 1000000);
        if (!isfinite(value))
            continue;
        begin(1000);
        uc_json_write_double(&w, value);
        uc_violations_init(&violations, arena);
        uc_json_reader_init(&r, uc_str_of(out.data, out.len), arena, &violations);
        assert_true(uc_json_double(&r, &back));
        assert_int_equal(uc_json_finish(&r), 0);
        if (memcmp(&value, &back, sizeof(value)) != 0)
            fail_msg("%a written as %.*s", value, (int)out.len, out.data);
    }
    uc_arena_free(arena);
}

static void a_full_buffer_is_remembered(void **state)
{
    (void)state;
    begin(8);
    uc_json_write_string(&w, uc_str("123456"));
    assert_written("\"123456\"");
    begin(8);
    uc_json_write_array_begin(&w);
    uc_json_write_string(&w, uc_str("123456"));
    uc_json_write_array_end(&w);
    assert_int_equal(out.error, -ENOBUFS);
}

static void parameters_are_strict(void **state)
{
    static const struct {
        const char *text;
        bool is_int64, is_int32, is_double, is_bool;
    } rows[] = {
        {"0", true, true, true, false},          {"-7", true, true, true, false},
        {"2147483648", true, false, true, false}, {"9223372036854775808", false, false, true, false},
        {"1.0", false, false, true, false},      {"1e2", false, false, true, false},
        {"", false, false, false, false},        {" 1", false, false, false, false},
        {"1 ", false, false, false, false},      {"+1", false, false, false, false},
        {"01", false, false, false, false},      {"0x1", false, false, false, false},
        {"1e999", false, false, false, false},   {"nan", false, false, false, false},
        {"true", false, false, false, true},     {"false", false, false, false, true},
        {"True", false, false, false, false},    {"1,000", false, false, false, false},
    };
    struct uc_arena *arena = uc_arena_new(1 << 16);
    struct uc_violations v;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_str text = uc_str(rows[i].text);
        int64_t int64;
        int32_t int32;
        double number;
        bool truth;

        uc_violations_init(&v, arena);
        assert_int_equal(uc_parse_int64(&v, UC_IN_QUERY, "p", text, &int64), rows[i].is_int64);
        assert_int_equal(uc_parse_int32(&v, UC_IN_QUERY, "p", text, &int32), rows[i].is_int32);
        assert_int_equal(uc_parse_double(&v, UC_IN_PATH, "p", text, &number), rows[i].is_double);
        assert_int_equal(uc_parse_bool(&v, UC_IN_HEADER, "p", text, &truth), rows[i].is_bool);
        assert_int_equal(v.count, 4 - rows[i].is_int64 - rows[i].is_int32 - rows[i].is_double -
                                      rows[i].is_bool);
        if (v.count)
            assert_string_equal(v.kept[0].where.data, "p");
    }
    uc_arena_free(arena);
}

static void lengths_count_code_points(void **state)
{
    (void)state;
    assert_int_equal(uc_utf8_length(uc_str("")), 0);
    assert_int_equal(uc_utf8_length(uc_str("abc")), 3);
    assert_int_equal(uc_utf8_length(uc_str("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\xb9")), 3);
    assert_true(uc_utf8_valid(uc_str("\xc3\xa9")));
    assert_false(uc_utf8_valid(uc_str("\xc3")));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_set_themselves),
        cmocka_unit_test(strings_are_escaped_and_always_utf8),
        cmocka_unit_test(integers_reach_both_ends),
        cmocka_unit_test(doubles_are_short),
        cmocka_unit_test(a_strict_writer_fails_for_what_is_no_number),
        cmocka_unit_test(doubles_come_back_as_they_were),
        cmocka_unit_test(a_full_buffer_is_remembered),
        cmocka_unit_test(parameters_are_strict),
        cmocka_unit_test(lengths_count_code_points),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests_name("json_writer", tests, NULL, NULL);
    uc_buf_deinit(&out);
    return failed;
}
