/* SPDX-License-Identifier: MIT */
/*
 * A whole service as a process, and peers that misbehave on plain sockets. The service runs in
 * a child of this program (the same binary); its ports come from its log.
 */
#include "served.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "uc/service.h"

#define GET "GET /items/7 HTTP/1.1\r\nHost: a\r\n\r\n"
#define IDLE_CONNECTIONS 1000
#define CONNECTIONS_MAX (IDLE_CONNECTIONS + 20)

/* ---- the service */

static void get_item(struct uc_request *req)
{
    uc_answer(req, 200, "text/plain", uc_request_path_value(req, 0));
}

static void echo(struct uc_request *req)
{
    uc_answer(req, 200, "text/plain", uc_request_body(req));
}

static void forget(struct uc_request *req)
{
    (void)req;
}

static void on_timer(uv_timer_t *timer)
{
    uc_answer(timer->data, 200, "text/plain", uc_request_path_value(timer->data, 0));
    uv_close((uv_handle_t *)timer, (uv_close_cb)free);
}

static void slow(struct uc_request *req)
{
    uv_timer_t *timer = malloc(sizeof(*timer));

    uv_timer_init(uc_request_loop(req), timer);
    timer->data = req;
    uv_timer_start(timer, on_timer, (uint64_t)atoi(uc_request_path_value(req, 0).data), 0);
}

/* Answered, yet held: its bytes must stay while the connection goes on. */
struct held {
    uv_timer_t timer;
    struct uc_request *req;
    struct uc_str body, copy;
};

static void on_held(uv_timer_t *timer)
{
    struct held *held = timer->data;

    if (!uc_str_eq(held->body, held->copy))
        abort();
    free((char *)held->copy.data);
    uc_request_release(held->req);
    uv_close((uv_handle_t *)timer, (uv_close_cb)free);
}

static void hold(struct uc_request *req)
{
    struct held *held = calloc(1, sizeof(*held));

    held->req = req;
    held->body = uc_request_body(req);
    held->copy = uc_str_of(strndup(held->body.data, held->body.len), held->body.len);
    uc_request_hold(req);
    uv_timer_init(uc_request_loop(req), &held->timer);
    held->timer.data = held;
    uv_timer_start(&held->timer, on_held, 30, 0);
    uc_answer(req, 200, "text/plain", held->body);
}

/* Answered from the turn of another connection. */
static struct uc_request *waiting;

static void wait_for_wake(struct uc_request *req)
{
    waiting = req;
}

static void wake(struct uc_request *req)
{
    uc_answer(waiting, 200, "text/plain", uc_str("awake"));
    uc_answer_empty(req, 204);
}

static void big(struct uc_request *req)
{
    size_t len = (size_t)atoi(uc_request_path_value(req, 0).data);
    char *text = malloc(len);

    memset(text, 'x', len);
    uc_answer(req, 200, "text/plain", uc_str_of(text, len));
    free(text);
}

static const struct uc_operation operations[] = {
    {"getItem", UC_GET, "/items/{id}", UC_BODY_NONE, NULL, get_item},
    {"echo", UC_POST, "/echo", UC_BODY_REQUIRED, NULL, echo},
    {"forget", UC_GET, "/forget", UC_BODY_NONE, NULL, forget},
    {"slow", UC_GET, "/slow/{ms}", UC_BODY_NONE, NULL, slow},
    {"hold", UC_POST, "/hold", UC_BODY_REQUIRED, NULL, hold},
    {"big", UC_GET, "/big/{bytes}", UC_BODY_NONE, NULL, big},
    {"wait", UC_GET, "/wait", UC_BODY_NONE, NULL, wait_for_wake},
    {"wake", UC_GET, "/wake", UC_BODY_NONE, NULL, wake},
};
const struct uc_service_info info = {
    .name = "served", .version = "1.2", .operations = operations,
    .operation_count = sizeof(operations) / sizeof(operations[0]), .openapi = UC_STR("{\"openapi\":\"3.1.0\"}"),
    .limits = {.connections = CONNECTIONS_MAX, .head_timeout_ms = 1000, .body_timeout_ms = 1000,
               .request_timeout_ms = 3000, .idle_timeout_ms = 60000, .drain_ms = 3000},
};

