/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <uv.h>

#include "base/log_internal.h"
#include "uc/log.h"
#include "uc/testing.h"

static void get_item(struct uc_request *req)
{
    struct uc_json_writer *w = uc_answer_json_begin(req, 200, NULL);
    struct uc_str value;

    uc_json_write_object_begin(w);
    UC_JSON_KEY(w, "id");
    uc_json_write_string(w, uc_request_path_value(req, 0));
    if (uc_request_query(req, "q r", &value)) {
        UC_JSON_KEY(w, "q");
        uc_json_write_string(w, value);
        UC_JSON_KEY(w, "count");
        uc_json_write_int64(w, uc_request_query_count(req, "q r"));
    }
    if (uc_request_header(req, "x-many", &value)) {
        UC_JSON_KEY(w, "many");
        uc_json_write_string(w, value);
    }
    uc_json_write_object_end(w);
    uc_answer_json_end(req);
}

static void create_item(struct uc_request *req)
{
    uc_answer_header(req, "Location", uc_str("/items/1"));
    uc_answer_header(req, "X-Bad", uc_str("a\r\nInjected: b"));
    uc_answer_header(req, "Content-Length", uc_str("7"));
    uc_answer(req, 201, "application/json", uc_request_body(req));
}

static void on_timer(uv_timer_t *timer)
{
    struct uc_request *req = timer->data;

    uc_answer(req, 200, "text/plain", uc_request_traceparent(req));
    uv_close((uv_handle_t *)timer, (uv_close_cb)free);
}

static void slow(struct uc_request *req)
{
    uv_timer_t *timer = malloc(sizeof(*timer));

    uv_timer_init(uc_request_loop(req), timer);
    timer->data = req;
    uv_timer_start(timer, on_timer, (uint64_t)atoi(uc_request_path_value(req, 0).data), 0);
}

static void hungry(struct uc_request *req)
{
    uc_arena_alloc(uc_request_arena(req), (size_t)1 << 40);
    uc_answer(req, 200, "text/plain", uc_str("half the truth"));
}

static void invalid(struct uc_request *req)
{
    struct uc_violations violations;

    uc_violations_init(&violations, uc_request_arena(req));
    for (int i = 0; i < 20; i++)
        uc_violation_add(&violations, UC_IN_BODY, uc_str("/a"), "number %d", i);
    uc_answer_invalid(req, &violations, NULL);
}

static int starts, stops;

static int start(struct uc_service *service)
{
    starts++;
    uc_service_set_data(service, &starts);
    assert_int_equal(uc_service_env_int64(service, 0), 42);
    assert_true(uc_str_is(uc_service_env(service, 1), "given"));
    assert_true(uc_service_env_bool(service, 2));
    return 0;
}

static void stop(struct uc_service *service)
{
    assert_ptr_equal(uc_service_data(service), &starts);
    stops++;
}

static const struct uc_operation operations[] = {
    {"getItem", UC_GET, "/items/{id}", UC_BODY_NONE, NULL, get_item},
    {"createItem", UC_POST, "/items", UC_BODY_REQUIRED, "application/json", create_item},
    {"slow", UC_GET, "/slow/{ms}", UC_BODY_NONE, NULL, slow},
    {"hungry", UC_GET, "/hungry", UC_BODY_NONE, NULL, hungry},
    {"invalid", UC_GET, "/invalid", UC_BODY_NONE, NULL, invalid},
};
static const struct uc_env_info env[] = {
    {"UC_TEST_NUMBER", UC_ENV_INTEGER, "42"}, {"UC_TEST_TEXT", UC_ENV_STRING, NULL}, {"UC_TEST_BOOL", UC_ENV_BOOLEAN, "true"}};
static const struct uc_service_info info = {
    .name = "items", .version = "1", .limits = {.request_timeout_ms = 100, .body_bytes = 1000},
    .operations = operations, .operation_count = sizeof(operations) / sizeof(operations[0]),
    .env = env, .env_count = sizeof(env) / sizeof(env[0]), .start = start, .stop = stop,
};

static struct uc_testbed *bed;
static struct uc_test_answer answer;

static void call(enum uc_method method, const char *target, const char *headers, const char *body)
{
    assert_int_equal(uc_testbed_call(bed, method, target, headers, uc_str(body), &answer), 0);
}

static void assert_body(const char *want)
{
    if (!uc_str_is(answer.body, want))
        fail_msg("%.*s, not %s", (int)answer.body.len, answer.body.data, want);
}

static bool head_has(const char *text)
{
    return memmem(answer.head.data, answer.head.len, text, strlen(text)) != NULL;
}

static int set_up(void **state)
{
    (void)state;
    setenv("UC_TEST_TEXT", "given", 1);
    return uc_testbed_new(&bed, &info);
}

static int tear_down(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    return starts == stops ? 0 : -1;
}

static void parameters_are_decoded(void **state)
{
    (void)state;
    call(UC_GET, "/items/a%2Fb%20c?q+r=1%2B2+3&x&q%20r=", "X-Many: a\r\nx-MANY: b\r\n", NULL);
    assert_int_equal(answer.status, 200);
    assert_true(uc_str_is(answer.content_type, "application/json"));
    assert_body("{\"id\":\"a/b c\",\"q\":\"1+2 3\",\"count\":2,\"many\":\"a, b\"}");
    /* more of them than are indexed; names with and without '=', empty, and nearly right */
    call(UC_GET, "/items/1?a&b=&c=1&d&&=&q&q+rr=0&q+=0&f&g&h&i&j&k&l&m&n&q+r=first&o&p&q%20r=second&q+r", NULL, NULL);
    assert_body("{\"id\":\"1\",\"q\":\"first\",\"count\":3}");
    call(UC_GET, "/items/1?q+r=first&b=&c=1&d&&=&q&q+rr=0&q+=0&f&g&h&i&j&k&l&m&n&q+r=second&", NULL, NULL);
    assert_body("{\"id\":\"1\",\"q\":\"first\",\"count\":2}");
    call(UC_GET, "/items/1?q%20r", NULL, NULL);
    assert_body("{\"id\":\"1\",\"q\":\"\",\"count\":1}");
    call(UC_GET, "/items/1?", NULL, NULL);
    assert_body("{\"id\":\"1\"}");
}

