/* SPDX-License-Identifier: MIT */
/*
 * main.c - a service from start to exit.
 *
 *   configuration -> admin listener -> listener -> start -> READY
 *   SIGTERM, SIGINT: unready, drain; the last connection closed, or drain_ms over -> stop -> exit 0
 *   a second signal: stop at once
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "app/docs.h"
#include "app/service_internal.h"
#include "base/log_internal.h"

#define EXIT_CONFIG 78 /* EX_CONFIG: what is wrong is on the log, by name */
#define CLOSING_ROUNDS_MAX 1000
#define RENEWAL_BYTES_MAX (64 * 1024)

struct run {
    struct uc_service service;
    uv_loop_t loop;
    uv_signal_t term, interrupt;
    uv_timer_t drain;
    uv_prepare_t flush;
};

/* ---- logs: one write a round */

static void on_flush(uv_prepare_t *flush)
{
    uc_log_flush();
    uv_prepare_stop(flush);
}

static void on_log_pending(void *arg)
{
    struct run *run = arg;

    uv_prepare_start(&run->flush, on_flush);
}

/* ---- the end */

static void stop(struct run *run, const char *why)
{
    if (run->service.state == UC_SERVICE_STOPPED)
        return;
    run->service.state = UC_SERVICE_STOPPED;
    uc_log(UC_INFO, NULL, "stopping", UC_FIELDS(uc_log_text("why", why)));
    uv_stop(&run->loop);
}

static void on_drained(void *ctx)
{
    struct uc_service *service = ctx;

    stop((struct run *)((char *)service - offsetof(struct run, service)), "drained");
}

static void on_drain_timeout(uv_timer_t *timer)
{
    stop(timer->data, "drain time is over");
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct run *run = handle->data;

    if (run->service.state >= UC_SERVICE_DRAINING) {
        stop(run, "a second signal");
        return;
    }
    uc_log(UC_INFO, NULL, "draining",
           UC_FIELDS(uc_log_text("signal", number == SIGTERM ? "SIGTERM" : "SIGINT"),
                     uc_log_int("connections", run->service.server.connection_count)));
    run->service.state = UC_SERVICE_DRAINING;
    uv_timer_start(&run->drain, on_drain_timeout, run->service.server.http.limits.drain_ms, 0);
    uc_server_drain(&run->service.server);
}

/* ---- the beginning */

static int open_one(struct uc_server *server, struct run *run, const struct uc_server_config *config,
                    const char *variable, uint16_t fallback, const char *what)
{
    uint16_t port;
    int err = uc_env_port(variable, fallback, &port);

    if (!err)
        err = uc_server_open(server, &run->loop, config, port);
    if (err)
        uc_log(UC_ERROR, NULL, "cannot listen",
               UC_FIELDS(uc_log_text("listener", what), uc_log_int("port", port),
                         uc_log_text("error", uv_strerror(err))));
    else
        uc_log(UC_INFO, NULL, "listening",
               UC_FIELDS(uc_log_text("listener", what), uc_log_int("port", uc_server_port(server)),
                         uc_log_text("protocol", config->tls_ops ? "https" : "http")));
    return err;
}

static int open_listeners(struct run *run)
{
    struct uc_service *service = &run->service;
    const struct uc_service_info *info = service->info;
    struct uc_server_config management = {
        .ctx = service,
        .service = service,
        .limits = {.connections = 64, .body_bytes = 1024},
        .dispatch = uc_admin_request,
    };
    struct uc_server_config public = {
        .ctx = service,
        .service = service,
        .limits = info->limits,
        .tls_ops = info->tls ? info->tls->ops : NULL,
        .tls = service->tls,
        .dispatch = uc_dispatch_request,
        .streams = uc_dispatch_any_streams(run->service.info) ? uc_dispatch_streams : NULL,
        .answered = uc_dispatch_answered,
        .refused = uc_dispatch_refused,
        .drained = on_drained,
    };
    struct uc_server_config renewal = {
        .ctx = service,
        .service = service,
        .limits = {.connections = 8, .body_bytes = RENEWAL_BYTES_MAX},
        .tls_ops = info->tls_renewal ? info->tls_renewal->ops : NULL,
        .tls = service->renewal_tls,
        .dispatch = uc_tls_renewal_request,
    };
    int err;

    if (uc_docs_there()) { /* what is tried out there is as large as what comes to the service */
        management.limits = info->limits;
        management.limits.connections = 64;
    }
    err = open_one(&service->admin, run, &management, "UC_ADMIN_PORT", info->admin_port ? info->admin_port : 9090,
                       "admin");

    if (!err && info->tls_renewal)
        err = open_one(&service->renewal_server, run, &renewal, "UC_RENEWAL_PORT", info->renewal_port, "renewal");
    if (!err)
        err = open_one(&service->server, run, &public, "UC_PORT", info->port ? info->port : 8080, "service");
    return err;
}

