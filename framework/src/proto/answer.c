/* SPDX-License-Identifier: MIT */
/*
 * uc_answer_*: from the handler's word to bytes in the connection's output.
 */
#include <assert.h>

#include "base/log_internal.h"
#include "proto/problem.h"
#include "proto/request_internal.h"
#include "proto/status.h"

static bool is_framing(struct uc_str name)
{
    static const char *const ours[] = {"content-length", "connection", "date", "transfer-encoding", "content-type"};

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (uc_str_eq_nocase(name, uc_str(ours[i])))
            return true;
    }
    return false;
}

/* A value may come from the world: one that could smuggle a line is left out, and told. */
void uc_answer_header(struct uc_request *req, const char *name, struct uc_str value)
{
    struct uc_str key = uc_str(name);

    if (!uc_http1_is_token(key.data, key.len) || is_framing(key) ||
        !uc_http1_is_field_value(value.data, value.len)) {
        uc_log(UC_WARN, req, "an answer header was left out: malformed or reserved",
               UC_FIELDS(uc_log_text("header", name)));
        return;
    }
    uc_buf_append_str(&req->headers, key);
    uc_buf_append(&req->headers, ": ", 2);
    uc_buf_append_str(&req->headers, value);
    uc_buf_append(&req->headers, "\r\n", 2);
}

/* Where the body goes: behind a head in the output, or nowhere. */
static struct uc_buf *begin(struct uc_request *req, int status, struct uc_str content_type)
{
    struct uc_http1_answer answer = {
        .status = status,
        .content_type = content_type,
        .headers = uc_str_of(req->headers.data, req->headers.len),
    };

    assert(!req->answered && !req->stream.sending);
    req->status = status;
    if (!req->http) {
        uc_buf_clear(&req->scratch);
        return &req->scratch;
    }
    uc_http1_answer_begin(req->http, &answer);
    return &req->http->out;
}

/* Memory ran out on the way: what was written may be half the truth. */
static void replace_when_failed(struct uc_request *req)
{
    struct uc_buf *out;

    if (!uc_arena_failed(&req->arena) && !req->headers.error)
        return;
    uc_buf_clear(&req->headers);
    out = begin(req, 503, uc_str(UC_PROBLEM_TYPE));
    uc_problem_write(out, 503, "out of memory for this request", NULL);
}

static void end(struct uc_request *req)
{
    replace_when_failed(req);
    req->answered = true;
    req->writing = false;
    if (req->http) {
        uc_http1_answer_end(req->http, req->now_ms);
        req->status = req->http->answer_status; /* a 500, when it did not fit */
    }
    req->ops->answered(req);
}

int uc_answer_status(struct uc_request *req, int status, int first, int last)
{
    if (status >= first && status <= last)
        return status;
    uc_log(UC_ERROR, req, "the handler answers with a status that its contract does not have",
           UC_FIELDS(uc_log_int("status", status), uc_log_int("first", first), uc_log_int("last", last)));
    return 500;
}

void uc_answer(struct uc_request *req, int status, const char *content_type, struct uc_str body)
{
    struct uc_buf *out = begin(req, status, uc_str(content_type));

    uc_buf_append_str(out, body);
    end(req);
}

void uc_answer_empty(struct uc_request *req, int status)
{
    begin(req, status, uc_str_of(NULL, 0));
    end(req);
}

struct uc_json_writer *uc_answer_json_begin(struct uc_request *req, int status, const char *content_type)
{
    static const struct uc_str json = UC_STR("application/json");

    uc_json_writer_init(&req->json, begin(req, status, content_type ? uc_str(content_type) : json));
    req->writing = true;
    return &req->json;
}

void uc_answer_json_end(struct uc_request *req)
{
    assert(req->writing);
    end(req);
}

void uc_answer_problem(struct uc_request *req, int status, const char *detail)
{
    struct uc_buf *out = begin(req, status, uc_str(UC_PROBLEM_TYPE));

    uc_problem_write(out, status, detail, NULL);
    end(req);
}

void uc_answer_invalid(struct uc_request *req, const struct uc_violations *violations, const char *syntax)
{
    int status = syntax ? 400 : 422;
    struct uc_buf *out = begin(req, status, uc_str(UC_PROBLEM_TYPE));

    uc_problem_write(out, status, syntax ? syntax : "the request does not fit the contract",
                     syntax ? NULL : violations);
    end(req);
}
