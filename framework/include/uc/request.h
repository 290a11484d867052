/* SPDX-License-Identifier: MIT */
/*
 * request.h - one HTTP request and its answer, as a handler (usually generated code) sees it.
 *
 * Life: the framework makes the request when its head and body are complete and calls the
 * operation's handler once. The request and its arena live until it has been answered
 * *and* the answer is out, or the peer is gone; a handler may answer at once or later from any
 * callback of the loop, exactly once. After a time-out (the framework has answered 503)
 * or when the peer has gone the answer does nothing, but it must still be given: it ends
 * the request's life. All calls are made on the loop thread.
 */
#ifndef UC_REQUEST_H
#define UC_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "uc/arena.h"
#include "uc/buf.h"
#include "uc/json.h"
#include "uc/media.h"
#include "uc/violation.h"

#ifdef __cplusplus
extern "C" {
#endif

enum uc_method { UC_GET, UC_HEAD, UC_POST, UC_PUT, UC_PATCH, UC_DELETE, UC_OPTIONS, UC_TRACE };

struct uc_request;
struct uc_service;
struct uv_loop_s;

struct uc_arena *uc_request_arena(struct uc_request *req);
struct uc_service *uc_request_service(struct uc_request *req);
struct uv_loop_s *uc_request_loop(struct uc_request *req);
const char *uc_request_operation(const struct uc_request *req); /* operationId */

/* Percent-decoded value of the index-th `{...}` of the operation's path, from 0. */
struct uc_str uc_request_path_value(struct uc_request *req, unsigned index);
/* First value of a query parameter, decoded; false when it is not there. */
bool uc_request_query(struct uc_request *req, const char *name, struct uc_str *value);
/* How many times the query parameter occurs (a second one is the contract's violation). */
unsigned uc_request_query_count(struct uc_request *req, const char *name);
/* Field value without surrounding white space; several lines are joined by ", ". */
bool uc_request_header(struct uc_request *req, const char *name, struct uc_str *value);
/* Value of a cookie, percent-decoded, without quotes around it; of several of one name the first. */
bool uc_request_cookie(struct uc_request *req, const char *name, struct uc_str *value);
/* The common name in the client's certificate, which an authority of x-service.tls.client-ca vouches for; ""
 * where clients need none. Good while the connection is: copy it to keep it. */
struct uc_str uc_request_peer_subject(const struct uc_request *req);
struct uc_str uc_request_body(struct uc_request *req);
bool uc_request_has_body(const struct uc_request *req);
/* Which of the operation's media types the body has, from 0; -1: there is no body. */
int uc_request_body_type(const struct uc_request *req);
/* Which of the operation's answer types the client likes best, from 0. */
int uc_request_accept(const struct uc_request *req);

/* Monotonic time (uv_now of the loop, ms) at which the request is answered with 503. */
uint64_t uc_request_deadline_ms(const struct uc_request *req);
/* The request's own W3C trace context ("00-<trace>-<span>-<flags>"), to be handed on. */
struct uc_str uc_request_traceparent(const struct uc_request *req);

/* Peer gone or timed out: the answer will not be seen. Work may be cut short. */
bool uc_request_cancelled(const struct uc_request *req);

/*
 * For work that will call back later, as uc_client does: the request and its arena stay
 * until the last release, also after the answer is out. Each hold has one release.
 */
void uc_request_hold(struct uc_request *req);
void uc_request_release(struct uc_request *req);

/*
 * Answering. Add headers first (name and value are copied; not Content-Length, Connection,
 * Date, Transfer-Encoding: these are the framework's), then call one of the functions below.
 */
void uc_answer_header(struct uc_request *req, const char *name, struct uc_str value);

/*
 * A status that the handler chose, held to what the contract allows: `status`, or 500 and a
 * line in the log when it is not within first..last.
 */
int uc_answer_status(struct uc_request *req, int status, int first, int last);

/* A body of any type; `body` is copied. */
void uc_answer(struct uc_request *req, int status, const char *content_type, struct uc_str body);
/* No body (204, 304, or an empty 2xx). */
void uc_answer_empty(struct uc_request *req, int status);
/*
 * JSON written straight into the answer's buffer: begin, write, end.
 * `content_type` NULL means application/json.
 */
struct uc_json_writer *uc_answer_json_begin(struct uc_request *req, int status, const char *content_type);
void uc_answer_json_end(struct uc_request *req);
/* application/problem+json (RFC 9457); `detail` NULL: only type, title, status. */
void uc_answer_problem(struct uc_request *req, int status, const char *detail);
/* 422 with an `errors` array; 400 when `syntax` is not NULL (the body is not JSON). */
void uc_answer_invalid(struct uc_request *req, const struct uc_violations *violations, const char *syntax);

#ifdef __cplusplus
}
#endif
#endif
