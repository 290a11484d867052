/* SPDX-License-Identifier: MIT */
/*
 * client_internal.h - a client, its calls and its connections.
 *
 *     uc_client_call --> waiting --(address known, connection free)--> on a connection --> ended
 *                          ^                                              |
 *                          `---- connection refused, or stale ------------'
 *
 *   client.c          life of a client, what callers see
 *   client_url.c      the peer's URL; URL and header text
 *   client_call.c     one call: its bytes, its end, its callback
 *   client_pool.c     which connection a call gets; addresses in turn
 *   client_tls.c      TLS on one connection
 *   client_conn.c     one connection: connect, write, read, keep or close
 *   client_clock.c    the one timer: deadlines, slow connects, idle connections
 *
 * A client goes when it has been freed by its owner and its last handle is closed.
 */
#ifndef UC_CLIENT_INTERNAL_H
#define UC_CLIENT_INTERNAL_H

#include <uv.h>

#include "base/arena_internal.h"
#include "io/link.h"
#include "io/resolver.h"
#include "io/tls.h"
#include "proto/http1_response.h"
#include "uc/client.h"

#define UC_CLIENT_IDLE_MS 15000   /* well below the 60 s after which our servers hang up */
#define UC_CLIENT_CONNECT_MS 1000 /* then another address gets its chance */
#define UC_CLIENT_BAD_MS 2000     /* how long an address that did not answer is passed over */
#define UC_CLIENT_ATTEMPTS 4
#define UC_CLIENT_SPARES 8
#define UC_CLIENT_READ_BYTES 8192

struct uc_client_url {
    char host[UC_DNS_NAME_MAX + 2];
    char authority[UC_DNS_NAME_MAX + 8]; /* for the Host field */
    uint16_t port;
    bool secure; /* https */
    struct uc_str prefix; /* "" or "/v1"; borrows the text parsed */
};

/* An outstanding call. In `calls` of its client until it ends. */
struct uc_client_call {
    bool wants_head; /* the answer's */
    struct uc_link all, waiting;
    struct uc_client *client;
    struct uc_client_conn *conn; /* NULL while waiting */
    struct uc_request *parent;   /* held, or NULL */
    uc_client_fn *done;
    void *arg;
    enum uc_method method;
    uint64_t deadline_ms;
    char *bytes; /* the whole request */
    size_t len;
    unsigned attempts;
    bool fresh; /* wants a new connection: the last one was stale */
    int error;  /* already failed; told by the clock */
    bool logged; /* and it is on the log */
};

struct uc_client_conn {
    struct uc_link link; /* in `idle` or `busy` */
    struct uc_client *client;
    struct uc_client_call *call;
    uint32_t address; /* network byte order */
    uint64_t since_ms; /* began connecting, or idle since */
    bool connecting, writing, used, closing;
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_write_t write;
    struct uc_http1_response response;
    struct uc_tls *tls; /* NULL: clear text */
    size_t put;         /* bytes of the call's that the engine has */
    size_t records;     /* bytes of the engine's that are with libuv */
};

struct uc_client_bad_address {
    uint32_t address;
    uint64_t until_ms;
};

struct uc_client {
    uv_loop_t *loop;
    char *name, *url_text;
    struct uc_client_url url;
    const struct uc_tls_ops *tls_ops; /* NULL: clear text */
    struct uc_tls_server *tls;
    char *server_name;
    bool (*may_reach)(const void *ctx, uint32_t address);
    const void *ctx;
    bool no_tracestate;
    uint32_t timeout_ms, conns_max;
    size_t answer_max;
    struct uc_link calls, waiting; /* of struct uc_client_call */
    struct uc_link idle, busy;     /* of struct uc_client_conn; idle: used last comes first */
    unsigned conn_count;           /* handles open, closing ones included */
    unsigned turn;
    struct uc_client_bad_address bad[UC_DNS_ADDRESSES_MAX];
    struct uc_resolver resolver;
    bool resolver_closed, timer_closed, freed, ticking;
    uv_timer_t timer;
    uint64_t timer_due_ms; /* 0: not armed */
    struct uc_client_call *spares[UC_CLIENT_SPARES]; /* calls must be able to fail politely */
    struct uc_arena without_memory; /* of an answer for which there is none: it gives nothing */
    char read_buffer[UC_CLIENT_READ_BYTES];
};

/* client.c: tell of a call that is not made, as uc_client_call() tells of one that fails; it is on the log already. */
void uc_client_refuse(struct uc_client *client, struct uc_request *parent, int error, uc_client_fn *done, void *arg);

/* client_url.c: http[s]://host[:port][/prefix]; -EINVAL. */
int uc_client_url_parse(struct uc_client_url *url, const char *text);

/* client_call.c */
struct uc_client_call *uc_client_call_new(struct uc_client *client);
/* Makes the request's bytes. 0, -EINVAL or -ENOMEM. */
int uc_client_call_compose(struct uc_client_call *call, const struct uc_client_request *request);
/* The answer into the arena of the call: after that the connection may go on. */
void uc_client_call_copy(struct uc_client_call *call, const struct uc_http1_response *response,
                         struct uc_client_answer *answer);
/* Unlinks the call and runs its callback. From the loop only. */
void uc_client_call_end(struct uc_client_call *call, struct uc_client_answer *answer);
void uc_client_call_fail(struct uc_client_call *call, int error);
/* The last from anywhere: the clock tells it in the next round. */
void uc_client_call_fail_later(struct uc_client_call *call, int error);

/* client_pool.c: give waiting calls what is there for them. Runs no callbacks. */
void uc_client_pool_run(struct uc_client *client);
/* After a failed connect: the address is passed over, the call (or NULL) waits again or fails. */
void uc_client_pool_refused(struct uc_client *client, uint32_t address, struct uc_client_call *call,
                            int error);
/* Close the idle connections to an address. */
void uc_client_pool_forget(struct uc_client *client, uint32_t address);
void uc_client_pool_requeue(struct uc_client_call *call);

/* client_conn.c */
int uc_client_conn_open(struct uc_client *client, uint32_t address, struct uc_client_call *call);
void uc_client_conn_use(struct uc_client_conn *conn, struct uc_client_call *call);
void uc_client_conn_close(struct uc_client_conn *conn);

/* What client_tls.c tells of the connection: its call has its answer, or the connection is of no more use. */
void uc_client_conn_answered(struct uc_client_conn *conn, bool more_bytes);
void uc_client_conn_broken(struct uc_client_conn *conn, int error);

/* client_tls.c */
int uc_client_tls_open(struct uc_client_conn *conn); /* -ENOMEM */
/* Encrypt and write what there is of the request. Runs no callbacks. */
void uc_client_tls_send(struct uc_client_conn *conn);
void uc_client_tls_alloc(struct uc_client_conn *conn, uv_buf_t *buf);
/* `len` bytes came, or negative: how the stream ended. */
void uc_client_tls_read(struct uc_client_conn *conn, ssize_t len);

/* client_clock.c: make sure that the clock runs at `due_ms` or before. */
void uc_client_clock_want(struct uc_client *client, uint64_t due_ms);
void uc_client_clock_tick(uv_timer_t *timer);

/* client.c: a handle of the client has closed. */
void uc_client_handle_closed(struct uc_client *client);

#endif
