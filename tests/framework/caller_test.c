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
#include "io/caller_internal.h"
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
    unsigned again;    /* how often it calls once more in its callback */
    const char *where; /* it calls then */
    bool inside;       /* the call has not returned yet */
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
    outcome->inside = true;
    outcome->refused = uc_caller_call(caller, NULL, &request, answered, outcome);
    outcome->inside = false;
    return outcome->refused;
}

static void answered(struct uc_client_answer *answer, void *arg)
{
    struct outcome *outcome = arg;

    assert_false(outcome->inside);
    outcome->called++;
    outcome->status = answer->status;
    outcome->error = answer->error;
    snprintf(outcome->body, sizeof(outcome->body), "%.*s", (int)answer->body.len, answer->body.data);
    if (outcome->again) {
        outcome->again--;
        begin(outcome, outcome->where);
    }
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

/* Nothing is sent to any of them. */
static bool reaches(const char *text)
{
    struct in_addr address;

    assert_int_equal(inet_pton(AF_INET, text, &address), 1);
    return uc_caller_may_reach(caller, address.s_addr);
}

static void addresses_are_judged(void **state)
{
    enum { ANY = 1, PUBLIC_ONLY = 2, LISTED = 4 };
    static const struct {
        const char *address;
        int reached;
    } rows[] = {{"169.254.169.254", 0}, {"169.254.0.1", 0}, {"0.0.0.0", 0}, {"0.1.2.3", 0}, {"224.0.0.1", 0}, {"239.255.255.255", 0},
                {"240.0.0.1", 0}, {"255.255.255.255", 0}, {"100.100.100.200", 0}, {"168.63.129.16", 0},
                {"127.0.0.1", LISTED}, {"127.255.255.254", LISTED},
                {"10.0.0.1", ANY | LISTED}, {"172.16.0.1", ANY | LISTED}, {"172.31.255.255", ANY | LISTED}, {"192.168.0.1", ANY | LISTED},
                {"100.64.0.1", ANY | LISTED}, {"100.127.255.255", ANY | LISTED}, {"192.0.0.8", ANY | LISTED}, {"198.18.0.1", ANY | LISTED},
                {"198.19.255.255", ANY | LISTED},
                {"1.1.1.1", ANY | PUBLIC_ONLY | LISTED}, {"100.100.100.201", ANY | LISTED}, {"168.63.129.17", ANY | PUBLIC_ONLY | LISTED},
                {"172.32.0.1", ANY | PUBLIC_ONLY | LISTED}, {"192.0.1.1", ANY | PUBLIC_ONLY | LISTED},
                {"198.20.0.1", ANY | PUBLIC_ONLY | LISTED}, {"169.255.0.1", ANY | PUBLIC_ONLY | LISTED}};

    (void)state;
    for (int kind = ANY; kind <= LISTED; kind <<= 1) {
        open_caller(&(struct uc_caller_config){.public_only = kind == PUBLIC_ONLY, .hosts = kind == LISTED ? "a" : NULL});
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            if (reaches(rows[i].address) != ((rows[i].reached & kind) != 0))
                fail_msg("%s, %d", rows[i].address, kind);
    }
}

/* 224.0.0.0/4 and 0.0.0.0/8 are never connected to, and a loopback address stays here should it be. */
static void addresses_are_judged_when_they_are_called(void **state)
{
    static const char *const refused[] = {"http://127.0.0.1:%u/ok", "http://127.255.255.254:%u", "http://shop:%u/ok", "http://0.0.0.0:%u"};

    (void)state;
    open_caller(&(struct uc_caller_config){0});
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_int_equal(get(refused[i]), -EPERM);
    assert_int_equal(peer.accepted, 0);
    open_caller(&(struct uc_caller_config){.hosts = "0.0.0.0 mixed"});
    assert_int_equal(get("http://0.0.0.0:%u"), -EPERM);
    assert_int_equal(peer.accepted, 0);
    for (unsigned i = 0; i < 5; i++) /* the other address of this name is passed over */
        assert_int_equal(get("http://mixed:%u/close"), 200);
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

static void a_host_has_a_part_of_the_peers(void **state)
{
    struct outcome slow = {0};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = LOOPBACK, .peers = 4, .timeout_ms = 100});
    assert_int_equal(begin(&slow, "http://127.0.0.1:%u/slow"), 0);
    assert_int_equal(get("http://127.0.0.1:1/ok"), -EBUSY); /* another port of the same host */
    assert_int_equal(get("http://127.0.0.2:%u/ok"), 200);
    while (!slow.called)
        uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(get("http://127.0.0.1:1/ok"), -ECONNREFUSED);
}

/* However often that happens: each is told from the loop. */
static void what_is_refused_is_told_later(void **state)
{
    struct outcome outcome = {.again = 100000, .where = "http://nobody/"};

    (void)state;
    open_caller(&(struct uc_caller_config){.hosts = LOOPBACK});
    assert_int_equal(begin(&outcome, "ftp://a"), 0);
    assert_int_equal(outcome.called, 0);
    while (outcome.called < 100001)
        uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(outcome.error, -EPERM);
    outcome = (struct outcome){0};
    assert_int_equal(uc_caller_fail(caller, NULL, -E2BIG, answered, &outcome), 0);
    assert_int_equal(outcome.called, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(outcome.error, -E2BIG);
    assert_int_equal(begin(&outcome, "ftp://a"), 0);
    uc_caller_end(caller);
    assert_int_equal(outcome.called, 2);
}

static void calls_end_with_the_caller(void **state)
{
    struct outcome outcome = {.again = 1, .where = "http://127.0.0.1:%u/ok"};

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
        TEST(addresses_are_judged),
        TEST(addresses_are_judged_when_they_are_called),
        TEST(hosts_that_are_not_listed_are_not_called),
        TEST(a_list_of_hosts_is_checked),
        TEST(peers_are_bounded),
        TEST(a_host_has_a_part_of_the_peers),
        TEST(what_is_refused_is_told_later),
        TEST(calls_end_with_the_caller),
    };
    int failed;

    close(mkstemp(resolv_conf));
    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests_name("caller", tests, NULL, NULL);
    unlink(resolv_conf);
    return failed;
}
