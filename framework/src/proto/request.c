/* SPDX-License-Identifier: MIT */
#include "proto/request_internal.h"

#include <assert.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/log_internal.h"
#include "proto/method.h"
#include "proto/percent.h"

#define ANSWER_HEADERS_MAX 8192

void uc_request_init(struct uc_request *req, size_t arena_bytes)
{
    memset(req, 0, offsetof(struct uc_request, message));
    uc_arena_init(&req->arena, arena_bytes);
    uc_buf_init(&req->headers, ANSWER_HEADERS_MAX);
    uc_buf_init(&req->scratch, (size_t)1 << 30);
}

void uc_request_deinit(struct uc_request *req)
{
    uc_arena_deinit(&req->arena);
    uc_buf_deinit(&req->headers);
    uc_buf_deinit(&req->scratch);
    free(req->block);
}

void uc_request_start(struct uc_request *req, struct uc_http1 *http, uint64_t now_ms, uint64_t now_ns)
{
    req->http = http;
    req->operation = NULL;
    req->head = uc_http1_head(http);
    req->stream.coming = http->phase == UC_HTTP1_STREAM;
    req->body = req->stream.coming ? uc_str_of(NULL, 0) : uc_http1_body(http);
    req->now_ms = now_ms;
    req->deadline_ms = now_ms + http->config->limits.request_timeout_ms;
    req->started_ns = now_ns;
    req->refs = 1;
    req->status = 0;
    req->answered = req->cancelled = req->orphaned = req->writing = req->traced = false;
    req->body_type = -1;
    req->query.made = false;
    req->stream.end = NULL;
    req->stream.gone = NULL;
    req->stream.untold = false;
    req->stream.wants_drain = req->stream.sending = req->stream.events = false;
    req->accept = 0;
    req->auth = NULL;
    req->route.param_count = 0;
    uc_buf_clear(&req->headers);
    uc_http1_begin(http);
}

void uc_request_detach(struct uc_request *req)
{
    req->cancelled = true;
    if (!req->http)
        return;
    if (req->writing) {
        uc_http1_answer_drop(req->http);
        req->json.out = &req->scratch;
    }
    req->block = uc_http1_take_block(req->http);
    req->http = NULL;
}

void uc_request_hold(struct uc_request *req)
{
    req->refs++;
}

void uc_request_release(struct uc_request *req)
{
    assert(req->refs > 0);
    if (--req->refs > 0)
        return;
    uc_arena_reset(&req->arena);
    if (req->block) {
        free(req->block);
        req->block = NULL;
        uc_buf_deinit(&req->scratch);
    }
    req->http = NULL;
    req->ops->ended(req);
}

/* ---- what the handler asks */

static struct uc_str text_of(const struct uc_request *req, struct uc_http1_span span)
{
    return uc_str_of(req->head + span.at, span.len);
}

struct uc_str uc_request_path(const struct uc_request *req)
{
    return req->message.asterisk ? uc_str("*") : text_of(req, req->message.path);
}

struct uc_str uc_request_raw_query(const struct uc_request *req)
{
    return text_of(req, req->message.query);
}

const char *uc_request_method_name(const struct uc_request *req)
{
    return uc_method_name(req->message.method);
}

struct uc_arena *uc_request_arena(struct uc_request *req)
{
    return &req->arena;
}

struct uc_service *uc_request_service(struct uc_request *req)
{
    return req->service;
}

struct uv_loop_s *uc_request_loop(struct uc_request *req)
{
    return req->loop;
}

const char *uc_request_operation(const struct uc_request *req)
{
    return req->operation ? req->operation->id : "";
}

struct uc_str uc_request_path_value(struct uc_request *req, unsigned index)
{
    assert(index < req->route.param_count);
    return uc_percent_decode_copy(&req->arena, req->route.params[index], false);
}

struct uc_str uc_request_peer_subject(const struct uc_request *req)
{
    return req->ops && req->ops->peer_subject ? req->ops->peer_subject(req) : (struct uc_str){"", 0};
}

bool uc_request_header(struct uc_request *req, const char *name, struct uc_str *value)
{
    struct uc_str wanted = uc_str(name);
    bool found = false;

    for (unsigned i = 0; i < req->message.field_count; i++) {
        const struct uc_http1_field *field = &req->message.fields[i];
        struct uc_str line;

        if (field->name.len != wanted.len || !uc_str_eq_nocase(text_of(req, field->name), wanted))
            continue;
        line = text_of(req, field->value);
        if (found)
            *value = uc_arena_printf(&req->arena, "%.*s, %.*s", (int)value->len, value->data, (int)line.len,
                                     line.data);
        else
            *value = line;
        found = true;
    }
    return found;
}

struct uc_str uc_request_body(struct uc_request *req)
{
    return req->body;
}

bool uc_request_has_body(const struct uc_request *req)
{
    return req->body.len > 0 || req->stream.coming;
}

int uc_request_body_type(const struct uc_request *req)
{
    return req->body_type;
}

int uc_request_accept(const struct uc_request *req)
{
    return req->accept;
}

uint64_t uc_request_deadline_ms(const struct uc_request *req)
{
    return req->deadline_ms;
}

struct uc_str uc_request_traceparent(const struct uc_request *req)
{
    struct uc_request *mutable = (struct uc_request *)req; /* made at first use, the same ever after */

    if (!req->traced) {
        struct uc_str parent = {NULL, 0};

        uc_request_header(mutable, "traceparent", &parent);
        uc_trace_continue(mutable->traceparent, parent);
        mutable->traced = true;
    }
    return uc_str_of(req->traceparent, UC_TRACE_PARENT_BYTES);
}

bool uc_request_cancelled(const struct uc_request *req)
{
    return req->cancelled;
}

/* ---- what the log says of it */

void uc_request_describe(struct uc_buf *line, struct uc_request *req)
{
    const char *trace = uc_request_traceparent(req).data;

    if (req->operation) {
        uc_buf_append_str(line, uc_str(",\"operation\":"));
        uc_escape_json(line, uc_str(req->operation->id));
    }
    uc_buf_append_str(line, uc_str(",\"trace_id\":\""));
    uc_buf_append(line, trace + 3, 32);
    uc_buf_append_str(line, uc_str("\",\"span_id\":\""));
    uc_buf_append(line, trace + 36, 16);
    uc_buf_append_str(line, uc_str("\""));
}