static void assert_serves(void)
{
    char text[2048];

    ask(child.port, GET, text, sizeof(text));
    if (!strstr(text, "200 OK") || !strstr(text, "\r\n\r\n7"))
        fail_msg("no answer: %s\n%s", text, child.text);
}

/* ---- claims */

static void a_request_is_answered(void **state)
{
    (void)state;
    assert_serves();
}

static void the_management_listener_tells_health(void **state)
{
    static const char *const pages[][2] = {
        {"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", "200 OK"},
        {"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n", "{\"status\":\"ok\"}"},
        {"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n", "{\"openapi\":\"3.1.0\"}"},
        {"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "http_server_request_duration_seconds_bucket{"},
        {"POST /livez HTTP/1.1\r\nHost: a\r\n\r\n", "405 Method Not Allowed"},
        {"GET /items/7 HTTP/1.1\r\nHost: a\r\n\r\n", "404 Not Found"},
        {"GET /docs/ HTTP/1.1\r\nHost: a\r\n\r\n", "the documentation page is not part of this program"},
        {"GET /docs/try/items/7 HTTP/1.1\r\nHost: a\r\n\r\n", "404 Not Found"},
    };
    static char text[1 << 16];

    (void)state;
    assert_serves();
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        ask(child.admin_port, pages[i][0], text, sizeof(text));
        if (!strstr(text, pages[i][1]))
            fail_msg("%s: %s", pages[i][0], text);
    }
}

static void a_thousand_pipelined_requests_are_answered_in_order(void **state)
{
    static char text[1 << 20];
    char request[128];
    const char *at = text;
    int fd = dial(child.port);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(request, sizeof(request), "GET /items/%d. HTTP/1.1\r\nHost: a\r\n\r\n", i);
        put(fd, request);
    }
    shutdown(fd, SHUT_WR);
    get(fd, text, sizeof(text), NULL, 1);
    for (int i = 0; i < 1000; i++) {
        snprintf(request, sizeof(request), "\r\n\r\n%d.", i);
        at = strstr(at, request);
        if (!at)
            fail_msg("answer %d is missing", i);
    }
    close(fd);
}

static void slow_answers_keep_the_order_of_a_pipeline(void **state)
{
    char text[4096];
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /slow/50 HTTP/1.1\r\nHost: a\r\n\r\n" GET "GET /slow/1 HTTP/1.1\r\nHost: a\r\n\r\n" GET "GET /");
    get(fd, text, sizeof(text), "\r\n\r\n7", 2);
    assert_non_null(strstr(text, "\r\n\r\n50HTTP/1.1 200"));
    assert_non_null(strstr(text, "\r\n\r\n1HTTP/1.1 200"));
    put(fd, "items/8 HTTP/1.1\r\nHost: a\r\n\r\n");
    get(fd, text, sizeof(text), "\r\n\r\n8", 1);
    assert_non_null(strstr(text, "\r\n\r\n8"));
    close(fd);
}

/* Both sockets are readable in one round of the loop, and the first one's handler answers the second. */
static void a_peer_may_speak_in_the_round_in_which_it_is_answered(void **state)
{
    static const struct {
        const char *request, *more;
    } rows[] = {
        {"GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", NULL},
        {"GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", GET},
        {"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n", NULL},
        {"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n", GET "bad\r\n"},
    };
    char text[4096];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int fd = dial(child.port), other = dial(child.port);

        put(other, GET);
        get(other, text, sizeof(text), "\r\n\r\n7", 1);
        put(fd, rows[i].request);
        wait_until("\nhttp_server_active_requests ", 1);
        kill(child.pid, SIGSTOP);
        waitpid(child.pid, NULL, WUNTRACED);
        put(other, "GET /wake HTTP/1.1\r\nHost: a\r\n\r\n");
        if (rows[i].more)
            put(fd, rows[i].more);
        shutdown(fd, SHUT_WR);
        kill(child.pid, SIGCONT);
        get(fd, text, sizeof(text), NULL, 1);
        assert_non_null(strstr(text, "\r\n\r\nawake"));
        close(fd);
        close(other);
        assert_serves();
    }
}