static void body_rules_are_kept(void **state)
{
    static const struct {
        const char *name;
        enum uc_method method;
        const char *target, *headers, *body;
        int status;
    } rows[] = {
        {"right", UC_POST, "/items", "Content-Type: application/json\r\n", "{}", 201},
        {"with a parameter", UC_POST, "/items", "Content-Type: Application/JSON ; charset=utf-8\r\n", "{}", 201},
        {"without type", UC_POST, "/items", NULL, "{}", 415},
        {"wrong type", UC_POST, "/items", "Content-Type: text/plain\r\n", "{}", 415},
        {"no body", UC_POST, "/items", "Content-Type: application/json\r\n", NULL, 400},
        {"a body where none is taken", UC_GET, "/items/1", "Content-Type: application/json\r\n", "{}", 415},
        {"unknown path", UC_GET, "/nothing", NULL, NULL, 404},
        {"unknown method", UC_PUT, "/items", NULL, NULL, 405},
        {"options", UC_OPTIONS, "/items", NULL, NULL, 204},
        {"options of all", UC_OPTIONS, "*", NULL, NULL, 204},
        {"head", UC_HEAD, "/items/1", NULL, NULL, 200},
        {"dots", UC_GET, "/items/..", NULL, NULL, 400},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        call(rows[i].method, rows[i].target, rows[i].headers, rows[i].body);
        if (answer.status != rows[i].status)
            fail_msg("%s: %d, not %d", rows[i].name, answer.status, rows[i].status);
        if (answer.status >= 400)
            assert_true(uc_str_is(answer.content_type, "application/problem+json"));
    }
    call(UC_PUT, "/items", NULL, NULL);
    assert_true(head_has("\r\nAllow: POST, OPTIONS\r\n"));
    assert_body("{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405,"
                "\"detail\":\"this path does not know the method\"}");
}

static void a_body_beyond_the_limit_is_refused(void **state)
{
    char body[1002];

    (void)state;
    memset(body, 'x', 1001);
    body[1001] = '\0';
    call(UC_POST, "/items", "Content-Type: application/json\r\n", body);
    assert_int_equal(answer.status, 413);
}

static void answer_headers_cannot_be_split(void **state)
{
    (void)state;
    call(UC_POST, "/items", "Content-Type: application/json\r\n", "[1]");
    assert_true(head_has("\r\nLocation: /items/1\r\n"));
    assert_false(head_has("Injected"));
    assert_true(head_has("Content-Length: 3\r\n"));
}

static void answers_may_come_later(void **state)
{
    (void)state;
    call(UC_GET, "/slow/5", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n", NULL);
    assert_int_equal(answer.status, 200);
    assert_memory_equal(answer.body.data, "00-0af7651916cd43dd8448eb211c80319c-", 36);
}

static void an_answer_that_comes_too_late_is_a_timeout(void **state)
{
    (void)state;
    assert_int_equal(uc_testbed_call(bed, UC_GET, "/slow/150", NULL, uc_str(NULL), &answer), -ETIMEDOUT);
    call(UC_GET, "/slow/90", NULL, NULL);
    assert_int_equal(answer.status, 200);
}

static void a_failed_arena_becomes_503(void **state)
{
    (void)state;
    call(UC_GET, "/hungry", NULL, NULL);
    assert_int_equal(answer.status, 503);
    assert_null(memmem(answer.body.data, answer.body.len, "truth", 5));
}

static void violations_are_listed(void **state)
{
    (void)state;
    call(UC_GET, "/invalid", NULL, NULL);
    assert_int_equal(answer.status, 422);
    assert_non_null(strstr(answer.body.data, "\"errors\":[{\"in\":\"body\",\"pointer\":\"/a\",\"detail\":\"number 0\"},"));
    assert_non_null(strstr(answer.body.data, "],\"errorsOmitted\":4}"));
}

static void a_wrong_environment_stops_the_start(void **state)
{
    struct uc_testbed *other = NULL;

    (void)state;
    setenv("UC_TEST_NUMBER", "many", 1);
    assert_int_equal(uc_testbed_new(&other, &info), -EINVAL);
    unsetenv("UC_TEST_NUMBER");
    unsetenv("UC_TEST_TEXT");
    assert_int_equal(uc_testbed_new(&other, &info), -EINVAL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_decoded),
        cmocka_unit_test(body_rules_are_kept),
        cmocka_unit_test(a_body_beyond_the_limit_is_refused),
        cmocka_unit_test(answer_headers_cannot_be_split),
        cmocka_unit_test(answers_may_come_later),
        cmocka_unit_test(an_answer_that_comes_too_late_is_a_timeout),
        cmocka_unit_test(a_failed_arena_becomes_503),
        cmocka_unit_test(violations_are_listed),
        cmocka_unit_test(a_wrong_environment_stops_the_start),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("testbed", tests, set_up, tear_down);
}
