/* SPDX-License-Identifier: MIT */
#include "proto/http1.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINGER_MS 2000
#define ANSWER_BYTES_MAX ((size_t)64 << 20)
#define EMPTY_LINES_MAX 8 /* bytes of CR and LF tolerated before a request line */

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
    return value ? value : fallback;
}

void uc_http1_config_init(struct uc_http1_config *config, const struct uc_limits *limits)
{
    struct uc_limits *l = &config->limits;

    *config = (struct uc_http1_config){.limits = *limits};
    l->connections = or_default(l->connections, 1000);
    l->head_bytes = or_default(l->head_bytes, 8 * 1024);
    if (l->head_bytes > UC_HTTP1_HEAD_BYTES_MAX)
        l->head_bytes = UC_HTTP1_HEAD_BYTES_MAX;
    l->body_bytes = or_default(l->body_bytes, 64 * 1024);
    if (l->body_bytes > 1u << 30)
        l->body_bytes = 1u << 30;
    l->head_timeout_ms = or_default(l->head_timeout_ms, 10000);
    l->body_timeout_ms = or_default(l->body_timeout_ms, 30000);
    l->request_timeout_ms = or_default(l->request_timeout_ms, 30000);
    l->idle_timeout_ms = or_default(l->idle_timeout_ms, 60000);
    l->drain_ms = or_default(l->drain_ms, 15000);
    config->phase_ms[UC_HTTP1_IDLE] = l->idle_timeout_ms;
    config->phase_ms[UC_HTTP1_HEAD] = l->head_timeout_ms;
    config->phase_ms[UC_HTTP1_BODY] = l->body_timeout_ms;
    config->phase_ms[UC_HTTP1_HANDLER] = l->request_timeout_ms;
    config->phase_ms[UC_HTTP1_FINISH] = l->idle_timeout_ms;
    config->phase_ms[UC_HTTP1_LINGER] = LINGER_MS;
    config->phase_ms[UC_HTTP1_STREAM] = l->body_timeout_ms;
    memset(config->date, ' ', sizeof(config->date));
}

void uc_http1_enter(struct uc_http1 *http, enum uc_http1_phase phase, uint64_t now_ms)
{
    uint32_t ms = http->config->phase_ms[phase];

    http->phase = (uint8_t)phase;
    http->deadline_ms = ms ? now_ms + ms : 0;
}

void uc_http1_init(struct uc_http1 *http, const struct uc_http1_config *config, uint64_t now_ms)
{
    *http = (struct uc_http1){.config = config, .keep_alive = true};
    uc_buf_init(&http->out, ANSWER_BYTES_MAX);
    uc_http1_scan_init(&http->scan);
    uc_http1_enter(http, UC_HTTP1_HEAD, now_ms);
}

void uc_http1_deinit(struct uc_http1 *http)
{
    free(uc_http1_take_block(http));
    uc_buf_deinit(&http->out);
}

unsigned uc_http1_wants(const struct uc_http1 *http)
{
    unsigned wants = 0;

    if (http->flushing)
        return 0;
    if (http->out.len && !http->answering)
        wants |= UC_WANT_WRITE;
    switch ((enum uc_http1_phase)http->phase) {
    case UC_HTTP1_IDLE:
    case UC_HTTP1_HEAD:
    case UC_HTTP1_BODY: return wants | (http->peer_eof ? 0 : UC_WANT_READ);
    case UC_HTTP1_HANDLER:
        if (!http->begun)
            wants |= UC_WANT_HANDLER;
        return wants | (!http->peer_eof && http->in_len < http->in_cap ? UC_WANT_READ : 0);
    case UC_HTTP1_ROUTE: return wants | UC_WANT_ROUTE;
    case UC_HTTP1_STREAM:
        return wants | (!http->peer_eof && !http->fault_status && http->in_len < http->in_cap ? UC_WANT_READ : 0);
    case UC_HTTP1_LINGER: return UC_WANT_READ | (http->told_shutdown ? 0 : UC_WANT_SHUTDOWN);
    case UC_HTTP1_CLOSED: return wants | UC_WANT_CLOSE;
    default: return wants;
    }
}

/* ---- input */

char *uc_http1_take_block(struct uc_http1 *http)
{
    char *block = http->in;

    http->in = NULL;
    http->in_cap = http->in_len = http->at = http->scanned = 0;
    return block;
}

