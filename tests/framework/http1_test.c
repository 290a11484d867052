/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "http1_drive.h"

#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

static const struct uc_limits limits = {.head_bytes = 512, .body_bytes = 1000};

/* Literals may hold NUL: lengths come from the compiler. */
#define ROW(name, text, status) {name, text, sizeof(text) - 1, status}

static const struct {
    const char *name, *text;
    size_t len;
    int status;
} refused[] = {
    /* what http-parser accepts */
    ROW("folded header", GET HOST "A: b\r\n c\r\n\r\n", 400),
    ROW("folded header with tab", GET HOST "A: b\r\n\tc\r\n\r\n", 400),
    ROW("space before the colon", GET "Host : a\r\n\r\n", 400),
    ROW("tab before the colon", GET "Host\t: a\r\n\r\n", 400),
    ROW("no Host", GET "\r\n", 400),
    ROW("empty Host", GET "Host:\r\n\r\n", 400),
    ROW("blank Host", GET "Host:  \r\n\r\n", 400),
    ROW("two Hosts", GET HOST HOST "\r\n", 400),
    ROW("two Hosts, other case", GET HOST "hOST: b\r\n\r\n", 400),
    ROW("Host with a space", GET "Host: a b\r\n\r\n", 400),
    ROW("Host with a path", GET "Host: a/b\r\n\r\n", 400),
    ROW("Host with userinfo", GET "Host: u@a\r\n\r\n", 400),
    ROW("Host with a bad port", GET "Host: a:b\r\n\r\n", 400),
    ROW("Host with a port too large", GET "Host: a:65536\r\n\r\n", 400),
    ROW("Host with half a bracket", GET "Host: [::1\r\n\r\n", 400),
    ROW("Host list", GET "Host: a, b\x80\r\n\r\n", 400),
    ROW("GET *", "GET * HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("raw UTF-8 in the target", "GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("raw byte in the query", "GET /?\xff HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("bare semicolon in a chunk extension", CHUNKED "1;\r\na\r\n0\r\n\r\n", 400),
    ROW("control byte in a chunk extension", CHUNKED "1;a\001b\r\na\r\n0\r\n\r\n", 400),
    ROW("bare LF in a chunk extension", CHUNKED "1;a=b\nX\r\na\r\n0\r\n\r\n", 400),
    /* request line */
    ROW("two spaces after the method", "GET  / HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("two spaces before the version", "GET /  HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("space behind the version", "GET / HTTP/1.1 \r\n" HOST "\r\n", 400),
    ROW("leading space", " GET / HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("tab between", "GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("no version", "GET /\r\n" HOST "\r\n", 400),
    ROW("lower-case version", "GET / http/1.1\r\n" HOST "\r\n", 400),
    ROW("long version", "GET / HTTP/1.10\r\n" HOST "\r\n", 400),
    ROW("other protocol", "GET / ICE/1.0\r\n" HOST "\r\n", 400),
    ROW("HTTP/2.0", "GET / HTTP/2.0\r\n" HOST "\r\n", 505),
    ROW("HTTP/0.9", "GET / HTTP/0.9\r\n" HOST "\r\n", 505),
    ROW("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ROW("TLS hello", "\x16\x03\x01\x02\x00\x01", 400),
    ROW("unknown method", "BREW / HTTP/1.1\r\n" HOST "\r\n", 501),
    ROW("lower-case method", "get / HTTP/1.1\r\n" HOST "\r\n", 501),
    ROW("CONNECT", "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n", 501),
    ROW("relative target", "GET a HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("fragment", "GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("half an escape", "GET /%4 HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("no escape", "GET /%zz HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("absolute target without a host", "GET http:/// HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("absolute target of another scheme", "GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("NUL in the target", "GET /\0 HTTP/1.1\r\n" HOST "\r\n", 400),
    /* header lines */
    ROW("bare LF after the request line", "GET / HTTP/1.1\n" HOST "\r\n", 400),
    ROW("bare LF after a header", GET "Host: a\n\r\n", 400),
    ROW("bare LF at the end", GET HOST "\n", 400),
    ROW("bare CR in a value", GET HOST "A: b\rc\r\n\r\n", 400),
    ROW("bare CR in the request line", "GET /\ra HTTP/1.1\r\n" HOST "\r\n", 400),
    ROW("NUL in a value", GET HOST "A: \0\r\n\r\n", 400),
    ROW("control byte in a value", GET HOST "A: \x1f\r\n\r\n", 400),
    ROW("DEL in a value", GET HOST "A: \x7f\r\n\r\n", 400),
    ROW("no colon", GET HOST "A\r\n\r\n", 400),
    ROW("no name", GET HOST ": b\r\n\r\n", 400),
    ROW("space in a name", GET HOST "A b: c\r\n\r\n", 400),
    ROW("non-ASCII in a name", GET HOST "\xc3\xa9: c\r\n\r\n", 400),
    ROW("space before the first header", GET " " HOST "\r\n", 400),
    /* framing */
    ROW("Content-Length and Transfer-Encoding", POST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na", 400),
    ROW("Transfer-Encoding and Content-Length", POST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\na", 400),
    ROW("two Content-Lengths", POST "Content-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
    ROW("two equal Content-Lengths", POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    ROW("Content-Length list", POST "Content-Length: 1, 1\r\n\r\na", 400),
    ROW("signed Content-Length", POST "Content-Length: +1\r\n\r\na", 400),
    ROW("negative Content-Length", POST "Content-Length: -1\r\n\r\na", 400),
    ROW("hexadecimal Content-Length", POST "Content-Length: 0x1\r\n\r\na", 400),
    ROW("empty Content-Length", POST "Content-Length:\r\n\r\n", 400),
    ROW("Content-Length too large", POST "Content-Length: 1001\r\n\r\n", 413),
    ROW("Content-Length beyond 64 bits", POST "Content-Length: 18446744073709551617\r\n\r\n", 413),
    ROW("Content-Length far beyond", POST "Content-Length: 99999999999999999999999999999999999999\r\n\r\n", 413),
    ROW("gzip coding", POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ROW("identity coding", POST "Transfer-Encoding: identity\r\n\r\n", 501),
    ROW("chunked twice", POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ROW("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ROW("unknown expectation", POST "Expect: cake\r\nContent-Length: 1\r\n\r\n", 417),
    /* chunks */
    ROW("chunk size is empty", CHUNKED "\r\n", 400),
    ROW("chunk size is no number", CHUNKED "g\r\n", 400),
    ROW("chunk size with sign", CHUNKED "+1\r\na\r\n", 400),
    ROW("chunk size with prefix", CHUNKED "0x1\r\na\r\n", 400),
    ROW("chunk size with a space", CHUNKED "1 \r\na\r\n", 400),
    ROW("chunk size beyond 64 bits", CHUNKED "11111111111111111\r\n", 400),
    ROW("chunk too large", CHUNKED "3e9\r\n", 413),
    ROW("chunks together too large", CHUNKED "1\r\na\r\n3e8\r\n", 413),
    ROW("chunk longer than it said", CHUNKED "1\r\nab\r\n", 400),
    ROW("bare LF after a chunk size", CHUNKED "1\na\r\n", 400),
    ROW("bare LF after a chunk", CHUNKED "1\r\na\n", 400),
    ROW("bad trailer", CHUNKED "0\r\na b: c\r\n\r\n", 400),
    ROW("folded trailer", CHUNKED "0\r\na: c\r\n d\r\n\r\n", 400),
};

static int status_of(const struct drive *drive)
{
    if (drive->out.len < 12 || memcmp(drive->out.data, "HTTP/1.1 ", 9) != 0)
        return 0;
    return atoi(drive->out.data + 9);
}

static bool out_has(const struct drive *drive, const char *text)
{
    return drive->out.len && memmem(drive->out.data, drive->out.len, text, strlen(text));
}

static void each_is_refused(size_t step)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct drive drive;

        drive_init(&drive, &limits);
        drive_feed(&drive, refused[i].text, refused[i].len, step);
        if (drive.requests || status_of(&drive) != refused[i].status)
            fail_msg("%s: %u requests, status %d, not %d", refused[i].name, drive.requests, status_of(&drive),
                     refused[i].status);
        if (!out_has(&drive, "\r\nContent-Type: application/problem+json\r\n") ||
            !out_has(&drive, "\r\nConnection: close\r\n"))
            fail_msg("%s: the answer is no problem with close: %.*s", refused[i].name, (int)drive.out.len,
                     drive.out.data);
        assert_int_equal(drive.http.refused_status, refused[i].status);
        assert_true(drive.shut);
        uc_http1_eof(&drive.http, drive.now_ms);
        assert_true(drive_is_closed(&drive));
        drive_deinit(&drive);
    }
}

static void what_is_not_http_is_refused_whole(void **state)
{
    (void)state;
    each_is_refused(SIZE_MAX);
}

static void what_is_not_http_is_refused_byte_by_byte(void **state)
{
    (void)state;
    each_is_refused(1);
}

static const struct {
    const char *name, *text;
    size_t len;
    unsigned requests;
    const char *path, *body;
} accepted[] = {
#define GOOD(name, text, requests, path, body) {name, text, sizeof(text) - 1, requests, path, body}
    GOOD("smallest", GET HOST "\r\n", 1, "/", ""),
    GOOD("empty line first", "\r\n" GET HOST "\r\n", 1, "/", ""),
    GOOD("two empty lines first", "\r\n\r\n" GET HOST "\r\n", 1, "/", ""),
    GOOD("query", "GET /a?b=c?d HTTP/1.1\r\n" HOST "\r\n", 1, "/a", ""),
    GOOD("absolute target", "GET http://b:80/a?x HTTP/1.1\r\n" HOST "\r\n", 1, "/a", ""),
    GOOD("absolute target without path", "GET http://b HTTP/1.1\r\n" HOST "\r\n", 1, "", ""),
    GOOD("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 1, "", ""),
    GOOD("HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", 1, "/a", ""),
    GOOD("IPv6 Host", GET "Host: [::1]:80\r\n\r\n", 1, "/", ""),
    GOOD("Host with an empty port", GET "Host: a:\r\n\r\n", 1, "/", ""),
    GOOD("empty value", GET HOST "A:\r\n\r\n", 1, "/", ""),
    GOOD("Latin-1 in a value", GET HOST "A: \xe9\r\n\r\n", 1, "/", ""),
    GOOD("many white space", GET "Host: \t a \t \r\n\r\n", 1, "/", ""),
    GOOD("body", POST "Content-Length: 3\r\n\r\nabc", 1, "/", "abc"),
    GOOD("zeros before the length", POST "Content-Length: 003\r\n\r\nabc", 1, "/", "abc"),
    GOOD("empty body", POST "Content-Length: 0\r\n\r\n", 1, "/", ""),
    GOOD("chunks", CHUNKED "1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n", 1, "/", "a0123456789"),
    GOOD("chunk size with zeros", CHUNKED "0001\r\na\r\n000\r\n\r\n", 1, "/", "a"),
    GOOD("chunk extensions", CHUNKED "1;a;b=c;d=\"e\\\"; f\"\r\na\r\n0;x\r\n\r\n", 1, "/", "a"),
    GOOD("trailers", CHUNKED "1\r\na\r\n0\r\nA: b\r\nC:\r\n\r\n", 1, "/", "a"),
    GOOD("CHUNKED", POST "Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n", 1, "/", "a"),
    GOOD("two", GET HOST "\r\nGET /2 HTTP/1.1\r\n" HOST "\r\n", 2, "/2", ""),
    GOOD("bodies in a row", POST "Content-Length: 3\r\n\r\nabc" CHUNKED "2\r\nde\r\n0\r\n\r\n" GET HOST "\r\n", 3, "/",
         ""),
    GOOD("empty line between", POST "Content-Length: 1\r\n\r\na\r\n" GET HOST "\r\n", 2, "/", ""),
    GOOD("after close nothing counts", GET HOST "Connection: close\r\n\r\n" GET HOST "\r\n", 1, "/", ""),
    GOOD("close in a list", GET HOST "Connection: te , Close\r\n\r\n" GET HOST "\r\n", 1, "/", ""),
};

static void each_is_accepted(size_t step)
{
    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
        struct drive drive;

        drive_init(&drive, &limits);
        drive_feed(&drive, accepted[i].text, accepted[i].len, step);
        if (drive.requests != accepted[i].requests || drive.http.refused_status)
            fail_msg("%s: %u requests, %.*s", accepted[i].name, drive.requests, (int)drive.out.len, drive.out.data);
        assert_string_equal(drive.last_path, accepted[i].path);
        assert_true(uc_str_is(uc_str_of(drive.last_body.data, drive.last_body.len), accepted[i].body));
        drive_deinit(&drive);
    }
}

static void requests_arrive_whole(void **state)
{
    (void)state;
    each_is_accepted(SIZE_MAX);
}

static void requests_arrive_byte_by_byte(void **state)
{
    (void)state;
    for (size_t step = 1; step < 8; step++)
        each_is_accepted(step);
}

static void feed_text(struct drive *drive, const char *text)
{
    drive_feed(drive, text, strlen(text), SIZE_MAX);
}

static void an_idle_machine_holds_nothing(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, GET HOST "\r\n");
    assert_int_equal(drive.requests, 1);
    assert_true(uc_http1_is_empty(&drive.http));
    feed_text(&drive, "GET");
    assert_false(uc_http1_is_empty(&drive.http));
    drive_deinit(&drive);
}

static void an_answer_has_its_length(void **state)
{
    static const size_t lengths[] = {0, 1, 9, 10, 99, 100, 999, 1000, 123456};

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        static const struct uc_http1_answer answer = {.status = 200, .content_type = UC_STR("a/b"), .headers = UC_STR("X: y\r\n")};
        struct drive drive;
        char want[64], *room;

        drive_init(&drive, &limits);
        drive.hold = true;
        feed_text(&drive, GET HOST "\r\n");
        uc_http1_begin(&drive.http);
        uc_http1_answer_begin(&drive.http, &answer);
        room = uc_buf_reserve(&drive.http.out, lengths[i]);
        memset(room, 'b', lengths[i]);
        drive.http.out.len += lengths[i];
        uc_http1_answer_end(&drive.http, drive.now_ms);
        drive_go_on(&drive);
        snprintf(want, sizeof(want), "\r\nX: y\r\nContent-Length: %zu\r\n\r\n%s", lengths[i], lengths[i] ? "b" : "");
        assert_true(out_has(&drive, want));
        assert_true(lengths[i] == 0 || drive.out.data[drive.out.len - 1] == 'b');
        drive_deinit(&drive);
    }
}

static void a_head_request_gets_no_body(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, "HEAD / HTTP/1.1\r\n" HOST "\r\n");
    assert_true(out_has(&drive, "Content-Length: 4\r\n\r\n"));
    assert_false(out_has(&drive, "fine"));
    drive_deinit(&drive);
}

static void http10_is_answered_and_closed(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_int_equal(status_of(&drive), 200);
    assert_true(out_has(&drive, "Connection: close\r\n"));
    assert_true(drive_is_closed(&drive));
    drive_deinit(&drive);
}

static void a_body_is_asked_for_when_the_client_waits(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, POST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n");
    assert_int_equal(drive.out.len, sizeof("HTTP/1.1 100 Continue\r\n\r\n") - 1);
    feed_text(&drive, "a");
    assert_true(out_has(&drive, "HTTP/1.1 200 OK"));
    drive_deinit(&drive);

    drive_init(&drive, &limits); /* too large: no invitation */
    feed_text(&drive, POST "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n");
    assert_int_equal(status_of(&drive), 413);
    assert_false(out_has(&drive, "100 Continue"));
    drive_deinit(&drive);
}

static void feed_many(struct drive *drive, char byte, size_t count)
{
    for (size_t i = 0; i < count; i++)
        drive_feed(drive, &byte, 1, 1);
}

static void heads_have_a_limit(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, "GET /");
    feed_many(&drive, 'a', 600);
    assert_int_equal(status_of(&drive), 414);
    drive_deinit(&drive);

    drive_init(&drive, &limits);
    feed_text(&drive, GET HOST "A: ");
    feed_many(&drive, 'a', 600);
    assert_int_equal(status_of(&drive), 431);
    drive_deinit(&drive);

    drive_init(&drive, &(struct uc_limits){.head_bytes = 8192});
    feed_text(&drive, GET HOST);
    for (int i = 0; i < UC_HTTP1_FIELDS_MAX; i++)
        feed_text(&drive, "A: b\r\n");
    feed_text(&drive, "\r\n");
    assert_int_equal(status_of(&drive), 431);
    drive_deinit(&drive);
}

static void a_head_of_just_the_limit_passes(void **state)
{
    struct drive drive;
    size_t fixed = strlen(GET HOST "A: \r\n\r\n");

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, GET HOST "A: ");
    feed_many(&drive, 'a', limits.head_bytes - fixed);
    feed_text(&drive, "\r\n\r\n");
    assert_int_equal(status_of(&drive), 200);
    drive_deinit(&drive);
}

static void a_body_of_just_the_limit_passes(void **state)
{
    char body[1001];

    (void)state;
    memset(body, 'x', sizeof(body));
    for (size_t step = 1; step < 2000; step *= 7) {
        struct drive drive;

        drive_init(&drive, &limits);
        feed_text(&drive, POST "Content-Length: 1000\r\n\r\n");
        drive_feed(&drive, body, 1000, step);
        assert_int_equal(drive.last_body.len, 1000);
        feed_text(&drive, CHUNKED "3e8\r\n");
        drive_feed(&drive, body, 1000, step);
        feed_text(&drive, "\r\n0\r\n\r\n");
        assert_int_equal(drive.requests, 2);
        assert_int_equal(drive.last_body.len, 1000);
        drive_deinit(&drive);
    }
}

static void endless_trailers_are_refused(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, CHUNKED "0\r\n");
    for (int i = 0; i < 200 && !drive.shut; i++)
        feed_text(&drive, "A: b\r\n");
    assert_int_equal(status_of(&drive), 400);
    drive_deinit(&drive);
}

static void time_runs_out_in_every_phase(void **state)
{
    static const struct {
        const char *name, *text;
        int status;
    } cases[] = {
        {"nothing sent", "", 0},
        {"half a head", "GET / HT", 408},
        {"half a body", POST "Content-Length: 2\r\n\r\na", 408},
        {"half a chunk", CHUNKED "2\r\na", 408},
        {"idle", GET HOST "\r\n", 200},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct drive drive;

        drive_init(&drive, &limits);
        feed_text(&drive, cases[i].text);
        assert_true(drive.http.deadline_ms > drive.now_ms);
        drive.now_ms = drive.http.deadline_ms;
        uc_http1_late(&drive.http, drive.now_ms);
        drive_go_on(&drive);
        if (status_of(&drive) != cases[i].status)
            fail_msg("%s: %d", cases[i].name, status_of(&drive));
        if (drive.http.phase == UC_HTTP1_LINGER) {
            drive.now_ms = drive.http.deadline_ms;
            uc_http1_late(&drive.http, drive.now_ms);
        }
        assert_true(drive_is_closed(&drive));
        drive_deinit(&drive);
    }
}

static void bytes_do_not_buy_a_head_more_time(void **state)
{
    struct drive drive;
    uint64_t deadline_ms;

    (void)state;
    drive_init(&drive, &limits);
    feed_text(&drive, "G");
    deadline_ms = drive.http.deadline_ms;
    drive.now_ms += 5000;
    feed_text(&drive, "E");
    assert_int_equal(drive.http.deadline_ms, deadline_ms);
    drive_deinit(&drive);
}

static void a_half_closed_peer_gets_its_answer(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    drive.hold = true;
    feed_text(&drive, GET HOST "\r\n");
    uc_http1_begin(&drive.http);
    uc_http1_eof(&drive.http, drive.now_ms);
    assert_false(drive_is_closed(&drive));
    drive_answer(&drive);
    uc_http1_resume(&drive.http, drive.now_ms);
    drive_go_on(&drive);
    assert_int_equal(status_of(&drive), 200);
    assert_true(drive_is_closed(&drive));
    drive_deinit(&drive);
}

static void an_early_end_is_told(void **state)
{
    static const char *const texts[] = {"GET / HTTP", POST "Content-Length: 2\r\n\r\na", CHUNKED "1\r\n"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct drive drive;

        drive_init(&drive, &limits);
        feed_text(&drive, texts[i]);
        uc_http1_eof(&drive.http, drive.now_ms);
        drive_go_on(&drive);
        assert_int_equal(status_of(&drive), 400);
        assert_true(drive_is_closed(&drive));
        drive_deinit(&drive);
    }
}

static void draining_closes_after_the_answer(void **state)
{
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    drive.config.draining = true;
    feed_text(&drive, GET HOST "\r\n");
    assert_true(out_has(&drive, "Connection: close\r\n"));
    assert_true(drive_is_closed(&drive));
    drive_deinit(&drive);
}

static void an_answer_is_begun_anew(void **state)
{
    static const struct uc_http1_answer answer = {.status = 200, .content_type = UC_STR("a/b")};
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    drive.hold = true;
    feed_text(&drive, GET HOST "\r\n");
    uc_http1_begin(&drive.http);
    uc_http1_answer_begin(&drive.http, &answer);
    uc_buf_append(&drive.http.out, "lost", 4);
    assert_false(uc_http1_wants(&drive.http) & UC_WANT_WRITE); /* half an answer stays here */
    drive_answer(&drive);
    drive_go_on(&drive);
    assert_false(out_has(&drive, "lost"));
    assert_true(out_has(&drive, "fine"));
    drive_deinit(&drive);
}

static void an_answer_without_memory_becomes_a_500(void **state)
{
    static const struct uc_http1_answer answer = {.status = 200, .content_type = UC_STR("a/b")};
    struct drive drive;

    (void)state;
    drive_init(&drive, &limits);
    drive.hold = true;
    feed_text(&drive, GET HOST "\r\n");
    uc_http1_begin(&drive.http);
    drive.http.out.max = 600;
    uc_http1_answer_begin(&drive.http, &answer);
    for (int i = 0; i < 600; i++)
        uc_buf_append(&drive.http.out, "x", 1);
    assert_int_not_equal(drive.http.out.error, 0);
    uc_http1_answer_end(&drive.http, drive.now_ms);
    drive_go_on(&drive);
    assert_int_equal(status_of(&drive), 500);
    assert_false(out_has(&drive, "xxx"));
    drive_deinit(&drive);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_http_is_refused_whole),
        cmocka_unit_test(what_is_not_http_is_refused_byte_by_byte),
        cmocka_unit_test(requests_arrive_whole),
        cmocka_unit_test(requests_arrive_byte_by_byte),
        cmocka_unit_test(an_idle_machine_holds_nothing),
        cmocka_unit_test(an_answer_has_its_length),
        cmocka_unit_test(a_head_request_gets_no_body),
        cmocka_unit_test(http10_is_answered_and_closed),
        cmocka_unit_test(a_body_is_asked_for_when_the_client_waits),
        cmocka_unit_test(heads_have_a_limit),
        cmocka_unit_test(a_head_of_just_the_limit_passes),
        cmocka_unit_test(a_body_of_just_the_limit_passes),
        cmocka_unit_test(endless_trailers_are_refused),
        cmocka_unit_test(time_runs_out_in_every_phase),
        cmocka_unit_test(bytes_do_not_buy_a_head_more_time),
        cmocka_unit_test(a_half_closed_peer_gets_its_answer),
        cmocka_unit_test(an_early_end_is_told),
        cmocka_unit_test(draining_closes_after_the_answer),
        cmocka_unit_test(an_answer_is_begun_anew),
        cmocka_unit_test(an_answer_without_memory_becomes_a_500),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("http1", tests, NULL, NULL);
}
