/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "proto/http1_response.h"

#define CRLF "\r\n"
#define OK_LINE "HTTP/1.1 200 OK" CRLF

enum { DONE = 1, MORE = 2, BY_EOF = 3 }; /* else a negative errno */

struct row {
    const char *name, *text;
    int want;
    bool keep_alive;
    const char *body;
};

static const struct row rows[] = {
    {"length", OK_LINE "Content-Length: 5" CRLF CRLF "hello", DONE, true, "hello"},
    {"no length, no body until closed", OK_LINE CRLF "all", BY_EOF, false, "all"},
    {"empty", OK_LINE "content-length: 0" CRLF CRLF, DONE, true, ""},
    {"no reason", "HTTP/1.1 200" CRLF "content-length: 0" CRLF CRLF, DONE, true, ""},
    {"204", "HTTP/1.1 204 No Content" CRLF CRLF, DONE, true, ""},
    {"304 with a length", "HTTP/1.1 304 Not Modified" CRLF "Content-Length: 9" CRLF CRLF, DONE, true, ""},
    {"close", OK_LINE "Connection: x, Close" CRLF "Content-Length: 0" CRLF CRLF, DONE, false, ""},
    {"1.0 closes", "HTTP/1.0 200 OK" CRLF "Content-Length: 0" CRLF CRLF, DONE, false, ""},
    {"1.0 keeps when it says so",
     "HTTP/1.0 200 OK" CRLF "Connection: keep-alive" CRLF "Content-Length: 0" CRLF CRLF, DONE, true, ""},
    {"interim first", "HTTP/1.1 100 Continue" CRLF CRLF OK_LINE "Content-Length: 1" CRLF CRLF "x", DONE,
     true, "x"},
    {"chunks", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "3" CRLF "abc" CRLF "00A" CRLF "0123456789" CRLF
               "0" CRLF CRLF, DONE, true, "abc0123456789"},
    {"chunks with extension and trailer",
     OK_LINE "Transfer-Encoding: Chunked" CRLF CRLF "1;a=\"b\"" CRLF "x" CRLF "0" CRLF "T: v" CRLF "U: w" CRLF
     CRLF, DONE, true, "x"},
    {"short body", OK_LINE "Content-Length: 5" CRLF CRLF "hell", MORE, false, NULL},
    {"short chunk", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "5" CRLF "abc", MORE, false, NULL},
    {"head without end", OK_LINE "A: b" CRLF, MORE, false, NULL},
    {"not HTTP", "SSH-2.0-x" CRLF, -EBADMSG, false, NULL},
    {"HTTP/2", "HTTP/2.0 200 OK" CRLF CRLF, -EBADMSG, false, NULL},
    {"HTTP/1.2", "HTTP/1.2 200 OK" CRLF CRLF, -EBADMSG, false, NULL},
    {"four digits", "HTTP/1.1 2000 OK" CRLF CRLF, -EBADMSG, false, NULL},
    {"status 999", "HTTP/1.1 999 OK" CRLF CRLF, -EBADMSG, false, NULL},
    {"status 099", "HTTP/1.1 099 OK" CRLF CRLF, -EBADMSG, false, NULL},
    {"another protocol", "HTTP/1.1 101 Switching" CRLF CRLF, -EBADMSG, false, NULL},
    {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 0" CRLF CRLF, -EBADMSG, false, NULL},
    {"bare CR", OK_LINE "A: b\rc" CRLF CRLF, -EBADMSG, false, NULL},
    {"folded line", OK_LINE "A: b" CRLF " c" CRLF CRLF, -EBADMSG, false, NULL},
    {"space before the colon", OK_LINE "A : b" CRLF CRLF, -EBADMSG, false, NULL},
    {"no colon", OK_LINE "Ab" CRLF CRLF, -EBADMSG, false, NULL},
    {"no name", OK_LINE ": b" CRLF CRLF, -EBADMSG, false, NULL},
    {"control byte", OK_LINE "A: \x01" CRLF CRLF, -EBADMSG, false, NULL},
    {"two lengths", OK_LINE "Content-Length: 1" CRLF "Content-Length: 1" CRLF CRLF "x", -EBADMSG, false, NULL},
    {"list of lengths", OK_LINE "Content-Length: 1, 1" CRLF CRLF "x", -EBADMSG, false, NULL},
    {"signed length", OK_LINE "Content-Length: +1" CRLF CRLF "x", -EBADMSG, false, NULL},
    {"empty length", OK_LINE "Content-Length: " CRLF CRLF, -EBADMSG, false, NULL},
    {"huge length", OK_LINE "Content-Length: 9999999999999999999" CRLF CRLF, -EBADMSG, false, NULL},
    {"length beyond the limit", OK_LINE "Content-Length: 101" CRLF CRLF, -EMSGSIZE, false, NULL},
    {"both framings", OK_LINE "Content-Length: 1" CRLF "Transfer-Encoding: chunked" CRLF CRLF, -EBADMSG, false,
     NULL},
    {"other coding", OK_LINE "Transfer-Encoding: gzip, chunked" CRLF CRLF, -EBADMSG, false, NULL},
    {"coding twice", OK_LINE "Transfer-Encoding: chunked" CRLF "Transfer-Encoding: chunked" CRLF CRLF, -EBADMSG,
     false, NULL},
    {"chunks in 1.0", "HTTP/1.0 200 OK" CRLF "Transfer-Encoding: chunked" CRLF CRLF, -EBADMSG, false, NULL},
    {"chunk without size", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF CRLF, -EBADMSG, false, NULL},
    {"chunk size with 0x", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "0x1" CRLF, -EBADMSG, false, NULL},
    {"chunk size of 16 digits", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "1000000000000000" CRLF,
     -EBADMSG, false, NULL},
    {"chunk too long", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "1" CRLF "xy" CRLF, -EBADMSG, false, NULL},
    {"chunk line with bare LF", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "1\nx" CRLF, -EBADMSG, false,
     NULL},
    {"chunks beyond the limit", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "64" CRLF
     "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
     CRLF "1" CRLF "x", -EMSGSIZE, false, NULL},
    {"two content types", OK_LINE "Content-Type: a" CRLF "Content-Type: b" CRLF CRLF, -EBADMSG, false, NULL},
};

static void feed_in_steps(const struct row *row, size_t step)
{
    struct uc_http1_response response;
    size_t len = strlen(row->text), at = 0;
    ssize_t used = 0;
    int got;

    uc_http1_response_init(&response, 100);
    uc_http1_response_start(&response, false);
    while (at < len && used >= 0 && response.state != UC_RESPONSE_DONE) {
        size_t part = len - at < step ? len - at : step;
        char *copy = malloc(part);

        assert_non_null(copy);
        memcpy(copy, row->text + at, part);
        used = uc_http1_response_feed(&response, copy, part);
        free(copy);
        if (used > 0)
            at += (size_t)used;
    }
    got = used < 0 ? (int)used : response.state == UC_RESPONSE_DONE ? DONE : MORE;
    if (got == MORE && uc_http1_response_eof(&response) == 0)
        got = BY_EOF;
    if (got != row->want)
        fail_msg("%s, %zu bytes a step: %d", row->name, step, got);
    if (row->body) {
        assert_int_equal(at, len);
        assert_int_equal(response.keep_alive, row->keep_alive);
        if (!uc_str_is(uc_str_of(response.body.data, response.body.len), row->body))
            fail_msg("%s: body %.*s", row->name, (int)response.body.len, response.body.data);
    }
    uc_http1_response_deinit(&response);
}

static void answers_are_taken_whole_and_byte_by_byte(void **state)
{
    size_t i, step;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (step = 1; step <= 5; step++)
            feed_in_steps(&rows[i], step);
        feed_in_steps(&rows[i], 4096);
    }
}

