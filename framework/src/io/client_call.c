/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "io/client_internal.h"
#include "proto/http1_scan.h"
#include "proto/method.h"
#include "uc/log.h"

#define REQUEST_MAX (16u << 20)     /* bytes of one request, head and body */
#define TRACEPARENT_LEN 55          /* 00-<32>-<16>-<2> */
#define TRACEPARENT_SPAN 36         /* where the span id begins */
#define LONE_ARENA_MAX(answer) ((answer) + (64u << 10)) /* of a call without a parent */

/*
 * Even when memory is out the callback must come, later, so every client has a few calls
 * in reserve. Beyond them there is no honest way on.
 */
struct uc_client_call *uc_client_call_new(struct uc_client *client)
{
    struct uc_client_call *call = calloc(1, sizeof(*call));
    unsigned i;

    for (i = 0; !call && i < UC_CLIENT_SPARES; i++) {
        call = client->spares[i];
        client->spares[i] = NULL;
        if (call)
            call->error = -ENOMEM;
    }
    if (!call)
        abort();
    call->client = client;
    uc_link_init(&call->waiting);
    uc_link_before(&client->calls, &call->all);
    return call;
}

static void free_call(struct uc_client_call *call)
{
    struct uc_client *client = call->client;
    unsigned i;

    free(call->bytes);
    for (i = 0; i < UC_CLIENT_SPARES; i++) {
        if (!client->spares[i]) {
            *call = (struct uc_client_call){0};
            client->spares[i] = call;
            return;
        }
    }
    free(call);
}

/* A target comes encoded. White space or a control byte in it would be another request. */
static bool is_target(struct uc_str target)
{
    size_t i;

    if (target.len == 0 || target.data[0] != '/')
        return false;
    for (i = 0; i < target.len; i++) {
        if (target.data[i] <= ' ' || target.data[i] > '~')
            return false;
    }
    return true;
}

static void put_trace(struct uc_buf *out, const struct uc_client *client, struct uc_request *parent)
{
    struct uc_str context = parent ? uc_request_traceparent(parent) : uc_str(NULL);
    struct uc_str state;

    if (context.len != TRACEPARENT_LEN)
        return;
    uc_buf_printf(out, "traceparent: %.*s%016" PRIx64 "%.*s\r\n", TRACEPARENT_SPAN, context.data,
                  uc_random_u64() | 1, TRACEPARENT_LEN - TRACEPARENT_SPAN - 16,
                  context.data + TRACEPARENT_SPAN + 16);
    if (!client->no_tracestate && uc_request_header(parent, "tracestate", &state))
        uc_client_header(out, "tracestate", state);
}

static bool has_body(const struct uc_client_request *request)
{
    return request->content_type.data != NULL;
}

int uc_client_call_compose(struct uc_client_call *call, const struct uc_client_request *request)
{
    const struct uc_client_url *url = &call->client->url;
    const char *method = uc_method_name(request->method);
    struct uc_buf out;

    if (!is_target(request->target))
        return -EINVAL;
    uc_buf_init(&out, REQUEST_MAX);
    uc_buf_append(&out, method, strlen(method));
    uc_buf_append(&out, " ", 1);
    uc_buf_append_str(&out, url->prefix);
    uc_buf_append_str(&out, request->target);
    uc_buf_append(&out, " HTTP/1.1\r\nHost: ", 17);
    uc_buf_append(&out, url->authority, strlen(url->authority));
    uc_buf_append(&out, "\r\n", 2);
    put_trace(&out, call->client, call->parent);
    if (request->headers.data)
        uc_buf_append_str(&out, request->headers);
    if (has_body(request)) {
        uc_client_header(&out, "Content-Type", request->content_type);
        uc_buf_printf(&out, "Content-Length: %zu\r\n", request->body.len);
    } else if (request->method == UC_POST || request->method == UC_PUT ||
               request->method == UC_PATCH) {
        uc_buf_append(&out, "Content-Length: 0\r\n", 19);
    }
    uc_buf_append(&out, "\r\n", 2);
    if (has_body(request))
        uc_buf_append_str(&out, request->body);
    if (out.error) {
        int err = out.error == -ENOBUFS ? -EINVAL : -ENOMEM;

        uc_buf_deinit(&out);
        return err;
    }
    call->wants_head = request->head;
    call->bytes = out.data; /* the buffer's memory is the call's from here on */
    call->len = out.len;
    return 0;
}

