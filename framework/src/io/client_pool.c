/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "io/client_internal.h"

static bool is_bad(const struct uc_client *client, uint32_t address)
{
    unsigned i;

    for (i = 0; i < UC_DNS_ADDRESSES_MAX; i++) {
        if (client->bad[i].address == address && client->bad[i].until_ms > uv_now(client->loop))
            return true;
    }
    return false;
}

static void note_bad(struct uc_client *client, uint32_t address)
{
    struct uc_client_bad_address *slot = &client->bad[0];
    unsigned i;

    for (i = 0; i < UC_DNS_ADDRESSES_MAX; i++) {
        if (client->bad[i].address == address) {
            slot = &client->bad[i];
            break;
        }
        if (client->bad[i].until_ms < slot->until_ms)
            slot = &client->bad[i];
    }
    slot->address = address;
    slot->until_ms = uv_now(client->loop) + UC_CLIENT_BAD_MS;
}

/* The next address in turn that is not passed over; false when all are. */
static bool next_address(struct uc_client *client, uint32_t *address)
{
    const struct uc_dns_addresses *known = &client->resolver.addresses;
    unsigned i;

    for (i = 0; i < known->count; i++) {
        *address = known->address[client->turn++ % known->count];
        if (!is_bad(client, *address))
            return true;
    }
    return false;
}

static struct uc_client_conn *idle_at(struct uc_client *client, uint32_t address)
{
    struct uc_link *link;

    for (link = client->idle.next; link != &client->idle; link = link->next) {
        struct uc_client_conn *conn = UC_LINK_OWNER(link, struct uc_client_conn, link);

        if (conn->address == address)
            return conn;
    }
    return NULL;
}

void uc_client_pool_forget(struct uc_client *client, uint32_t address)
{
    struct uc_client_conn *conn;

    while ((conn = idle_at(client, address)))
        uc_client_conn_close(conn);
}

static struct uc_client_conn *any_idle(struct uc_client *client)
{
    return uc_link_alone(&client->idle)
               ? NULL
               : UC_LINK_OWNER(client->idle.prev, struct uc_client_conn, link);
}

/*
 * One call to the address whose turn it is: over a kept connection, else a new one, else
 * (all taken) a kept one to another address. False: it has to wait.
 */
static bool serve(struct uc_client *client, struct uc_client_call *call)
{
    struct uc_client_conn *conn;
    uint32_t address;
    int err;

    if (!next_address(client, &address)) {
        /* All refused lately. The first attempt of a call still tries: they may be back. */
        if (call->attempts > 0) {
            uc_client_call_fail_later(call, -ECONNREFUSED);
            return true;
        }
        address = client->resolver.addresses.address[client->turn++ %
                                                     client->resolver.addresses.count];
    }
    conn = call->fresh ? NULL : idle_at(client, address);
    if (!conn && client->conn_count >= client->conns_max) {
        conn = any_idle(client);
        if (conn && call->fresh) { /* its place is taken once it has closed */
            uc_client_conn_close(conn);
            conn = NULL;
        }
        if (!conn)
            return false;
    }
    uc_link_remove(&call->waiting);
    if (conn) {
        uc_client_conn_use(conn, call);
        return true;
    }
    err = client->may_reach && !client->may_reach(client->ctx, address) ? -EPERM : uc_client_conn_open(client, address, call);
    if (err)
        uc_client_call_fail_later(call, err);
    return true;
}

void uc_client_pool_run(struct uc_client *client)
{
    while (!client->freed && !uc_link_alone(&client->waiting)) {
        struct uc_client_call *call =
            UC_LINK_OWNER(client->waiting.next, struct uc_client_call, waiting);

        if (!uc_resolver_ready(&client->resolver) || !serve(client, call))
            return;
    }
}

void uc_client_pool_requeue(struct uc_client_call *call)
{
    call->conn = NULL;
    uc_link_after(&call->client->waiting, &call->waiting); /* it has waited already */
    uc_client_pool_run(call->client);
}

void uc_client_pool_refused(struct uc_client *client, uint32_t address, struct uc_client_call *call,
                            int error)
{
    unsigned count = client->resolver.addresses.count;

    note_bad(client, address);
    uc_resolver_doubt(&client->resolver);
    if (!call)
        return;
    call->conn = NULL;
    call->attempts++;
    if (call->attempts < UC_CLIENT_ATTEMPTS && call->attempts < count)
        uc_client_pool_requeue(call);
    else
        uc_client_call_fail(call, error);
}
