/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "uc/json.h"

/* A reader over a heap copy of exact length, so that ASan sees a byte read too far. */
struct fixture {
    struct uc_arena *arena;
    struct uc_violations violations;
    struct uc_json_reader reader;
    char *copy;
};

static void open_text(struct fixture *f, const char *text, size_t len)
{
    f->arena = uc_arena_new(1 << 24);
    f->copy = malloc(len ? len : 1);
    assert_non_null(f->copy);
    memcpy(f->copy, text, len);
    uc_violations_init(&f->violations, f->arena);
    uc_json_reader_init(&f->reader, uc_str_of(f->copy, len), f->arena, &f->violations);
}

static void close_text(struct fixture *f)
{
    free(f->copy);
    uc_arena_free(f->arena);
}

static int check_text(const char *text, size_t len)
{
    struct fixture f;
    int err;

    open_text(&f, text, len);
    uc_json_skip(&f.reader);
    err = uc_json_finish(&f.reader);
    if (err && !f.reader.error_text)
        fail_msg("an error without a text");
    close_text(&f);
    return err;
}

struct row {
    const char *text;
    size_t len;
};
#define ROW(literal) {literal, sizeof(literal) - 1}

static void valid_text_is_accepted(void **state)
{
    static const struct row rows[] = {
        ROW("null"), ROW("true"), ROW("false"), ROW("0"), ROW("-0"), ROW("\"\""), ROW("[]"),
        ROW("{}"), ROW(" \t\r\n[ ] \n"), ROW("[[]   ]"), ROW("[\"\"]"), ROW("[null, 1, \"1\", {}]"),
        ROW("[123e65]"), ROW("[0e+1]"), ROW("[0e1]"), ROW("[ 4]"), ROW("[-0.000000000000000001]"),
        ROW("[20e1]"), ROW("[-123]"), ROW("[1E22]"), ROW("[1E-2]"), ROW("[1E+2]"),
        ROW("[123.456e78]"), ROW("[1e99999999999999999999]"), ROW("[1e-99999999999999999999]"),
        ROW("[12345678901234567890123456789012345678901234567890]"),
        ROW("{\"a\":\"b\"}"), ROW("{\"\":0}"), ROW("{\"a\\u0000b\": 42}"), ROW("{\"a\":[]}"),
        ROW("{\"a\":1,\"b\":1}"), ROW("{\"a\":{\"a\":{\"a\":1}}}"), ROW("[{\"a\":1},{\"a\":1}]"),
        ROW("{\n\"a\" : 1 ,\n\"b\" :\t2 }"), ROW("[\"\\u0060\\u012a\\u12AB\"]"),
        ROW("[\"\\uD801\\udc37\"]"), ROW("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
        ROW("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), ROW("[\"\\\\u0000\"]"), ROW("[\"\\u0000\"]"),
        ROW("[\"a/*b*/c//d\"]"), ROW("[\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\"]"),
        ROW("[\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"]"), ROW("[\"\xed\x9f\xbf\xee\x80\x80\"]"),
        ROW("[\"\x7f\"]"), ROW("[\"\xe2\x80\xa8\xe2\x80\xa9\"]"), ROW("[\"\\uFFFF\\uFDD0\"]"),
        ROW("\"1234567\""), ROW("\"12345678\""), ROW("\"123456789\""),
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (check_text(rows[i].text, rows[i].len))
            fail_msg("refused: %s", rows[i].text);
    }
}

static void broken_text_is_refused(void **state)
{
    static const struct row rows[] = {
        /* structure */
        ROW(""), ROW(" "), ROW("\xEF\xBB\xBF{}"), ROW("[1 true]"), ROW("[\"\": 1]"), ROW("[\"\"],"),
        ROW("[,1]"), ROW("[1,,2]"), ROW("[\"x\",,]"), ROW("[\"x\"]]"), ROW("[\"\",]"), ROW("[\"x\""),
        ROW("[x"), ROW("[3[4]]"), ROW("[1:2]"), ROW("[,]"), ROW("[-]"), ROW("[   , \"\"]"),
        ROW("[\"a\",\n4\n,1,"), ROW("[1,]"), ROW("[*]"), ROW("[1,\n1\n,1"), ROW("[{}"), ROW("["),
        ROW("]"), ROW("{"), ROW("}"), ROW("[}"), ROW("{]"), ROW("[}]"), ROW("{}}"), ROW("[]]"),
        ROW("[][]"), ROW("1 2"), ROW("{}null"), ROW("[\v]"), ROW("[\f]"), ROW("[\xc2\xa0]"),
        ROW("[1]\0"), ROW("\0"), ROW("[\0]"), ROW("123\0"), ROW("/* */ 1"), ROW("1 // x"),
        ROW("{\"a\":\"b\"}#"), ROW("{\"a\":/**/1}"), ROW("<null>"),
        /* words */
        ROW("nul"), ROW("nulll"), ROW("tru"), ROW("fals"), ROW("True"), ROW("NULL"), ROW("[nul"),
        ROW("[fals]"), ROW("[tru"), ROW("NaN"), ROW("[NaN]"), ROW("[Infinity]"), ROW("[-Infinity]"),
        ROW("undefined"), ROW("asd"),
        /* objects */
        ROW("{1:1}"), ROW("{\"x\"::\"b\"}"), ROW("{\"x\", null}"), ROW("{\"a\" b}"), ROW("{a: \"b\"}"),
        ROW("{:\"b\"}"), ROW("{\"a\" \"b\"}"), ROW("{\"a\":"), ROW("{\"a\""), ROW("{'a':0}"),
        ROW("{\"id\":0,}"), ROW("{\"id\":0,,\"x\":1}"), ROW("{null:null}"), ROW("{\"a\":\"a"),
        ROW("{ \"foo\" : \"bar\", \"a\" }"), ROW("{,\"a\":1}"), ROW("{\"a\":1 \"b\":2}"),
        ROW("{\"a\":1,"), ROW("{\"a\":1"), ROW("{\"a\":}"),
        /* duplicate names, also when written differently or inside what is skipped */
        ROW("{\"a\":1,\"a\":1}"), ROW("{\"a\":1,\"\\u0061\":2}"), ROW("{\"\\u0061\":1,\"a\":2}"),
        ROW("{\"\":1,\"\":2}"), ROW("[{\"x\":{\"k\":1,\"j\":2,\"k\":3}}]"),
        ROW("{\"\\ud83d\\ude39\":1,\"\xf0\x9f\x98\xb9\":1}"), ROW("{\"a\":{\"b\":1},\"c\":2,\"a\":3}"),
        ROW("{\"a\\/b\":1,\"a/b\":2}"),
        /* numbers */
        ROW("-"), ROW("+1"), ROW("01"), ROW("-01"), ROW("00"), ROW("1."), ROW(".5"), ROW("-.5"),
        ROW("1e"), ROW("1e+"), ROW("1e-"), ROW("1E"), ROW("0e"), ROW("0e+"), ROW("0.e1"), ROW("1.e1"),
        ROW("0.3e"), ROW("0.3e+"), ROW("[1.0e-]"), ROW("[1eE2]"), ROW("[1e1.5]"), ROW("[0x42]"),
        ROW("[1+2]"), ROW("[1ea]"), ROW("[- 1]"), ROW("[--1]"), ROW("[-1.0.]"), ROW("[1_000]"),
        ROW("[1 000]"), ROW("[-012]"), ROW("[1.2a-3]"), ROW("[1.8011670033376514H-308]"),
        ROW("[\xef\xbc\x91]"), ROW("[9.e+]"), ROW("[2.]"), ROW("[0.]"), ROW("1a"), ROW("0 1"),
        /* strings */
        ROW("\""), ROW("[\""), ROW("[\"a"), ROW("[\"\\"), ROW("[\"\\\""), ROW("[\"\\x00\"]"),
        ROW("[\"\\a\"]"), ROW("[\"\\\t\"]"), ROW("[\"\\U0041\"]"), ROW("[\"\\u00A\"]"), ROW("[\"\\u\"]"),
        ROW("[\"\\uqqqq\"]"), ROW("[\"\\u00"), ROW("[\"\\ud800\"]"), ROW("[\"\\udc00\"]"),
        ROW("[\"\\ud800\\u0041\"]"), ROW("[\"\\ud800abc\"]"), ROW("[\"\\ud800\\\"]"),
        ROW("[\"\\ud800\\u\"]"), ROW("[\"\\ud800\\ud800\"]"), ROW("[\"\\udd1e\\ud834\"]"),
        ROW("[\"\\uD834\\uDd"), ROW("['single']"), ROW("[\"a\nb\"]"), ROW("[\"\t\"]"), ROW("[\"\x1f\"]"),
        ROW("[\"a\0a\"]"), ROW("[\"12345678\n\"]"), ROW("[\\u0020\"x\"]"),
        /* UTF-8 */
        ROW("[\"\x80\"]"), ROW("[\"\xbf\"]"), ROW("[\"\xc0\xaf\"]"), ROW("[\"\xc1\xbf\"]"),
        ROW("[\"\xc2\"]"), ROW("[\"\xe0\x80\xaf\"]"), ROW("[\"\xe0\x9f\xbf\"]"), ROW("[\"\xe2\x82\"]"),
        ROW("[\"\xed\xa0\x80\"]"), ROW("[\"\xed\xbf\xbf\"]"), ROW("[\"\xf0\x8f\xbf\xbf\"]"),
        ROW("[\"\xf4\x90\x80\x80\"]"), ROW("[\"\xf5\x80\x80\x80\"]"), ROW("[\"\xff\"]"),
        ROW("[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"), ROW("[\xc3\xa5]"), ROW("{\"\xb9\":1}"), ROW("[\"\xe2\x82"),
        ROW("[\"a\xc3\"]"), ROW("[\"\xc3\x28\"]"),
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (check_text(rows[i].text, rows[i].len) != -EBADMSG)
            fail_msg("accepted, row %zu: %s", i, rows[i].text);
    }
}

static void nesting_is_bounded(void **state)
{
    char text[2 * (UC_JSON_DEPTH_MAX + 1)];
    size_t depth;

    (void)state;
    for (depth = UC_JSON_DEPTH_MAX - 1; depth <= UC_JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(check_text(text, 2 * depth), depth > UC_JSON_DEPTH_MAX ? -E2BIG : 0);
    }
    memset(text, '[', sizeof(text));
    assert_int_equal(check_text(text, sizeof(text)), -E2BIG);
}

/* One object with `count` members; from `twin` on (when not 0) the last repeats member 1. */
static int check_many(unsigned count, bool twin)
{
    char *text = malloc(count * 16 + 2);
    size_t len = 0;
    unsigned i;
    int err;

    assert_non_null(text);
    text[len++] = '{';
    for (i = 0; i < count; i++)
        len += (size_t)sprintf(text + len, "%s\"k%u\":%u", i ? "," : "",
                               twin && i == count - 1 ? 1 : i, i);
    text[len++] = '}';
    err = check_text(text, len);
    free(text);
    return err;
}

static void duplicates_are_found_in_objects_of_any_size(void **state)
{
    static const unsigned counts[] = {3, 31, 32, 33, 34, 64, 65, 1000, 20000};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        assert_int_equal(check_many(counts[i], false), 0);
        assert_int_equal(check_many(counts[i], true), -EBADMSG);
    }
}

static void integers_are_exact(void **state)
{
    enum { OK, NOT_INTEGER, RANGE };
    static const struct {
        const char *text;
        int64_t want;
        int how;
    } rows[] = {
        {"0", 0, OK}, {"-0", 0, OK}, {"7", 7, OK}, {"-7", -7, OK}, {"1.0", 1, OK}, {"1e2", 100, OK},
        {"1200e-2", 12, OK}, {"0.5e1", 5, OK}, {"0e999999999999", 0, OK}, {"-0.0", 0, OK},
        {"0.000", 0, OK}, {"9007199254740993", 9007199254740993, OK},
        {"999999999999999999", 999999999999999999, OK},
        {"1000000000000000000", 1000000000000000000, OK},
        {"9223372036854775807", INT64_MAX, OK}, {"-9223372036854775808", INT64_MIN, OK},
        {"9223372036854775807.000", INT64_MAX, OK}, {"92233720368547758070e-1", INT64_MAX, OK},
        {"922337203685477580700000000000e-11", INT64_MAX, OK},
        {"9223372036854775808", 0, RANGE}, {"-9223372036854775809", 0, RANGE},
        {"18446744073709551616", 0, RANGE}, {"1e19", 0, RANGE}, {"1e999999999999999999", 0, RANGE},
        {"99999999999999999999999999", 0, RANGE},
        {"0.5", 0, NOT_INTEGER}, {"1e-1", 0, NOT_INTEGER}, {"1e-999999999999999999", 0, NOT_INTEGER},
        {"123456789012345678901234567890.5", 0, NOT_INTEGER}, {"0.1e0", 0, NOT_INTEGER},
        {"\"1\"", 0, NOT_INTEGER}, {"true", 0, NOT_INTEGER}, {"null", 0, NOT_INTEGER},
        {"[1]", 0, NOT_INTEGER}, {"{\"a\":1}", 0, NOT_INTEGER},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        int64_t value = 0;
        bool ok;

        open_text(&f, rows[i].text, strlen(rows[i].text));
        ok = uc_json_int64(&f.reader, &value);
        if (ok != (rows[i].how == OK) || (ok && value != rows[i].want))
            fail_msg("%s read as %d, %lld", rows[i].text, ok, (long long)value);
        assert_int_equal(uc_json_finish(&f.reader), 0);
        assert_int_equal(f.violations.count, !ok);
        if (!ok)
            assert_string_equal(f.violations.kept[0].detail.data,
                                rows[i].how == RANGE ? "must be a 64-bit integer"
                                                     : "must be an integer");
        close_text(&f);
    }
}

static void short_integers_have_their_own_range(void **state)
{
    static const struct {
        const char *text;
        bool ok;
    } rows[] = {{"2147483647", true},
                {"-2147483648", true},
                {"2147483648", false},
                {"-2147483649", false},
                {"2147483647.5", false}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        int32_t value;

        open_text(&f, rows[i].text, strlen(rows[i].text));
        assert_int_equal(uc_json_int32(&f.reader, &value), rows[i].ok);
        assert_int_equal(f.violations.count, !rows[i].ok);
        close_text(&f);
    }
}

static void doubles_are_correctly_rounded(void **state)
{
    static const char *const rows[] = {
        "0", "-0", "0.1", "12.99", "1e22", "1e23", "9007199254740993", "1.7976931348623157e308",
        "2.2250738585072014e-308", "2.2250738585072011e-308", "5e-324", "2e-324", "1e-400",
        "0.3e1", "123456789012345678901234567890", "8.98846567431158e307", "-1.5", "100e-2",
        "9007199254740992.999999999999999999999999999999999", "6.02214076e23", "0.000001",
        "1090544144181609348671888949248", "1000000000000000000000000000000e-30",
    };
    char digits[2000];
    size_t i;

    (void)state;
    for (i = 0; i <= sizeof(rows) / sizeof(rows[0]); i++) {
        const char *text = i < sizeof(rows) / sizeof(rows[0]) ? rows[i] : digits;
        struct fixture f;
        double value, want;

        if (text == digits) { /* just above half-way between two doubles, seen only at the end */
            strcpy(digits, "9007199254740993");
            memset(digits + 16, '0', 1900);
            digits[16] = '.';
            strcpy(digits + 1900, "1");
        }
        want = strtod(text, NULL);
        open_text(&f, text, strlen(text));
        assert_true(uc_json_double(&f.reader, &value));
        if (memcmp(&value, &want, sizeof(value)) != 0)
            fail_msg("%s read as %a, not %a", text, value, want);
        close_text(&f);
    }
}

static void a_number_beyond_double_is_a_violation(void **state)
{
    struct fixture f;
    double value;

    (void)state;
    open_text(&f, "-1e309", 6);
    assert_false(uc_json_double(&f.reader, &value));
    assert_int_equal(f.violations.count, 1);
    assert_int_equal(uc_json_finish(&f.reader), 0);
    close_text(&f);
}

static bool is_multiple(const char *text, uint64_t units, int exponent)
{
    size_t len = strlen(text);
    char *copy = malloc(len ? len : 1);
    bool is;

    assert_non_null(copy);
    memcpy(copy, text, len);
    is = uc_json_is_multiple(uc_str_of(copy, len), units, exponent);
    free(copy);
    return is;
}

static void multiples_are_told_of_decimals_as_written(void **state)
{
    static const struct {
        const char *text;
        uint64_t units;
        int exponent;
        bool is;
    } rows[] = {
        {"0.3", 1, -1, true},
        {"0.30000000000000004", 1, -1, false},
        {"0.3000000000000000000000000000000000000001", 1, -1, false},
        {"1e300", 1, -2, true},
        {"1e-300", 1, -2, false},
        {"1e-300", 1, -300, true},
        {"1e-301", 1, -300, false},
        {"-0.35", 5, -2, true},
        {"-0.36", 5, -2, false},
        {"0", 7, 5, true},
        {"-0.000e99999999999", 7, 5, true},
        {"0.0075", 25, -4, true},
        {"0.00750", 25, -4, true},
        {"7.5e-3", 25, -4, true},
        {"0.0076", 25, -4, false},
        {"4.35", 1, -2, true},
        {"4.35", 1, -1, false},
        {"1", 3, 0, false},
        {"1e3", 8, 0, true},
        {"1e2", 8, 0, false},
        {"20", 1, 1, true},
        {"25", 1, 1, false},
        {"9007199254740993", 2, 0, false}, /* as a double it is even */
        {"9007199254740992", 2, 0, true},
        {"123456789012345678901234567890", 9, 0, true},
        {"123456789012345678901234567891", 9, 0, false},
        {"999999999999999999", 999999999999999999, 0, true},
        {"999999999999999999e300", 999999999999999999, -400, true},
        {"1e300", 576460752303423488, 0, true}, /* 2^59 */
        {"1e58", 576460752303423488, 0, false},
        {"1e59", 576460752303423488, 0, true},
        {"", 1, 0, false},
        {"1.", 1, 0, false},
        {"1x", 1, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (is_multiple(rows[i].text, rows[i].units, rows[i].exponent) != rows[i].is)
            fail_msg("%s of %llue%d", rows[i].text, (unsigned long long)rows[i].units, rows[i].exponent);
}

/* Thousandths, and divisors with up to six digits behind the point: both are integers of millionths. */
static void multiples_are_those_of_exact_arithmetic(void **state)
{
    static const int64_t millionths[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

    (void)state;
    for (int thousandths = -1200; thousandths <= 1200; thousandths += 7)
        for (int exponent = -6; exponent <= 2; exponent++)
            for (uint64_t units = 1; units < 60; units++) {
                char text[32];
                bool want;

                if (units % 10 == 0)
                    continue;
                want = (int64_t)thousandths * 1000 % ((int64_t)units * millionths[exponent + 6]) == 0;
                snprintf(text, sizeof(text), "%s%d.%03d", thousandths < 0 ? "-" : "", abs(thousandths) / 1000,
                         abs(thousandths) % 1000);
                if (is_multiple(text, units, exponent) != want)
                    fail_msg("%s of %llue%d", text, (unsigned long long)units, exponent);
            }
}

static void escapes_are_decoded_and_plain_text_is_borrowed(void **state)
{
    static const char text[] = "[\"plain\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u00e9\\u20AC\\ud83d\\ude39x\"]";
    struct fixture f;
    struct uc_str value;

    (void)state;
    open_text(&f, text, sizeof(text) - 1);
    assert_true(uc_json_array_begin(&f.reader));
    assert_true(uc_json_array_next(&f.reader) && uc_json_string(&f.reader, &value));
    assert_true(uc_str_is(value, "plain"));
    assert_ptr_equal(value.data, f.copy + 2);
    assert_true(uc_json_array_next(&f.reader) && uc_json_string(&f.reader, &value));
    assert_true(uc_str_is(value, "\"\\/\b\f\n\r\t"));
    assert_int_equal(value.data[value.len], 0);
    assert_true(uc_json_array_next(&f.reader) && uc_json_string(&f.reader, &value));
    assert_true(uc_str_is(value, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\xb9x"));
    assert_false(uc_json_array_next(&f.reader));
    assert_int_equal(uc_json_finish(&f.reader), 0);
    close_text(&f);
}

static void violations_carry_the_json_pointer(void **state)
{
    static const char text[] = "{\"a/b\":[1,{\"m~n\":\"x\"},true],\"\":null,\"last\":7}";
    static const char *const want[] = {"/a~1b/1/m~0n", "/a~1b/1/need~1ed", "/a~1b/2", "/",
                                       "/last", "/absent", ""};
    struct fixture f;
    struct uc_json_reader *r = &f.reader;
    struct uc_str key;
    int64_t number;
    size_t i;

    (void)state;
    open_text(&f, text, sizeof(text) - 1);
    assert_true(uc_json_object_begin(r));
    assert_true(uc_json_object_next(r, &key) && uc_str_is(key, "a/b"));
    assert_true(uc_json_array_begin(r));
    assert_true(uc_json_array_next(r) && uc_json_int64(r, &number));
    assert_true(uc_json_array_next(r) && uc_json_object_begin(r));
    assert_true(uc_json_object_next(r, &key));
    assert_false(uc_json_int64(r, &number));
    assert_false(uc_json_object_next(r, &key));
    uc_json_missing(r, "need/ed");
    assert_true(uc_json_array_next(r));
    assert_false(uc_json_int64(r, &number));
    assert_false(uc_json_array_next(r));
    assert_true(uc_json_object_next(r, &key));
    assert_false(uc_json_int64(r, &number));
    assert_true(uc_json_object_next(r, &key) && uc_json_int64(r, &number));
    uc_json_violation(r, "must be at most %d", 5);
    assert_false(uc_json_object_next(r, &key));
    uc_json_unknown(r, uc_str("absent"));
    uc_json_violation(r, "must not be so");
    assert_int_equal(uc_json_finish(r), 0);
    assert_int_equal(f.violations.count, sizeof(want) / sizeof(want[0]));
    for (i = 0; i < f.violations.count; i++)
        assert_string_equal(f.violations.kept[i].where.data, want[i]);
    assert_string_equal(f.violations.kept[4].detail.data, "must be at most 5");
    close_text(&f);
}

static void more_violations_than_kept_are_counted(void **state)
{
    struct fixture f;
    int64_t number;
    char text[101];
    size_t i;

    (void)state;
    for (i = 0; i < 50; i++)
        memcpy(text + 2 * i, i ? ",t" : "[t", 2);
    /* "[t,t,..." is broken syntax at the second byte: no violation may come of it */
    open_text(&f, text, 100);
    assert_true(uc_json_array_begin(&f.reader));
    assert_true(uc_json_array_next(&f.reader));
    assert_false(uc_json_int64(&f.reader, &number));
    assert_int_equal(f.violations.count, 0);
    close_text(&f);

    for (i = 0; i < 50; i++)
        memcpy(text + 2 * i, i ? ",[" : "[[", 2);
    open_text(&f, "[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]", 61);
    assert_true(uc_json_array_begin(&f.reader));
    while (uc_json_array_next(&f.reader))
        assert_false(uc_json_int64(&f.reader, &number));
    assert_int_equal(uc_json_finish(&f.reader), 0);
    assert_int_equal(f.violations.count, 20);
    assert_string_equal(f.violations.kept[UC_VIOLATIONS_MAX - 1].where.data, "/15");
    close_text(&f);
}

static void raw_hands_out_the_bytes_of_a_value(void **state)
{
    static const char text[] = " { \"a\" : [1, 2 ] } ";
    struct fixture f;
    struct uc_str raw;

    (void)state;
    open_text(&f, text, sizeof(text) - 1);
    assert_true(uc_json_raw(&f.reader, &raw));
    assert_true(uc_str_is(raw, "{ \"a\" : [1, 2 ] }"));
    assert_int_equal(uc_json_finish(&f.reader), 0);
    close_text(&f);
}

static void null_is_taken_only_when_it_is_there(void **state)
{
    struct fixture f;
    bool value = false;

    (void)state;
    open_text(&f, "[null,true]", 11);
    assert_true(uc_json_array_begin(&f.reader));
    assert_true(uc_json_array_next(&f.reader) && uc_json_null(&f.reader));
    assert_true(uc_json_array_next(&f.reader));
    assert_false(uc_json_null(&f.reader));
    assert_true(uc_json_bool(&f.reader, &value) && value);
    assert_false(uc_json_array_next(&f.reader));
    assert_int_equal(uc_json_finish(&f.reader), 0);
    close_text(&f);
}

/* `unit` over and over, in brackets, is compared in the memory that is set aside for its length. */
static void compare_many(const char *unit, size_t count)
{
    char *text = malloc(count * (strlen(unit) + 1) + 2);
    struct fixture f;
    size_t len = 0, i;

    assert_non_null(text);
    text[len++] = '[';
    for (i = 0; i < count; i++)
        len += (size_t)sprintf(text + len, "%s%s", i ? "," : "", unit);
    text[len++] = ']';
    open_text(&f, text, len);
    assert_true(uc_json_skip(&f.reader));
    uc_json_unique_values(&f.reader, f.copy);
    assert_int_equal(uc_json_finish(&f.reader), 0);
    assert_int_equal(f.violations.count, 1);
    assert_false(uc_arena_failed(f.arena));
    close_text(&f);
    free(text);
}

static void long_lists_are_compared(void **state)
{
    (void)state;
    compare_many("1", 16385);
    compare_many("1", 200000);
    compare_many("\"\"", 100000);
    compare_many("\"\\n\"", 100000);
    compare_many("{\"\":1}", 40000);
}

#define CHOICES(forms) forms, sizeof(forms) - 1

static void choices_are_compared_by_value(void **state)
{
    static const struct {
        const char *value, *choices;
        size_t len;
        bool found;
    } rows[] = {
        {"1.0", CHOICES("1e0;\0"), true},
        {"10e-1", CHOICES("1e0;\0" "2e0;\0"), true},
        {"20", CHOICES("1e0;\0" "2e0;\0"), false},
        {"-0", CHOICES("0;\0"), true},
        {"0.1000000000000000055", CHOICES("1e-1;\0"), false}, /* the same double */
        {"9007199254740993", CHOICES("9007199254740992e0;\0"), false},
        {"\"1\"", CHOICES("1e0;\0"), false},
        {"\"\\u0061\"", CHOICES("\"1:a\0"), true},
        {"\"\\u0000\"", CHOICES("\"1:\0"), false},
        {"\"\"", CHOICES("\"0:\0" "\"1:a\0" "\"1:b\0"), true},
        {"\"b\"", CHOICES("\"0:\0" "\"1:a\0" "\"1:b\0"), true},
        {"\"c\"", CHOICES("\"0:\0" "\"1:a\0" "\"1:b\0"), false},
        {"true", CHOICES("1e0;\0" "\"4:true\0"), false},
        {"false", CHOICES("f\0" "n\0" "0;\0"), true},
        {"null", CHOICES("n\0" "\"4:null\0"), true},
        {"null", CHOICES("0;\0" "[]\0" "{}\0" "\"0:\0"), false},
        {" { \"b\" : [ 1.0 ] , \"a\" : null } ", CHOICES("{\"1:an\"1:b[1e0;]}\0"), true},
        {"{\"a\":null}", CHOICES("{\"1:an\"1:b[1e0;]}\0"), false},
        {"{\"a\":null,\"b\":[1],\"c\":1}", CHOICES("{\"1:an\"1:b[1e0;]}\0"), false},
        {"[2,1]", CHOICES("[2e0;]\0" "[1e0;2e0;]\0"), false},
        {"[[1,2]]", CHOICES("[1e0;2e0;]\0"), false},
        {"[[1,2]]", CHOICES("[[1e0;2e0;]]\0"), true},
        {"{}", CHOICES("[]\0"), false},
        {"[]", CHOICES(""), false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        struct uc_str value;

        open_text(&f, rows[i].value, strlen(rows[i].value));
        if (uc_json_raw_choice(&f.reader, &value, uc_str_of(rows[i].choices, rows[i].len), "must be another") != rows[i].found)
            fail_msg("%s in row %zu", rows[i].value, i);
        assert_int_equal(uc_json_finish(&f.reader), 0);
        assert_int_equal(f.violations.count, !rows[i].found);
        if (!rows[i].found)
            assert_string_equal(f.violations.kept[0].detail.data, "must be another");
        close_text(&f);
    }
}

/* 40000 values against 200000 choices: by the product of both this takes minutes. */
static void a_long_list_of_choices_costs_no_more(void **state)
{
    enum { choices = 200000, values = 40000, form = 11 }; /* "1100000e0;" and a zero byte */
    char *list = malloc(choices * form + 1), text[16];
    struct fixture f;
    struct uc_str value;
    int i;

    (void)state;
    assert_non_null(list);
    for (i = 0; i < choices; i++)
        snprintf(list + i * form, form + 1, "%de0;", 1100001 + 2 * i);
    for (i = 0; i < values; i++) {
        int number = 1100000 + 10 * i + i % 2;
        bool is_choice = number % 2 && number % 10, found;

        snprintf(text, sizeof(text), "%d", number);
        open_text(&f, text, strlen(text));
        found = uc_json_raw_choice(&f.reader, &value, uc_str_of(list, choices * form), "must be another");
        if (found != is_choice)
            fail_msg("%s", text);
        close_text(&f);
    }
    free(list);
}

static void an_exhausted_arena_ends_the_reading(void **state)
{
    static const char text[] = "[\"\\n long enough to need more memory than there is, by far\"]";
    struct uc_arena *arena = uc_arena_new(16);
    struct uc_violations violations;
    struct uc_json_reader r;
    struct uc_str value;

    (void)state;
    uc_violations_init(&violations, arena);
    uc_json_reader_init(&r, uc_str(text), arena, &violations);
    assert_true(uc_json_array_begin(&r) && uc_json_array_next(&r));
    assert_false(uc_json_string(&r, &value));
    assert_false(uc_json_array_next(&r));
    assert_int_equal(uc_json_finish(&r), -ENOMEM);
    uc_arena_free(arena);
}

/* Reads everything that needs memory: escapes, a growing list of names, violations. */
static int read_within(size_t arena_bytes)
{
    static char text[4096];
    struct uc_arena *arena = uc_arena_new(arena_bytes);
    struct uc_violations violations;
    struct uc_json_reader r;
    struct uc_str key, value;
    size_t len = 0;
    int64_t number;
    int i, err;

    assert_non_null(arena);
    text[len++] = '{';
    for (i = 0; i < 70; i++)
        len += (size_t)sprintf(text + len, "%s\"k\\u0041%d\":\"v\\n%d\"", i ? "," : "", i, i);
    text[len++] = '}';
    uc_violations_init(&violations, arena);
    uc_json_reader_init(&r, uc_str_of(text, len), arena, &violations);
    if (uc_json_object_begin(&r)) {
        for (i = 0; uc_json_object_next(&r, &key); i++)
            (void)(i % 2 ? uc_json_string(&r, &value) : uc_json_int64(&r, &number));
    }
    err = uc_json_finish(&r);
    assert_true(err == 0 || err == -ENOMEM);
    assert_true(err == 0 || uc_arena_failed(arena));
    uc_arena_free(arena);
    return err;
}

static void memory_may_run_out_anywhere(void **state)
{
    size_t bytes = 0;

    (void)state;
    while (read_within(bytes) != 0)
        bytes += 16;
    assert_true(bytes > 1000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_text_is_accepted),
        cmocka_unit_test(broken_text_is_refused),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(duplicates_are_found_in_objects_of_any_size),
        cmocka_unit_test(integers_are_exact),
        cmocka_unit_test(short_integers_have_their_own_range),
        cmocka_unit_test(doubles_are_correctly_rounded),
        cmocka_unit_test(a_number_beyond_double_is_a_violation),
        cmocka_unit_test(multiples_are_told_of_decimals_as_written),
        cmocka_unit_test(multiples_are_those_of_exact_arithmetic),
        cmocka_unit_test(escapes_are_decoded_and_plain_text_is_borrowed),
        cmocka_unit_test(violations_carry_the_json_pointer),
        cmocka_unit_test(more_violations_than_kept_are_counted),
        cmocka_unit_test(raw_hands_out_the_bytes_of_a_value),
        cmocka_unit_test(null_is_taken_only_when_it_is_there),
        cmocka_unit_test(long_lists_are_compared),
        cmocka_unit_test(choices_are_compared_by_value),
        cmocka_unit_test(a_long_list_of_choices_costs_no_more),
        cmocka_unit_test(an_exhausted_arena_ends_the_reading),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("json_reader", tests, NULL, NULL);
}
