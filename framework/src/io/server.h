/* SPDX-License-Identifier: MIT */
/*
 * server.h - a listening socket and the connections that came through it.
 *
 * It knows HTTP's machine and requests, but no routes: a complete request goes to the
 * owner's `dispatch`. The server lends what a busy connection needs (an input block, a
 * request with its arena, an output buffer) from small pools, so that an idle
 * connection costs its own struct alone, under 1 KiB. All calls on the loop thread.
 *
 * More connections than the limit are accepted, answered with 503 and closed, so that a balancer in
 * front learns it at once; when even those pile up, further ones are closed unanswered, and by TLS all of them.
 */
#ifndef UC_SERVER_H
#define UC_SERVER_H

#include <uv.h>

#include "io/deadlines.h"
#include "io/tls.h"
#include "proto/request_internal.h"

struct uc_server_config { /* borrowed callbacks; any but dispatch may be NULL */
    void *ctx;
    struct uc_service *service;
    struct uc_limits limits;
    const struct uc_tls_ops *tls_ops; /* NULL: clear text */
    struct uc_tls_server *tls;        /* borrowed */
    /* A request is complete: answer it, now or later. */
    void (*dispatch)(struct uc_request *req, void *ctx);
    /* Only where some operation streams: does this one, and up to how many bytes? `req` is not started yet. */
    bool (*streams)(struct uc_request *req, uint64_t *max, void *ctx);
    /* It has been answered, or timed out (status 503): for metrics and logs. */
    void (*answered)(struct uc_request *req, void *ctx);
    /* The machine itself refused bytes with `status`. */
    void (*refused)(int status, void *ctx);
    /* After uc_server_drain(): the last connection is gone. */
    void (*drained)(void *ctx);
};

struct uc_connection;

struct uc_server {
    struct uc_server_config config;
    uv_loop_t *loop;
    uv_tcp_t listener;
    uv_timer_t timer;   /* for the earliest deadline */
    uv_prepare_t later; /* runs only while `ready` is not empty, or orphans are to be told */
    uint64_t armed_ms;  /* when the timer fires; 0: not armed */
    uint64_t date_until_ms;
    uint64_t accept_error_ms; /* when one was logged last */
    struct uc_http1_config http;
    struct uc_deadlines deadlines;
    struct uc_connection *connections; /* all */
    struct uc_connection *ready;       /* answered outside their own turn */
    struct uc_request *orphans;        /* their handlers may answer yet; if not, they end with us */
    unsigned connection_count, active_requests;
    uv_tcp_t turned_away; /* a socket for which there was no memory, on its way out */
    bool turning_away, accept_waits;
    bool listening;
    bool has_untold; /* among the orphans */
    /* pools */
    struct uc_request *requests;
    char *blocks; /* chained through their first bytes */
    struct uc_buf out;
    unsigned request_count, block_count;
};

/* Listen on all addresses. 0, or a negative errno (-EADDRINUSE, ...). */
int uc_server_open(struct uc_server *server, uv_loop_t *loop, const struct uc_server_config *config, uint16_t port);
/* The port really used. */
uint16_t uc_server_port(const struct uc_server *server);

/*
 * Connections close after their next answer, which says so. On one that answered a moment ago the
 * next request may be under way already: it has this long from then on, and closes unasked when it
 * was idle for longer. `drained` is called once none is left.
 */
#define UC_SERVER_DRAIN_IDLE_MS 1000
void uc_server_drain(struct uc_server *server);
/* Close everything; requests in flight are detached. Handles close in the loop. */
void uc_server_close(struct uc_server *server);
/* After the handles have closed. */
void uc_server_deinit(struct uc_server *server);

#endif