static void a_held_request_keeps_its_bytes(void **state)
{
    static char text[1 << 16];
    char request[256];
    int fd = dial(child.port);

    (void)state;
    for (int i = 0; i < 200; i++) {
        snprintf(request, sizeof(request), "POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbody%04d%s", i,
                 i % 3 ? "" : GET);
        put(fd, request);
    }
    shutdown(fd, SHUT_WR);
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "\r\n\r\nbody0199"));
    close(fd);
    assert_serves();
    wait_until("\nuc_http_connections ", 0);
}

static void a_slow_head_is_timed_out(void **state)
{
    char text[2048];
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /items/7 HTTP/1.1\r\nHo");
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "408 Request Timeout"));
    close(fd);
    assert_serves();
}

static void a_slow_body_is_timed_out(void **state)
{
    char text[2048];
    int fd = dial(child.port);

    (void)state;
    put(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "408 Request Timeout"));
    close(fd);
}

static void a_silent_peer_is_closed(void **state)
{
    char text[16];
    int fd = dial(child.port);

    (void)state;
    assert_int_equal(get(fd, text, sizeof(text), NULL, 1), 0);
    close(fd);
}

static void a_half_closed_peer_is_answered(void **state)
{
    char text[2048];

    (void)state;
    ask(child.port, "GET /slow/20 HTTP/1.1\r\nHost: a\r\n\r\n", text, sizeof(text));
    assert_non_null(strstr(text, "\r\n\r\n20"));
}

static void reset_peers_hurt_nobody(void **state)
{
    static const char *const requests[] = {"", "GET /it", GET, "GET /slow/30 HTTP/1.1\r\nHost: a\r\n\r\n",
                                           "GET /big/3000000 HTTP/1.1\r\nHost: a\r\n\r\n", GET "GET /slow/10 HTTP/1.1\r\nHost: a\r\n\r\n" GET};
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    (void)state;
    for (int i = 0; i < 60; i++) {
        int fd = dial(child.port);

        put(fd, requests[i % 6]);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
    }
    assert_serves();
    wait_until("\nuc_http_connections ", 0);
    wait_until("\nhttp_server_active_requests ", 0);
}

static void an_oversized_body_is_refused_and_the_answer_arrives(void **state)
{
    static char body[1 << 20];
    char text[2048];
    int fd = dial(child.port);

    (void)state;
    memset(body, 'x', sizeof(body));
    put(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
    (void)!send(fd, body, sizeof(body), MSG_NOSIGNAL); /* all of it, though nobody wants it */
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "413 Content Too Large"));
    close(fd);
}

static void a_body_passes_in_and_out(void **state)
{
    static char body[65537], text[70000];
    int fd = dial(child.port);

    (void)state;
    memset(body, 'x', 65535);
    body[65535] = '!';
    put(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n");
    put(fd, body);
    get(fd, text, sizeof(text), "!", 1);
    assert_non_null(strstr(text, "Content-Length: 65536"));
    assert_non_null(strstr(text, "x!"));
    close(fd);
}

static void a_reader_that_waits_gets_all_of_a_large_answer(void **state)
{
    static char text[1 << 16];
    struct timespec pause = {.tv_nsec = 100000000};
    size_t len = 0, n;
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /big/20000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET);
    nanosleep(&pause, NULL);
    assert_serves();
    while ((n = get(fd, text, sizeof(text), NULL, 1)) > 0)
        len += n;
    assert_true(len > 20000000 && len < 20001000);
    close(fd);
}