int uc_http1_replace_block(struct uc_http1 *http, char **old, size_t cap)
{
    uint32_t left;
    char *in;

    if (http->phase != UC_HTTP1_IDLE || http->in_len == 0) {
        *old = uc_http1_take_block(http);
        return 0;
    }
    left = http->in_len - http->at;
    in = malloc(left > cap ? left : cap);
    if (!in)
        return -ENOMEM;
    memcpy(in, http->in + http->at, left);
    *old = http->in;
    http->in = in;
    http->in_cap = (uint32_t)(left > cap ? left : cap);
    http->in_len = left;
    http->at = 0;
    return 0;
}

bool uc_http1_is_empty(const struct uc_http1 *http)
{
    return http->in_len == 0 && http->phase != UC_HTTP1_HANDLER && http->phase != UC_HTTP1_BODY &&
           http->phase != UC_HTTP1_STREAM;
}

static void move_to_front(struct uc_http1 *http)
{
    if (http->at == 0)
        return;
    memmove(http->in, http->in + http->at, http->in_len - http->at);
    http->in_len -= http->at;
    http->raw_at -= http->raw_at >= http->at ? http->at : http->raw_at;
    http->at = 0;
}

/* The most that the current message may need: its head, its body, some framing. */
static size_t cap_limit(const struct uc_http1 *http)
{
    const struct uc_limits *limits = &http->config->limits;

    return http->phase == UC_HTTP1_BODY ? (size_t)limits->head_bytes + limits->body_bytes + 4096
                                        : (size_t)limits->head_bytes + 4096;
}

static bool grow(struct uc_http1 *http)
{
    size_t cap = (size_t)http->in_cap * 2;
    char *in;

    if (cap > cap_limit(http))
        cap = cap_limit(http);
    if (cap <= http->in_cap)
        return false;
    in = realloc(http->in, cap);
    if (!in)
        return false;
    http->in = in;
    http->in_cap = (uint32_t)cap;
    return true;
}

char *uc_http1_space(struct uc_http1 *http, size_t *cap)
{
    if (http->phase == UC_HTTP1_LINGER)
        http->in_len = http->at = 0;
    if (http->in_len == http->in_cap && http->phase != UC_HTTP1_HANDLER && http->phase != UC_HTTP1_STREAM) {
        move_to_front(http);
        if (http->in_len == http->in_cap)
            grow(http);
    }
    *cap = http->in_cap - http->in_len;
    return *cap ? http->in + http->in_len : NULL;
}

/* RFC 9112, section 2.2: an empty line before the request line is passed over. */
static void skip_empty_lines(struct uc_http1 *http)
{
    uint32_t skipped = 0;

    while (http->at < http->in_len && skipped < EMPTY_LINES_MAX) {
        if (http->in[http->at] == '\r' && http->at + 1 == http->in_len)
            return; /* its LF is on the way */
        if (http->in[http->at] != '\r' || http->in[http->at + 1] != '\n')
            return;
        http->at += 2;
        skipped += 2;
    }
}

static bool is_lone_cr(const struct uc_http1 *http)
{
    return http->in_len - http->at == 1 && http->in[http->at] == '\r';
}

/* The head is parsed and clean; the body is gathered whole. */
static void gather_body(struct uc_http1 *http, uint64_t now_ms)
{
    static const struct uc_str go_on = UC_STR("HTTP/1.1 100 Continue\r\n\r\n");
    const struct uc_http1_message *message = http->message;

    if (message->content_length > http->config->limits.body_bytes) {
        uc_http1_refuse(http, 413, "the body is larger than this service takes", now_ms);
        return;
    }
    http->keep_alive = http->keep_alive && message->keep_alive;
    http->raw_at = http->at + http->scanned;
    http->body_len = 0;
    if (message->expect_continue && http->raw_at == http->in_len)
        uc_buf_append_str(&http->out, go_on);
    if (message->chunked)
        uc_http1_chunks_init(&http->chunks, http->config->limits.head_bytes);
    if (!message->chunked && message->content_length == 0)
        uc_http1_enter(http, UC_HTTP1_HANDLER, now_ms);
    else
        uc_http1_enter(http, UC_HTTP1_BODY, now_ms);
}

static void start_body(struct uc_http1 *http, uint64_t now_ms)
{
    const struct uc_http1_message *message = http->message;

    if (http->config->streams && (message->chunked || message->content_length))
        uc_http1_enter(http, UC_HTTP1_ROUTE, now_ms);
    else
        gather_body(http, now_ms);
}

