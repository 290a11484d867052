/* SPDX-License-Identifier: MIT */
/*
 * client.h - HTTP/1.1 calls to another service; generated typed clients stand on it.
 *
 * One uc_client per peer lives as long as the service: it keeps connections open and uses
 * them again. Names are resolved without blocking the loop, at most once per connection.
 * A call made for a request inherits its deadline and its trace context.
 * All calls are made, and all callbacks run, on the loop thread.
 */
#ifndef UC_CLIENT_H
#define UC_CLIENT_H

#include <stdint.h>

#include "uc/arena.h"
#include "uc/buf.h"
#include "uc/request.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_client;

struct uc_client_config {
    const char *name;        /* for logs and metrics */
    const char *url;         /* "http://host:port/prefix"; copied */
    uint32_t timeout_ms;     /* whole call, name to last byte; 0: 10,000 */
    uint32_t connections;    /* at most open at once; 0: 64. Further calls wait their turn */
    size_t answer_max_bytes; /* head and body; 0: 1 MiB */
};

/* -EINVAL: the URL is not http://host[:port][/prefix]. */
int uc_client_new(struct uc_client **client, struct uv_loop_s *loop, const struct uc_client_config *config);
/* Outstanding calls end with -ECANCELED before this returns; handles close in the loop. */
void uc_client_free(struct uc_client *client);

struct uc_client_answer {
    int status;               /* HTTP status, or 0 when there was no answer */
    int error;                /* 0, or why there was none: -ETIMEDOUT, -ECONNREFUSED, -ENOENT (name),
                                 -ECONNRESET, -EBADMSG (not HTTP), -EMSGSIZE, -ECANCELED, -ENOMEM */
    struct uc_str content_type;
    struct uc_str body;
    struct uc_arena *arena;   /* the request's, or one that ends with the callback */
};

/* Called exactly once, never from inside uc_client_call. The answer lives as long as its arena. */
typedef void uc_client_fn(struct uc_client_answer *answer, void *arg);

struct uc_client_request {
    enum uc_method method;
    struct uc_str target;       /* "/orders/7?x=y", already encoded; the client adds its prefix */
    struct uc_str headers;      /* complete lines "name: value\r\n...", or absent */
    struct uc_str content_type; /* absent: no body */
    struct uc_str body;
};

/* Everything in `call` is copied. `parent` may be NULL (a call outside any request). */
void uc_client_call(struct uc_client *client, struct uc_request *parent,
                    const struct uc_client_request *call, uc_client_fn *done, void *arg);

/* Percent-encode one path segment or query value (RFC 3986 unreserved stay). */
void uc_url_encode(struct uc_buf *out, struct uc_str text);

/* "timed out", "connection refused", ... for messages; static. */
const char *uc_client_error_text(int error);

#ifdef __cplusplus
}
#endif
#endif
