/* SPDX-License-Identifier: MIT */
/*
 * connection.c - hands for the HTTP machine: a socket, buffers, the clock, the handler.
 *
 * Whatever happened (bytes, an answer, a deadline), drive() lets the machine go on as far as it
 * can, and obey() then does what the machine wants of the socket. In the usual round, one
 * read, any number of handlers and one write, no timer moves and nothing is allocated.
 */
#include "io/server_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_internal.h"

#define OUTPUT_HIGH_BYTES (64 * 1024) /* answers waiting, from which on no handler is started */
#define LANE_SENDING UC_HTTP1_PHASES  /* of deadlines: answers in parts */
#define OUTPUT_KEEP_BYTES (16 * 1024) /* larger buffers are not kept for the next one */

static void drive(struct uc_connection *conn);
static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf);

static uint64_t now_of(const struct uc_connection *conn)
{
    return uv_now(conn->server->loop);
}

/* ---- what is lent */

static void lend_input(struct uc_connection *conn)
{
    struct uc_http1 *http = &conn->http;

    if (!http->in) {
        http->in = uc_server_take_block(conn->server);
        http->in_cap = http->in ? UC_SERVER_BLOCK_BYTES : 0;
    }
    if (!conn->request) {
        conn->request = uc_server_take_request(conn->server);
        http->message = conn->request ? &conn->request->message : NULL;
    }
}

static void lend_output(struct uc_connection *conn)
{
    struct uc_server *server = conn->server;
    size_t max = conn->http.out.max;

    if (conn->http.out.data || !server->out.data)
        return;
    conn->http.out = server->out;
    conn->http.out.max = max;
    uc_buf_init(&server->out, 0);
}

static void give_output_back(struct uc_connection *conn)
{
    struct uc_server *server = conn->server;
    struct uc_buf *out = &conn->http.out;
    size_t max = out->max;

    if (!out->data || out->len)
        return;
    if (server->out.data || out->cap > OUTPUT_KEEP_BYTES || !server->listening)
        uc_buf_deinit(out);
    else
        server->out = *out;
    uc_buf_init(out, max);
}

static void give_input_back(struct uc_connection *conn)
{
    struct uc_http1 *http = &conn->http;
    size_t cap = http->in_cap;

    if (!uc_http1_is_empty(http))
        return;
    if (http->in)
        uc_server_give_block(conn->server, uc_http1_take_block(http), cap);
    if (conn->request) {
        uc_server_give_request(conn->server, conn->request);
        conn->request = NULL;
        http->message = NULL;
    }
}

/* ---- requests */

static bool has_request(const struct uc_connection *conn)
{
    return conn->request && conn->http.begun;
}

/* The handler will never be heard: the request lives on without us until it answers. */
static void orphan_request(struct uc_connection *conn, int error)
{
    struct uc_request *req = conn->request;

    req->owner = NULL;
    uc_request_detach(req);
    req->stream.gone_error = error;
    uc_server_keep_orphan(conn->server, req);
    conn->server->active_requests--;
    conn->request = NULL;
    conn->http.message = NULL;
    uc_request_tell_gone(req, error);
}

/*
 * Answered. Somebody may still hold the request, and with it bytes of our block: then the
 * block goes with it, and what it holds of the next request moves.
 */
static void finish_request(struct uc_connection *conn)
{
    struct uc_request *req = conn->request;

    conn->request = NULL;
    conn->http.message = NULL;
    conn->server->active_requests--;
    req->owner = NULL;
    if (req->refs > 1) {
        req->http = NULL;
        if (uc_http1_replace_block(&conn->http, &req->block, UC_SERVER_BLOCK_BYTES)) {
            req->block = uc_http1_take_block(&conn->http);
            conn->lost = true;
        }
    }
    uc_request_release(req);
}

