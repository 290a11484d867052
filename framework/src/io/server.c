/* SPDX-License-Identifier: MIT */
#include "io/server_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/log_internal.h"

#define BACKLOG 511
#define POOL_REQUESTS 16
#define POOL_BLOCKS 16
#define ACCEPT_LOG_MS 1000

/* ---- pools */

/* What an arena may take: a body decoded with all its structs, and an answer to it. */
static size_t arena_limit(const struct uc_server *server)
{
    size_t bytes = (size_t)server->http.limits.body_bytes * 8;

    return bytes < 1 << 20 ? 1 << 20 : bytes;
}

struct uc_request *uc_server_take_request(struct uc_server *server)
{
    struct uc_request *req = server->requests;

    if (req) {
        server->requests = req->next;
        server->request_count--;
        return req;
    }
    req = malloc(sizeof(*req));
    if (!req)
        return NULL;
    uc_request_init(req, arena_limit(server));
    req->ops = &uc_connection_request_ops;
    req->service = server->config.service;
    req->loop = server->loop;
    req->pool = server;
    return req;
}

void uc_server_keep_orphan(struct uc_server *server, struct uc_request *req)
{
    req->orphaned = true;
    req->prev = NULL;
    req->next = server->orphans;
    if (req->next)
        req->next->prev = req;
    server->orphans = req;
}

static void unlink_orphan(struct uc_server *server, struct uc_request *req)
{
    if (req->prev)
        req->prev->next = req->next;
    else
        server->orphans = req->next;
    if (req->next)
        req->next->prev = req->prev;
    req->orphaned = false;
}

void uc_server_give_request(struct uc_server *server, struct uc_request *req)
{
    if (req->orphaned)
        unlink_orphan(server, req);
    if (server->request_count >= POOL_REQUESTS || !server->listening) {
        uc_request_deinit(req);
        free(req);
        return;
    }
    req->next = server->requests;
    server->requests = req;
    server->request_count++;
}

char *uc_server_take_block(struct uc_server *server)
{
    char *block = server->blocks;

    if (!block)
        return malloc(UC_SERVER_BLOCK_BYTES);
    memcpy(&server->blocks, block, sizeof(server->blocks));
    server->block_count--;
    return block;
}

void uc_server_give_block(struct uc_server *server, char *block, size_t cap)
{
    if (!block)
        return;
    if (cap != UC_SERVER_BLOCK_BYTES || server->block_count >= POOL_BLOCKS || !server->listening) {
        free(block);
        return;
    }
    memcpy(block, &server->blocks, sizeof(server->blocks));
    server->blocks = block;
    server->block_count++;
}

static void free_requests(struct uc_request *req)
{
    while (req) {
        struct uc_request *next = req->next;

        uc_request_deinit(req);
        free(req);
        req = next;
    }
}

static void free_pools(struct uc_server *server)
{
    free_requests(server->requests);
    free_requests(server->orphans);
    server->requests = server->orphans = NULL;
    while (server->blocks)
        free(uc_server_take_block(server));
    uc_buf_deinit(&server->out);
    server->request_count = server->block_count = 0;
}

/* ---- time */

void uc_server_update_date(struct uc_server *server)
{
    uint64_t now_ms = uv_now(server->loop), wall_ms;

    if (now_ms < server->date_until_ms)
        return;
    wall_ms = uc_date_now_ms();
    uc_date_http(server->http.date, wall_ms);
    server->date_until_ms = now_ms + 1000 - wall_ms % 1000;
}

static struct uc_connection *connection_of(struct uc_deadline *deadline)
{
    return (struct uc_connection *)((char *)deadline - offsetof(struct uc_connection, deadline));
}

static void on_timer(uv_timer_t *timer)
{
    struct uc_server *server = timer->data;
    uint64_t now_ms = uv_now(server->loop);
    struct uc_deadline *first;

    server->armed_ms = 0;
    uc_server_update_date(server);
    while ((first = uc_deadlines_first(&server->deadlines)) && first->at_ms <= now_ms)
        uc_connection_late(connection_of(first));
    uc_server_arm(server);
}

/*
 * The timer is only ever moved forward here. Deadlines that go back (a request came, the idle
 * time starts anew) leave it: it fires once in vain and looks again.
 */
void uc_server_arm(struct uc_server *server)
{
    struct uc_deadline *first = uc_deadlines_first(&server->deadlines);
    uint64_t now_ms = uv_now(server->loop);

    if (!first || (server->armed_ms && server->armed_ms <= first->at_ms) || !server->listening)
        return;
    server->armed_ms = first->at_ms;
    uv_timer_start(&server->timer, on_timer, first->at_ms > now_ms ? first->at_ms - now_ms : 1, 0);
}

/* ---- answers from outside a connection's turn */

static void on_later(uv_prepare_t *later);

/* Each is told once; telling may end it, or others. */
static void tell_orphans(struct uc_server *server)
{
    struct uc_request *req = server->orphans;

    server->has_untold = false;
    while (req) {
        if (req->stream.untold) {
            req->stream.untold = false;
            uc_request_tell_gone(req, req->stream.gone_error);
            req = server->orphans;
        } else {
            req = req->next;
        }
    }
}

void uc_server_tell_later(struct uc_request *req)
{
    struct uc_server *server = req->pool;

    req->stream.untold = true;
    server->has_untold = true;
    uv_prepare_start(&server->later, on_later);
}

static void on_later(uv_prepare_t *later)
{
    struct uc_server *server = later->data;

    uc_server_update_date(server);
    if (server->has_untold)
        tell_orphans(server);
    while (server->ready) {
        struct uc_connection *conn = server->ready;

        server->ready = conn->next_ready;
        uc_connection_settle(conn);
    }
    if (!server->has_untold)
        uv_prepare_stop(later);
}

