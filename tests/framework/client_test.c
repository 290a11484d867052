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
#include <unistd.h>

#include "client_peer.h"
#include "io/resolver.h"
#include "uc/client.h"

static uv_loop_t loop;
static struct peer peer;
static struct name_server names;
static struct uc_client *client;
static char resolv_conf[] = "/tmp/uc-client-test-XXXXXX";

struct outcome {
    int called, status, error;
    char body[64];
    bool inside; /* set while the call is being made */
    struct outcome *then;
    const char *then_target;
};

static void answered(struct uc_client_answer *answer, void *arg);

static void call_method(struct outcome *outcome, enum uc_method method, const char *target)
{
    struct uc_client_request request = {.method = method, .target = uc_str(target)};

    if (method == UC_POST) {
        request.content_type = uc_str("text/plain");
        request.body = uc_str("posted");
    }
    outcome->inside = true;
    uc_client_call(client, NULL, &request, answered, outcome);
    outcome->inside = false;
}

static void call(struct outcome *outcome, const char *target)
{
    call_method(outcome, UC_GET, target);
}

static void answered(struct uc_client_answer *answer, void *arg)
{
    struct outcome *outcome = arg;

    assert_false(outcome->inside);
    uv_stop(&loop);
    outcome->called++;
    outcome->status = answer->status;
    outcome->error = answer->error;
    snprintf(outcome->body, sizeof(outcome->body), "%.*s", (int)answer->body.len, answer->body.data);
    if (outcome->then)
        call(outcome->then, outcome->then_target);
}

static void run_until(const int *called, int count)
{
    while (*called < count)
        uv_run(&loop, UV_RUN_DEFAULT); /* every callback stops the loop */
}

static struct outcome get(const char *target)
{
    struct outcome outcome = {0};

    call(&outcome, target);
    run_until(&outcome.called, 1);
    return outcome;
}

static void open_client(const char *host, uint32_t timeout_ms, uint32_t connections)
{
    char url[128];
    struct uc_client_config config = {.name = "peer", .url = url, .timeout_ms = timeout_ms,
                                      .connections = connections, .answer_max_bytes = 10000};

    snprintf(url, sizeof(url), "http://%s:%u", host, peer.port);
    assert_int_equal(uc_client_new(&client, &loop, &config), 0);
}

static int set_up(void **state)
{
    FILE *file;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    peer_open(&peer, &loop);
    name_server_open(&names, &loop);
    uc_resolver_files.resolv_conf = resolv_conf;
    uc_resolver_files.port = names.port;
    file = fopen(resolv_conf, "w");
    assert_non_null(file);
    fputs("# comment\nnameserver 127.0.0.1\n", file);
    fclose(file);
    return 0;
}

/* Every handle closes: nothing of a client stays in the loop. */
static int tear_down(void **state)
{
    (void)state;
    uc_client_free(client);
    client = NULL;
    peer_close(&peer);
    name_server_close(&names);
    while (uv_run(&loop, UV_RUN_DEFAULT))
        ;
    assert_int_equal(peer.open, 0);
    return uv_loop_close(&loop);
}

static void an_answer_comes_back_whole(void **state)
{
    static const struct {
        const char *target, *body;
    } rows[] = {{"/ok", "ok"}, {"/chunked", "abcde"}, {"/eof", "to the end"}, {"/close", "ok"}};
    struct outcome posted = {0};
    size_t i;

    (void)state;
    open_client("127.0.0.1", 2000, 0);
    for (i = 0; i < 4; i++) {
        struct outcome outcome = get(rows[i].target);

        assert_int_equal(outcome.error, 0);
        assert_int_equal(outcome.status, 200);
        assert_string_equal(outcome.body, rows[i].body);
    }
    call_method(&posted, UC_POST, "/echo");
    run_until(&posted.called, 1);
    assert_string_equal(posted.body, "posted");
    assert_non_null(strstr(peer.last_head, "POST /echo HTTP/1.1\r\nHost: 127.0.0.1:"));
}

