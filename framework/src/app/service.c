/* SPDX-License-Identifier: MIT */
/* service.c - what a service consists of besides its sockets, and what user code asks of it. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "app/auth_internal.h"
#include "base/log_internal.h"

#define URL_BYTES_MAX 2048

static int make_client(struct uc_service *service, size_t index)
{
    const struct uc_client_info *info = &service->info->clients[index];
    struct uc_client_config config = {.name = info->name, .timeout_ms = info->timeout_ms};
    struct uc_buf url;
    int err = 0;

    if (info->tls) {
        err = uc_tls_texts_load(service, info->tls, info->name, "TLS is not configured", &service->client_tls[index]);
        config.tls_ops = info->tls->ops;
        config.tls = service->client_tls[index];
        config.server_name = info->tls->server_name;
    }
    if (err)
        return err;
    uc_buf_init(&url, URL_BYTES_MAX);
    err = uc_env_expand(service->info, service->env, info->url, &url);
    uc_buf_append(&url, "", 1); /* its NUL */
    if (!err)
        err = url.error;
    if (!err) {
        config.url = url.data;
        err = uc_client_new(&service->clients[index], service->loop, &config);
        if (err)
            uc_log(UC_ERROR, NULL,
                   info->tls ? "a client cannot be made: with a ca its url must be https://host[:port][/prefix]"
                             : "a client cannot be made: its url must be http://host[:port][/prefix] (https:// needs a ca)",
                   UC_FIELDS(uc_log_text("client", info->name), uc_log_text("url", url.data)));
    }
    uc_buf_deinit(&url);
    return err;
}

int uc_service_init(struct uc_service *service, const struct uc_service_info *info, uv_loop_t *loop)
{
    int err;

    *service = (struct uc_service){.info = info, .loop = loop, .wanted_ready = true};
    uc_log_set_service(info->name);
    uc_log_set_describe(uc_request_describe);
    service->env = calloc(info->env_count + 1, sizeof(*service->env));
    service->clients = calloc(info->client_count + 1, sizeof(*service->clients));
    service->client_tls = calloc(info->client_count + 1, sizeof(struct uc_tls_server *));
    err = service->env && service->clients && service->client_tls ? uc_metrics_init(&service->metrics, info) : -ENOMEM;
    if (!err)
        err = uc_env_read(info, service->env);
    if (!err)
        err = uc_dispatch_init(service);
    for (size_t i = 0; !err && i < info->client_count; i++)
        err = make_client(service, i);
    if (!err && info->callbacks)
        err = info->callbacks->ops->load(service);
    if (!err && info->auth)
        err = info->auth->ops->load(service);
    if (err)
        uc_service_deinit(service);
    return err;
}

void uc_service_end_calls(struct uc_service *service)
{
    for (size_t i = 0; !service->calls_ended && service->clients && i < service->info->client_count; i++)
        uc_client_free(service->clients[i]);
    if (!service->calls_ended && service->info->callbacks)
        service->info->callbacks->ops->end_calls(service);
    if (!service->calls_ended && service->info->auth)
        service->info->auth->ops->end_calls(service);
    service->calls_ended = true;
}

void uc_service_deinit(struct uc_service *service)
{
    uc_service_end_calls(service);
    for (size_t i = 0; service->client_tls && i < service->info->client_count; i++)
        if (service->client_tls[i])
            service->info->clients[i].tls->ops->unload(service->client_tls[i]);
    if (service->info->callbacks)
        service->info->callbacks->ops->unload(service);
    if (service->info->auth)
        service->info->auth->ops->unload(service);
    free(service->client_tls);
    service->client_tls = NULL;
    free(service->clients);
    free(service->env);
    uc_router_free(service->router);
    uc_metrics_deinit(&service->metrics);
    service->clients = NULL;
    service->env = NULL;
    service->router = NULL;
}

const struct uc_service_info *uc_service_info(const struct uc_service *service)
{
    return service->info;
}

struct uv_loop_s *uc_service_loop(struct uc_service *service)
{
    return service->loop;
}

void uc_service_set_data(struct uc_service *service, void *data)
{
    service->data = data;
}

void *uc_service_data(const struct uc_service *service)
{
    return service->data;
}

static const struct uc_env_value *env_value(const struct uc_service *service, size_t index)
{
    assert(index < service->info->env_count);
    return &service->env[index];
}

struct uc_str uc_service_env(const struct uc_service *service, size_t index)
{
    return env_value(service, index)->text;
}

int64_t uc_service_env_int64(const struct uc_service *service, size_t index)
{
    return env_value(service, index)->integer;
}

double uc_service_env_double(const struct uc_service *service, size_t index)
{
    return env_value(service, index)->number;
}

bool uc_service_env_bool(const struct uc_service *service, size_t index)
{
    return env_value(service, index)->boolean;
}

struct uc_client *uc_service_client(const struct uc_service *service, size_t index)
{
    assert(index < service->info->client_count);
    return service->clients[index];
}

void uc_service_set_ready(struct uc_service *service, bool ready, const char *why)
{
    service->wanted_ready = ready;
    service->unready_why = why;
}
