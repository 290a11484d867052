/* SPDX-License-Identifier: MIT */
/* Calls to URLs that somebody else chose: what is called, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client_peer.h"
#include "io/resolver.h"
#include "uc/caller.h"

#define LOOPBACK "127.0.0.1 127.0.0.2 127.0.0.3 shop"

static uv_loop_t loop;
static struct peer peer;
static struct name_server names;
static struct uc_caller *caller;
static char resolv_conf[] = "/tmp/uc-caller-test-XXXXXX";

struct outcome {
    int called, status, error, refused;
    char body[64];
    bool again; /* calls once more in its callback */
};

static void answered(struct uc_client_answer *answer, void *arg);

/* "%u" in the URL is the peer's port. */
static int begin(struct outcome *outcome, const char *format)
{
    char url[512];
    const char *port = strstr(format, "%u");
    struct uc_client_request request = {.method = UC_GET, .target = {url, 0}};

    request.target.len = port ? (size_t)snprintf(url, sizeof(url), "%.*s%u%s", (int)(port - format), format, peer.port, port + 2)
                              : (size_t)snprintf(url, sizeof(url), "%s", format);
    outcome->refused = uc_caller_call(caller, NULL, &request, answered, outcome);
    return outcome->refused;
}

static void answered(struct uc_client_answer *answer, void *arg)
{
    struct outcome *outcome = arg;

    outcome->called++;
    outcome->status = answer->status;
    outcome->error = answer->error;
    snprintf(outcome->body, sizeof(outcome->body), "%.*s", (int)answer->body.len, answer->body.data);
    if (outcome->again)
        begin(outcome, "http://127.0.0.1:%u/ok");
    uv_stop(&loop);
}

/* What became of it: a status, or the error. */
static int get(const char *url)
{
    struct outcome outcome = {0};

    if (begin(&outcome, url))
        return outcome.refused;
    while (!outcome.called)
        uv_run(&loop, UV_RUN_DEFAULT);
    return outcome.error ? outcome.error : outcome.status;
}

static void open_caller(const struct uc_caller_config *config)
{
    uc_caller_free(caller);
    caller = NULL;
    assert_int_equal(uc_caller_new(&caller, &loop, config), 0);
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
    fputs("nameserver 127.0.0.1\n", file);
    fclose(file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    uc_caller_free(caller);
    caller = NULL;
    peer_close(&peer);
    name_server_close(&names);
    while (uv_run(&loop, UV_RUN_DEFAULT))
        ;
    assert_int_equal(peer.open, 0);
    return uv_loop_close(&loop);
}

static void a_url_is_called_over_connections_that_are_kept(void **state)
{
    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = LOOPBACK});
    assert_int_equal(get("http://127.0.0.1:%u/ok"), 200);
    assert_int_equal(get("HTTP://127.0.0.1:%u/ok"), 200);
    assert_int_equal(peer.accepted, 1);
    assert_int_equal(get("http://SHOP:%u/ok"), 200);
    assert_int_equal(get("http://127.0.0.1:%u?a=/b"), 200);
    assert_non_null(strstr(peer.last_head, "GET /?a=/b HTTP/1.1\r\nHost: 127.0.0.1:"));
    assert_int_equal(get("http://127.0.0.1:%u/c/../d?e?f"), 200);
    assert_non_null(strstr(peer.last_head, "GET /c/../d?e?f HTTP/1.1\r\n"));
}

static void what_is_no_url_is_not_called(void **state)
{
    static const char *const urls[] = {"", "/ok", "ftp://127.0.0.1/", "http://a@127.0.0.1:%u/ok", "http://127.0.0.1:%u/ok#a",
                                       "http://127.0.0.1:%u/a b", "http://127.1:%u/ok", "http://[::1]:%u/ok"};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = LOOPBACK});
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
        assert_int_equal(get(urls[i]), -EINVAL);
    assert_int_equal(get("https://127.0.0.1:%u/ok"), -EPROTONOSUPPORT);
    assert_int_equal(peer.accepted, 0);
}