static void on_answered(struct uc_request *req)
{
    struct uc_connection *conn = req->owner;

    if (!conn) { /* too late */
        uc_request_release(req);
        return;
    }
    if (conn->server->config.answered)
        conn->server->config.answered(req, conn->server->config.ctx);
    if (conn->driving || conn->ready)
        return; /* drive() sees it when the handler returns */
    conn->ready = true;
    uc_server_later(conn->server, conn);
}

/* Something is to be sent or delivered: as after an answer, not on the handler's stack. */
static void on_moved(struct uc_request *req)
{
    struct uc_connection *conn = req->owner;

    if (!conn)
        return;
    req->now_ms = now_of(conn);
    if (conn->driving || conn->ready || conn->closing)
        return;
    conn->ready = true;
    uc_server_later(conn->server, conn);
}

static void on_ended(struct uc_request *req)
{
    uc_server_give_request(req->pool, req);
}

static struct uc_str peer_subject(const struct uc_request *req)
{
    const struct uc_connection *conn = req->owner;

    return conn && conn->tls ? conn->server->config.tls_ops->subject(conn->tls) : (struct uc_str){"", 0};
}

const struct uc_request_ops uc_connection_request_ops = {
    .answered = on_answered, .ended = on_ended, .moved = on_moved, .gone_later = uc_server_tell_later,
    .peer_subject = peer_subject};

static void dispatch(struct uc_connection *conn)
{
    struct uc_server *server = conn->server;
    struct uc_request *req = conn->request;

    lend_output(conn);
    req->owner = conn;
    server->active_requests++;
    uc_request_start(req, &conn->http, now_of(conn), uv_hrtime());
    server->config.dispatch(req, server->config.ctx);
    if (conn->request == req && req->answered)
        finish_request(conn);
}

/* The head is there: is the body gathered, or does the handler take it in parts? */
static void route(struct uc_connection *conn)
{
    struct uc_server *server = conn->server;
    uint64_t max = 0;

    conn->request->http = &conn->http;
    conn->request->head = uc_http1_head(&conn->http);
    if (!server->config.streams(conn->request, &max, server->config.ctx)) {
        uc_http1_body_whole(&conn->http, now_of(conn));
        return;
    }
    uc_http1_body_stream(&conn->http, max, now_of(conn));
    if (conn->http.phase == UC_HTTP1_STREAM)
        dispatch(conn);
}

/* The answer cannot be seen any more, and the machine tells the peer why. */
static void give_up(struct uc_connection *conn, int status, const char *detail, int error)
{
    struct uc_request *req = conn->request;

    req->status = status;
    if (conn->server->config.answered)
        conn->server->config.answered(req, conn->server->config.ctx);
    orphan_request(conn, error);
    uc_http1_refuse(&conn->http, status, detail, now_of(conn));
    conn->http.refused_status = 0;
}

/* Streams: bring a part of the body to the handler, or tell it that there is room. False: nothing to do. */
static bool move_stream(struct uc_connection *conn)
{
    struct uc_request *req = conn->request;

    if (!req || !conn->http.begun)
        return false;
    req->now_ms = now_of(conn);
    if (conn->http.phase == UC_HTTP1_STREAM && conn->http.fault_status) {
        give_up(conn, conn->http.fault_status, conn->http.fault_detail, conn->http.fault_error);
        return true;
    }
    if (uc_request_delivers(req))
        uc_request_deliver(req);
    else if (req->stream.wants_drain && !conn->http.flushing && conn->http.out.len == 0) {
        req->stream.wants_drain = false;
        if (req->stream.drained)
            req->stream.drained(req->stream.answer_arg);
    } else
        return false;
    if (conn->request == req && req->answered)
        finish_request(conn);
    return true;
}

/* ---- the socket */

static void note_refusal(struct uc_connection *conn)
{
    if (conn->http.refused_status && conn->server->config.refused)
        conn->server->config.refused(conn->http.refused_status, conn->server->config.ctx);
    conn->http.refused_status = 0;
}

