/* SPDX-License-Identifier: MIT */
/*
 * gather.c - the body of an operation that wants it whole, read only when it is known who calls.
 *
 * Where nobody asks for credentials the machine gathers bodies before there is a request. Otherwise the request begins
 * at its head, as that of an operation that takes its body in parts, and this is the taker.
 */
#include "app/service_internal.h"

struct gathering {
    struct uc_request *req;
    struct uc_buf bytes;
    uc_handler_fn *then;
};

static void on_chunk(void *arg, struct uc_str bytes)
{
    struct gathering *gathering = arg;

    uc_buf_append_str(&gathering->bytes, bytes);
}

static void on_end(void *arg, int error)
{
    struct gathering *gathering = arg;
    struct uc_request *req = gathering->req;
    struct uc_str body = uc_arena_copy(&req->arena, uc_str_of(gathering->bytes.data, gathering->bytes.len));

    if (!error)
        error = gathering->bytes.error;
    uc_buf_deinit(&gathering->bytes);
    if (error) { /* the peer has been told, or is gone, unless memory ran out */
        uc_answer_problem(req, 503, "out of memory");
        return;
    }
    req->body = body;
    req->stream.coming = false;
    gathering->then(req);
}

void uc_gather_body(struct uc_request *req, uc_handler_fn *then)
{
    struct gathering *gathering = uc_arena_alloc(&req->arena, sizeof(*gathering));

    if (!gathering) {
        uc_answer_problem(req, 503, "out of memory");
        return;
    }
    gathering->req = req;
    gathering->then = then;
    uc_buf_init(&gathering->bytes, req->http ? req->http->config->limits.body_bytes : 1);
    uc_body_read(req, on_chunk, on_end, gathering);
}