/* The call is out of all lists before user code runs: that may call or free the client. */
void uc_client_call_end(struct uc_client_call *call, struct uc_client_answer *answer)
{
    struct uc_client *client = call->client;
    struct uc_request *parent = call->parent;
    uc_client_fn *done = call->done;
    void *arg = call->arg;
    struct uc_arena *lone = parent || answer->arena == &client->without_memory ? NULL : answer->arena;

    uc_link_remove(&call->waiting);
    uc_link_remove(&call->all);
    if (answer->error && !call->logged)
        uc_log(UC_WARN, parent, "peer gave no answer",
               UC_FIELDS(uc_log_text("peer", client->name),
                         uc_log_text("error", uc_client_error_text(answer->error))));
    free_call(call);
    done(answer, arg);
    if (parent)
        uc_request_release(parent);
    uc_arena_free(lone);
}

/* The arena of a call without a parent ends with its callback. Never NULL. */
static struct uc_arena *answer_arena(struct uc_client_call *call)
{
    struct uc_arena *arena;

    if (call->parent)
        return uc_request_arena(call->parent);
    arena = uc_arena_new(LONE_ARENA_MAX(call->client->answer_max));
    return arena ? arena : &call->client->without_memory;
}

void uc_client_call_fail(struct uc_client_call *call, int error)
{
    struct uc_client_answer answer = {.error = error, .arena = answer_arena(call)};

    answer.content_type = answer.body = uc_str("");
    uc_client_call_end(call, &answer);
}

void uc_client_call_copy(struct uc_client_call *call, const struct uc_http1_response *response,
                         struct uc_client_answer *answer)
{
    struct uc_str body = uc_str_of(response->body.data, response->body.len);

    *answer = (struct uc_client_answer){.status = response->status, .arena = answer_arena(call)};
    answer->content_type = answer->body = uc_str("");
    if (response->content_type.data)
        answer->content_type = uc_arena_copy(answer->arena, response->content_type);
    if (body.len)
        answer->body = uc_arena_copy(answer->arena, body);
    if (call->wants_head)
        answer->head = uc_arena_copy(answer->arena, uc_str_of(response->head.data, response->head.len));
    if (answer->arena == &call->client->without_memory || uc_arena_failed(answer->arena)) {
        answer->status = 0;
        answer->error = -ENOMEM;
    }
}

/* The lines have been checked when they came. */
bool uc_client_answer_header(const struct uc_client_answer *answer, const char *name, struct uc_str *value)
{
    struct uc_str rest = answer->head, wanted = uc_str(name);
    bool found = false;

    while (rest.len) {
        const char *end = memchr(rest.data, '\r', rest.len);
        struct uc_str line = {rest.data, end ? (size_t)(end - rest.data) : rest.len}, text;
        size_t used = line.len + 2 < rest.len ? line.len + 2 : rest.len;

        rest = uc_str_of(rest.data + used, rest.len - used);
        if (line.len <= wanted.len || line.data[wanted.len] != ':' ||
            !uc_str_eq_nocase(uc_str_of(line.data, wanted.len), wanted))
            continue;
        text = uc_http1_trim(uc_str_of(line.data + wanted.len + 1, line.len - wanted.len - 1));
        *value = found ? uc_arena_printf(answer->arena, "%.*s, %.*s", (int)value->len, value->data, (int)text.len,
                                         text.data)
                       : text;
        found = true;
    }
    return found;
}

void uc_client_call_fail_later(struct uc_client_call *call, int error)
{
    call->error = error;
    uc_link_remove(&call->waiting);
    uc_client_clock_want(call->client, 0);
}