static void an_answer_too_large_is_a_500_to_all_who_count(void **state)
{
    char text[2048];

    (void)state;
    ask(child.port, "GET /big/70000000 HTTP/1.1\r\nHost: a\r\n\r\n", text, sizeof(text));
    assert_non_null(strstr(text, "500 Internal Server Error"));
    assert_true(log_says("\"status\":500"));
    assert_serves();
}

static void a_forgotten_answer_is_a_503_and_logged(void **state)
{
    char text[2048];
    int fd = dial(child.port);

    (void)state;
    put(fd, "GET /forget HTTP/1.1\r\nHost: a\r\n\r\n");
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "503 Service Unavailable"));
    assert_true(log_says("the handler gave no answer in time\",\"service\":\"served\",\"operation\":\"forget\""));
    close(fd);
}

static long resident_pages(void)
{
    char path[64];
    long total = 0, resident = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)child.pid);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &total, &resident), 2);
    fclose(file);
    return resident;
}

/* Each has sent a request, so that each has had its buffers. */
static void hold_a_thousand(int *fds)
{
    char text[1024];

    for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        fds[i] = dial(child.port);
        put(fds[i], GET);
        get(fds[i], text, sizeof(text), "\r\n\r\n7", 1);
    }
}

static void a_thousand_idle_connections_are_cheap_and_go_without_trace(void **state)
{
    static int fds[IDLE_CONNECTIONS];
    long before, held;

    (void)state;
    assert_serves();
    before = resident_pages();
    hold_a_thousand(fds);
    held = resident_pages();
    assert_serves();
    printf("# %ld KiB for %d idle connections\n", (held - before) * 4, IDLE_CONNECTIONS);
#ifndef __SANITIZE_ADDRESS__
    assert_true((held - before) * 4 < IDLE_CONNECTIONS * 2);
#endif
    for (int i = 0; i < IDLE_CONNECTIONS; i++)
        close(fds[i]);
    wait_until("\nuc_http_connections ", 0);
    assert_serves();
}

static void the_longest_idle_makes_room_when_all_connections_are_taken(void **state)
{
    static int fds[IDLE_CONNECTIONS];
    int more[CONNECTIONS_MAX - IDLE_CONNECTIONS];
    char text[2048];

    (void)state;
    hold_a_thousand(fds);
    for (int i = 0; i < CONNECTIONS_MAX - IDLE_CONNECTIONS; i++)
        more[i] = dial(child.port);
    wait_until("\nuc_http_connections ", CONNECTIONS_MAX);
    assert_serves();
    assert_int_equal(get(fds[0], text, sizeof(text), NULL, 1), 0);
    put(fds[IDLE_CONNECTIONS - 1], GET);
    get(fds[IDLE_CONNECTIONS - 1], text, sizeof(text), "\r\n\r\n7", 1);
    assert_non_null(strstr(text, "200 OK"));
    for (int i = 0; i < CONNECTIONS_MAX - IDLE_CONNECTIONS; i++)
        close(more[i]);
    for (int i = 0; i < IDLE_CONNECTIONS; i++)
        close(fds[i]);
    wait_until("\nuc_http_connections ", 0);
}

/* A thousand lines are more than the pipe holds, and a full pipe stops the service. */
static void pass_over_log(void)
{
    static char lines[65536];
    struct pollfd ready = {.fd = child.log, .events = POLLIN};

    while (poll(&ready, 1, 4000) > 0 && read(child.log, lines, sizeof(lines)) > 0)
        ;
}

