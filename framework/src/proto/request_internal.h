/* SPDX-License-Identifier: MIT */
/*
 * request_internal.h - a request from the moment its message is complete.
 *
 * Life: the owner (a connection, a test bed) keeps requests in a pool, init once, and calls
 * uc_request_start() when the machine has a complete message in `message`. From then on it is alive
 * until it is answered and every hold is released; then ops->ended gives it back.
 *
 * While attached (`http` not NULL) its bytes lie in the connection's block. The owner detaches
 * it when the peer is gone or its time is over: then the request takes the block, so that strings
 * that the handler borrowed stay good, and its answer goes nowhere.
 */
#ifndef UC_REQUEST_INTERNAL_H
#define UC_REQUEST_INTERNAL_H

#include "base/arena_internal.h"
#include "proto/http1.h"
#include "proto/router.h"
#include "proto/trace.h"
#include "uc/stream.h"

struct uc_auth_state;

struct uc_request_ops {
    /* The answer is in the machine's output (or nowhere, when detached). */
    void (*answered)(struct uc_request *req);
    /* Nobody needs it any more. */
    void (*ended)(struct uc_request *req);
    /* Something will be sent, or can be delivered: make now_ms current, and drive the connection soon. May be NULL. */
    void (*moved)(struct uc_request *req);
    /* The connection has gone before somebody asked to be told: uc_request_tell_gone(), soon. May be NULL. */
    void (*gone_later)(struct uc_request *req);
    /* Who the peer is, by its certificate; NULL where there are no peers. */
    struct uc_str (*peer_subject)(const struct uc_request *req);
};

/* A body that arrives in parts, and an answer that leaves in parts: see uc/stream.h. */
struct uc_request_stream {
    uc_body_chunk_fn *chunk;
    uc_body_end_fn *end;   /* NULL: nobody waits for the body's end */
    void *body_arg;
    uc_answer_drained_fn *drained;
    uc_answer_gone_fn *gone;
    void *answer_arg;
    bool coming;      /* the body is not in `body` */
    bool held;        /* paused */
    bool wants_drain; /* a write returned 1 */
    bool sending;     /* between begin and end */
    bool events;      /* ...of events */
    bool untold;      /* of an orphan: somebody has asked since, and is to be told */
    int gone_error;   /* of an orphan: why it is one */
};

/* Where the query's parameters are, found in one pass at the first question. */
#define UC_QUERY_INDEXED 16
struct uc_request_query {
    bool made;
    uint8_t count;
    uint16_t rest_at; /* what is behind the last one of the index */
    struct uc_query_pair {
        uint16_t name_at, name_len, value_len; /* the value is behind name and '=' */
        bool coded;                            /* the name is not what it is called */
    } pairs[UC_QUERY_INDEXED];
};

struct uc_request {
    struct uc_http1 *http;      /* NULL once detached */
    const struct uc_request_ops *ops;
    void *owner;
    struct uc_service *service;
    struct uv_loop_s *loop;
    const struct uc_operation *operation; /* NULL before routing and for unknown paths */
    const char *head;
    struct uc_str body;
    uint64_t now_ms;      /* of the round in which it came */
    uint64_t deadline_ms;
    uint64_t started_ns;
    unsigned refs;        /* one until answered, and one a hold */
    int status;           /* of the answer; 0 until then */
    bool answered;
    bool cancelled;       /* gone, or late: the answer will not be seen */
    bool orphaned;        /* its connection is gone, and nobody has answered yet */
    bool writing;         /* between json_begin and json_end */
    bool traced;          /* `traceparent` is made */
    int8_t body_type;     /* of the operation's, -1: no body */
    uint8_t accept;       /* of the operation's answer types */
    struct uc_auth_state *auth; /* what is known of the caller; NULL: nobody asks */
    char *block;          /* of a detached request */
    void *pool;              /* whom it goes back to */
    struct uc_request *prev, *next; /* in a list of the owner's */
    struct uc_buf headers;   /* lines for the answer */
    struct uc_buf scratch;   /* where an answer goes that nobody will see */
    struct uc_json_writer json;
    struct uc_request_stream stream;
    struct uc_request_query query;
    struct uc_arena arena;
    struct uc_route route;
    char traceparent[UC_TRACE_PARENT_BYTES + 1];
    struct uc_http1_message message;
};

/* Once per object; arena_bytes is the limit of each request's arena. */
void uc_request_init(struct uc_request *req, size_t arena_bytes);
void uc_request_deinit(struct uc_request *req);

/* The machine `http` has a complete message in req->message. */
void uc_request_start(struct uc_request *req, struct uc_http1 *http, uint64_t now_ms, uint64_t now_ns);
/* The answer will not be seen. The block becomes the request's. */
void uc_request_detach(struct uc_request *req);

/* Somebody has asked to be told: if there is nothing left to wait for, soon. */
void uc_request_ask_gone(struct uc_request *req);

/*
 * Tell the handler that its body will not be complete and its answer not be seen; of a detached request.
 * It may be answered, and so be gone, when this returns.
 */
void uc_request_tell_gone(struct uc_request *req, int error);
/* The handler may be called with what is there of the body. */
bool uc_request_delivers(const struct uc_request *req);
/* Call it, once. */
void uc_request_deliver(struct uc_request *req);

/* Operation, trace and span, for uc_log_set_describe(). */
void uc_request_describe(struct uc_buf *line, struct uc_request *req);

struct uc_str uc_request_path(const struct uc_request *req);
struct uc_str uc_request_raw_query(const struct uc_request *req);
const char *uc_request_method_name(const struct uc_request *req);

/* The first value of a query parameter, or of a cookie (RFC 6265, 4.2.1; without the quotes around it), not decoded. */
bool uc_request_query_text(struct uc_request *req, const char *name, struct uc_str *value);
bool uc_request_raw_cookie(struct uc_request *req, const char *name, struct uc_str *value);
/* How many cookies have this name; the first one's value. */
unsigned uc_request_raw_cookies(struct uc_request *req, const char *name, struct uc_str *value);

#endif
