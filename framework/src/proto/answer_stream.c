/* SPDX-License-Identifier: MIT */
/* Answers in parts, and server-sent events. */
#include <assert.h>
#include <errno.h>

#include "base/log_internal.h"
#include "proto/request_internal.h"

static void moved(struct uc_request *req)
{
    if (req->ops->moved)
        req->ops->moved(req);
}

void uc_answer_stream_begin(struct uc_request *req, int status, const char *content_type, int64_t length)
{
    struct uc_http1_answer answer = {
        .status = status,
        .content_type = uc_str(content_type),
        .headers = uc_str_of(req->headers.data, req->headers.len),
        .sending = length < 0 ? UC_HTTP1_SENDING_CHUNKS : UC_HTTP1_SENDING_LENGTH,
        .length = length < 0 ? 0 : (uint64_t)length,
    };
    const struct uc_limits *limits;

    assert(!req->answered && !req->stream.sending && status >= 200 && status != 204 && status != 304);
    req->status = status;
    req->stream.sending = true;
    if (!req->http)
        return;
    limits = &req->http->config->limits;
    answer.silence_ms = req->stream.events ? (limits->idle_timeout_ms + 1) / 2 : limits->request_timeout_ms;
    moved(req);
    uc_http1_answer_begin(req->http, &answer);
    if (uc_arena_failed(&req->arena) || req->headers.error) /* what was to be in the head may be missing */
        uc_http1_send_cut(req->http);
    else
        uc_http1_send(req->http, uc_str_of(NULL, 0), req->now_ms);
}

/* May this much be taken on top of what waits? */
static int room_for(const struct uc_request *req, size_t len)
{
    assert(req->stream.sending);
    if (!req->http || !req->http->sending)
        return -ECANCELED;
    if (len > UC_ANSWER_WRITE_BYTES)
        return -EMSGSIZE;
    return uc_http1_waiting(req->http) + len > UC_ANSWER_MAX_BYTES ? -ENOBUFS : 0;
}

static int send(struct uc_request *req, struct uc_str bytes)
{
    struct uc_http1 *http = req->http;
    int err;

    assert(http->sending != UC_HTTP1_SENDING_LENGTH || bytes.len <= http->sending_left || http->headless);
    moved(req);
    err = uc_http1_send(http, bytes, req->now_ms);
    if (err)
        return err;
    if (uc_http1_waiting(http) < UC_ANSWER_HIGH_BYTES)
        return 0;
    req->stream.wants_drain = true;
    return 1;
}

int uc_answer_write(struct uc_request *req, struct uc_str bytes)
{
    int err = room_for(req, bytes.len);

    if (err != -ENOBUFS)
        return err ? err : send(req, bytes);
    req->stream.wants_drain = true;
    return err;
}

void uc_answer_on(struct uc_request *req, uc_answer_drained_fn *drained, uc_answer_gone_fn *gone, void *arg)
{
    req->stream.drained = drained;
    req->stream.gone = gone;
    req->stream.answer_arg = arg;
    if (gone)
        uc_request_ask_gone(req);
}

void uc_answer_end(struct uc_request *req)
{
    assert(req->stream.sending && !req->answered);
    req->answered = true;
    req->stream.sending = req->stream.wants_drain = false;
    req->stream.gone = NULL;
    if (req->http)
        uc_http1_send_end(req->http, req->now_ms);
    req->ops->answered(req);
}

/* ---- events */

void uc_answer_events_begin(struct uc_request *req, int status)
{
    uc_answer_header(req, "Cache-Control", uc_str("no-store"));
    req->stream.events = true;
    uc_answer_stream_begin(req, status, "text/event-stream", -1);
}

static bool is_line(const char *text)
{
    return !text || !strpbrk(text, "\r\n");
}

static void put_field(struct uc_buf *out, const char *name, struct uc_str value)
{
    uc_buf_append_str(out, uc_str(name));
    uc_buf_append_str(out, value);
    uc_buf_append(out, "\n", 1);
}

/* Each line of the data is a field of its own; CR, LF and CR LF end lines. */
static void put_data(struct uc_buf *out, struct uc_str data)
{
    size_t at = 0;

    for (;;) {
        size_t end = at;

        while (end < data.len && data.data[end] != '\r' && data.data[end] != '\n')
            end++;
        put_field(out, "data: ", uc_str_of(data.data + at, end - at));
        if (end == data.len)
            return;
        at = end + 1 + (data.data[end] == '\r' && end + 1 < data.len && data.data[end + 1] == '\n');
    }
}

int uc_answer_event(struct uc_request *req, const char *event, const char *id, struct uc_str data)
{
    struct uc_buf text;
    int err;

    if (!is_line(event) || !is_line(id))
        return -EINVAL;
    err = room_for(req, data.len + 64);
    if (err)
        return err;
    uc_buf_init(&text, data.len * 8 + 4096 + (event ? strlen(event) : 0) + (id ? strlen(id) : 0));
    if (event)
        put_field(&text, "event: ", uc_str(event));
    if (id)
        put_field(&text, "id: ", uc_str(id));
    put_data(&text, data);
    uc_buf_append(&text, "\n", 1);
    err = text.error ? text.error : room_for(req, text.len);
    if (!err)
        err = send(req, uc_str_of(text.data, text.len));
    uc_buf_deinit(&text);
    return err;
}
