/* SPDX-License-Identifier: MIT */
/*
 * Bodies in parts. The block holds the head, which stays where it is, and behind it a window of the body:
 * decoded bytes first, then what was not looked at yet.
 *
 *     | head ...... | decoded, not taken | raw ........ | room |
 *     at            at + scanned         raw_at         in_len  in_cap
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/http1.h"
#include "uc/stream.h"

#define MOVED_MIN 1024 /* bytes in a body time-out: a sender slower than that holds us for nothing */

static uint32_t body_at(const struct uc_http1 *http)
{
    return http->at + http->scanned;
}

/* The head must not move once the handler has it: so make room before. */
static bool make_window(struct uc_http1 *http)
{
    uint32_t left = http->in_len - http->at;
    size_t cap = (size_t)http->scanned + UC_BODY_WINDOW_BYTES;
    char *in;

    if (cap < left)
        cap = left;
    if (http->at) {
        memmove(http->in, http->in + http->at, left);
        http->at = 0;
        http->in_len = left;
    }
    if (cap <= http->in_cap)
        return true;
    in = realloc(http->in, cap);
    if (!in)
        return false;
    http->in = in;
    http->in_cap = (uint32_t)cap;
    return true;
}

void uc_http1_body_stream(struct uc_http1 *http, uint64_t max, uint64_t now_ms)
{
    const struct uc_http1_message *message = http->message;

    if (message->content_length > max) {
        uc_http1_refuse(http, 413, "the body is larger than this operation takes", now_ms);
        return;
    }
    http->keep_alive = http->keep_alive && message->keep_alive;
    if (!make_window(http)) {
        uc_http1_refuse(http, 503, "out of memory", now_ms);
        return;
    }
    http->raw_at = body_at(http);
    http->body_len = 0;
    http->stream_ends = false;
    http->stream_held = true;
    http->fault_status = 0;
    http->moved = 0;
    http->stream_left = message->chunked ? max : message->content_length;
    if (message->chunked)
        uc_http1_chunks_init(&http->chunks, http->config->limits.head_bytes);
    uc_http1_enter(http, UC_HTTP1_STREAM, now_ms);
    uc_http1_stream_hold(http, true, now_ms);
    uc_http1_stream_read(http, now_ms);
}

void uc_http1_stream_fault(struct uc_http1 *http, int status, const char *detail, int error)
{
    if (http->fault_status)
        return;
    http->fault_status = (uint16_t)status;
    http->fault_detail = detail;
    http->fault_error = error;
}

static void read_chunks(struct uc_http1 *http)
{
    size_t used, got, room = SIZE_MAX;
    int err;

    if (http->stream_left - http->body_len < room)
        room = (size_t)(http->stream_left - http->body_len);
    err = uc_http1_chunks_read(&http->chunks, http->in + http->raw_at, http->in_len - http->raw_at,
                               http->in + body_at(http) + http->body_len, room, &used, &got);
    http->body_len += (uint32_t)got;
    http->raw_at += (uint32_t)used;
    if (err == -EMSGSIZE)
        uc_http1_stream_fault(http, 413, "the body is larger than this operation takes", err);
    else if (err < 0)
        uc_http1_stream_fault(http, 400, http->chunks.detail, err);
    else if (err == 0) /* all was looked at: what was framing becomes room again */
        http->raw_at = http->in_len = body_at(http) + http->body_len;
    http->stream_ends = err > 0;
}

void uc_http1_stream_read(struct uc_http1 *http, uint64_t now_ms)
{
    uint32_t before = http->body_len, come = http->in_len - body_at(http);

    if (http->stream_ends || http->fault_status)
        return;
    if (http->message->chunked) {
        read_chunks(http);
    } else {
        http->stream_ends = come >= http->stream_left;
        http->body_len = http->stream_ends ? (uint32_t)http->stream_left : come;
        http->raw_at = body_at(http) + http->body_len;
    }
    http->moved += http->body_len - before;
    if (http->peer_eof && !http->stream_ends)
        uc_http1_stream_fault(http, 400, "the body ends early", -ECONNRESET);
    (void)now_ms;
}

