/* SPDX-License-Identifier: MIT */
/* server_internal.h - what server.c and connection.c know of each other. */
#ifndef UC_SERVER_INTERNAL_H
#define UC_SERVER_INTERNAL_H

#include "io/server.h"

#define UC_SERVER_BLOCK_BYTES 4096

struct uc_connection {
    uv_tcp_t tcp;
    struct uc_server *server;
    struct uc_connection *prev, *next; /* in server->connections */
    struct uc_connection *next_ready;
    struct uc_deadline deadline;
    struct uc_http1 http;
    struct uc_request *request; /* its message is lent to `http`, or a handler has it */
    struct uc_buf sending;      /* taken from `http`, with libuv until written */
    size_t sending_left;        /* at the last look, to see a slow reader move */
    size_t sending_at;          /* of `sending`, by TLS: before this the engine has it */
    struct uc_tls *tls;         /* NULL: clear text */
    size_t records;             /* bytes of the engine's that are with libuv */
    uv_write_t write;
    uv_shutdown_t shutdown;
    bool driving, reading, ready, lost, closing;
    bool writing; /* by TLS: records are with libuv */
};

/* connection.c */
void uc_connection_accept(struct uc_server *server, struct uc_connection *conn, bool over_limit);
void uc_connection_settle(struct uc_connection *conn);
void uc_connection_late(struct uc_connection *conn);
void uc_connection_close(struct uc_connection *conn);
bool uc_connection_is_idle(const struct uc_connection *conn);
/* Close an idle connection `ms` after its last answer (or its accepting), which may be now. */
void uc_connection_expect_last(struct uc_connection *conn, uint32_t ms);
/* A stream of events has no end of its own: give it one. Nothing happens to any other answer. */
void uc_connection_end_events(struct uc_connection *conn);
extern const struct uc_request_ops uc_connection_request_ops;

/* server.c */
struct uc_request *uc_server_take_request(struct uc_server *server); /* NULL: no memory */
void uc_server_give_request(struct uc_server *server, struct uc_request *req);
/* Its connection has let go of it. */
void uc_server_keep_orphan(struct uc_server *server, struct uc_request *req);
/* Of an orphan: somebody wants to know, after the call that asks. */
void uc_server_tell_later(struct uc_request *req);
char *uc_server_take_block(struct uc_server *server); /* UC_SERVER_BLOCK_BYTES; NULL: no memory */
void uc_server_give_block(struct uc_server *server, char *block, size_t cap);
void uc_server_arm(struct uc_server *server);         /* after a deadline was set */
void uc_server_later(struct uc_server *server, struct uc_connection *conn);
void uc_server_update_date(struct uc_server *server);
void uc_server_forget(struct uc_server *server, struct uc_connection *conn); /* it has closed */

#endif
