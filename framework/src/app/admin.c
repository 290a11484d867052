/* SPDX-License-Identifier: MIT */
/*
 * admin.c - the management listener: /livez, /readyz, /metrics, /openapi.json, /docs/.
 *
 * It has a port of its own, so that the outside never sees it, and so that it answers while
 * the public one is full or draining.
 */
#include "app/docs.h"
#include "app/service_internal.h"

#define METRICS_BYTES_MAX ((size_t)4 << 20)

const char *uc_service_unready_why(const struct uc_service *service)
{
    switch (service->state) {
    case UC_SERVICE_STARTING: return "starting";
    case UC_SERVICE_RUNNING: break;
    case UC_SERVICE_DRAINING: return "draining";
    case UC_SERVICE_STOPPED: return "stopped";
    }
    if (service->keys_awaited)
        return "the keys of tokens have not been fetched yet";
    if (service->wanted_ready)
        return NULL;
    return service->unready_why ? service->unready_why : "not ready";
}

static void answer_ok(struct uc_request *req)
{
    static const struct uc_str ok = UC_STR("{\"status\":\"ok\"}\n");

    uc_answer_header(req, "Cache-Control", uc_str("no-store"));
    uc_answer(req, 200, "application/json", ok);
}

static void livez(struct uc_request *req, struct uc_service *service)
{
    (void)service;
    answer_ok(req);
}

static void readyz(struct uc_request *req, struct uc_service *service)
{
    const char *why = uc_service_unready_why(service);

    if (why)
        uc_answer_problem(req, 503, why);
    else
        answer_ok(req);
}

static void metrics(struct uc_request *req, struct uc_service *service)
{
    struct uc_metrics_now now = {
        .connections = service->server.connection_count,
        .active_requests = service->server.active_requests,
        .ready = !uc_service_unready_why(service),
    };
    struct uc_buf text;

    uc_buf_init(&text, METRICS_BYTES_MAX);
    uc_metrics_write(&service->metrics, &now, &text);
    if (text.error)
        uc_answer_problem(req, 503, "out of memory");
    else
        uc_answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", uc_str_of(text.data, text.len));
    uc_buf_deinit(&text);
}

static void openapi(struct uc_request *req, struct uc_service *service)
{
    if (service->info->openapi.data)
        uc_answer(req, 200, "application/json", service->info->openapi);
    else
        uc_answer_problem(req, 404, "this service has no contract");
}

static const struct {
    const char *path;
    void (*answer)(struct uc_request *req, struct uc_service *service);
} pages[] = {{"/livez", livez}, {"/readyz", readyz}, {"/metrics", metrics}, {"/openapi.json", openapi}};

void uc_admin_request(struct uc_request *req, void *ctx)
{
    struct uc_str path = uc_request_path(req);

    if (uc_str_is(path, "/docs") || (path.len >= 6 && !memcmp(path.data, "/docs/", 6))) {
        uc_docs_request(req, ctx);
        return;
    }
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (!uc_str_is(path, pages[i].path))
            continue;
        if (req->message.method == UC_GET || req->message.method == UC_HEAD) {
            pages[i].answer(req, ctx);
        } else {
            uc_answer_header(req, "Allow", uc_str("GET, HEAD"));
            uc_answer_problem(req, 405, "this path does not know the method");
        }
        return;
    }
    uc_answer_problem(req, 404, "no such path");
}
