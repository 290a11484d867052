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

static const struct uc_request_ops ops = {.answered = note_answer, .ended = end_request};

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
    uc_buf_init(&made->answer, CALL_BYTES_MAX);
    uc_http1_config_init(&made->config, &info->limits);
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
    uc_buf_deinit(&bed->answer);
    free(bed);
}

/* The bytes that a client would send, handed to the machine at once. */
static int feed(struct uc_testbed *bed, enum uc_method method, const char *target, const char *headers,
                struct uc_str body)
{
    struct uc_buf text;
    int err;

    uc_buf_init(&text, CALL_BYTES_MAX);
    uc_buf_printf(&text, "%s %s HTTP/1.1\r\nHost: testbed\r\n%s", uc_method_name(method), target, headers ? headers : "");
    if (body.data)
        uc_buf_printf(&text, "Content-Length: %zu\r\n", body.len);
    uc_buf_append(&text, "\r\n", 2);
    uc_buf_append_str(&text, body);
    err = text.error;
    for (size_t at = 0, cap; !err && at < text.len;) {
        char *space = uc_http1_space(&bed->http, &cap);

        if (!space)
            break;
        cap = cap < text.len - at ? cap : text.len - at;
        memcpy(space, text.data + at, cap);
        at += cap;
        uc_http1_received(&bed->http, cap, uv_now(&bed->loop));
    }
    uc_buf_deinit(&text);
    return err;
}

static void on_late(uv_timer_t *timer)
{
    struct uc_testbed *bed = timer->data;

    bed->late = true;
    uv_stop(&bed->loop);
}

/* Hand the request to its operation and run the loop until it is answered. */
static int wait_for_answer(struct uc_testbed *bed, struct uc_request *req)
{
    req->owner = bed;
    uv_update_time(&bed->loop);
    uc_request_start(req, &bed->http, uv_now(&bed->loop), uv_hrtime());
    uc_dispatch_request(req, &bed->service);
    bed->late = false;
    uv_timer_start(&bed->timer, on_late, bed->config.limits.request_timeout_ms, 0);
    while (!req->answered && !bed->late)
        uv_run(&bed->loop, UV_RUN_DEFAULT);
    uv_timer_stop(&bed->timer);
    return req->answered ? 0 : -ETIMEDOUT;
}

/* Cut the output into the parts of an answer. */
static void read_answer(struct uc_testbed *bed, struct uc_test_answer *answer)
{
    struct uc_str out = uc_http1_output(&bed->http);
    const char *end, *type;

    uc_buf_clear(&bed->answer);
    uc_buf_append_str(&bed->answer, out);
    uc_buf_append(&bed->answer, "", 1);
    *answer = (struct uc_test_answer){0};
    if (bed->answer.error || !(end = strstr(bed->answer.data, "\r\n\r\n")))
        return;
    end += 4;
    answer->status = atoi(bed->answer.data + sizeof("HTTP/1.1 ") - 1);
    answer->head = uc_str_of(bed->answer.data, (size_t)(end - bed->answer.data));
    answer->body = uc_str_of(end, out.len - answer->head.len);
    type = strstr(bed->answer.data, "\r\nContent-Type: ");
    if (type && type < end) {
        type += sizeof("\r\nContent-Type: ") - 1;
        answer->content_type = uc_str_of(type, (size_t)(strstr(type, "\r\n") - type));
    }
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

    err = feed(bed, method, target, headers, body);
    if (!err && bed->http.phase == UC_HTTP1_HANDLER) {
        err = wait_for_answer(bed, req);
    } else {
        req->refs = 1;
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