static void addresses_are_judged_when_they_are_called(void **state)
{
    static const char *const never[] = {"http://169.254.169.254/latest", "http://169.254.0.1", "http://0.0.0.0:%u", "http://0.1.2.3",
                                        "http://224.0.0.1", "http://239.255.255.255", "http://240.0.0.1", "http://255.255.255.255"};
    static const char *const private[] = {"http://10.0.0.1", "http://172.16.0.1", "http://172.31.255.255", "http://192.168.0.1",
                                          "http://100.64.0.1", "http://100.127.255.255"};
    static const char *const loopback[] = {"http://127.0.0.1:%u/ok", "http://127.255.255.254", "http://shop:%u/ok"};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = "169.254.169.254 169.254.0.1 0.0.0.0 0.1.2.3 224.0.0.1,239.255.255.255\n"
                                                    "240.0.0.1\t255.255.255.255"});
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        assert_int_equal(get(never[i]), -EPERM);
    open_caller(&(struct uc_caller_config){.public_only = true});
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        assert_int_equal(get(never[i]), -EPERM);
    for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
        assert_int_equal(get(private[i]), -EPERM);
    for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++)
        assert_int_equal(get(loopback[i]), -EPERM);
    open_caller(&(struct uc_caller_config){.timeout_ms = 20});
    for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
        assert_int_not_equal(get(private[i]), -EPERM);
    for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++)
        assert_int_equal(get(loopback[i]), -EPERM);
    assert_int_equal(peer.accepted, 0);
}

static void hosts_that_are_not_listed_are_not_called(void **state)
{
    static const struct {
        const char *url;
        int error;
    } rows[] = {{"http://a.example.org", -ENOENT}, {"http://b.a.EXAMPLE.org.", -ENOENT}, {"http://example.org", -EPERM},
                {"http://aexample.org", -EPERM},   {"http://.example.org", -EINVAL},    {"http://a.example.org.evil.example", -EPERM},
                {"http://127.0.0.1:%u/ok", 200},   {"http://127.0.0.2:%u/ok", -EPERM},  {"http://shop:%u/ok", -EPERM}};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = " *.example.org,127.0.0.1\n"});
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (get(rows[i].url) != rows[i].error)
            fail_msg("%s", rows[i].url);
    open_caller(&(struct uc_caller_config){.hosts = ""});
    assert_int_equal(get("http://127.0.0.1:%u/ok"), -EPERM);
}

static void a_list_of_hosts_is_checked(void **state)
{
    static const char *const lists[] = {"a b:80", "http://a", "*", "*.", "*a", "a.*", "a/", "a?b", "a.", "*.*.a", "a@b", "127.1", "a\x01"};

    (void)state;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (uc_caller_new(&caller, &loop, &(struct uc_caller_config){.hosts = lists[i]}) != -EINVAL)
            fail_msg("%s is taken", lists[i]);
}

static void peers_are_bounded(void **state)
{
    struct outcome first = {0}, second = {0};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = LOOPBACK, .peers = 2, .timeout_ms = 100});
    assert_int_equal(begin(&first, "http://127.0.0.1:%u/slow"), 0);
    assert_int_equal(begin(&second, "http://127.0.0.2:%u/slow"), 0);
    assert_int_equal(get("http://127.0.0.3:%u/ok"), -EBUSY);
    assert_int_equal(get("http://127.0.0.2:%u/ok"), 200); /* is there already */
    while (!first.called || !second.called)
        uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(first.error, -ETIMEDOUT);
    assert_int_equal(get("http://127.0.0.3:%u/ok"), 200); /* in the place of the first */
    assert_int_equal(get("http://127.0.0.1:%u/ok"), 200); /* and this in that of the second */
    assert_int_equal(get("http://127.0.0.3:%u/ok"), 200);
    assert_int_equal(peer.by_last_octet[3], 2);
    assert_int_equal(peer.open, 2);
}

static void calls_end_with_the_caller(void **state)
{
    struct outcome outcome = {.again = true};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = LOOPBACK});
    assert_int_equal(begin(&outcome, "http://127.0.0.1:%u/slow"), 0);
    uc_caller_end(caller);
    assert_int_equal(outcome.called, 1);
    assert_int_equal(outcome.error, -ECANCELED);
    assert_int_equal(outcome.refused, -ECANCELED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(a_url_is_called_over_connections_that_are_kept),
        TEST(what_is_no_url_is_not_called),
        TEST(addresses_are_judged_when_they_are_called),
        TEST(hosts_that_are_not_listed_are_not_called),
        TEST(a_list_of_hosts_is_checked),
        TEST(peers_are_bounded),
        TEST(calls_end_with_the_caller),
    };
    int failed;

    close(mkstemp(resolv_conf));
    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests_name("caller", tests, NULL, NULL);
    unlink(resolv_conf);
    return failed;
}
