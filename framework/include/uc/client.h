/* SPDX-License-Identifier: MIT */
/*
 * client.h - HTTP/1.1 calls to another service; generated typed clients stand on it.
 *
 * One uc_client per peer lives as long as the service: it keeps connections open and uses
 * them again. Names are resolved over DNS without blocking the loop and without threads; when a
 * name has several IPv4 addresses they are used in turn, call by call, and one that does
 * not accept connections is passed over for a while. A call made for a request inherits its
 * deadline (less a little, so that the handler can still answer) and its trace context.
 * A call is sent a second time only when a connection that had been idle turned out to be dead
 * before the first byte of the answer, and only for idempotent methods.
 * All calls are made, and all callbacks run, on the loop thread.
 */
#ifndef UC_CLIENT_H
#define UC_CLIENT_H

#include <stdint.h>

#include "uc/arena.h"
#include "uc/buf.h"
#include "uc/media.h"
#include "uc/parameter.h"
#include "uc/request.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_client;

struct uc_tls_ops;
struct uc_tls_server;

struct uc_client_config {
    const char *name;        /* for logs and metrics */
    const char *url;         /* "http://host:port/prefix"; copied */
    uint32_t timeout_ms;     /* whole call, name to last byte; 0: 10,000 */
    uint32_t connections;    /* at most open at once; 0: 64. Further calls wait their turn */
    size_t answer_max_bytes; /* head and body; 0: 1 MiB */
    /* For https: the engine and whom it trusts, both borrowed; and the name in the peer's certificate, NULL: the
     * host in `url`. */
    const struct uc_tls_ops *tls_ops;
    struct uc_tls_server *tls;
    const char *server_name;
    bool no_tracestate; /* it stays here; `traceparent` goes along */
    /* Whether an address, in network byte order, may be connected to: else its call ends with -EPERM. NULL: any. */
    bool (*may_reach)(const void *ctx, uint32_t address);
    const void *ctx; /* its, borrowed */
};

/* Copies the config. -EINVAL: the URL is not http://host[:port][/prefix], with `tls` https://; -ENOMEM. */
int uc_client_new(struct uc_client **client, struct uv_loop_s *loop, const struct uc_client_config *config);
/* What new connections have; of https only, borrowed. Those that there are keep what they have. */
void uc_client_set_tls(struct uc_client *client, struct uc_tls_server *tls);
/* Outstanding calls end with -ECANCELED before this returns; handles close in the loop. */
void uc_client_free(struct uc_client *client);

struct uc_client_answer {
    int status;               /* HTTP status, or 0 when there was no answer */
    int error;                /* 0, or why there was none: -ETIMEDOUT, -ECONNREFUSED, -ENOENT (name),
                                 -ECONNRESET, -EBADMSG (not HTTP), -EMSGSIZE, -ECANCELED, -ENOMEM,
                                 -EINVAL (the request itself), -EPERM (an address that may not be
                                 called), -EKEYREJECTED (the peer's certificate is not
                                 trusted), -EPROTO (TLS failed otherwise), or what connecting ended with */
    struct uc_str content_type;
    struct uc_str body;
    struct uc_str head;       /* its lines, where the request asked for them: uc_client_answer_header() */
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
    bool head;                  /* keep the head of the answer */
};

/* A field of the answer's head, several lines joined by ", "; false when it is not there. */
bool uc_client_answer_header(const struct uc_client_answer *answer, const char *name, struct uc_str *value);

/*
 * Copies everything in `call`. `parent` may be NULL (a call outside any request); it is
 * held until the callback has returned, whatever becomes of its own answer.
 */
void uc_client_call(struct uc_client *client, struct uc_request *parent,
                    const struct uc_client_request *call, uc_client_fn *done, void *arg);

/*
 * Append the line "name: value\r\n" for uc_client_request.headers. Bytes that may not stand
 * in a field value (RFC 9110, section 5.5) become spaces: a value cannot smuggle a line.
 */
void uc_client_header(struct uc_buf *lines, const char *name, struct uc_str value);

/*
 * Credentials, as such lines: RFC 6750, section 2.1; RFC 7617, section 2 (-EINVAL in lines->error: a colon in `user`,
 * or a control character); RFC 6265, section 4.2.1 (-EINVAL: what no cookie may hold). Cookies join one line when
 * they follow each other.
 */
void uc_client_bearer(struct uc_buf *lines, struct uc_str token);
void uc_client_basic(struct uc_buf *lines, struct uc_str user, struct uc_str password);
void uc_client_cookie(struct uc_buf *lines, const char *name, struct uc_str value);

/* Percent-encode one path segment or query value (RFC 3986 unreserved stay). */
void uc_url_encode(struct uc_buf *out, struct uc_str text);

/* The shortest text of a number, without '+'; -EINVAL in out->error: it is infinite, or none. */
void uc_client_number(struct uc_buf *out, double value);

/* "timed out", "connection refused", ... for messages; static. */
const char *uc_client_error_text(int error);

#ifdef __cplusplus
}
#endif
#endif
