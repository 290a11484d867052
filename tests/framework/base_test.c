/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "app/metrics.h"
#include "base/arena_internal.h"
#include "base/date.h"
#include "base/escape.h"
#include "base/log_internal.h"
#include "proto/trace.h"
#include "uc/media.h"

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
    struct uc_arena *arena = uc_arena_new(100000);

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t bytes = 1; bytes < 3000; bytes *= 3) {
            unsigned char *memory = uc_arena_alloc(arena, bytes);

            assert_int_equal((uintptr_t)memory % 16, 0);
            for (size_t i = 0; i < bytes; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xaa, bytes);
        }
        uc_arena_reset(arena);
        assert_int_equal(uc_arena_used(arena), 0);
    }
    uc_arena_free(arena);
}

static void an_arena_keeps_its_limit_and_remembers(void **state)
{
    struct uc_arena *arena = uc_arena_new(1024);

    (void)state;
    assert_non_null(uc_arena_alloc(arena, 1000));
    assert_false(uc_arena_failed(arena));
    assert_null(uc_arena_alloc(arena, 100));
    assert_true(uc_arena_failed(arena));
    assert_string_equal(uc_arena_printf(arena, "%050d", 1).data, "");
    uc_arena_reset(arena);
    assert_false(uc_arena_failed(arena));
    assert_null(uc_arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(uc_arena_alloc(arena, SIZE_MAX));
    uc_arena_free(arena);
}

static void an_arena_keeps_only_little_for_its_next_use(void **state)
{
    static const size_t sizes[] = {1, 1008, 1009, 100000};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct uc_arena *arena = uc_arena_new(1 << 20);

        for (int round = 0; round < 3; round++) {
            assert_non_null(uc_arena_alloc(arena, sizes[i]));
            assert_non_null(uc_arena_alloc(arena, 500));
            uc_arena_reset(arena);
            assert_in_range(arena->end - arena->at, 0, 1024);
        }
        uc_arena_free(arena);
    }
}

static void arena_text_has_a_nul(void **state)
{
    struct uc_arena *arena = uc_arena_new(100000);
    struct uc_str copy = uc_arena_copy(arena, uc_str_of("abcdef", 3));

    (void)state;
    assert_string_equal(copy.data, "abc");
    assert_string_equal(uc_arena_printf(arena, "%s-%d", "x", 7).data, "x-7");
    assert_int_equal(uc_arena_copy(arena, uc_str_of(NULL, 0)).len, 0);
    uc_arena_free(arena);
}

static void a_buffer_refuses_to_grow_beyond_its_size(void **state)
{
    struct uc_buf buf;

    (void)state;
    uc_buf_init(&buf, 10);
    uc_buf_append(&buf, "0123456789", 10);
    assert_int_equal(buf.error, 0);
    uc_buf_append(&buf, "x", 1);
    assert_int_equal(buf.error, -ENOBUFS);
    assert_int_equal(buf.len, 10);
    uc_buf_consume(&buf, 7);
    assert_memory_equal(buf.data, "789", 3);
    uc_buf_append(&buf, "x", 1); /* errors stick */
    assert_int_equal(buf.len, 3);
    uc_buf_clear(&buf);
    uc_buf_append(&buf, "x", 1);
    assert_int_equal(buf.len, 1);
    uc_buf_deinit(&buf);
}

static void a_buffer_prints(void **state)
{
    struct uc_buf buf;

    (void)state;
    uc_buf_init(&buf, 2000);
    uc_buf_printf(&buf, "%d,", 1);
    uc_buf_printf(&buf, "%01000d", 2);
    assert_int_equal(buf.error, 0);
    assert_int_equal(buf.len, 1002);
    assert_int_equal(buf.data[1001], '2');
    uc_buf_printf(&buf, "%01000d", 3);
    assert_int_equal(buf.error, -ENOBUFS);
    assert_int_equal(buf.len, 1002);
    uc_buf_deinit(&buf);
}

static void text_of_any_kind_becomes_json(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } rows[] = {
        {"plain", 5, "\"plain\""},
        {"\"\\\n\r\t\001\0", 7, "\"\\\"\\\\\\n\\r\\t\\u0001\\u0000\""},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"\xff", 1, "\"\xef\xbf\xbd\""},
        {"\xc3", 1, "\"\xef\xbf\xbd\""},
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* a surrogate */
        {"\xc0\x80", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* too long a form */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_buf out;

        uc_buf_init(&out, 1000);
        uc_escape_json(&out, uc_str_of(rows[i].text, rows[i].len));
        assert_true(uc_str_is(uc_str_of(out.data, out.len), rows[i].want));
        uc_buf_deinit(&out);
    }
}

