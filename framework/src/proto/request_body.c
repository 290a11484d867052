/* SPDX-License-Identifier: MIT */
/* uc_body_*: a request's body in parts, from the machine to the handler. */
#include <assert.h>

#include "proto/request_internal.h"

static bool is_streaming(const struct uc_request *req)
{
    return req->http && req->http->phase == UC_HTTP1_STREAM && !req->answered;
}

static void hold(struct uc_request *req, bool held)
{
    req->stream.held = held;
    if (req->ops->moved)
        req->ops->moved(req);
    if (is_streaming(req))
        uc_http1_stream_hold(req->http, held, req->now_ms);
}

void uc_body_read(struct uc_request *req, uc_body_chunk_fn *chunk, uc_body_end_fn *end, void *arg)
{
    assert(!req->stream.end && chunk && end);
    req->stream.chunk = chunk;
    req->stream.end = end;
    req->stream.body_arg = arg;
    hold(req, false);
    uc_request_ask_gone(req);
}

void uc_body_pause(struct uc_request *req)
{
    hold(req, true);
}

void uc_body_resume(struct uc_request *req)
{
    hold(req, false);
}

/* A body that came whole, because it is empty, ends at once. */
bool uc_request_delivers(const struct uc_request *req)
{
    const struct uc_http1 *http = req->http;

    if (!http || !req->stream.end || req->stream.held || req->answered)
        return false;
    return http->phase == UC_HTTP1_HANDLER ||
           (http->phase == UC_HTTP1_STREAM && (http->body_len || http->stream_ends));
}

static void deliver_end(struct uc_request *req, int error)
{
    uc_body_end_fn *end = req->stream.end;

    req->stream.end = NULL;
    end(req->stream.body_arg, error);
}

void uc_request_deliver(struct uc_request *req)
{
    struct uc_http1 *http = req->http;

    if (http->phase == UC_HTTP1_STREAM && http->body_len) {
        req->stream.chunk(req->stream.body_arg, uc_http1_stream_data(http));
        if (req->http && !req->answered)
            uc_http1_stream_taken(http, req->now_ms);
        return;
    }
    if (http->phase == UC_HTTP1_STREAM)
        uc_http1_stream_end(http, req->now_ms);
    req->deadline_ms = req->now_ms + http->config->limits.request_timeout_ms;
    deliver_end(req, 0);
}

void uc_request_ask_gone(struct uc_request *req)
{
    if (req->orphaned && !req->answered && req->ops->gone_later)
        req->ops->gone_later(req);
}

void uc_request_tell_gone(struct uc_request *req, int error)
{
    uc_answer_gone_fn *gone = req->stream.gone;

    req->stream.gone = NULL;
    uc_request_hold(req); /* either may answer */
    if (req->stream.end)
        deliver_end(req, error);
    if (gone && !req->answered)
        gone(req->stream.answer_arg, error);
    uc_request_release(req);
}
