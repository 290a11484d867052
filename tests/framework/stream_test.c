/* SPDX-License-Identifier: MIT */
/*
 * Bodies in parts, in and out, and events: with peers that are slow, that go, and that lie about lengths.
 */
#include "served.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "uc/log.h"

#define HEAD(target) "POST " target " HTTP/1.1\r\nHost: a\r\n"
#define MAX_BYTES    (8 << 20)

/* ---- the service */

/* Counts what comes; the answer says how much, and how it ended goes to the log. */
struct count {
    struct uc_request *req;
    size_t bytes, chunks;
    uint64_t sum;
    uv_timer_t timer;
};

static void count_chunk(void *arg, struct uc_str bytes)
{
    struct count *count = arg;

    if (bytes.len > UC_BODY_WINDOW_BYTES)
        abort();
    count->bytes += bytes.len;
    count->chunks++;
    for (size_t i = 0; i < bytes.len; i++)
        count->sum += (unsigned char)bytes.data[i];
}

static void log_end(struct uc_request *req, const char *what, int error)
{
    uc_log(UC_INFO, req, what, UC_FIELDS(uc_log_int("error", error)));
}

static void count_end(void *arg, int error)
{
    struct count *count = arg;

    log_end(count->req, "body ended", error);
    uc_answer(count->req, 200, "text/plain",
              uc_arena_printf(uc_request_arena(count->req), "%zu bytes, sum %llu", count->bytes,
                              (unsigned long long)count->sum));
}

static struct count *new_count(struct uc_request *req)
{
    struct count *count = uc_arena_alloc(uc_request_arena(req), sizeof(*count));

    count->req = req;
    return count;
}

static void take(struct uc_request *req)
{
    uc_body_read(req, count_chunk, count_end, new_count(req));
}

/* Pauses after each chunk for 20 ms, and once before the first. */
static void free_timer(uv_handle_t *handle)
{
    struct count *count = handle->data;

    uc_request_release(count->req);
}

static void wake_count(uv_timer_t *timer)
{
    struct count *count = timer->data;

    uc_body_resume(count->req);
}

static void slow_chunk(void *arg, struct uc_str bytes)
{
    struct count *count = arg;

    count_chunk(arg, bytes);
    uc_body_pause(count->req);
    uv_timer_start(&count->timer, wake_count, 20, 0);
}

static void slow_end(void *arg, int error)
{
    struct count *count = arg;

    uv_close((uv_handle_t *)&count->timer, free_timer);
    count_end(arg, error);
}

static void take_slowly(struct uc_request *req)
{
    struct count *count = new_count(req);

    uc_request_hold(req);
    uv_timer_init(uc_request_loop(req), &count->timer);
    count->timer.data = count;
    uc_body_read(req, slow_chunk, slow_end, count);
}

static void refuse(struct uc_request *req)
{
    uc_answer_problem(req, 403, "not you");
}

static void never(struct uc_request *req)
{
    (void)req;
}

/* Asks for the body only when the peer has gone, as one who waited for somebody else would. */
static void ask_late(uv_timer_t *timer)
{
    struct count *count = timer->data;

    if (!uc_request_cancelled(count->req))
        return; /* once more */
    uv_close((uv_handle_t *)timer, free_timer);
    uc_body_read(count->req, count_chunk, count_end, count);
    log_end(count->req, "asked late", 0);
}

static void take_late(struct uc_request *req)
{
    struct count *count = new_count(req);

    uc_request_hold(req);
    uv_timer_init(uc_request_loop(req), &count->timer);
    count->timer.data = count;
    uv_timer_start(&count->timer, ask_late, 10, 10);
}

static void give_up_early(void *arg, struct uc_str bytes)
{
    (void)bytes;
    uc_answer_problem(arg, 409, "enough");
}

static void no_end(void *arg, int error)
{
    log_end(arg, "body ended", error);
    uc_answer_empty(arg, 204);
}

static void take_a_little(struct uc_request *req)
{
    uc_body_read(req, give_up_early, no_end, req);
}

/* What comes goes back; the reader sets the pace. */
static void echo_chunk(void *arg, struct uc_str bytes)
{
    int full = uc_answer_write(arg, bytes);

    if (full < 0)
        abort();
    if (full)
        uc_body_pause(arg);
}