static void on_written(uv_write_t *write, int status)
{
    struct uc_connection *conn = write->data;

    uc_buf_deinit(&conn->sending);
    if (conn->closing)
        return;
    conn->lost |= status < 0;
    uc_http1_flushed(&conn->http, now_of(conn));
    drive(conn);
}

/* False: the socket takes no more now, or is gone. */
static bool flush_clear_text(struct uc_connection *conn)
{
    struct uc_str out = uc_http1_output(&conn->http);
    uv_buf_t buf = uv_buf_init((char *)out.data, (unsigned)out.len);
    int n = uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1);

    if (n < 0 && n != UV_EAGAIN) {
        conn->lost = true;
        return false;
    }
    uc_http1_sent(&conn->http, n < 0 ? 0 : (size_t)n, now_of(conn));
    if (uc_http1_output(&conn->http).len == 0)
        return true;

    conn->sending = uc_http1_take_output(&conn->http, now_of(conn));
    conn->sending_left = conn->sending.len;
    conn->write.data = conn;
    buf = uv_buf_init(conn->sending.data, (unsigned)conn->sending.len);
    if (uv_write(&conn->write, (uv_stream_t *)&conn->tcp, &buf, 1, on_written)) {
        uc_buf_deinit(&conn->sending);
        conn->lost = true;
    }
    return false;
}

/* ---- TLS: its records instead of our bytes

 * Records that the socket does not take are written from the engine's own buffer, one write at a time.
 */

static const struct uc_tls_ops *tls_of(const struct uc_connection *conn)
{
    return conn->server->config.tls_ops;
}

static void push_sending(struct uc_connection *conn);

static void on_records_written(uv_write_t *write, int status)
{
    struct uc_connection *conn = write->data;

    conn->writing = false;
    if (conn->closing)
        return;
    conn->lost |= status < 0;
    tls_of(conn)->sent(conn->tls, conn->records);
    push_sending(conn);
    drive(conn);
}

static void write_records(struct uc_connection *conn)
{
    while (!conn->writing && !conn->lost) {
        size_t len;
        const unsigned char *records = tls_of(conn)->output(conn->tls, &len);
        uv_buf_t buf;
        int n;

        if (!records || !len)
            return;
        buf = uv_buf_init((char *)(uintptr_t)records, (unsigned)len);
        n = uv_try_write((uv_stream_t *)&conn->tcp, &buf, 1);
        if (n > 0) {
            tls_of(conn)->sent(conn->tls, (size_t)n);
            continue;
        }
        conn->write.data = conn;
        conn->records = len;
        conn->lost |= n != UV_EAGAIN ||
                      uv_write(&conn->write, (uv_stream_t *)&conn->tcp, &buf, 1, on_records_written);
        conn->writing = !conn->lost;
    }
}

/* Encrypt and write as much of `bytes` as engine and socket take. How much the engine has taken. */
static size_t put_records(struct uc_connection *conn, const char *bytes, size_t len)
{
    size_t done = 0, took;

    do {
        took = tls_of(conn)->put(conn->tls, bytes + done, len - done);
        done += took;
        tls_of(conn)->flush(conn->tls);
        write_records(conn);
    } while (took && done < len && !conn->writing && !conn->lost);
    if (done < len && !conn->writing && tls_of(conn)->is_over(conn->tls))
        conn->lost = true; /* behind a close_notify nothing goes out any more */
    return done;
}

/* What was taken from the machine goes on; when all of it is with the network, the machine is told. */
static void push_sending(struct uc_connection *conn)
{
    conn->sending_at += put_records(conn, conn->sending.data + conn->sending_at, conn->sending.len - conn->sending_at);
    if (!conn->http.flushing || conn->sending_at < conn->sending.len || conn->writing || conn->lost)
        return;
    uc_buf_deinit(&conn->sending);
    conn->sending_at = 0;
    uc_http1_flushed(&conn->http, now_of(conn));
}