/* Best effort: with too few descriptors accepting pauses, and says so. */
static void raise_descriptor_limit(uint32_t connections)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= connections + 256 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void init_handles(struct run *run)
{
    uv_signal_init(&run->loop, &run->term);
    uv_signal_init(&run->loop, &run->interrupt);
    uv_timer_init(&run->loop, &run->drain);
    uv_prepare_init(&run->loop, &run->flush);
    run->term.data = run->interrupt.data = run->drain.data = run;
    uv_signal_start(&run->term, on_signal, SIGTERM);
    uv_signal_start(&run->interrupt, on_signal, SIGINT);
    uc_log_set_deferred(on_log_pending, run);
}

static void close_handles(struct run *run)
{
    uc_log_set_deferred(NULL, NULL);
    /* Signals stay caught to the very end: an impatient second one must not change the exit status. */
    uv_unref((uv_handle_t *)&run->term);
    uv_unref((uv_handle_t *)&run->interrupt);
    uv_close((uv_handle_t *)&run->drain, NULL);
    uv_close((uv_handle_t *)&run->flush, NULL);
}

/* Closing handles need rounds of the loop; a handle that user code forgot must not hold us. */
static void run_out(struct run *run)
{
    for (int i = 0; i < CLOSING_ROUNDS_MAX && uv_run(&run->loop, UV_RUN_NOWAIT); i++)
        ;
}

static int serve(struct run *run)
{
    struct uc_service *service = &run->service;
    int err = open_listeners(run);

    if (!err && service->info->start)
        err = service->info->start(service);
    if (err) {
        uc_log(UC_ERROR, NULL, "the service could not start", UC_FIELDS(uc_log_text("error", uv_strerror(err))));
    } else {
        service->state = UC_SERVICE_RUNNING;
        uc_log(UC_INFO, NULL, "ready", UC_FIELDS(uc_log_text("version", service->info->version)));
        uv_run(&run->loop, UV_RUN_DEFAULT);
    }
    service->state = UC_SERVICE_STOPPED;
    uc_server_close(&service->server);
    uc_server_close(&service->admin);
    uc_server_close(&service->renewal_server);
    uc_service_end_calls(service);
    if (!err && service->info->stop)
        service->info->stop(service);
    return err;
}

static int load_tls(struct uc_service *service)
{
    const struct uc_service_info *info = service->info;
    static const char failure[] = "TLS is not configured";
    int err = info->tls ? uc_tls_texts_load(service, info->tls, "listener", failure, &service->tls) : 0;

    if (!err && info->tls_renewal)
        err = uc_tls_texts_load(service, info->tls_renewal, "renewal", failure, &service->renewal_tls);
    return err ? err : uc_tls_renewal_open(service);
}

static void unload_tls(struct uc_service *service)
{
    if (service->info->tls)
        service->info->tls->ops->unload(service->tls);
    if (service->info->tls_renewal)
        service->info->tls_renewal->ops->unload(service->renewal_tls);
}

int uc_service_main(const struct uc_service_info *info, int argc, char **argv)
{
    static struct run run;
    int err;

    (void)argc;
    (void)argv;
    signal(SIGPIPE, SIG_IGN);
    err = uv_loop_init(&run.loop);
    if (err) {
        uc_log(UC_ERROR, NULL, "no event loop", UC_FIELDS(uc_log_text("error", uv_strerror(err))));
        return 1;
    }
    err = uc_service_init(&run.service, info, &run.loop);
    if (!err) {
        err = load_tls(&run.service);
        if (err)
            uc_service_deinit(&run.service);
    }
    if (err) {
        uc_log(UC_ERROR, NULL, "the configuration is not valid", UC_NO_FIELDS);
        return EXIT_CONFIG;
    }
    raise_descriptor_limit(info->limits.connections ? info->limits.connections : 1000);
    init_handles(&run);
    err = serve(&run);
    close_handles(&run);
    uc_tls_renewal_close(&run.service);
    uc_service_deinit(&run.service);
    run_out(&run);
    uc_server_deinit(&run.service.server);
    uc_server_deinit(&run.service.admin);
    uc_server_deinit(&run.service.renewal_server);
    unload_tls(&run.service);
    uc_log_flush();
    return err ? 1 : 0;
}