static void echo_drained(void *arg)
{
    uc_body_resume(arg);
}

static void echo_end(void *arg, int error)
{
    log_end(arg, "echo ended", error);
    uc_answer_end(arg);
}

static void echo(struct uc_request *req)
{
    uc_answer_stream_begin(req, 200, "application/octet-stream", -1);
    uc_answer_on(req, echo_drained, NULL, req);
    uc_body_read(req, echo_chunk, echo_end, req);
}

/* Writes `bytes` in pieces as fast as the reader takes them. */
struct pour {
    struct uc_request *req;
    size_t left;
};

static void pour_on(void *arg)
{
    struct pour *pour = arg;
    static char piece[10000];

    memset(piece, 'x', sizeof(piece));
    while (pour->left) {
        size_t len = pour->left < sizeof(piece) ? pour->left : sizeof(piece);
        int full = uc_answer_write(pour->req, uc_str_of(piece, len));

        if (full < 0)
            abort();
        pour->left -= len;
        if (full)
            return;
    }
    uc_answer_end(pour->req);
}

static void pour_gone(void *arg, int error)
{
    struct pour *pour = arg;

    log_end(pour->req, "reader gone", error);
    if (uc_answer_write(pour->req, uc_str("x")) != -ECANCELED)
        abort();
    uc_answer_end(pour->req);
}

static void pour_out(struct uc_request *req, bool length)
{
    struct pour *pour = uc_arena_alloc(uc_request_arena(req), sizeof(*pour));

    pour->req = req;
    pour->left = (size_t)atol(uc_request_path_value(req, 0).data);
    uc_answer_header(req, "X-Poured", uc_str("yes"));
    uc_answer_stream_begin(req, 200, "text/plain", length ? (int64_t)pour->left : -1);
    uc_answer_on(req, pour_on, pour_gone, pour);
    pour_on(pour);
}

static void pour_chunks(struct uc_request *req)
{
    pour_out(req, false);
}

static void pour_length(struct uc_request *req)
{
    pour_out(req, true);
}

static void short_answer(struct uc_request *req)
{
    uc_answer_stream_begin(req, 200, "text/plain", 10);
    uc_answer_write(req, uc_str("abc"));
    uc_answer_end(req);
}

static void silent_answer(struct uc_request *req)
{
    uc_answer_stream_begin(req, 200, "text/plain", -1);
    uc_answer_write(req, uc_str("abc"));
}

/* Greedy: writes until it is told that no more is taken. */
static void greedy(struct uc_request *req)
{
    static char piece[60000];
    size_t taken = 0;

    memset(piece, 'y', sizeof(piece));
    uc_answer_stream_begin(req, 200, "text/plain", -1);
    if (uc_answer_write(req, uc_str_of(piece, UC_ANSWER_WRITE_BYTES + 1)) != -EMSGSIZE)
        abort(); /* which does not look at the bytes */
    while (uc_answer_write(req, uc_str_of(piece, sizeof(piece))) >= 0)
        taken += sizeof(piece);
    if (taken > UC_ANSWER_MAX_BYTES)
        abort();
    uc_answer_end(req);
}

/* ---- events: sent to all who watch, when somebody posts */

static struct uc_request *watchers[8];

static void forget_watcher(void *arg, int error)
{
    log_end(arg, "watcher gone", error);
    for (size_t i = 0; i < 8; i++) {
        if (watchers[i] == arg)
            watchers[i] = NULL;
    }
    uc_answer_end(arg);
}

static void watch(struct uc_request *req)
{
    for (size_t i = 0; i < 8; i++) {
        if (watchers[i])
            continue;
        watchers[i] = req;
        uc_answer_events_begin(req, 200);
        uc_answer_on(req, NULL, forget_watcher, req);
        uc_answer_event(req, "hello", "1", uc_str("a\nb\r\nc\r"));
        return;
    }
    uc_answer_problem(req, 503, "full");
}

static void tell(struct uc_request *req)
{
    int dropped = 0;

    for (size_t i = 0; i < 8; i++) {
        int err = watchers[i] ? uc_answer_event(watchers[i], NULL, NULL, uc_request_body(req)) : 0;

        dropped += err == -ENOBUFS;
    }
    if (uc_answer_event(req, "a\nb", NULL, uc_str("x")) != -EINVAL)
        abort();
    uc_answer(req, 200, "text/plain", uc_arena_printf(uc_request_arena(req), "dropped %d", dropped));
}