static bool flush_records(struct uc_connection *conn)
{
    struct uc_str out = uc_http1_output(&conn->http);
    size_t put = put_records(conn, out.data, out.len);

    if (conn->lost)
        return false;
    if (put == out.len && !conn->writing) {
        uc_http1_sent(&conn->http, out.len, now_of(conn));
        return true;
    }
    conn->sending = uc_http1_take_output(&conn->http, now_of(conn));
    conn->sending_at = put;
    conn->sending_left = SIZE_MAX;
    return false;
}

/* Clear text to the machine, while it wants some. True: it got some. */
static bool pull_clear_text(struct uc_connection *conn)
{
    bool any = false;

    while (uc_http1_wants(&conn->http) & UC_WANT_READ) {
        size_t len = 0, cap = 0;
        const unsigned char *data = tls_of(conn)->data(conn->tls, &len);
        char *space;

        if (!data || !len)
            break;
        lend_input(conn);
        space = conn->http.in ? uc_http1_space(&conn->http, &cap) : NULL;
        if (!space || !cap) {
            conn->lost |= !has_request(conn);
            break;
        }
        if (len > cap)
            len = cap;
        memcpy(space, data, len);
        tls_of(conn)->took(conn->tls, len);
        uc_http1_received(&conn->http, len, now_of(conn));
        any = true;
    }
    return any;
}

/* Records came: the handshake goes on, or clear text is there for drive(). */
static void take_records(struct uc_connection *conn, size_t len)
{
    tls_of(conn)->received(conn->tls, len);
    push_sending(conn);
    if (!tls_of(conn)->is_over(conn->tls))
        return;
    if (tls_of(conn)->error(conn->tls)) {
        uc_log(UC_DEBUG, NULL, "a connection was given up by TLS",
               UC_FIELDS(uc_log_int("error", tls_of(conn)->error(conn->tls))));
        conn->lost = true;
    } else {
        pull_clear_text(conn);
        uc_http1_eof(&conn->http, now_of(conn));
    }
}

/* False: the socket takes no more now, or is gone. */
static bool flush(struct uc_connection *conn)
{
    if (conn->tls)
        return flush_records(conn);
    return flush_clear_text(conn);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct uc_connection *conn = (struct uc_connection *)handle;
    size_t cap = 0;
    char *space;

    *buf = uv_buf_init(NULL, 0);
    if (conn->ready)
        return; /* on_read() settles it: libuv does not bear a stop or close in here */
    if (conn->tls) {
        space = (char *)tls_of(conn)->space(conn->tls, &cap);
        *buf = uv_buf_init(space, (unsigned)cap);
        return;
    }
    lend_input(conn);
    if (!conn->http.in)
        return;
    space = uc_http1_space(&conn->http, &cap);
    *buf = uv_buf_init(space, (unsigned)cap);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct uc_connection *conn = (struct uc_connection *)stream;

    if (conn->closing)
        return;
    if (conn->ready) {
        uc_connection_settle(conn); /* what can be read waits for the next round */
        return;
    }
    if (len > 0) {
        uc_server_update_date(conn->server);
        if (conn->tls)
            take_records(conn, (size_t)len);
        else
            uc_http1_received(&conn->http, (size_t)len, now_of(conn));
    } else if (len == UV_EOF) {
        conn->reading = false;
        uc_http1_eof(&conn->http, now_of(conn));
        conn->lost |= has_request(conn) && conn->request->stream.events;
    } else if (len == UV_ENOBUFS) {
        conn->reading = false; /* no room: libuv has stopped; obey() starts again, or not */
        uv_read_stop(stream);
        conn->lost |= !has_request(conn);
    } else if (len < 0) {
        conn->lost = true;
    }
    drive(conn);
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    (void)shutdown;
    (void)status;
}

/* close_notify: what was sent is all. */
static void say_end(struct uc_connection *conn)
{
    if (!conn->tls || conn->lost)
        return;
    tls_of(conn)->end(conn->tls);
    write_records(conn);
}