static void read_head(struct uc_http1 *http, uint64_t now_ms)
{
    struct uc_http1_refusal refusal;
    size_t used;
    int got;

    if (http->scanned == 0) {
        skip_empty_lines(http);
        if (http->at == http->in_len || is_lone_cr(http))
            return;
    }
    got = uc_http1_scan(&http->scan, http->in + http->at + http->scanned,
                        http->in_len - http->at - http->scanned, &used);
    http->scanned += (uint32_t)used;
    if (got < 0) {
        uc_http1_refuse(http, 400, http->scan.detail, now_ms);
    } else if (http->scanned > http->config->limits.head_bytes) {
        if (http->scan.in_fields)
            uc_http1_refuse(http, 431, "the head is larger than this service takes", now_ms);
        else
            uc_http1_refuse(http, 414, "the request target is longer than this service takes", now_ms);
    } else if (got > 0) {
        if (!http->message)
            uc_http1_refuse(http, 503, "out of memory", now_ms);
        else if (uc_http1_head_parse(http->message, http->in + http->at, http->scanned, &refusal))
            uc_http1_refuse(http, refusal.status, refusal.detail, now_ms);
        else
            start_body(http, now_ms);
    }
}

static void read_chunks(struct uc_http1 *http, uint64_t now_ms)
{
    char *body = http->in + http->at + http->scanned;
    size_t used, got;
    int err;

    err = uc_http1_chunks_read(&http->chunks, http->in + http->raw_at, http->in_len - http->raw_at,
                               body + http->body_len, http->config->limits.body_bytes - http->body_len, &used,
                               &got);
    http->body_len += (uint32_t)got;
    http->raw_at += (uint32_t)used;
    if (err == -EMSGSIZE) {
        uc_http1_refuse(http, 413, "the body is larger than this service takes", now_ms);
        return;
    }
    if (err < 0) {
        uc_http1_refuse(http, 400, http->chunks.detail, now_ms);
        return;
    }
    if (http->raw_at == http->in_len) /* what was framing becomes room again */
        http->raw_at = http->in_len = http->at + http->scanned + http->body_len;
    if (err > 0)
        uc_http1_enter(http, UC_HTTP1_HANDLER, now_ms);
}

static void read_body(struct uc_http1 *http, uint64_t now_ms)
{
    uint32_t start = http->at + http->scanned;

    if (http->message->chunked) {
        read_chunks(http, now_ms);
        return;
    }
    http->body_len = http->in_len - start;
    if (http->body_len >= http->message->content_length) {
        http->body_len = (uint32_t)http->message->content_length;
        http->raw_at = start + http->body_len;
        uc_http1_enter(http, UC_HTTP1_HANDLER, now_ms);
    }
}

void uc_http1_body_whole(struct uc_http1 *http, uint64_t now_ms)
{
    gather_body(http, now_ms);
    if (http->phase == UC_HTTP1_BODY)
        read_body(http, now_ms);
    if (http->peer_eof && http->phase == UC_HTTP1_BODY)
        uc_http1_refuse(http, 400, "the body ends early", now_ms);
}

/* Take from the input what can be taken, up to one complete request. */
static void advance(struct uc_http1 *http, uint64_t now_ms)
{
    if (http->phase == UC_HTTP1_IDLE && http->at < http->in_len)
        uc_http1_enter(http, UC_HTTP1_HEAD, now_ms);
    if (http->phase == UC_HTTP1_HEAD && http->at < http->in_len)
        read_head(http, now_ms);
    if (http->phase == UC_HTTP1_BODY)
        read_body(http, now_ms);
    if (http->phase == UC_HTTP1_IDLE || http->phase == UC_HTTP1_HEAD) {
        if (http->at == http->in_len)
            http->at = http->in_len = 0;
    }
}

/* The peer will send no more, and what it sent is no request. */
static void end_of_input(struct uc_http1 *http, uint64_t now_ms)
{
    switch ((enum uc_http1_phase)http->phase) {
    case UC_HTTP1_IDLE: uc_http1_finish(http, false, now_ms); break;
    case UC_HTTP1_HEAD:
        if (http->in_len == 0)
            uc_http1_finish(http, false, now_ms);
        else
            uc_http1_refuse(http, 400, "the request ends early", now_ms);
        break;
    case UC_HTTP1_BODY: uc_http1_refuse(http, 400, "the body ends early", now_ms); break;
    case UC_HTTP1_LINGER: http->phase = UC_HTTP1_CLOSED; break;
    case UC_HTTP1_STREAM: uc_http1_stream_read(http, now_ms); break;
    default: break;
    }
}

void uc_http1_received(struct uc_http1 *http, size_t len, uint64_t now_ms)
{
    http->in_len += (uint32_t)len;
    if (http->phase == UC_HTTP1_LINGER || http->phase == UC_HTTP1_FINISH)
        http->in_len = http->at = 0;
    else if (http->phase == UC_HTTP1_STREAM)
        uc_http1_stream_read(http, now_ms);
    else
        advance(http, now_ms);
}