static const struct uc_operation operations[] = {
    {"take", UC_POST, "/take", UC_BODY_OPTIONAL, NULL, take, .stream = true, .stream_bytes = MAX_BYTES},
    {"slowly", UC_POST, "/slowly", UC_BODY_REQUIRED, NULL, take_slowly, .stream = true},
    {"late", UC_POST, "/late", UC_BODY_REQUIRED, NULL, take_late, .stream = true},
    {"watched", UC_POST, "/watched", UC_BODY_REQUIRED, NULL, watch, .stream = true},
    {"later", UC_POST, "/later", UC_BODY_REQUIRED, NULL, watch},
    {"refuse", UC_POST, "/refuse", UC_BODY_REQUIRED, NULL, refuse, .stream = true},
    {"peek", UC_GET, "/peek", UC_BODY_OPTIONAL, NULL, refuse, .stream = true},
    {"never", UC_POST, "/never", UC_BODY_REQUIRED, NULL, never, .stream = true},
    {"little", UC_POST, "/little", UC_BODY_REQUIRED, NULL, take_a_little, .stream = true},
    {"echo", UC_POST, "/echo", UC_BODY_REQUIRED, NULL, echo, .stream = true},
    {"tell", UC_POST, "/tell", UC_BODY_REQUIRED, NULL, tell},
    {"pour", UC_GET, "/pour/{bytes}", UC_BODY_NONE, NULL, pour_chunks},
    {"length", UC_GET, "/length/{bytes}", UC_BODY_NONE, NULL, pour_length},
    {"short", UC_GET, "/short", UC_BODY_NONE, NULL, short_answer},
    {"silent", UC_GET, "/silent", UC_BODY_NONE, NULL, silent_answer},
    {"greedy", UC_GET, "/greedy", UC_BODY_NONE, NULL, greedy},
    {"watch", UC_GET, "/watch", UC_BODY_NONE, NULL, watch},
};
const struct uc_service_info info = {
    .name = "streamed", .version = "1", .operations = operations,
    .operation_count = sizeof(operations) / sizeof(operations[0]), .openapi = UC_STR("{}"),
    .limits = {.connections = 64, .body_bytes = 100000, .head_timeout_ms = 1000, .body_timeout_ms = 1000, .request_timeout_ms = 2000,
               .idle_timeout_ms = 2000, .drain_ms = 3000},
};

/* ---- the peer */

static void put_bytes(int fd, size_t count, char byte)
{
    char piece[65536];

    memset(piece, byte, sizeof(piece));
    while (count) {
        size_t len = count < sizeof(piece) ? count : sizeof(piece);
        ssize_t n = send(fd, piece, len, MSG_NOSIGNAL);

        assert_true(n > 0);
        count -= (size_t)n;
    }
}

static void put_head(int fd, const char *head, size_t length)
{
    char text[512];

    snprintf(text, sizeof(text), "%sContent-Length: %zu\r\n\r\n", head, length);
    put(fd, text);
}

static void assert_answer(int fd, const char *want)
{
    char text[4096];

    get(fd, text, sizeof(text), want, 1);
    if (!strstr(text, want))
        fail_msg("\"%s\" is not in: %s\n%s", want, text, child.text);
}

/* ---- claims: bodies */

