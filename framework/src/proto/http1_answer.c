/* SPDX-License-Identifier: MIT */
/*
 * Answers are written straight into the connection's output, one behind the other.
 *
 * Content-Length comes last in the head and is not known when the body is begun: three digits
 * of room are left, and the little that differs moves head's end and body by a byte or two.
 */
#include "proto/http1.h"

#include <string.h>

#include "proto/problem.h"
#include "proto/status.h"

#define LENGTH_ROOM 3 /* digits */

static char *put(char *to, const char *from, size_t len)
{
    memcpy(to, from, len);
    return to + len;
}

#define PUT(to, literal) put((to), (literal), sizeof(literal) - 1)

static bool has_no_body(int status)
{
    return status == 204 || status == 304 || status < 200;
}

static char *put_status(char *to, int status)
{
    struct uc_str line = uc_status_line(status);

    if (line.data)
        return put(to, line.data, line.len);
    to = PUT(to, "HTTP/1.1 ");
    *to++ = (char)('0' + status / 100 % 10);
    *to++ = (char)('0' + status / 10 % 10);
    *to++ = (char)('0' + status % 10);
    return PUT(to, " Unknown\r\n");
}

static char *put_length(char *to, uint64_t length)
{
    char digits[20];
    size_t count = 0;

    do {
        digits[sizeof(digits) - ++count] = (char)('0' + length % 10);
        length /= 10;
    } while (length);
    to = PUT(to, "Content-Length: ");
    to = put(to, digits + sizeof(digits) - count, count);
    return PUT(to, "\r\n");
}

/* Will the connection end with this answer? */
static bool is_last(const struct uc_http1 *http)
{
    return !http->keep_alive || http->config->draining;
}

void uc_http1_answer_begin(struct uc_http1 *http, const struct uc_http1_answer *answer)
{
    size_t room = 256 + answer->content_type.len + answer->headers.len;
    char *start, *to;

    uc_http1_answer_drop(http);
    if (answer->sending && answer->status < 300) /* may be made of the body: before the head, for nothing may come amid */
        uc_http1_stream_go_on(http);
    http->answering = true;
    http->headless = (http->phase == UC_HTTP1_HANDLER || http->phase == UC_HTTP1_STREAM) && http->message->method == UC_HEAD;
    http->sending = answer->sending;
    http->silence_ms = answer->silence_ms;
    http->answer_status = answer->status;
    http->answer_at = (uint32_t)http->out.len;
    http->length_at = 0;
    http->answer_body_at = http->answer_at;
    if (is_last(http) || (http->phase == UC_HTTP1_STREAM && !http->stream_ends))
        http->keep_alive = false;
    if (answer->sending == UC_HTTP1_SENDING_CHUNKS && http->message->http10) {
        http->sending = UC_HTTP1_SENDING_CLOSE;
        http->keep_alive = false;
    }
    start = uc_buf_reserve(&http->out, room);
    if (!start && http->sending)
        uc_http1_send_cut(http); /* its parts must not go out without it */
    if (!start)
        return;

    to = put_status(start, answer->status);
    to = PUT(to, "Date: ");
    to = put(to, http->config->date, sizeof(http->config->date));
    if (answer->content_type.data) {
        to = PUT(to, "\r\nContent-Type: ");
        to = put(to, answer->content_type.data, answer->content_type.len);
    }
    to = PUT(to, "\r\n");
    if (answer->headers.len)
        to = put(to, answer->headers.data, answer->headers.len);
    if (!http->keep_alive)
        to = PUT(to, "Connection: close\r\n");
    if (http->sending == UC_HTTP1_SENDING_CHUNKS) {
        to = PUT(to, "Transfer-Encoding: chunked\r\n");
    } else if (http->sending == UC_HTTP1_SENDING_LENGTH) {
        to = put_length(to, answer->length);
    } else if (http->sending == UC_HTTP1_SENDING_NOT && !has_no_body(answer->status)) {
        to = PUT(to, "Content-Length: ");
        http->length_at = http->answer_at + (uint32_t)(to - start);
        to = PUT(to, "000\r\n");
    }
    to = PUT(to, "\r\n");
    http->out.len += (size_t)(to - start);
    http->answer_body_at = (uint32_t)http->out.len;
    http->sending_left = answer->length;
    if (http->sending)
        http->answering = false; /* the head may go already */
}

void uc_http1_answer_drop(struct uc_http1 *http)
{
    if (!http->answering)
        return;
    http->out.len = http->answer_at;
    http->out.error = 0;
    http->answering = false;
}

/* Put the body's length where the zeros are. */
static void patch_length(struct uc_http1 *http)
{
    struct uc_buf *out = &http->out;
    size_t body_len = out->len - http->answer_body_at;
    size_t tail_at = http->length_at + LENGTH_ROOM;
    char digits[20];
    size_t count = 0;

    do {
        digits[sizeof(digits) - ++count] = (char)('0' + body_len % 10);
        body_len /= 10;
    } while (body_len);
    if (count > LENGTH_ROOM && !uc_buf_reserve(out, count - LENGTH_ROOM))
        return;
    if (count != LENGTH_ROOM) {
        memmove(out->data + http->length_at + count, out->data + tail_at, out->len - tail_at);
        out->len = out->len + count - LENGTH_ROOM;
        http->answer_body_at = (uint32_t)(http->answer_body_at + count - LENGTH_ROOM);
    }
    memcpy(out->data + http->length_at, digits + sizeof(digits) - count, count);
}

/* The answer did not fit into memory: a small one may. */
static bool replace_failed(struct uc_http1 *http)
{
    struct uc_http1_answer sorry = {.status = 500, .content_type = UC_STR(UC_PROBLEM_TYPE)};

    uc_http1_answer_begin(http, &sorry);
    uc_problem_write(&http->out, sorry.status, "the answer did not fit into memory", NULL);
    if (!http->out.error)
        patch_length(http);
    return !http->out.error;
}

void uc_http1_answer_end(struct uc_http1 *http, uint64_t now_ms)
{
    if (!http->out.error && http->length_at)
        patch_length(http);
    if (http->out.error && !replace_failed(http)) {
        uc_http1_answer_drop(http);
        http->phase = UC_HTTP1_CLOSED;
        return;
    }
    if (http->headless || has_no_body(http->answer_status))
        http->out.len = http->answer_body_at;
    http->answering = false;
    if (http->phase == UC_HTTP1_HANDLER || http->phase == UC_HTTP1_STREAM)
        uc_http1_next(http, now_ms);
}

void uc_http1_refuse(struct uc_http1 *http, int status, const char *detail, uint64_t now_ms)
{
    struct uc_http1_answer answer = {.status = status, .content_type = UC_STR(UC_PROBLEM_TYPE)};

    uc_http1_answer_drop(http);
    if (http->sending) {
        uc_http1_send_cut(http);
        return;
    }
    http->keep_alive = false;
    http->refused_status = (uint16_t)status;
    http->phase = UC_HTTP1_FINISH;
    uc_http1_answer_begin(http, &answer);
    uc_problem_write(&http->out, status, detail, NULL);
    uc_http1_answer_end(http, now_ms);
    if (http->phase != UC_HTTP1_CLOSED)
        uc_http1_finish(http, true, now_ms);
}