void uc_http1_eof(struct uc_http1 *http, uint64_t now_ms)
{
    http->peer_eof = true;
    end_of_input(http, now_ms);
}

void uc_http1_late(struct uc_http1 *http, uint64_t now_ms)
{
    switch ((enum uc_http1_phase)http->phase) {
    case UC_HTTP1_HEAD:
        if (http->in_len)
            uc_http1_refuse(http, 408, "the head took too long", now_ms);
        else
            uc_http1_finish(http, false, now_ms);
        break;
    case UC_HTTP1_BODY: uc_http1_refuse(http, 408, "the body took too long", now_ms); break;
    case UC_HTTP1_HANDLER: break;
    case UC_HTTP1_STREAM: uc_http1_stream_late(http, now_ms); break;
    default: http->phase = UC_HTTP1_CLOSED; break;
    }
}

/* ---- the request */

void uc_http1_begin(struct uc_http1 *http)
{
    http->begun = true;
}

const char *uc_http1_head(const struct uc_http1 *http)
{
    return http->in + http->at;
}

struct uc_str uc_http1_body(const struct uc_http1 *http)
{
    return uc_str_of(http->in + http->at + http->scanned, http->body_len);
}

void uc_http1_next(struct uc_http1 *http, uint64_t now_ms)
{
    http->begun = false;
    http->at = http->raw_at;
    http->scanned = 0;
    http->body_len = 0;
    uc_http1_scan_init(&http->scan);
    if (http->phase == UC_HTTP1_STREAM && !http->stream_ends) {
        uc_http1_finish(http, true, now_ms);
        return;
    }
    if (!http->keep_alive || (http->config->draining && http->at == http->in_len)) {
        uc_http1_finish(http, http->at < http->in_len, now_ms);
        return;
    }
    uc_http1_enter(http, UC_HTTP1_IDLE, now_ms);
    if (http->at == http->in_len)
        http->at = http->in_len = 0;
}

void uc_http1_resume(struct uc_http1 *http, uint64_t now_ms)
{
    if (http->phase == UC_HTTP1_IDLE || http->phase == UC_HTTP1_HEAD)
        uc_http1_enter(http, (enum uc_http1_phase)http->phase, now_ms);
    if (http->phase == UC_HTTP1_IDLE && http->at < http->in_len)
        advance(http, now_ms);
    if (http->peer_eof)
        end_of_input(http, now_ms);
}

/* ---- the end, and output */

static void settle(struct uc_http1 *http, uint64_t now_ms)
{
    if (http->phase != UC_HTTP1_FINISH || http->out.len || http->flushing)
        return;
    if (http->linger && !http->peer_eof)
        uc_http1_enter(http, UC_HTTP1_LINGER, now_ms);
    else
        http->phase = UC_HTTP1_CLOSED;
}

void uc_http1_finish(struct uc_http1 *http, bool linger, uint64_t now_ms)
{
    http->linger = linger;
    http->begun = false;
    http->in_len = http->at = http->scanned = 0;
    uc_http1_enter(http, UC_HTTP1_FINISH, now_ms);
    settle(http, now_ms);
}

struct uc_str uc_http1_output(const struct uc_http1 *http)
{
    return uc_str_of(http->out.data, http->out.len);
}

void uc_http1_sent(struct uc_http1 *http, size_t len, uint64_t now_ms)
{
    uc_buf_consume(&http->out, len);
    settle(http, now_ms);
}

struct uc_buf uc_http1_take_output(struct uc_http1 *http, uint64_t now_ms)
{
    struct uc_buf taken = http->out;

    uc_buf_init(&http->out, ANSWER_BYTES_MAX);
    http->taken = (uint32_t)taken.len;
    http->flushing = true;
    http->deadline_ms = now_ms + http->config->limits.idle_timeout_ms;
    return taken;
}

void uc_http1_flushed(struct uc_http1 *http, uint64_t now_ms)
{
    http->flushing = false;
    http->taken = 0;
    uc_http1_enter(http, (enum uc_http1_phase)http->phase, now_ms);
    if (http->phase == UC_HTTP1_STREAM)
        uc_http1_stream_hold(http, http->stream_held, now_ms);
    else if (http->sending)
        http->deadline_ms = now_ms + http->silence_ms;
    settle(http, now_ms);
}

void uc_http1_shut(struct uc_http1 *http)
{
    http->told_shutdown = true;
}
