/* SPDX-License-Identifier: MIT */
/* callbacks.c - calls to URLs that others registered: what service.yaml says of them, made a uc_caller. */
#include <errno.h>

#include "app/service_internal.h"
#include "base/log_internal.h"

#define HOSTS_BYTES_MAX (64 * 1024)

static int load(struct uc_service *service)
{
    const struct uc_callbacks_info *info = service->info->callbacks;
    struct uc_caller_config config = {.timeout_ms = info->timeout_ms, .peers = info->peers, .public_only = info->public_only};
    struct uc_buf hosts;
    int err = 0;

    uc_buf_init(&hosts, HOSTS_BYTES_MAX);
    if (info->tls) {
        err = uc_tls_texts_load(service, info->tls, "callbacks", "TLS is not configured", &service->callbacks_tls);
        config.tls_ops = info->tls->ops;
        config.tls = service->callbacks_tls;
    }
    if (!err && info->hosts) {
        err = uc_env_expand(service->info, service->env, info->hosts, &hosts);
        uc_buf_append(&hosts, "", 1); /* its NUL */
        err = err ? err : hosts.error;
        config.hosts = hosts.data;
    }
    if (!err) {
        err = uc_caller_new(&service->caller, service->loop, &config);
        if (err)
            uc_log(UC_ERROR, NULL, err == -EINVAL ? "the hosts of callbacks are no list of names, with \"*.\" before one at most"
                                                  : "callbacks cannot be made",
                   UC_FIELDS(uc_log_text("hosts", config.hosts), uc_log_text("error", uv_strerror(err))));
    }
    uc_buf_deinit(&hosts);
    return err;
}

static void set_tls(struct uc_service *service)
{
    uc_caller_set_tls(service->caller, service->callbacks_tls);
}

static void end_calls(struct uc_service *service)
{
    if (service->caller)
        uc_caller_end(service->caller);
}

static void unload(struct uc_service *service)
{
    const struct uc_tls_info *tls = service->info->callbacks->tls;

    uc_caller_free(service->caller);
    service->caller = NULL;
    if (tls && service->callbacks_tls)
        tls->ops->unload(service->callbacks_tls);
    service->callbacks_tls = NULL;
}

struct uc_caller *uc_service_caller(struct uc_service *service)
{
    return service->caller;
}

const struct uc_callbacks_ops uc_callbacks = {.load = load, .set_tls = set_tls, .end_calls = end_calls, .unload = unload};