static void too_many_requests_at_once_are_told(void **state)
{
    static int fds[CONNECTIONS_MAX];
    char text[2048];
    bool refused;
    int over;

    (void)state;
    hold_a_thousand(fds);
    for (int i = IDLE_CONNECTIONS; i < CONNECTIONS_MAX; i++)
        fds[i] = dial(child.port);
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        put(fds[i], "GET /slow/2500 HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_until("\nhttp_server_active_requests ", CONNECTIONS_MAX);
    over = dial(child.port);
    get(over, text, sizeof(text), NULL, 1);
    refused = strstr(text, "503 Service Unavailable") && strstr(text, "too many connections");
    close(over);
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        close(fds[i]);
    assert_true(refused);
    pass_over_log();
    wait_until("\nuc_http_connections ", 0);
    assert_serves();
}

static void a_taken_port_is_told_by_number(void **state)
{
    char number[16], text[4096] = "";
    int fds[2], status;
    ssize_t len;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    snprintf(number, sizeof(number), "%d", child.port);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        dup2(fds[1], 2);
        setenv("UC_PORT", number, 1);
        setenv("UC_ADMIN_PORT", "0", 1);
        _exit(uc_service_main(&info, 0, NULL));
    }
    close(fds[1]);
    waitpid(pid, &status, 0);
    len = read(fds[0], text, sizeof(text) - 1);
    text[len < 0 ? 0 : len] = '\0';
    close(fds[0]);
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_non_null(strstr(text, "cannot listen"));
    assert_non_null(strstr(text, number));
}

static void draining_finishes_what_was_begun(void **state)
{
    char text[2048], other[2048];
    int fd = dial(child.port), idle = dial(child.port), quiet = dial(child.port);

    (void)state;
    put(idle, GET);
    get(idle, text, sizeof(text), "\r\n\r\n7", 1);
    put(quiet, GET);
    get(quiet, text, sizeof(text), "\r\n\r\n7", 1);
    put(fd, "GET /slow/400 HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_until("\nhttp_server_active_requests ", 1);
    kill(child.pid, SIGTERM);
    assert_true(log_says("\"draining\""));
    ask(child.admin_port, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n", other, sizeof(other));
    assert_non_null(strstr(other, "503 Service Unavailable"));
    assert_non_null(strstr(other, "draining"));
    put(idle, GET); /* as if it had been under way */
    get(idle, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "\r\n\r\n7"));
    assert_non_null(strstr(text, "Connection: close"));
    ask(child.port, GET, other, sizeof(other));
    assert_non_null(strstr(other, "Connection: close"));
    get(fd, text, sizeof(text), NULL, 1);
    assert_non_null(strstr(text, "\r\n\r\n400"));
    assert_non_null(strstr(text, "Connection: close"));
    assert_int_equal(get(quiet, text, sizeof(text), NULL, 1), 0);
    close(fd);
    close(idle);
    close(quiet);
    /* the tear-down sees exit 0 */
}

int main(void)
{
#define SERVED(claim) cmocka_unit_test_setup_teardown(claim, start_child, stop_child)
    static const struct CMUnitTest tests[] = {
        SERVED(a_request_is_answered),
        SERVED(the_management_listener_tells_health),
        SERVED(a_thousand_pipelined_requests_are_answered_in_order),
        SERVED(slow_answers_keep_the_order_of_a_pipeline),
        SERVED(a_peer_may_speak_in_the_round_in_which_it_is_answered),
        SERVED(a_held_request_keeps_its_bytes),
        SERVED(a_slow_head_is_timed_out),
        SERVED(a_slow_body_is_timed_out),
        SERVED(a_silent_peer_is_closed),
        SERVED(a_half_closed_peer_is_answered),
        SERVED(reset_peers_hurt_nobody),
        SERVED(an_oversized_body_is_refused_and_the_answer_arrives),
        SERVED(a_body_passes_in_and_out),
        SERVED(a_reader_that_waits_gets_all_of_a_large_answer),
        SERVED(an_answer_too_large_is_a_500_to_all_who_count),
        SERVED(a_forgotten_answer_is_a_503_and_logged),
        SERVED(a_thousand_idle_connections_are_cheap_and_go_without_trace),
        SERVED(the_longest_idle_makes_room_when_all_connections_are_taken),
        SERVED(too_many_requests_at_once_are_told),
        SERVED(a_taken_port_is_told_by_number),
        SERVED(draining_finishes_what_was_begun),
    };

    signal(SIGPIPE, SIG_IGN);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
