/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out: the first allocation fails, then the second, until all succeed. Each time the
 * outcome is a refusal or an error, never a crash, and (LeakSanitizer) nothing stays behind.
 */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "http1_drive.h"
#include "io/server.h"
#include "proto/router.h"
#include "uc/arena.h"
#include "uc/caller.h"
#include "uc/json.h"

/* The linker sends the library's calls here (--wrap). */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

static long left = -1; /* allocations that still succeed; negative: all */

static bool fails(void)
{
    return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __real_realloc(memory, bytes);
}

static const struct uc_operation operations[] = {
    {.id = "a", .method = UC_GET, .path = "/a/{b}/c"}, {.id = "b", .method = UC_GET, .path = "/a/b/{c}"}};

/* Each scenario returns true when nothing failed. */
static bool build_a_router(void)
{
    struct uc_router *router = uc_router_new();
    bool ok = router != NULL;

    for (int i = 0; router && i < 2; i++) {
        int err = uc_router_add(router, &operations[i]);

        assert_true(err == 0 || err == -ENOMEM);
        ok = ok && !err;
    }
    uc_router_free(router);
    return ok;
}

static bool fill_an_arena(void)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    bool ok;

    if (!arena)
        return false;
    for (int i = 0; i < 200; i++) {
        struct uc_str text = uc_arena_printf(arena, "%0100d", i);

        assert_true(text.len == 100 || (text.len == 0 && uc_arena_failed(arena)));
    }
    ok = !uc_arena_failed(arena);
    uc_arena_free(arena);
    return ok;
}

static bool serve_large_bodies(void)
{
    static const struct uc_limits limits = {.body_bytes = 8000};
    static char text[6000];
    struct drive drive;
    bool ok;
    int len = snprintf(text, sizeof(text), "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");

    memset(text + len, 'x', 4096);
    memcpy(text + len + 4096, "\r\n0\r\n\r\n", 8);
    drive_init(&drive, &limits);
    drive_feed(&drive, text, (size_t)len + 4096 + 7, 500);
    drive_feed(&drive, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, 500);
    ok = drive.requests == 2 && drive.out.len > 200 && !drive.out.error && drive.last_body.error == 0;
    drive_deinit(&drive);
    return ok;
}

struct outcome {
    bool told, ok;
};

/* What generated code does: a result in the answer's arena, whatever the answer is. */
static void note_answer(struct uc_client_answer *answer, void *arg)
{
    struct outcome *outcome = arg;
    bool has_memory = uc_arena_alloc(answer->arena, 64) != NULL;

    assert_int_equal(answer->status, 0);
    outcome->told = true;
    outcome->ok = has_memory && answer->error == -ECONNREFUSED;
}

static void never(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    (void)status;
    (void)events;
}

/* libuv does not bear it when its table of descriptors cannot grow: let it be large enough. */
static void widen(uv_loop_t *loop)
{
    int ends[2], high = 100;
    uv_poll_t poll;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], high), high);
    assert_int_equal(uv_poll_init(loop, &poll, high), 0);
    assert_int_equal(uv_poll_start(&poll, UV_READABLE, never), 0);
    uv_close((uv_handle_t *)&poll, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    close(high);
    close(ends[0]);
    close(ends[1]);
}