static void dates_are_right(void **state)
{
    static const struct {
        uint64_t ms;
        const char *http, *rfc3339;
    } rows[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"},
        {784111777123, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.123Z"},
        {951782400000, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00.000Z"},
        {1709164799999, "Wed, 28 Feb 2024 23:59:59 GMT", "2024-02-28T23:59:59.999Z"},
        {4107542400000, "Mon, 01 Mar 2100 00:00:00 GMT", "2100-03-01T00:00:00.000Z"},
        {253402300799000, "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.000Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char http[UC_DATE_HTTP_BYTES], rfc3339[UC_DATE_RFC3339_BYTES];

        uc_date_http(http, rows[i].ms);
        uc_date_rfc3339(rfc3339, rows[i].ms);
        assert_memory_equal(http, rows[i].http, sizeof(http));
        assert_memory_equal(rfc3339, rows[i].rfc3339, sizeof(rfc3339));
    }
}

static unsigned pending_calls;

static void count_pending(void *arg)
{
    (void)arg;
    pending_calls++;
}

static size_t read_all(int fd, char *text, size_t cap)
{
    ssize_t len = read(fd, text, cap - 1);

    text[len < 0 ? 0 : len] = '\0';
    return len < 0 ? 0 : (size_t)len;
}

static void log_lines_gather_until_they_are_flushed(void **state)
{
    char text[8192];
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    uc_log_set_fd(fds[1]);
    uc_log_set_level(UC_INFO);
    uc_log_set_deferred(count_pending, NULL);
    uc_log(UC_DEBUG, NULL, "too quiet", UC_NO_FIELDS);
    uc_log(UC_INFO, NULL, "one", UC_FIELDS(uc_log_int("n", -7), uc_log_text("t", "a\"b"), uc_log_text("none", NULL)));
    uc_log(UC_WARN, NULL, "two", UC_FIELDS(uc_log_bool("b", true), uc_log_double("d", 0.5)));
    assert_int_equal(read_all(fds[0], text, sizeof(text)), 0);
    assert_int_equal(pending_calls, 1);
    uc_log_flush();
    read_all(fds[0], text, sizeof(text));
    assert_null(strstr(text, "too quiet"));
    assert_non_null(strstr(text, "\"level\":\"info\",\"message\":\"one\",\"n\":-7,\"t\":\"a\\\"b\",\"none\":null}\n{"));
    assert_non_null(strstr(text, "\"message\":\"two\",\"b\":true,\"d\":0.5}\n"));
    uc_log(UC_ERROR, NULL, "errors do not wait", UC_NO_FIELDS);
    assert_true(read_all(fds[0], text, sizeof(text)) > 0);
    uc_log_set_deferred(NULL, NULL);
    uc_log_set_fd(2);
    close(fds[0]);
    close(fds[1]);
}

static void traces_are_continued(void **state)
{
    static const char parent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    static const char *const bad[] = {
        "",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    char ours[UC_TRACE_PARENT_BYTES + 1], again[UC_TRACE_PARENT_BYTES + 1];

    (void)state;
    uc_trace_continue(ours, uc_str(parent));
    assert_memory_equal(ours, parent, 36);
    assert_memory_not_equal(ours + 36, parent + 36, 16);
    assert_string_equal(ours + 52, "-01");
    assert_true(uc_trace_parent_valid(uc_str("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-new")));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(uc_trace_parent_valid(uc_str(bad[i])));
        uc_trace_continue(again, uc_str(bad[i]));
        assert_true(uc_trace_parent_valid(uc_str(again)));
        assert_memory_not_equal(again + 3, parent + 3, 32);
    }
}

/* The version and the names in a path are the user's text. */
static void metrics_labels_are_escaped(void **state)
{
    static const struct uc_operation operation = {.id = "a", .method = UC_GET, .path = "/{a\"b}"};
    static const struct uc_service_info info = {
        .name = "n", .version = "1\"2\\3\n4", .operations = &operation, .operation_count = 1};
    const struct uc_metrics_now now = {0};
    struct uc_metrics metrics;
    struct uc_buf text;

    (void)state;
    assert_int_equal(uc_metrics_init(&metrics, &info), 0);
    uc_metrics_request(&metrics, &operation, UC_GET, 200, 1);
    uc_buf_init(&text, 1 << 20);
    uc_metrics_write(&metrics, &now, &text);
    uc_buf_append(&text, "", 1);
    assert_int_equal(text.error, 0);
    assert_non_null(strstr(text.data, ",http_route=\"/{a\\\"b}\"} 1\n"));
    assert_non_null(strstr(text.data, ",service_version=\"1\\\"2\\\\3\\n4\"} 1\n"));
    uc_buf_deinit(&text);
    uc_metrics_deinit(&metrics);
}

static void ranges_of_media_types_are_told_apart(void **state)
{
    static const char list[] = "*/*, application/*, application/*+json, application/json, text/*+xml";
    static const struct {
        const char *type;
        int index;
    } rows[] = {
        {"application/json; charset=utf-8", 3}, {"Application/Merge-Patch+JSON", 2}, {"application/a+xml", 1},
        {"application/+json", 1},               {"text/a+xml", 4},                   {"text/plain", 0},
        {"application/", 0},                    {"a", 0},                            {"", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(uc_media_type_find(uc_str(rows[i].type), list), rows[i].index);
    assert_int_equal(uc_media_type_choose(uc_str("application/*+json, text/plain;q=0.5"), "text/plain, application/a+json"), 1);
    assert_false(uc_media_type_is(uc_str("application/json"), "application/*+json"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(an_arena_keeps_its_limit_and_remembers),
        cmocka_unit_test(an_arena_keeps_only_little_for_its_next_use),
        cmocka_unit_test(arena_text_has_a_nul),
        cmocka_unit_test(ranges_of_media_types_are_told_apart),
        cmocka_unit_test(metrics_labels_are_escaped),
        cmocka_unit_test(a_buffer_refuses_to_grow_beyond_its_size),
        cmocka_unit_test(a_buffer_prints),
        cmocka_unit_test(text_of_any_kind_becomes_json),
        cmocka_unit_test(dates_are_right),
        cmocka_unit_test(log_lines_gather_until_they_are_flushed),
        cmocka_unit_test(traces_are_continued),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
