/* SPDX-License-Identifier: MIT */
/* Calls made for a request: what they inherit from it, and how they outlive it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client_peer.h"
#include "uc/testing.h"

#define TRACE "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static struct peer peer;
static struct uc_client *client;
static struct uc_testbed *bed;
static int callbacks;
static bool quiet; /* `tracestate` stays here */

static void answered(struct uc_client_answer *answer, void *arg)
{
    struct uc_request *req = arg;

    callbacks++;
    if (answer->error)
        uc_answer_problem(req, answer->error == -ETIMEDOUT ? 504 : 503, uc_client_error_text(answer->error));
    else
        uc_answer(req, answer->status, "text/plain", answer->body);
}

static void handle_through(struct uc_request *req)
{
    struct uc_client_request call = {.target = uc_request_path_value(req, 0)};

    call.target = uc_arena_printf(uc_request_arena(req), "/%.*s", (int)call.target.len, call.target.data);
    uc_client_call(client, req, &call, answered, req);
}

/* The answer's text must still be good: the request is held until the callback returns. */
static void came_later(struct uc_client_answer *answer, void *arg)
{
    const char *text = arg;

    assert_string_equal(text, "kept");
    assert_true(answer->status == 200 || answer->error);
    callbacks++;
}

static void handle_early(struct uc_request *req)
{
    struct uc_client_request call = {.target = uc_str("/ok")};

    uc_client_call(client, req, &call, came_later,
                   (void *)(uintptr_t)uc_arena_copy(uc_request_arena(req), uc_str("kept")).data);
    uc_answer_empty(req, 204);
}

static int start(struct uc_service *service)
{
    struct uc_client_config config = {.name = "peer", .no_tracestate = quiet};
    char url[64];

    peer_open(&peer, uc_service_loop(service));
    snprintf(url, sizeof(url), "http://127.0.0.1:%u", peer.port);
    config.url = url;
    return uc_client_new(&client, uc_service_loop(service), &config);
}

static void stop(struct uc_service *service)
{
    (void)service;
    uc_client_free(client);
    peer_close(&peer);
}

static const struct uc_operation operations[] = {
    {"through", UC_GET, "/through/{path}", UC_BODY_NONE, NULL, handle_through},
    {"early", UC_GET, "/early", UC_BODY_NONE, NULL, handle_early},
};

static const struct uc_service_info info = {
    .name = "tested",
    .version = "1",
    .limits = {.request_timeout_ms = 300},
    .operations = operations,
    .operation_count = 2,
    .openapi = UC_STR("{}"),
    .start = start,
    .stop = stop,
};

static int open_bed(void **state)
{
    (void)state;
    callbacks = 0;
    return uc_testbed_new(&bed, &info);
}

static int open_quiet_bed(void **state)
{
    quiet = true;
    return open_bed(state);
}

static int close_bed(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    quiet = false;
    return 0;
}

static int call(const char *target, const char *headers)
{
    struct uc_test_answer answer;

    assert_int_equal(uc_testbed_call(bed, UC_GET, target, headers, uc_str(NULL), &answer), 0);
    return answer.status;
}

static void the_trace_is_handed_on_with_a_span_of_its_own(void **state)
{
    const char *sent;

    (void)state;
    assert_int_equal(call("/through/ok", "traceparent: " TRACE "\r\ntracestate: a=1,b=2\r\n"), 200);
    sent = strstr(peer.last_head, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-");
    assert_non_null(sent);
    assert_null(strstr(peer.last_head, "00f067aa0ba902b7"));
    assert_memory_equal(sent + 13 + 52, "-01\r\n", 5);
    assert_non_null(strstr(peer.last_head, "tracestate: a=1,b=2\r\n"));
}

static void its_state_stays_here_where_that_is_wanted(void **state)
{
    (void)state;
    assert_int_equal(call("/through/ok", "traceparent: " TRACE "\r\ntracestate: a=1,b=2\r\n"), 200);
    assert_non_null(strstr(peer.last_head, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    assert_null(strstr(peer.last_head, "tracestate"));
}

static void the_deadline_is_inherited_with_time_left_to_answer(void **state)
{
    (void)state;
    assert_int_equal(call("/through/slow", NULL), 504); /* the handler's answer, not the framework's 503 */
    assert_int_equal(callbacks, 1);
    assert_int_equal(call("/through/ok", NULL), 200);
}

static void a_callback_comes_after_its_request_was_answered(void **state)
{
    int i;

    (void)state;
    assert_int_equal(call("/early", NULL), 204);
    for (i = 0; i < 20 && callbacks == 0; i++)
        assert_int_equal(call("/through/ok", NULL), 200);
    assert_true(callbacks >= 2);
}

static void a_callback_comes_when_the_service_stops_first(void **state)
{
    (void)state;
    assert_int_equal(call("/early", NULL), 204);
    uc_testbed_free(bed);
    assert_int_equal(callbacks, 1);
    assert_int_equal(uc_testbed_new(&bed, &info), 0);
}

/* ---- the end of a service whose peer does not answer */

struct app {
    int told;
};

static void note_in_app(struct uc_client_answer *answer, void *arg)
{
    struct app *app = arg;

    assert_int_equal(answer->error, -ECANCELED);
    app->told++;
}

static void handle_with_app(struct uc_request *req)
{
    struct uc_service *service = uc_request_service(req);
    struct uc_client_request call = {.target = uc_str("/slow")};

    uc_client_call(uc_service_client(service, 0), NULL, &call, note_in_app, uc_service_data(service));
    uc_answer_empty(req, 204);
}

static int start_app(struct uc_service *service)
{
    uc_service_set_data(service, calloc(1, sizeof(struct app)));
    return uc_service_data(service) ? 0 : -ENOMEM;
}

static void stop_app(struct uc_service *service)
{
    struct app *app = uc_service_data(service);

    callbacks = app->told;
    free(app);
}

static void calls_end_before_the_service_gives_up_what_is_its_own(void **state)
{
    static const struct uc_operation asking = {"ask", UC_GET, "/ask", UC_BODY_NONE, NULL, handle_with_app};
    static const struct uc_client_info clients[] = {{"peer", "http://127.0.0.1:1", 0}};
    static const struct uc_service_info ended = {
        .name = "ended", .version = "1", .operations = &asking, .operation_count = 1, .clients = clients,
        .client_count = 1, .openapi = UC_STR("{}"), .start = start_app, .stop = stop_app,
    };

    (void)state;
    callbacks = 0;
    assert_int_equal(uc_testbed_new(&bed, &ended), 0);
    assert_int_equal(call("/ask", NULL), 204);
    uc_testbed_free(bed);
    assert_int_equal(callbacks, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bed, close_bed)
    static const struct CMUnitTest tests[] = {
        TEST(the_trace_is_handed_on_with_a_span_of_its_own),
        cmocka_unit_test_setup_teardown(its_state_stays_here_where_that_is_wanted, open_quiet_bed, close_bed),
        TEST(the_deadline_is_inherited_with_time_left_to_answer),
        TEST(a_callback_comes_after_its_request_was_answered),
        TEST(a_callback_comes_when_the_service_stops_first),
        cmocka_unit_test(calls_end_before_the_service_gives_up_what_is_its_own),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("client_request", tests, NULL, NULL);
}