/* A call that belongs to no request, to a port where nobody listens. */
static bool call_a_peer(void)
{
    struct uc_client_config config = {.url = "http://127.0.0.1:1"};
    struct uc_client_request request = {.target = UC_STR("/")};
    struct outcome outcome = {false, false};
    struct uc_client *client;
    long budget = left;
    uv_loop_t loop;
    int err;

    left = -1;
    assert_int_equal(uv_loop_init(&loop), 0);
    widen(&loop);
    left = budget;
    err = uc_client_new(&client, &loop, &config);
    assert_true(err == 0 || err == -ENOMEM);
    if (!err) {
        uc_client_call(client, NULL, &request, note_answer, &outcome);
        while (!outcome.told)
            uv_run(&loop, UV_RUN_ONCE);
        uc_client_free(client);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    return outcome.ok;
}

/* The same to a URL that somebody else chose. */
static bool call_a_url(void)
{
    struct uc_caller_config config = {.hosts = "127.0.0.1"};
    struct uc_client_request request = {.target = UC_STR("http://127.0.0.1:1/a?b")};
    struct outcome outcome = {false, false};
    struct uc_caller *caller = NULL;
    long budget = left;
    uv_loop_t loop;
    int err;

    left = -1;
    assert_int_equal(uv_loop_init(&loop), 0);
    widen(&loop);
    left = budget;
    err = uc_caller_new(&caller, &loop, &config);
    if (!err)
        assert_int_equal(uc_caller_call(caller, NULL, &request, note_answer, &outcome), 0);
    assert_true(err == 0 || err == -ENOMEM);
    while (!err && !outcome.told)
        uv_run(&loop, UV_RUN_ONCE);
    uc_caller_free(caller);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    return outcome.ok;
}

/* ---- a whole request, from the listener to the answer */

struct whole {
    struct uv_loop_s loop;
    struct uc_server server;
    uv_tcp_t peer;
    uv_timer_t patience;
    uv_connect_t connecting;
    uv_write_t writing;
    const char *request;
    char text[60000];
    size_t len;
    bool over;
};

/* A body in parts goes back in parts. */
static void echo_chunk(void *arg, struct uc_str bytes)
{
    int full = uc_answer_write(arg, bytes);

    if (full == -ENOMEM)
        uc_body_pause(arg); /* for ever: the request time-out ends it */
    else if (full == 1)
        uc_body_pause(arg);
}

static void echo_drained(void *arg)
{
    uc_body_resume(arg);
}

static void echo_end(void *arg, int error)
{
    (void)error;
    uc_answer_end(arg);
}

static void echo(struct uc_request *req)
{
    uc_answer_header(req, "X-Echo", uc_arena_printf(uc_request_arena(req), "%03000d", 7));
    uc_answer_stream_begin(req, 200, "text/plain", -1);
    uc_answer_on(req, echo_drained, NULL, req);
    uc_body_read(req, echo_chunk, echo_end, req);
}

static bool streams(struct uc_request *req, uint64_t *max, void *ctx)
{
    (void)ctx;
    *max = UINT64_MAX;
    return uc_str_is(uc_request_path(req), "/echo");
}

static void serve(struct uc_request *req, void *ctx)
{
    struct uc_json_writer *w;
    struct uc_str value;

    (void)ctx;
    if (req->stream.coming) {
        echo(req);
        return;
    }
    uc_request_query(req, "q", &value);
    uc_answer_header(req, "X-Echo", uc_arena_printf(uc_request_arena(req), "%03000d", 7));
    w = uc_answer_json_begin(req, 200, NULL);
    uc_json_write_object_begin(w);
    UC_JSON_KEY(w, "body");
    uc_json_write_string(w, uc_request_body(req));
    uc_json_write_object_end(w);
    uc_answer_json_end(req);
}

/* The peer's own reading must not fail. */
static void lend(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct whole *whole = handle->data;

    (void)suggested;
    *buf = uv_buf_init(whole->text + whole->len, (unsigned)(sizeof(whole->text) - 1 - whole->len));
}

static void end_it(struct whole *whole)
{
    if (whole->over)
        return;
    whole->over = true;
    uv_close((uv_handle_t *)&whole->peer, NULL);
    uv_close((uv_handle_t *)&whole->patience, NULL);
    uc_server_close(&whole->server);
}

static void on_answer(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct whole *whole = stream->data;

    (void)buf;
    if (len > 0)
        whole->len += (size_t)len;
    whole->text[whole->len] = '\0';
    if (len < 0 || strstr(whole->text, "\"}") || strstr(whole->text, "\r\n0\r\n\r\n") || whole->len == sizeof(whole->text) - 1)
        end_it(whole);
}

static void on_connected(uv_connect_t *connecting, int status)
{
    struct whole *whole = connecting->data;
    uv_buf_t buf = uv_buf_init((char *)whole->request, (unsigned)strlen(whole->request));

    assert_int_equal(status, 0);
    uv_read_start((uv_stream_t *)&whole->peer, lend, on_answer);
    uv_write(&whole->writing, (uv_stream_t *)&whole->peer, &buf, 1, NULL);
}

static void on_patience(uv_timer_t *timer)
{
    end_it(timer->data);
}

/* Behind the head. */
static size_t count_of(const char *text, char c)
{
    size_t count = 0;

    for (text = strstr(text, "\r\n\r\n"); text && *text; text++)
        count += *text == c;
    return count;
}

static bool serve_a_request(const char *request)
{
    static const struct uc_server_config config = {
        .dispatch = serve, .streams = streams,
        .limits = {.body_bytes = 60000, .head_timeout_ms = 200, .body_timeout_ms = 200, .request_timeout_ms = 200}};
    struct whole *whole = __real_calloc(1, sizeof(*whole));
    struct sockaddr_in address;
    long budget = left;
    bool answered, refused;
    int len = sizeof(address);

    left = -1;
    whole->request = request;
    assert_int_equal(uv_loop_init(&whole->loop), 0);
    widen(&whole->loop);
    assert_int_equal(uc_server_open(&whole->server, &whole->loop, &config, 0), 0);
    uv_tcp_getsockname(&whole->server.listener, (struct sockaddr *)&address, &len);
    uv_ip4_addr("127.0.0.1", ntohs(address.sin_port), &address);
    uv_tcp_init(&whole->loop, &whole->peer);
    uv_timer_init(&whole->loop, &whole->patience);
    whole->peer.data = whole->connecting.data = whole->patience.data = whole;
    uv_timer_start(&whole->patience, on_patience, 1000, 0);
    uv_tcp_connect(&whole->connecting, &whole->peer, (struct sockaddr *)&address, on_connected);
    left = budget;
    uv_run(&whole->loop, UV_RUN_DEFAULT);
    budget = left;
    left = -1;
    uc_server_deinit(&whole->server);
    assert_int_equal(uv_loop_close(&whole->loop), 0);
    answered = strstr(whole->text, "200 OK") != NULL &&
               (strstr(whole->text, "\r\n\r\n{\"body\":\"") || strstr(whole->text, "\r\n0\r\n\r\n"));
    if (answered && strstr(whole->text, "chunked") && count_of(whole->text, 'z') != 20000)
        fail_msg("an answer that is not complete says that it is: %s", whole->text);
    refused = whole->len == 0 || (strstr(whole->text, "chunked") && strncmp(whole->text, "HTTP/1.1 200", 12) == 0) || strstr(whole->text, " 503 ") || strstr(whole->text, " 500 ") || strstr(whole->text, " 413 ");
    if (!answered && !refused)
        fail_msg("neither an answer nor a refusal: %s", whole->text);
    left = budget;
    free(whole);
    return answered;
}

static char large_request[40000];

static bool serve_a_small_request(void)
{
    return serve_a_request("GET /a?q=%41%42 HTTP/1.1\r\nHost: a\r\n\r\n");
}

static bool serve_a_large_request(void)
{
    return serve_a_request(large_request);
}

static bool compare_values(void)
{
    static const char list[] = "[{\"a\":1,\"b\":[2]},{\"b\":[2],\"a\":1.0}]";
    struct uc_arena *arena = uc_arena_new(1 << 20);
    struct uc_violations violations;
    struct uc_json_reader r;
    bool ok;
    int err;

    if (!arena)
        return false;
    uc_violations_init(&violations, arena);
    uc_json_reader_init(&r, uc_str(list), arena, &violations);
    uc_json_skip(&r);
    uc_json_unique_values(&r, list);
    if (!r.error)
        uc_json_choice_check(&r, list, uc_str_of("[]\0{}", 6), "must be one of: [], {}");
    err = uc_json_finish(&r);
    ok = !uc_arena_failed(arena);
    assert_true(err == 0 || (err == -ENOMEM && !ok)); /* so the answer is 503 */
    assert_true(!ok || violations.count == 2);
    uc_arena_free(arena);
    return ok;
}

static void until_it_passes(bool (*scenario)(void))
{
    long count = 0;

    do {
        left = count;
        if (scenario())
            break;
    } while (++count < 10000);
    left = -1;
    assert_in_range(count, 1, 9999);
    assert_true(scenario());
}

static void a_router_survives(void **state)
{
    (void)state;
    until_it_passes(build_a_router);
}

static void an_arena_survives(void **state)
{
    (void)state;
    until_it_passes(fill_an_arena);
}

static void a_comparison_of_values_survives(void **state)
{
    (void)state;
    until_it_passes(compare_values);
}

static void the_http_machine_survives(void **state)
{
    (void)state;
    until_it_passes(serve_large_bodies);
}

static void a_client_survives(void **state)
{
    (void)state;
    until_it_passes(call_a_peer);
}

static void a_caller_survives(void **state)
{
    (void)state;
    until_it_passes(call_a_url);
}

static void a_whole_request_survives(void **state)
{
    (void)state;
    until_it_passes(serve_a_small_request);
}

static void a_whole_request_in_parts_survives(void **state)
{
    int len = snprintf(large_request, sizeof(large_request),
                       "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 20000\r\n\r\n");

    (void)state;
    memset(large_request + len, 'z', 20000);
    large_request[len + 20000] = '\0';
    until_it_passes(serve_a_large_request);
}

static void a_whole_request_with_a_body_survives(void **state)
{
    int len = snprintf(large_request, sizeof(large_request), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n");

    (void)state;
    memset(large_request + len, 'b', 3000);
    until_it_passes(serve_a_large_request);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_router_survives),
        cmocka_unit_test(an_arena_survives),
        cmocka_unit_test(a_comparison_of_values_survives),
        cmocka_unit_test(the_http_machine_survives),
        cmocka_unit_test(a_client_survives),
        cmocka_unit_test(a_caller_survives),
        cmocka_unit_test(a_whole_request_survives),
        cmocka_unit_test(a_whole_request_with_a_body_survives),
        cmocka_unit_test(a_whole_request_in_parts_survives),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