void uc_server_later(struct uc_server *server, struct uc_connection *conn)
{
    if (!server->ready)
        uv_prepare_start(&server->later, on_later);
    conn->next_ready = server->ready;
    server->ready = conn;
}

/* ---- accepting */

/*
 * Full: the connection that has been silent longest between two requests, or else since it
 * came, makes room. One that is amid a request never does.
 */
static bool make_room(struct uc_server *server)
{
    static const unsigned lanes[] = {UC_HTTP1_IDLE, UC_HTTP1_HEAD};

    for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
        struct uc_deadline *oldest = uc_deadlines_first_of(&server->deadlines, lanes[i]);

        if (oldest && uc_connection_is_idle(connection_of(oldest))) {
            uc_connection_close(connection_of(oldest));
            return true;
        }
    }
    return false;
}

static void accept_one(struct uc_server *server);

static void on_turned_away(uv_handle_t *handle)
{
    struct uc_server *server = handle->data;

    server->turning_away = false;
    if (server->accept_waits && server->listening)
        accept_one(server);
}

/* No memory for a connection. libuv accepts no other before it is rid of this one: so it is taken, and closed. */
static void turn_away(struct uc_server *server)
{
    server->accept_waits = server->turning_away;
    if (server->turning_away)
        return;
    server->turning_away = true;
    uv_tcp_init(server->loop, &server->turned_away);
    server->turned_away.data = server;
    uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&server->turned_away);
    uv_close((uv_handle_t *)&server->turned_away, on_turned_away);
}

static void accept_one(struct uc_server *server)
{
    unsigned limit = server->http.limits.connections;
    struct uc_connection *conn = calloc(1, sizeof(*conn));

    server->accept_waits = false;
    if (!conn) {
        turn_away(server);
        return;
    }
    uv_tcp_init(server->loop, &conn->tcp);
    conn->server = server;
    conn->next = server->connections;
    if (conn->next)
        conn->next->prev = conn;
    server->connections = conn;
    server->connection_count++;
    if (uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&conn->tcp) ||
        server->connection_count > limit + limit / 8 + 16) {
        uc_connection_close(conn);
        return;
    }
    uc_connection_accept(server, conn, server->connection_count > limit && !make_room(server));
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct uc_server *server = listener->data;
    uint64_t now_ms = uv_now(server->loop);

    uc_server_update_date(server);
    if (status == 0) {
        accept_one(server);
        return;
    }
    if (server->accept_error_ms && now_ms < server->accept_error_ms + ACCEPT_LOG_MS)
        return;
    server->accept_error_ms = now_ms;
    uc_log(UC_WARN, NULL, "a connection could not be accepted",
           UC_FIELDS(uc_log_text("error", uv_strerror(status)), uc_log_int("connections", server->connection_count)));
}

void uc_server_forget(struct uc_server *server, struct uc_connection *conn)
{
    if (conn->prev)
        conn->prev->next = conn->next;
    else
        server->connections = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    server->connection_count--;
    free(conn);
    if (server->http.draining && server->connection_count == 0 && server->config.drained)
        server->config.drained(server->config.ctx);
}

/* ---- life */

int uc_server_open(struct uc_server *server, uv_loop_t *loop, const struct uc_server_config *config, uint16_t port)
{
    struct sockaddr_in address;
    int err;

    *server = (struct uc_server){.config = *config, .loop = loop};
    uc_http1_config_init(&server->http, &config->limits);
    server->http.streams = config->streams != NULL;
    uc_deadlines_init(&server->deadlines);
    uc_buf_init(&server->out, 0);

    uv_tcp_init(loop, &server->listener);
    uv_timer_init(loop, &server->timer);
    uv_prepare_init(loop, &server->later);
    server->listener.data = server->timer.data = server->later.data = server;
    server->listening = true;
    uc_server_update_date(server);

    uv_ip4_addr("0.0.0.0", port, &address);
    err = uv_tcp_bind(&server->listener, (const struct sockaddr *)&address, 0);
    if (!err)
        err = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
    if (err)
        uc_server_close(server);
    return err;
}

uint16_t uc_server_port(const struct uc_server *server)
{
    struct sockaddr_in address;
    int len = sizeof(address);

    if (uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &len))
        return 0;
    return ntohs(address.sin_port);
}

void uc_server_drain(struct uc_server *server)
{
    server->http.draining = true;
    for (struct uc_connection *conn = server->connections; conn; conn = conn->next) {
        if (uc_connection_is_idle(conn))
            uc_connection_expect_last(conn, UC_SERVER_DRAIN_IDLE_MS);
        else
            uc_connection_end_events(conn);
    }
    /* Of those whose answer is on its way out, too. */
    if (server->http.phase_ms[UC_HTTP1_IDLE] > UC_SERVER_DRAIN_IDLE_MS)
        server->http.phase_ms[UC_HTTP1_IDLE] = UC_SERVER_DRAIN_IDLE_MS;
    if (server->connection_count == 0 && server->config.drained)
        server->config.drained(server->config.ctx);
}

void uc_server_close(struct uc_server *server)
{
    if (!server->listening)
        return;
    server->listening = false;
    server->config.drained = NULL;
    for (struct uc_connection *conn = server->connections; conn; conn = conn->next)
        uc_connection_close(conn);
    uv_close((uv_handle_t *)&server->listener, NULL);
    uv_close((uv_handle_t *)&server->timer, NULL);
    uv_close((uv_handle_t *)&server->later, NULL);
}

void uc_server_deinit(struct uc_server *server)
{
    free_pools(server);
}