static void failures_have_their_own_error(void **state)
{
    static const struct {
        const char *target;
        int error;
    } rows[] = {{"/slow", -ETIMEDOUT},   {"/reset", -ECONNRESET}, {"/garbage", -EBADMSG},
                {"/huge", -EMSGSIZE},    {"/cut", -ECONNRESET},   {"no-slash", -EINVAL},
                {"/a b", -EINVAL},       {"/a\r\nX: y", -EINVAL}, {"", -EINVAL}};
    size_t i;

    (void)state;
    open_client("127.0.0.1", 100, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct outcome outcome = get(rows[i].target);

        if (outcome.status != 0 || outcome.error != rows[i].error)
            fail_msg("%s: %d, %d", rows[i].target, outcome.status, outcome.error);
        assert_int_equal(get("/ok").status, 200); /* and the client lives on */
    }
}

static void a_request_that_is_too_large_is_no_lack_of_memory(void **state)
{
    size_t len = (16u << 20) + 1;
    char *bytes = calloc(1, len);
    struct uc_client_request request = {.method = UC_POST, .target = UC_STR("/echo"), .content_type = UC_STR("a/b"),
                                        .body = {bytes, len}};
    struct outcome outcome = {0};

    (void)state;
    assert_non_null(bytes);
    open_client("127.0.0.1", 100, 0);
    uc_client_call(client, NULL, &request, answered, &outcome);
    run_until(&outcome.called, 1);
    assert_int_equal(outcome.error, -EINVAL);
    assert_string_equal(uc_client_error_text(-ENOBUFS), "request too large"); /* generated code's own limit */
    free(bytes);
}

static void a_closed_port_refuses(void **state)
{
    struct uc_client_config config = {.url = "http://127.0.0.1:1"};

    (void)state;
    assert_int_equal(uc_client_new(&client, &loop, &config), 0);
    assert_int_equal(get("/ok").error, -ECONNREFUSED);
}

static void a_thousand_calls_use_few_connections(void **state)
{
    static struct outcome outcomes[1000];
    int i;

    (void)state;
    memset(outcomes, 0, sizeof(outcomes));
    open_client("127.0.0.1", 5000, 8);
    for (i = 0; i < 1000; i++)
        call(&outcomes[i], "/ok");
    for (i = 0; i < 1000; i++) {
        run_until(&outcomes[i].called, 1);
        assert_int_equal(outcomes[i].status, 200);
    }
    assert_int_equal(peer.requests, 1000);
    assert_true(peer.accepted <= 8);
    for (i = 0; i < 1000; i++)
        assert_int_equal(outcomes[i].called, 1);
}

static void a_call_from_a_callback_takes_the_same_connection(void **state)
{
    struct outcome second = {0}, first = {.then = &second, .then_target = "/ok"};

    (void)state;
    open_client("127.0.0.1", 2000, 0);
    call(&first, "/ok");
    run_until(&second.called, 1);
    assert_int_equal(peer.accepted, 1);
}

static void a_stale_connection_is_replaced_for_idempotent_methods(void **state)
{
    struct outcome posted = {0};

    (void)state;
    open_client("127.0.0.1", 2000, 0);
    assert_int_equal(get("/hangup-next").status, 200);
    assert_int_equal(get("/ok").status, 200);
    assert_int_equal(peer.accepted, 2);

    assert_int_equal(get("/hangup-next").status, 200);
    call_method(&posted, UC_POST, "/echo");
    run_until(&posted.called, 1);
    assert_int_equal(posted.error, -ECONNRESET);
    assert_int_equal(posted.called, 1);
}

static void calls_beyond_the_limit_wait_their_turn(void **state)
{
    struct outcome slow = {0}, next = {0};

    (void)state;
    open_client("127.0.0.1", 150, 1);
    call(&slow, "/slow");
    call(&next, "/ok");
    run_until(&slow.called, 1);
    assert_int_equal(slow.error, -ETIMEDOUT);
    run_until(&next.called, 1);
    /* It waited all its time: an error, too, or served just in time, but told once. */
    assert_int_equal(next.called, 1);
    assert_int_equal(get("/ok").status, 200);
}