static void bytes_behind_the_answer_are_left(void **state)
{
    static const char text[] = OK_LINE "Content-Length: 2" CRLF CRLF "okHTTP";
    struct uc_http1_response response;

    (void)state;
    uc_http1_response_init(&response, 100);
    uc_http1_response_start(&response, false);
    assert_int_equal(uc_http1_response_feed(&response, text, sizeof(text) - 1), sizeof(text) - 1 - 4);
    assert_int_equal(response.state, UC_RESPONSE_DONE);
    uc_http1_response_deinit(&response);
}

static void an_answer_to_head_has_no_body(void **state)
{
    static const char text[] = OK_LINE "Content-Length: 200" CRLF "Content-Type:  text/plain " CRLF CRLF;
    struct uc_http1_response response;

    (void)state;
    uc_http1_response_init(&response, 100);
    uc_http1_response_start(&response, true);
    assert_int_equal(uc_http1_response_feed(&response, text, sizeof(text) - 1), sizeof(text) - 1);
    assert_int_equal(response.state, UC_RESPONSE_DONE);
    assert_int_equal(response.status, 200);
    assert_true(uc_str_is(response.content_type, "text/plain"));
    uc_http1_response_deinit(&response);
}

static void endless_heads_and_trailers_are_refused(void **state)
{
    static const char *const starts[] = {OK_LINE "A: ", OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "1;",
                                         OK_LINE "Transfer-Encoding: chunked" CRLF CRLF "0" CRLF "T: "};
    size_t i, fed;

    (void)state;
    for (i = 0; i < 3; i++) {
        struct uc_http1_response response;
        ssize_t used;

        uc_http1_response_init(&response, 100);
        uc_http1_response_start(&response, false);
        used = uc_http1_response_feed(&response, starts[i], strlen(starts[i]));
        for (fed = 0; used >= 0 && fed < 100000; fed++)
            used = uc_http1_response_feed(&response, "x", 1);
        assert_int_equal(used, -EMSGSIZE);
        uc_http1_response_deinit(&response);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_taken_whole_and_byte_by_byte),
        cmocka_unit_test(bytes_behind_the_answer_are_left),
        cmocka_unit_test(an_answer_to_head_has_no_body),
        cmocka_unit_test(endless_heads_and_trailers_are_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("http1_response", tests, NULL, NULL);
}
