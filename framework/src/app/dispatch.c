/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - from a complete request to its operation, and what is noted when it is answered.
 *
 * The access log costs more than a small request; so every request is a line at level debug, and
 * at info only those that somebody should look at: answered with 5xx, or slow.
 */
#include <errno.h>

#include "app/auth_internal.h"
#include "base/log_internal.h"

#define SLOW_NS 1000000000u

int uc_dispatch_init(struct uc_service *service)
{
    const struct uc_service_info *info = service->info;

    service->router = uc_router_new();
    if (!service->router)
        return -ENOMEM;
    for (size_t i = 0; i < info->operation_count; i++) {
        int err = uc_router_add(service->router, &info->operations[i]);

        if (err) {
            uc_log(UC_ERROR, NULL, err == -EEXIST ? "two operations have this method and path" : "malformed path",
                   UC_FIELDS(uc_log_text("operation", info->operations[i].id),
                             uc_log_text("path", info->operations[i].path)));
            return err;
        }
    }
    return 0;
}

static void answer_allow(struct uc_request *req, unsigned allowed)
{
    char text[UC_ROUTER_ALLOW_BYTES];

    uc_answer_header(req, "Allow", uc_router_allow(allowed, text));
    if (req->message.method == UC_OPTIONS)
        uc_answer_empty(req, 204);
    else
        uc_answer_problem(req, 405, "this path does not know the method");
}

/* True: the body is what the contract says; else the request has been answered. */
static bool body_fits(struct uc_request *req, const struct uc_operation *operation)
{
    struct uc_str type = {NULL, 0};

    if (!uc_request_has_body(req)) {
        if (operation->body != UC_BODY_REQUIRED)
            return true;
        uc_answer_problem(req, 400, "a request body is required");
        return false;
    }
    if (operation->body == UC_BODY_NONE) {
        uc_answer_problem(req, 415, "this operation takes no request body");
        return false;
    }
    if (!operation->content_type)
        return true;
    if (uc_request_header(req, "content-type", &type))
        req->body_type = (int8_t)uc_media_type_find(type, operation->content_type);
    if (req->body_type >= 0)
        return true;
    uc_answer_header(req, "Accept", uc_str(operation->content_type));
    uc_answer_problem(req, 415, "the request body's Content-Type is not the contract's");
    return false;
}

/* True: the client takes one of the types that can be had; else it has been told which there are. */
static bool answer_fits(struct uc_request *req, const struct uc_operation *operation)
{
    struct uc_str accept = {NULL, 0};
    int chosen;

    if (!operation->answer_types)
        return true;
    uc_request_header(req, "accept", &accept);
    chosen = uc_media_type_choose(accept, operation->answer_types);
    if (chosen < 0) {
        uc_answer_problem(req, 406, uc_arena_printf(&req->arena, "there is %s", operation->answer_types).data);
        return false;
    }
    req->accept = (uint8_t)chosen;
    return true;
}

bool uc_dispatch_streams(struct uc_request *req, uint64_t *max, void *ctx)
{
    struct uc_service *service = ctx;

    const struct uc_operation *operation;

    if (req->message.asterisk ||
        uc_router_match(service->router, req->message.method, uc_request_path(req), &req->route))
        return false;
    operation = req->route.operation;
    if (operation->stream) {
        *max = operation->stream_bytes ? operation->stream_bytes : UINT64_MAX;
        return true;
    }
    *max = req->http->config->limits.body_bytes; /* gathered once it is known who calls */
    return service->info->auth && service->info->auth->rules[operation - service->info->operations].need_count;
}

bool uc_dispatch_any_streams(const struct uc_service_info *info)
{
    for (size_t i = 0; i < info->operation_count; i++) {
        if (info->operations[i].stream)
            return true;
    }
    return info->auth != NULL;
}

void uc_dispatch_admitted(struct uc_request *req)
{
    const struct uc_operation *operation = req->operation;

    if (!body_fits(req, operation) || !answer_fits(req, operation))
        return;
    if (req->stream.coming && !operation->stream)
        req->service->info->auth->ops->gather(req, uc_dispatch_admitted); /* and judge it again: it may be empty */
    else
        operation->handle(req);
}

void uc_dispatch_request(struct uc_request *req, void *ctx)
{
    struct uc_service *service = ctx;

    if (req->message.asterisk) {
        answer_allow(req, ~0u);
        return;
    }
    switch (uc_router_match(service->router, req->message.method, uc_request_path(req), &req->route)) {
    case 0: break;
    case -EPERM: answer_allow(req, req->route.allowed); return;
    case -ENOENT: uc_answer_problem(req, 404, "no such path"); return;
    default: uc_answer_problem(req, 400, "the path holds dot segments or a NUL"); return;
    }
    req->operation = req->route.operation;
    if (service->info->auth)
        service->info->auth->ops->check(req);
    else
        uc_dispatch_admitted(req);
}

static void log_access(struct uc_request *req, uint64_t duration_ns)
{
    enum uc_log_level level = req->status >= 500 || duration_ns >= SLOW_NS ? UC_INFO : UC_DEBUG;

    if (!uc_log_enabled(level))
        return;
    uc_log(level, req, "request",
           UC_FIELDS(uc_log_text("method", uc_request_method_name(req)), uc_log_str("path", uc_request_path(req)),
                     uc_log_int("status", req->status), uc_log_int("duration_us", (int64_t)(duration_ns / 1000))));
}

void uc_dispatch_answered(struct uc_request *req, void *ctx)
{
    struct uc_service *service = ctx;
    uint64_t duration_ns = uv_hrtime() - req->started_ns;

    uc_metrics_request(&service->metrics, req->operation, req->message.method, req->status, duration_ns);
    log_access(req, duration_ns);
}

void uc_dispatch_refused(int status, void *ctx)
{
    struct uc_service *service = ctx;

    uc_metrics_refused(&service->metrics, status);
}