static void obey_reading(struct uc_connection *conn, bool wanted)
{
    if (wanted == conn->reading)
        return;
    if (!wanted)
        uv_read_stop((uv_stream_t *)&conn->tcp);
    else if (uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read))
        conn->lost = true;
    conn->reading = wanted;
}

static void obey_deadline(struct uc_connection *conn)
{
    struct uc_server *server = conn->server;
    unsigned lane = conn->http.flushing ? UC_HTTP1_FINISH : conn->http.sending ? LANE_SENDING : conn->http.phase;

    if (!conn->http.deadline_ms) {
        uc_deadlines_clear(&conn->deadline);
        return;
    }
    uc_deadlines_set(&server->deadlines, &conn->deadline, lane, conn->http.deadline_ms);
    if (!server->armed_ms || conn->http.deadline_ms < server->armed_ms)
        uc_server_arm(server);
}

static void obey(struct uc_connection *conn)
{
    unsigned wants = uc_http1_wants(&conn->http);

    if ((wants & UC_WANT_SHUTDOWN) && !conn->lost) {
        uc_http1_shut(&conn->http);
        say_end(conn);
        conn->lost |= uv_shutdown(&conn->shutdown, (uv_stream_t *)&conn->tcp, on_shutdown) != 0;
    }
    if (!conn->lost && !(wants & UC_WANT_CLOSE))
        obey_reading(conn, (wants & UC_WANT_READ) != 0);
    if (conn->lost || (wants & UC_WANT_CLOSE)) {
        uc_connection_close(conn);
        return;
    }
    obey_deadline(conn);
    give_output_back(conn);
    give_input_back(conn);
}

/* The next request in the block, when the last one is done with. */
static void resume(struct uc_connection *conn)
{
    if (conn->http.phase != UC_HTTP1_IDLE || conn->closing)
        return;
    if (conn->http.in_len)
        lend_input(conn);
    uc_http1_resume(&conn->http, now_of(conn));
}

/* Events have no end of their own: a service that drains gives them one, also to those that begin only now. */
static bool must_end_events(const struct uc_connection *conn)
{
    return conn->server->http.draining && !conn->ready && has_request(conn) && conn->request->stream.events &&
           !conn->request->answered;
}

static void end_events(struct uc_connection *conn)
{
    conn->request->stream.events = false;
    conn->http.keep_alive = false;
    if (conn->server->config.answered)
        conn->server->config.answered(conn->request, conn->server->config.ctx);
    uc_http1_send_end(&conn->http, now_of(conn));
    orphan_request(conn, -ESHUTDOWN);
    resume(conn);
    drive(conn);
}

static void drive(struct uc_connection *conn)
{
    if (conn->driving)
        return;
    conn->driving = true;
    while (!conn->lost && !conn->closing) {
        bool pulled = conn->tls && pull_clear_text(conn);
        unsigned wants = uc_http1_wants(&conn->http);

        if ((wants & UC_WANT_HANDLER) && conn->http.out.len < OUTPUT_HIGH_BYTES) {
            dispatch(conn);
            resume(conn);
        } else if ((wants & UC_WANT_ROUTE) && conn->http.out.len < OUTPUT_HIGH_BYTES) {
            route(conn);
            resume(conn);
        } else if (wants & UC_WANT_WRITE) {
            if (!flush(conn))
                break;
        } else if (move_stream(conn)) {
            resume(conn);
        } else if (!pulled) {
            break;
        }
    }
    note_refusal(conn);
    conn->driving = false;
    if (!conn->closing && !conn->lost && must_end_events(conn))
        end_events(conn);
    else if (!conn->closing)
        obey(conn);
}

/* ---- what the server calls */

/* An answer came outside the connection's turn; now nobody's stack is above us. */
void uc_connection_settle(struct uc_connection *conn)
{
    struct uc_connection **at = &conn->server->ready;

    while (*at && *at != conn)
        at = &(*at)->next_ready;
    if (*at)
        *at = conn->next_ready;
    conn->ready = false;
    if (conn->request && conn->request->answered)
        finish_request(conn);
    if (conn->closing)
        return;
    resume(conn);
    drive(conn);
}

