/* SPDX-License-Identifier: MIT */
/*
 * testbed.c - the whole way of a request but the socket: text, machine, router, handler, text.
 */
#include <errno.h>
#include <stdlib.h>

#include "app/service_internal.h"
#include "base/date.h"
#include "proto/method.h"
#include "uc/testing.h"

#define CALL_BYTES_MAX ((size_t)16 << 20)
#define CLOSING_ROUNDS_MAX 1000

struct uc_testbed {
    struct uc_service service;
    uv_loop_t loop;
    uv_timer_t timer;
    struct uc_http1_config config;
    struct uc_http1 http;
    bool late;
    struct uc_buf text; /* what the client sends */
    size_t text_at;
    struct uc_buf answer;
};

static void end_request(struct uc_request *req)
{
    uc_request_deinit(req);
    free(req);
}

static void note_answer(struct uc_request *req)
{
    struct uc_testbed *bed = req->owner;

    if (bed)
        uv_stop(&bed->loop);
    else
        uc_request_release(req); /* too late */
}

static void note_move(struct uc_request *req)
{
    struct uc_testbed *bed = req->owner;

    if (!bed)
        return;
    req->now_ms = uv_now(&bed->loop);
    uv_stop(&bed->loop);
}

static const struct uc_request_ops ops = {.answered = note_answer, .ended = end_request, .moved = note_move};

static void close_loop(struct uc_testbed *bed)
{
    uv_close((uv_handle_t *)&bed->timer, NULL);
    for (int i = 0; i < CLOSING_ROUNDS_MAX && uv_run(&bed->loop, UV_RUN_NOWAIT); i++)
        ;
    uv_loop_close(&bed->loop);
}

int uc_testbed_new(struct uc_testbed **bed, const struct uc_service_info *info)
{
    struct uc_testbed *made = calloc(1, sizeof(*made));
    int err;

    if (!made)
        return -ENOMEM;
    err = uv_loop_init(&made->loop);
    if (err) {
        free(made);
        return err;
    }
    uv_timer_init(&made->loop, &made->timer);
    made->timer.data = made;
    uc_buf_init(&made->text, CALL_BYTES_MAX);
    uc_buf_init(&made->answer, CALL_BYTES_MAX);
    uc_http1_config_init(&made->config, &info->limits);
    made->config.streams = uc_dispatch_any_streams(info);
    uc_date_http(made->config.date, uc_date_now_ms());

    err = uc_service_init(&made->service, info, &made->loop);
    if (err)
        goto close;
    err = info->start ? info->start(&made->service) : 0;
    if (err)
        goto deinit;
    made->service.state = UC_SERVICE_RUNNING;
    *bed = made;
    return 0;
deinit:
    uc_service_deinit(&made->service);
close:
    close_loop(made);
    free(made);
    return err;
}

void uc_testbed_free(struct uc_testbed *bed)
{
    if (!bed)
        return;
    uc_service_end_calls(&bed->service);
    if (bed->service.info->stop)
        bed->service.info->stop(&bed->service);
    uc_service_deinit(&bed->service);
    close_loop(bed);
    uc_buf_deinit(&bed->text);
    uc_buf_deinit(&bed->answer);
    free(bed);
}

/* The bytes that a client would send. */
static int write_text(struct uc_testbed *bed, enum uc_method method, const char *target, const char *headers,
                      struct uc_str body)
{
    struct uc_buf *text = &bed->text;

    uc_buf_clear(text);
    bed->text_at = 0;
    uc_buf_printf(text, "%s %s HTTP/1.1\r\nHost: testbed\r\n%s", uc_method_name(method), target, headers ? headers : "");
    if (body.data)
        uc_buf_printf(text, "Content-Length: %zu\r\n", body.len);
    uc_buf_append(text, "\r\n", 2);
    uc_buf_append_str(text, body);
    return text->error;
}

/* As many of them as the machine wants now. False: none. */
static bool feed(struct uc_testbed *bed)
{
    size_t at = bed->text_at, cap;

    while (bed->text_at < bed->text.len && (uc_http1_wants(&bed->http) & UC_WANT_READ)) {
        char *space = uc_http1_space(&bed->http, &cap);

        if (!space)
            break;
        cap = cap < bed->text.len - bed->text_at ? cap : bed->text.len - bed->text_at;
        memcpy(space, bed->text.data + bed->text_at, cap);
        bed->text_at += cap;
        uc_http1_received(&bed->http, cap, uv_now(&bed->loop));
    }
    return bed->text_at > at;
}

/* What was answered so far leaves the machine, as through a socket. */
static bool take_output(struct uc_testbed *bed)
{
    struct uc_str out = uc_http1_output(&bed->http);

    if (!out.len || bed->http.answering)
        return false;
    uc_buf_append_str(&bed->answer, out);
    uc_http1_sent(&bed->http, out.len, uv_now(&bed->loop));
    return true;
}

static void route(struct uc_testbed *bed, struct uc_request *req)
{
    uint64_t max;

    req->http = &bed->http;
    req->head = uc_http1_head(&bed->http);
    if (uc_dispatch_streams(req, &max, &bed->service))
        uc_http1_body_stream(&bed->http, max, uv_now(&bed->loop));
    else
        uc_http1_body_whole(&bed->http, uv_now(&bed->loop));
}