static void a_long_body_arrives_in_parts(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/take"), 5000000);
    put_bytes(fd, 5000000, 2);
    assert_answer(fd, "5000000 bytes, sum 10000000");
    put_head(fd, HEAD("/take"), 3); /* the connection goes on */
    put(fd, "abcPOST /take HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_answer(fd, "3 bytes, sum 294");
    put(fd, "5\r\nhe");
    put(fd, "llo\r\n3;x=y\r\nabc\r\n0\r\nTrailer: x\r\n\r\n" HEAD("/take") "Content-Length: 0\r\n\r\n");
    assert_answer(fd, "0 bytes, sum 0"); /* which comes behind the other */
    put(fd, HEAD("/take") "Transfer-Encoding: chunked\r\n\r\n8\r\nhelloabc\r\n0\r\n\r\n");
    assert_answer(fd, "8 bytes, sum 826");
    put(fd, HEAD("/take") "\r\n");
    assert_answer(fd, "0 bytes, sum 0");
    close(fd);
}

static void a_body_that_is_not_streamed_is_gathered_as_ever(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put(fd, HEAD("/tell") "Transfer-Encoding: chunked\r\n\r\n");
    put(fd, "3\r\nabc\r\n0\r\n\r\n");
    assert_answer(fd, "dropped 0");
    put_head(fd, HEAD("/tell"), 100001);
    assert_answer(fd, "413 Content Too Large");
    close(fd);
}

static void a_handler_that_pauses_slows_the_sender(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/slowly"), 300000);
    put_bytes(fd, 300000, 1);
    assert_answer(fd, "300000 bytes, sum 300000");
    put_head(fd, HEAD("/slowly"), 10);
    put_bytes(fd, 10, 1);
    assert_answer(fd, "10 bytes, sum 10");
    close(fd);
}

static void a_handler_may_refuse_before_the_body_comes(void **state)
{
    char text[2048];
    int fd = dial(child.port);

    (void)state;
    put(fd, HEAD("/refuse") "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
    get(fd, text, sizeof(text), NULL, 1);
    assert_null(strstr(text, "100 Continue"));
    assert_non_null(strstr(text, "403 Forbidden"));
    assert_non_null(strstr(text, "Connection: close"));
    close(fd);
    fd = dial(child.port);
    put_head(fd, HEAD("/little"), 1000000);
    put_bytes(fd, 100, 1);
    assert_answer(fd, "409 Conflict");
    close(fd);
}

static void the_client_is_told_to_go_on_when_the_body_is_wanted(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put(fd, HEAD("/take") "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    assert_answer(fd, "HTTP/1.1 100 Continue\r\n\r\n");
    put(fd, "abcd");
    assert_answer(fd, "4 bytes");
    close(fd);
}

static void a_client_is_told_to_go_on_before_an_answer_that_the_body_makes(void **state)
{
    char text[2048];
    const char *go_on, *head;
    int fd = dial(child.port);

    (void)state;
    put(fd, HEAD("/echo") "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    get(fd, text, sizeof(text), "200 OK", 1);
    go_on = strstr(text, "HTTP/1.1 100 Continue\r\n\r\n");
    head = strstr(text, "HTTP/1.1 200 OK");
    assert_ptr_equal(go_on, text);
    assert_non_null(head);
    assert_null(strstr(head, "100 Continue"));
    put(fd, "abcd");
    assert_answer(fd, "4\r\nabcd\r\n");
    close(fd);
}

static void a_body_beyond_the_limit_is_refused(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/take"), MAX_BYTES + 1);
    assert_answer(fd, "413 Content Too Large");
    close(fd);
    fd = dial(child.port);
    put(fd, HEAD("/take") "Transfer-Encoding: chunked\r\n\r\n900000\r\n");
    put_bytes(fd, MAX_BYTES + 1, 1);
    assert_answer(fd, "413 Content Too Large");
    assert_true(log_says("\"error\":-90")); /* -EMSGSIZE */
    close(fd);
}

static void a_body_that_breaks_off_is_told(void **state)
{
    static const struct {
        const char *text, *answer, *log;
    } rows[] = {
        {HEAD("/take") "Content-Length: 10\r\n\r\nabc", "400 Bad Request", "\"error\":-104"},
        {HEAD("/take") "Transfer-Encoding: chunked\r\n\r\n5\r\nabc", "400 Bad Request", "\"error\":-104"},
        {HEAD("/take") "Transfer-Encoding: chunked\r\n\r\nx\r\n", "400 Bad Request", "\"error\":-74"},
        {HEAD("/take") "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "400 Bad Request", "\"error\":-74"},
    };
    char text[2048];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask(child.port, rows[i].text, text, sizeof(text));
        if (!strstr(text, rows[i].answer))
            fail_msg("%s: %s", rows[i].text, text);
        assert_true(log_says(rows[i].log));
    }
}

static void a_sender_that_stops_or_drips_is_timed_out(void **state)
{
    int fd = dial(child.port), drip = dial(child.port);
    char text[4096];

    (void)state;
    put_head(fd, HEAD("/take"), 100000);
    put_bytes(fd, 500, 1);
    put_head(drip, HEAD("/take"), 1000);
    for (int i = 0; i < 100 && send(drip, "x", 1, MSG_NOSIGNAL) == 1; i++) {
        struct timeval wait = {.tv_usec = 20000};

        setsockopt(drip, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
        if (recv(drip, text, sizeof(text), 0) > 0)
            break;
    }
    assert_non_null(strstr(text, "408 Request Timeout"));
    assert_answer(fd, "408 Request Timeout");
    assert_true(log_says("\"error\":-110"));
    close(fd);
    close(drip);
}

static void a_handler_that_wants_no_body_is_timed_out(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/never"), 100000);
    put_bytes(fd, 100000, 1);
    assert_answer(fd, "503 Service Unavailable");
    close(fd);
}

static void who_asks_when_the_peer_has_gone_is_told(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/late"), 100000);
    put_bytes(fd, 500, 1);
    close(fd);
    assert_true(log_says("body ended"));
    assert_true(strstr(child.text, "asked late") < strstr(child.text, "body ended"));
}

static void a_sender_that_is_reset_is_told(void **state)
{
    struct linger now = {.l_onoff = 1};
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/take"), 100000);
    put_bytes(fd, 500, 1);
    wait_until("\nhttp_server_active_requests ", 1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd);
    assert_true(log_says("\"message\":\"body ended\""));
    wait_until("\nhttp_server_active_requests ", 0);
}

/* ---- claims: answers */

/* Take the chunks off, and count; -1: not well-formed, or not complete. */
static long count_chunks(int fd)
{
    static char text[1 << 20];
    struct timeval patience = {.tv_sec = 10};
    size_t len = 0;
    long total = 0;
    char *at, *end;
    ssize_t n;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    while (len < sizeof(text) - 1 && (n = recv(fd, text + len, sizeof(text) - 1 - len, 0)) > 0)
        len += (size_t)n;
    text[len] = '\0';
    at = strstr(text, "\r\n\r\n");
    if (!at || !strstr(text, "Transfer-Encoding: chunked") || strstr(text, "Content-Length"))
        return -1;
    for (at += 4;; at = end) {
        long size = strtol(at, &end, 16);

        if (end == at || strncmp(end, "\r\n", 2))
            return -1;
        end += 2;
        if (size == 0)
            return strcmp(end, "\r\n") ? -1 : total;
        total += size;
        end += size + 2;
        if (end > text + len)
            return -1;
    }
}

static void an_answer_leaves_in_chunks(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /pour/700000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(count_chunks(fd), 700000);
    close(fd);
    fd = dial(child.port);
    put(fd, "GET /pour/5 HTTP/1.1\r\nHost: a\r\n\r\nGET /pour/3 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_answer(fd, "3\r\nxxx\r\n0\r\n\r\n");
    put(fd, "HEAD /pour/5 HTTP/1.1\r\nHost: a\r\n\r\nGET /pour/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_answer(fd, "Transfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n");
    close(fd);
}

static void a_head_request_with_a_body_gets_none_back(void **state)
{
    char text[2048];
    const char *end;
    int fd = dial(child.port);

    (void)state;
    put(fd, "HEAD /peek HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /pour/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    get(fd, text, sizeof(text), "1\r\nx\r\n0\r\n\r\n", 1);
    assert_non_null(strstr(text, "403 Forbidden"));
    end = strstr(text, "\r\n\r\n");
    assert_non_null(end);
    assert_int_equal(strncmp(end + 4, "HTTP/1.1 200 OK", 15), 0);
    close(fd);
}

static void an_answer_of_a_known_length_says_so(void **state)
{
    static char text[200000];
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /length/100000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "Content-Length: 100000\r\n"));
    assert_null(strstr(text, "Transfer-Encoding"));
    assert_int_equal(strlen(strstr(text, "\r\n\r\n") + 4), 100000);
    close(fd);
    ask(child.port, "GET /short HTTP/1.1\r\nHost: a\r\n\r\n", text, sizeof(text));
    assert_int_equal(strlen(strstr(text, "\r\n\r\n") + 4), 3); /* and the end tells that it is not all */
}

static void a_peer_of_http_1_0_gets_no_chunks(void **state)
{
    char text[2048];

    (void)state;
    ask(child.port, "GET /pour/5 HTTP/1.0\r\n\r\n", text, sizeof(text));
    assert_null(strstr(text, "Transfer-Encoding"));
    assert_non_null(strstr(text, "Connection: close"));
    assert_non_null(strstr(text, "\r\n\r\nxxxxx"));
}

static void a_slow_reader_holds_no_more_than_the_bound(void **state)
{
    static char text[65536];
    size_t total = 0, n;
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /length/30000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    wait_until("\nhttp_server_active_requests ", 1);
    while ((n = get(fd, text, sizeof(text), NULL, 1)) > 0)
        total += n;
    assert_true(total > 30000000);
    close(fd);
    ask(child.port, "GET /greedy HTTP/1.1\r\nHost: a\r\n\r\n", text, sizeof(text));
    assert_non_null(strstr(text, "200 OK"));
}

static void a_reader_that_takes_nothing_is_cut_off(void **state)
{
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /pour/300000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(log_says("reader gone"));
    wait_until("\nhttp_server_active_requests ", 0);
    close(fd);
}

static void a_reader_that_goes_is_told(void **state)
{
    struct linger now = {.l_onoff = 1};
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /pour/300000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_answer(fd, "xxxx");
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd);
    assert_true(log_says("reader gone"));
    wait_until("\nhttp_server_active_requests ", 0);
}

static void a_handler_that_falls_silent_is_cut_off(void **state)
{
    char text[2048];

    (void)state;
    ask(child.port, "GET /silent HTTP/1.1\r\nHost: a\r\n\r\n", text, sizeof(text));
    assert_non_null(strstr(text, "3\r\nabc\r\n"));
    assert_null(strstr(text, "\r\n0\r\n\r\n"));
    assert_true(log_says("the handler gave no answer in time"));
}

static void what_comes_can_go_back_at_the_readers_pace(void **state)
{
    pid_t sender;
    int fd = dial(child.port);

    (void)state;
    put(fd, HEAD("/echo") "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    sender = fork();
    if (sender == 0) {
        for (int i = 0; i < 50; i++) {
            put(fd, "4000\r\n");
            put_bytes(fd, 0x4000, 'e');
            put(fd, "\r\n");
        }
        put(fd, "0\r\n\r\n");
        _exit(0);
    }
    assert_int_equal(count_chunks(fd), 50 * 0x4000);
    close(fd);
}

/* ---- claims: events */

static int watch_now(void)
{
    int fd = dial(child.port);

    put(fd, "GET /watch HTTP/1.1\r\nHost: a\r\n\r\n");
    return fd;
}

static void events_arrive_as_they_are_sent(void **state)
{
    char text[4096];
    int fd = watch_now();

    (void)state;
    get(fd, text, sizeof(text), "data: \n\n", 1);
    assert_non_null(strstr(text, "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(text, "event: hello\nid: 1\ndata: a\ndata: b\ndata: c\ndata: \n\n"));
    ask(child.port, HEAD("/tell") "Content-Length: 4\r\n\r\nnews", text, sizeof(text));
    assert_answer(fd, "data: news\n\n");
    assert_answer(fd, ":\n\n"); /* nothing happens for a while */
    ask(child.port, HEAD("/tell") "Content-Length: 5\r\n\r\nagain", text, sizeof(text));
    assert_answer(fd, "data: again\n\n");
    close(fd);
    assert_true(log_says("watcher gone"));
    wait_until("\nhttp_server_active_requests ", 0);
}

static void events_beside_a_body_that_nobody_reads_keep_their_pace(void **state)
{
    char text[4096];
    int fd = dial(child.port);

    (void)state;
    put_head(fd, HEAD("/watched"), 100);
    put_bytes(fd, 10, 1);
    get(fd, text, sizeof(text), ":\n\n", 1); /* after half of the idle time-out */
    ask(child.port, HEAD("/tell") "Content-Length: 3\r\n\r\nabc", text, sizeof(text)); /* others are served all the while */
    assert_answer(fd, "data: abc\n\n");
    close(fd);
}

static void a_slow_watcher_misses_events_and_nobody_waits(void **state)
{
    static char body[60000], request[61000], text[4096];
    int slow = watch_now(), small = 4096;
    bool dropped = false;

    (void)state;
    setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    memset(body, 'n', sizeof(body) - 1);
    snprintf(request, sizeof(request), HEAD("/tell") "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    assert_answer(slow, "data: \n\n");
    for (int i = 0; i < 200 && !dropped; i++) {
        ask(child.port, request, text, sizeof(text));
        dropped = strstr(text, "dropped 1") != NULL;
    }
    assert_true(dropped);
    assert_true(log_says("watcher gone")); /* since it takes nothing for the idle time-out */
    close(slow);
}

static void draining_ends_events(void **state)
{
    char text[4096];
    int fd = watch_now();

    (void)state;
    assert_answer(fd, "data: \n\n");
    kill(child.pid, SIGTERM);
    get(fd, text, sizeof(text), NULL, 1);
    assert_string_equal(strchr(text, '0'), "0\r\n\r\n"); /* the last chunk */
    assert_true(log_says("\"error\":-108")); /* -ESHUTDOWN */
    close(fd);
}

static void events_that_begin_while_the_service_drains_end_at_once(void **state)
{
    char text[4096];
    int fd = dial(child.port);

    (void)state;
    put(fd, HEAD("/later") "Content-Length: 1\r\n\r\n");
    wait_until("\nuc_http_connections ", 1);
    kill(child.pid, SIGTERM);
    assert_true(log_says("\"draining\""));
    put(fd, "x");
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "event: hello\n"));
    assert_non_null(strstr(text, "\r\n0\r\n\r\n"));
    assert_true(log_says("\"why\":\"drained\"")); /* not because the time was over */
    close(fd);
}

static void an_answer_that_outlasts_the_drain_is_cut_off(void **state)
{
    static char text[1 << 16];
    char last[8] = "";
    int fd = dial(child.port);
    ssize_t n;

    (void)state;
    put(fd, "GET /pour/1000000000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    get(fd, text, sizeof(text), "xxx", 1);
    kill(child.pid, SIGTERM);
    while ((n = recv(fd, text, sizeof(text), 0)) > 0)
        memcpy(last, text + (n < 7 ? 0 : n - 7), n < 7 ? (size_t)n : 7);
    assert_string_not_equal(last, "\r\n0\r\n\r\n"); /* it does not look complete */
    assert_true(log_says("\"why\":\"drain time is over\""));
    close(fd);
}

int main(void)
{
#define SERVED(claim) cmocka_unit_test_setup_teardown(claim, start_child, stop_child)
    static const struct CMUnitTest tests[] = {
        SERVED(a_long_body_arrives_in_parts),
        SERVED(a_body_that_is_not_streamed_is_gathered_as_ever),
        SERVED(a_handler_that_pauses_slows_the_sender),
        SERVED(a_handler_may_refuse_before_the_body_comes),
        SERVED(the_client_is_told_to_go_on_when_the_body_is_wanted),
        SERVED(a_client_is_told_to_go_on_before_an_answer_that_the_body_makes),
        SERVED(a_body_beyond_the_limit_is_refused),
        SERVED(a_body_that_breaks_off_is_told),
        SERVED(a_sender_that_stops_or_drips_is_timed_out),
        SERVED(a_handler_that_wants_no_body_is_timed_out),
        SERVED(who_asks_when_the_peer_has_gone_is_told),
        SERVED(a_sender_that_is_reset_is_told),
        SERVED(an_answer_leaves_in_chunks),
        SERVED(a_head_request_with_a_body_gets_none_back),
        SERVED(an_answer_of_a_known_length_says_so),
        SERVED(a_peer_of_http_1_0_gets_no_chunks),
        SERVED(a_slow_reader_holds_no_more_than_the_bound),
        SERVED(a_reader_that_takes_nothing_is_cut_off),
        SERVED(a_reader_that_goes_is_told),
        SERVED(a_handler_that_falls_silent_is_cut_off),
        SERVED(what_comes_can_go_back_at_the_readers_pace),
        SERVED(events_arrive_as_they_are_sent),
        SERVED(events_beside_a_body_that_nobody_reads_keep_their_pace),
        SERVED(a_slow_watcher_misses_events_and_nobody_waits),
        SERVED(draining_ends_events),
        SERVED(events_that_begin_while_the_service_drains_end_at_once),
        SERVED(an_answer_that_outlasts_the_drain_is_cut_off),
    };

    signal(SIGPIPE, SIG_IGN);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
