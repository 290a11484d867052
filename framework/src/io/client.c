/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "io/client_internal.h"

#define TIMEOUT_MS 10000
#define CONNS_MAX 64
#define ANSWER_MAX (1u << 20)
#define MARGIN_MS 50 /* of the parent's time, kept for its answer; at most a tenth of what is left */

static void on_resolved(struct uc_resolver *resolver, int err)
{
    struct uc_client *client = UC_LINK_OWNER(resolver, struct uc_client, resolver);

    while (err && !client->freed && !uc_link_alone(&client->waiting))
        uc_client_call_fail(UC_LINK_OWNER(client->waiting.next, struct uc_client_call, waiting), err);
    uc_client_pool_run(client);
}

static void free_memory(struct uc_client *client)
{
    unsigned i;

    for (i = 0; i < UC_CLIENT_SPARES; i++)
        free(client->spares[i]);
    free(client->name);
    free(client->url_text);
    free(client->server_name);
    free(client);
}

static int copy_config(struct uc_client *client, const struct uc_client_config *config)
{
    unsigned i;

    client->name = strdup(config->name ? config->name : config->url);
    client->url_text = strdup(config->url);
    if (!client->name || !client->url_text)
        return -ENOMEM;
    for (i = 0; i < UC_CLIENT_SPARES; i++) {
        client->spares[i] = calloc(1, sizeof(*client->spares[i]));
        if (!client->spares[i])
            return -ENOMEM;
    }
    client->timeout_ms = config->timeout_ms ? config->timeout_ms : TIMEOUT_MS;
    client->conns_max = config->connections ? config->connections : CONNS_MAX;
    client->answer_max = config->answer_max_bytes ? config->answer_max_bytes : ANSWER_MAX;
    client->tls_ops = config->tls_ops;
    client->tls = config->tls;
    client->no_tracestate = config->no_tracestate;
    client->may_reach = config->may_reach;
    client->ctx = config->ctx;
    if (config->server_name && !(client->server_name = strdup(config->server_name)))
        return -ENOMEM;
    if (uc_client_url_parse(&client->url, client->url_text) || client->url.secure != (client->tls_ops != NULL))
        return -EINVAL;
    return 0;
}

int uc_client_new(struct uc_client **out, struct uv_loop_s *loop,
                  const struct uc_client_config *config)
{
    struct uc_client *client = calloc(1, sizeof(*client));
    int err;

    if (!client)
        return -ENOMEM;
    client->loop = loop;
    uc_link_init(&client->calls);
    uc_link_init(&client->waiting);
    uc_link_init(&client->idle);
    uc_link_init(&client->busy);
    err = copy_config(client, config);
    if (!err)
        err = uc_resolver_init(&client->resolver, loop, client->url.host, on_resolved);
    if (err) {
        free_memory(client);
        return err;
    }
    uv_timer_init(loop, &client->timer); /* cannot fail; nor can the resolver's, before it */
    client->timer.data = client;
    *out = client;
    return 0;
}

void uc_client_handle_closed(struct uc_client *client)
{
    if (client->freed && client->conn_count == 0 && client->timer_closed && client->resolver_closed)
        free_memory(client);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct uc_client *client = handle->data;

    client->timer_closed = true;
    uc_client_handle_closed(client);
}

static void on_resolver_closed(struct uc_resolver *resolver)
{
    struct uc_client *client = UC_LINK_OWNER(resolver, struct uc_client, resolver);

    client->resolver_closed = true;
    uc_client_handle_closed(client);
}

void uc_client_set_tls(struct uc_client *client, struct uc_tls_server *tls)
{
    client->tls = tls;
}

void uc_client_free(struct uc_client *client)
{
    if (!client || client->freed)
        return;
    client->freed = true;
    while (!uc_link_alone(&client->idle))
        uc_client_conn_close(UC_LINK_OWNER(client->idle.next, struct uc_client_conn, link));
    while (!uc_link_alone(&client->busy))
        uc_client_conn_close(UC_LINK_OWNER(client->busy.next, struct uc_client_conn, link));
    while (!uc_link_alone(&client->calls))
        uc_client_call_fail(UC_LINK_OWNER(client->calls.next, struct uc_client_call, all), -ECANCELED);
    uc_resolver_close(&client->resolver, on_resolver_closed);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

/* The whole time of a call: its own, or what its parent has left less a margin. */
static uint64_t deadline_ms(const struct uc_client *client, const struct uc_request *parent)
{
    uint64_t now = uv_now(client->loop);
    uint64_t deadline = now + client->timeout_ms;
    uint64_t end = parent ? uc_request_deadline_ms(parent) : UINT64_MAX;
    uint64_t margin;

    if (end <= now)
        return now;
    margin = (end - now) / 10 < MARGIN_MS ? (end - now) / 10 : MARGIN_MS;
    return end - margin < deadline ? end - margin : deadline;
}

static struct uc_client_call *begin(struct uc_client *client, struct uc_request *parent, uc_client_fn *done, void *arg)
{
    struct uc_client_call *call = uc_client_call_new(client);

    call->parent = parent;
    call->done = done;
    call->arg = arg;
    call->deadline_ms = deadline_ms(client, parent);
    if (parent)
        uc_request_hold(parent);
    return call;
}

void uc_client_refuse(struct uc_client *client, struct uc_request *parent, int error, uc_client_fn *done, void *arg)
{
    struct uc_client_call *call = begin(client, parent, done, arg);

    call->logged = true;
    uc_client_call_fail_later(call, error);
}

void uc_client_call(struct uc_client *client, struct uc_request *parent,
                    const struct uc_client_request *request, uc_client_fn *done, void *arg)
{
    struct uc_client_call *call = begin(client, parent, done, arg);
    int err = call->error;

    call->method = request->method;
    if (!err && (client->freed || (parent && uc_request_cancelled(parent))))
        err = -ECANCELED;
    if (!err)
        err = uc_client_call_compose(call, request);
    if (err) {
        uc_client_call_fail_later(call, err);
        return;
    }
    uc_link_before(&client->waiting, &call->waiting);
    uc_client_clock_want(client, call->deadline_ms);
    uc_client_pool_run(client);
}

const char *uc_client_error_text(int error)
{
    switch (error) {
    case -ETIMEDOUT:
        return "timed out";
    case -ECONNREFUSED:
        return "connection refused";
    case -ENOENT:
        return "no such host";
    case -ECONNRESET:
        return "connection reset";
    case -EACCES:
        return "no credentials for this call";
    case -EPERM:
        return "not a peer that may be called";
    case -EPROTONOSUPPORT:
        return "no authorities to call https:// by";
    case -EBUSY:
        return "too many peers at once";
    case -EBADMSG:
        return "not a valid answer";
    case -EMSGSIZE:
        return "answer too large";
    case -ENOBUFS:
    case -E2BIG:
        return "request too large";
    case -ECANCELED:
        return "cancelled";
    case -ENOMEM:
        return "out of memory";
    case -EINVAL:
        return "not a valid request";
    case -EKEYREJECTED:
        return "certificate not trusted";
    case -EPROTO:
        return "TLS failed";
    case -EHOSTUNREACH:
    case -ENETUNREACH:
        return "no route to host";
    default:
        return "connection failed";
    }
}