/* Bring the request to its operation, its body to the handler. False: there is nothing to do but to wait. */
static bool move(struct uc_testbed *bed, struct uc_request *req)
{
    struct uc_http1 *http = &bed->http;

    if (feed(bed) || take_output(bed))
        return true;
    if (http->phase == UC_HTTP1_ROUTE) {
        route(bed, req);
    } else if ((http->phase == UC_HTTP1_HANDLER || http->phase == UC_HTTP1_STREAM) && !http->begun) {
        uc_request_start(req, http, uv_now(&bed->loop), uv_hrtime());
        uc_dispatch_request(req, &bed->service);
    } else if (http->begun && uc_request_delivers(req)) {
        uc_request_deliver(req);
    } else if (http->begun && http->phase == UC_HTTP1_CLOSED && req->http) { /* cut, as a connection would be */
        uc_request_detach(req);
        uc_request_tell_gone(req, -ECONNRESET);
    } else if (http->begun && req->stream.wants_drain) {
        req->stream.wants_drain = false;
        if (req->stream.drained)
            req->stream.drained(req->stream.answer_arg);
    } else {
        return false;
    }
    return true;
}

static void on_late(uv_timer_t *timer)
{
    struct uc_testbed *bed = timer->data;

    bed->late = true;
    uv_stop(&bed->loop);
}

/* Run the loop until the request is answered, or the machine has refused it. */
static int wait_for_answer(struct uc_testbed *bed, struct uc_request *req)
{
    req->owner = bed;
    uv_update_time(&bed->loop);
    bed->late = false;
    uv_timer_start(&bed->timer, on_late, bed->config.limits.request_timeout_ms, 0);
    while (!req->answered && !bed->late) {
        if (move(bed, req))
            continue;
        if (!bed->http.begun)
            break;
        uv_run(&bed->loop, UV_RUN_DEFAULT);
    }
    uv_timer_stop(&bed->timer);
    while (take_output(bed))
        ;
    return bed->late && !req->answered ? -ETIMEDOUT : 0; /* both may come in one turn of the loop */
}

static struct uc_str field_of(const char *head, const char *end, const char *name)
{
    const char *at = strstr(head, name);

    if (!at || at >= end)
        return uc_str_of(NULL, 0);
    at += strlen(name);
    return uc_str_of(at, (size_t)(strstr(at, "\r\n") - at));
}

/* Cut the output into the parts of an answer. */
static void read_answer(struct uc_testbed *bed, struct uc_test_answer *answer)
{
    struct uc_http1_chunks chunks;
    size_t len = bed->answer.len, used;
    char *end;

    uc_buf_append(&bed->answer, "", 1);
    if (bed->answer.error || !(end = strstr(bed->answer.data, "\r\n\r\n")))
        return;
    end += 4;
    answer->status = atoi(bed->answer.data + sizeof("HTTP/1.1 ") - 1);
    answer->head = uc_str_of(bed->answer.data, (size_t)(end - bed->answer.data));
    answer->body = uc_str_of(end, len - answer->head.len);
    answer->content_type = field_of(bed->answer.data, end, "\r\nContent-Type: ");
    if (!field_of(bed->answer.data, end, "\r\nTransfer-Encoding: ").data)
        return;
    uc_http1_chunks_init(&chunks, 0);
    uc_http1_chunks_read(&chunks, end, answer->body.len, end, SIZE_MAX, &used, &answer->body.len);
}

static struct uc_request *new_request(struct uc_testbed *bed)
{
    struct uc_request *req = malloc(sizeof(*req));

    if (!req)
        return NULL;
    uc_request_init(req, (size_t)1 << 20);
    req->ops = &ops;
    req->service = &bed->service;
    req->loop = &bed->loop;
    return req;
}

int uc_testbed_call(struct uc_testbed *bed, enum uc_method method, const char *target, const char *headers,
                    struct uc_str body, struct uc_test_answer *answer)
{
    struct uc_request *req = new_request(bed);
    int err;

    *answer = (struct uc_test_answer){0};
    if (!req)
        return -ENOMEM;
    uc_http1_init(&bed->http, &bed->config, uv_now(&bed->loop));
    bed->http.in = malloc(4096);
    bed->http.in_cap = bed->http.in ? 4096 : 0;
    bed->http.message = &req->message;

    req->refs = 1;
    req->answered = req->cancelled = req->orphaned = false;
    uc_buf_clear(&bed->answer);
    err = write_text(bed, method, target, headers, body);
    if (!err)
        err = wait_for_answer(bed, req);
    if (!err && !req->answered) { /* refused before it reached a handler */
        req->http = NULL;
        req->answered = true;
    }
    if (!err)
        read_answer(bed, answer);
    req->owner = NULL;
    if (!req->answered)
        uc_request_detach(req); /* it ends when its handler answers */
    else if (req->refs > 1) {
        req->http = NULL;
        req->block = uc_http1_take_block(&bed->http); /* somebody holds it yet */
        uc_request_release(req);
    } else {
        uc_request_release(req);
    }
    uc_http1_deinit(&bed->http);
    return err;
}