static bool is_moving(struct uc_connection *conn)
{
    size_t left = conn->tls ? conn->sending.len - conn->sending_at + conn->writing * conn->records
                            : uv_stream_get_write_queue_size((uv_stream_t *)&conn->tcp);
    bool moving = left < conn->sending_left;

    conn->sending_left = left;
    return moving;
}

void uc_connection_late(struct uc_connection *conn)
{
    uint64_t now_ms = now_of(conn);

    if (conn->ready) {
        uc_connection_settle(conn);
        return;
    }
    if (conn->http.flushing) {
        if (is_moving(conn)) {
            conn->http.deadline_ms = now_ms + conn->http.config->limits.idle_timeout_ms;
            obey_deadline(conn);
        } else {
            uc_connection_close(conn);
        }
        return;
    }
    if (has_request(conn) && conn->http.phase == UC_HTTP1_STREAM && !conn->http.stream_held) {
        uc_http1_late(&conn->http, now_ms); /* it is the peer that is late */
    } else if (has_request(conn) && conn->request->stream.events) {
        conn->request->now_ms = now_ms;
        uc_http1_send(&conn->http, uc_str(":\n\n"), now_ms);
    } else if (has_request(conn)) {
        uc_log(UC_WARN, conn->request, "the handler gave no answer in time",
               UC_FIELDS(uc_log_int("timeout_ms", conn->http.config->limits.request_timeout_ms)));
        give_up(conn, 503, "no answer in time", -ETIMEDOUT);
    } else {
        uc_http1_late(&conn->http, now_ms);
    }
    drive(conn);
}

void uc_connection_end_events(struct uc_connection *conn)
{
    if (must_end_events(conn))
        end_events(conn);
}

bool uc_connection_is_idle(const struct uc_connection *conn)
{
    return conn->http.in_len == 0 && conn->http.out.len == 0 && !conn->http.flushing && !conn->ready &&
           (conn->http.phase == UC_HTTP1_IDLE || conn->http.phase == UC_HTTP1_HEAD);
}

void uc_connection_expect_last(struct uc_connection *conn, uint32_t ms)
{
    uint64_t now_ms = now_of(conn);
    uint64_t since_ms = conn->http.deadline_ms - conn->http.config->phase_ms[conn->http.phase];

    if (!conn->http.deadline_ms || since_ms + ms <= now_ms) {
        uc_connection_close(conn);
    } else if (since_ms + ms < conn->http.deadline_ms) {
        conn->http.deadline_ms = since_ms + ms;
        obey_deadline(conn);
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct uc_connection *conn = (struct uc_connection *)handle;

    uc_buf_deinit(&conn->sending);
    if (conn->tls)
        tls_of(conn)->close(conn->tls);
    uc_server_forget(conn->server, conn);
}

void uc_connection_close(struct uc_connection *conn)
{
    if (conn->closing)
        return;
    if (!conn->writing)
        say_end(conn);
    conn->closing = true;
    if (conn->ready)
        uc_connection_settle(conn);
    if (has_request(conn))
        orphan_request(conn, -ECONNRESET);
    if (conn->request)
        uc_server_give_request(conn->server, conn->request);
    conn->request = NULL;
    uc_deadlines_clear(&conn->deadline);
    uc_http1_deinit(&conn->http);
    uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

void uc_connection_accept(struct uc_server *server, struct uc_connection *conn, bool over_limit)
{
    uv_tcp_nodelay(&conn->tcp, 1);
    uc_http1_init(&conn->http, &server->http, now_of(conn));
    if (server->config.tls_ops) {
        conn->tls = server->config.tls_ops->open(server->config.tls, NULL);
        conn->lost = !conn->tls || over_limit; /* the handshake that a 503 needs is what there is no room for */
    }
    if (over_limit)
        uc_http1_refuse(&conn->http, 503, "too many connections", now_of(conn));
    drive(conn);
}