struct uc_str uc_http1_stream_data(const struct uc_http1 *http)
{
    return uc_str_of(http->in + body_at(http), http->body_len);
}

void uc_http1_stream_taken(struct uc_http1 *http, uint64_t now_ms)
{
    uint32_t start = body_at(http), raw = http->in_len - http->raw_at;

    memmove(http->in + start, http->in + http->raw_at, raw);
    http->stream_left -= http->body_len;
    http->body_len = 0;
    http->raw_at = start;
    http->in_len = start + raw;
    uc_http1_stream_read(http, now_ms);
}

void uc_http1_stream_go_on(struct uc_http1 *http)
{
    static const struct uc_str go_on = UC_STR("HTTP/1.1 100 Continue\r\n\r\n");

    if (http->phase != UC_HTTP1_STREAM || !http->message->expect_continue)
        return;
    http->message->expect_continue = false;
    if (http->in_len == body_at(http) && !http->stream_ends)
        uc_buf_append_str(&http->out, go_on);
}

void uc_http1_stream_hold(struct uc_http1 *http, bool held, uint64_t now_ms)
{
    const struct uc_limits *limits = &http->config->limits;

    if (http->phase != UC_HTTP1_STREAM)
        return;
    http->stream_held = held;
    http->moved = 0;
    http->deadline_ms = now_ms + (held ? limits->request_timeout_ms : limits->body_timeout_ms);
    if (!held && http->sending == UC_HTTP1_SENDING_NOT)
        uc_http1_stream_go_on(http);
}

void uc_http1_stream_end(struct uc_http1 *http, uint64_t now_ms)
{
    uc_http1_enter(http, UC_HTTP1_HANDLER, now_ms);
}

void uc_http1_stream_late(struct uc_http1 *http, uint64_t now_ms)
{
    if (http->moved >= MOVED_MIN)
        uc_http1_stream_hold(http, false, now_ms);
    else
        uc_http1_stream_fault(http, 408, "the body took too long", -ETIMEDOUT);
}

/* ---- out */

size_t uc_http1_waiting(const struct uc_http1 *http)
{
    return http->out.len + http->taken;
}

int uc_http1_send(struct uc_http1 *http, struct uc_str bytes, uint64_t now_ms)
{
    struct uc_buf *out = &http->out;
    size_t before = out->len;

    if (http->phase != UC_HTTP1_STREAM || http->stream_held) /* else the peer's turn: its body is coming */
        http->deadline_ms = now_ms + http->silence_ms;
    if (bytes.len == 0 || http->headless)
        return 0;
    if (http->sending == UC_HTTP1_SENDING_CHUNKS)
        uc_buf_printf(out, "%zx\r\n", bytes.len);
    uc_buf_append_str(out, bytes);
    if (http->sending == UC_HTTP1_SENDING_CHUNKS)
        uc_buf_append(out, "\r\n", 2);
    if (out->error) {
        out->error = 0;
        out->len = before;
        return -ENOMEM;
    }
    if (http->sending == UC_HTTP1_SENDING_LENGTH)
        http->sending_left -= bytes.len;
    return 0;
}

void uc_http1_send_cut(struct uc_http1 *http)
{
    uc_http1_answer_drop(http);
    http->sending = UC_HTTP1_SENDING_NOT;
    http->out.error = 0;
    http->phase = UC_HTTP1_CLOSED;
}

void uc_http1_send_end(struct uc_http1 *http, uint64_t now_ms)
{
    uint8_t sending = http->sending;

    if (sending == UC_HTTP1_SENDING_CHUNKS && !http->headless)
        uc_buf_append(&http->out, "0\r\n\r\n", 5);
    if (http->out.error || (sending == UC_HTTP1_SENDING_LENGTH && http->sending_left && !http->headless)) {
        uc_http1_send_cut(http);
        return;
    }
    http->sending = UC_HTTP1_SENDING_NOT;
    if (http->phase == UC_HTTP1_HANDLER || http->phase == UC_HTTP1_STREAM)
        uc_http1_next(http, now_ms);
}