static void addresses_behind_one_name_are_used_in_turn(void **state)
{
    int i;

    (void)state;
    open_client("shop", 2000, 0);
    for (i = 0; i < 30; i++)
        assert_int_equal(get("/ok").status, 200);
    assert_int_equal(peer.by_last_octet[1], 10);
    assert_int_equal(peer.by_last_octet[2], 10);
    assert_int_equal(peer.by_last_octet[3], 10);
    assert_int_equal(peer.accepted, 3);
    assert_int_equal(names.questions, 1);
}

static void an_address_that_refuses_is_passed_over(void **state)
{
    int i;

    (void)state;
    peer_close(&peer);
    uv_run(&loop, UV_RUN_NOWAIT);
    peer_open_at(&peer, &loop, INADDR_LOOPBACK + 1);
    open_client("shop", 2000, 0);
    for (i = 0; i < 30; i++)
        assert_int_equal(get("/ok").status, 200);
    assert_int_equal(peer.by_last_octet[2], 30);
    assert_int_equal(peer.accepted, 1);
}

static void calls_that_time_out_take_kept_connections_with_them(void **state)
{
    struct outcome first = {0}, second = {0};

    (void)state;
    open_client("127.0.0.1", 100, 0);
    call(&first, "/ok");
    call(&second, "/ok");
    run_until(&first.called, 1);
    run_until(&second.called, 1);
    assert_int_equal(peer.accepted, 2);
    assert_int_equal(get("/slow").error, -ETIMEDOUT);
    assert_int_equal(get("/ok").status, 200);
    assert_int_equal(peer.accepted, 3);
}

static void an_unknown_name_is_told(void **state)
{
    (void)state;
    open_client("nowhere", 2000, 0);
    assert_int_equal(get("/ok").error, -ENOENT);
    uc_client_free(client);
    open_client("empty", 2000, 0);
    assert_int_equal(get("/ok").error, -ENOENT);
}

static void search_domains_are_tried(void **state)
{
    FILE *file = fopen(resolv_conf, "w");

    (void)state;
    assert_non_null(file);
    fputs("search nowhere.example other\nnameserver 127.0.0.1\noptions ndots:2 rotate\n", file);
    fclose(file);
    open_client("shop", 2000, 0);
    assert_int_equal(get("/ok").status, 200);
    assert_int_equal(names.questions, 3);
}

static void a_silent_name_server_ends_in_the_time_out(void **state)
{
    (void)state;
    uv_udp_recv_stop(&names.udp);
    open_client("shop", 300, 0);
    assert_int_equal(get("/ok").error, -ETIMEDOUT);
}

static void freeing_cancels_what_is_outstanding(void **state)
{
    struct outcome outcomes[3] = {0};
    int i;

    (void)state;
    open_client("127.0.0.1", 2000, 1);
    for (i = 0; i < 3; i++)
        call(&outcomes[i], "/slow");
    while (peer.requests == 0)
        uv_run(&loop, UV_RUN_ONCE);
    uc_client_free(client);
    for (i = 0; i < 3; i++) {
        assert_int_equal(outcomes[i].called, 1);
        assert_int_equal(outcomes[i].error, -ECANCELED);
    }
    client = NULL;
}

static void freed_by_its_own_callback(struct uc_client_answer *answer, void *arg)
{
    struct outcome *outcome = arg;

    uv_stop(&loop);
    outcome->called++;
    outcome->status = answer->status;
    uc_client_free(client);
}

static void a_callback_may_free_the_client(void **state)
{
    static const char *const targets[] = {"/ok", "/garbage", "/slow", "/reset"};
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++) {
        struct uc_client_request request = {.target = uc_str(targets[i])};
        struct outcome outcome = {0}, other = {0};

        open_client("127.0.0.1", 100, 0);
        uc_client_call(client, NULL, &request, freed_by_its_own_callback, &outcome);
        call(&other, "/slow");
        run_until(&outcome.called, 1);
        assert_int_equal(other.called, 1);
        client = NULL;
    }
}

static void urls_are_checked(void **state)
{
    static const struct {
        const char *url;
        bool ok;
    } rows[] = {
        {"http://stock", true},          {"http://stock:8080", true},    {"http://10.0.0.1:1/v1/", true},
        {"http://a_b.c-d:65535/", true}, {"https://stock", false},       {"stock:8080", false},
        {"http://", false},              {"http://:80", false},          {"http://a:", false},
        {"http://a:0", false},           {"http://a:65536", false},      {"http://a:1x", false},
        {"http://u@a", false},           {"http://[::1]:80", false},     {"http://a/b c", false},
        {"http://a/b?c", false},         {"http://a?b", false},          {"http://a\r\nb", false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct uc_client_config config = {.url = rows[i].url};
        int err = uc_client_new(&client, &loop, &config);

        if (err != (rows[i].ok ? 0 : -EINVAL))
            fail_msg("%s: %d", rows[i].url, err);
        if (!err)
            uc_client_free(client);
    }
    client = NULL;
}

static void a_header_value_cannot_smuggle_a_line(void **state)
{
    struct uc_buf lines;

    (void)state;
    uc_buf_init(&lines, 1000);
    uc_client_header(&lines, "X-Note", uc_str("a\r\nHost: b"));
    assert_true(uc_str_is(uc_str_of(lines.data, lines.len), "X-Note: a  Host: b\r\n"));
    uc_buf_clear(&lines);
    uc_url_encode(&lines, uc_str("a b/\xc3\xa9~-._%"));
    assert_true(uc_str_is(uc_str_of(lines.data, lines.len), "a%20b%2F%C3%A9~-._%25"));
    uc_buf_deinit(&lines);
}

static void numbers_of_urls_are_short_and_have_no_plus(void **state)
{
    static const struct {
        double value;
        const char *want;
    } rows[] = {{0.3, "0.3"}, {-2, "-2"}, {1e21, "1e21"}, {-1e-7, "-1e-07"}, {0.1 + 0.2, "0.30000000000000004"}};
    static const double others[] = {NAN, INFINITY, -INFINITY};
    struct uc_buf out;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uc_buf_init(&out, 64);
        uc_client_number(&out, rows[i].value);
        assert_int_equal(out.error, 0);
        if (!uc_str_is(uc_str_of(out.data, out.len), rows[i].want))
            fail_msg("%.*s, not %s", (int)out.len, out.data, rows[i].want);
        uc_buf_deinit(&out);
    }
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        uc_buf_init(&out, 64);
        uc_buf_append_str(&out, uc_str("x="));
        uc_client_number(&out, others[i]);
        assert_int_equal(out.error, -EINVAL);
        uc_buf_deinit(&out);
    }
    uc_buf_init(&out, 2);
    uc_client_number(&out, 0.25);
    assert_int_equal(out.error, -ENOBUFS); /* and stays so */
    uc_client_number(&out, NAN);
    assert_int_equal(out.error, -ENOBUFS);
    uc_buf_deinit(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_urls_are_short_and_have_no_plus),
        TEST(an_answer_comes_back_whole),
        TEST(failures_have_their_own_error),
        TEST(a_request_that_is_too_large_is_no_lack_of_memory),
        TEST(a_closed_port_refuses),
        TEST(a_thousand_calls_use_few_connections),
        TEST(a_call_from_a_callback_takes_the_same_connection),
        TEST(a_stale_connection_is_replaced_for_idempotent_methods),
        TEST(calls_beyond_the_limit_wait_their_turn),
        TEST(addresses_behind_one_name_are_used_in_turn),
        TEST(an_address_that_refuses_is_passed_over),
        TEST(calls_that_time_out_take_kept_connections_with_them),
        TEST(an_unknown_name_is_told),
        TEST(search_domains_are_tried),
        TEST(a_silent_name_server_ends_in_the_time_out),
        TEST(freeing_cancels_what_is_outstanding),
        TEST(a_callback_may_free_the_client),
        TEST(urls_are_checked),
        TEST(a_header_value_cannot_smuggle_a_line),
    };
    int fd = mkstemp(resolv_conf);
    int failed;

    if (fd < 0)
        return 1;
    close(fd);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests_name("client", tests, NULL, NULL);
    unlink(resolv_conf);
    return failed;
}
