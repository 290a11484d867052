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

static bool may_reach(const struct uc_client *client, uint32_t address)
{
    return !client->may_reach || client->may_reach(client->ctx, address);
}

/*
 * The next address in turn of those that may be reached, and are not passed over. When all of these have refused lately the
 * first attempt of a call still tries: they may be back. -ECONNREFUSED: it is not the first; -EPERM: none may be reached.
 */
static int next_address(struct uc_client *client, const struct uc_client_call *call, uint32_t *address)
{
    const struct uc_dns_addresses *known = &client->resolver.addresses;
    int err = -EPERM;
    unsigned i;

    for (i = 0; i < known->count; i++) {
        uint32_t candidate = known->address[client->turn++ % known->count];

        if (!may_reach(client, candidate))
            continue;
        *address = candidate;
        if (!is_bad(client, candidate))
            return 0;
        err = -ECONNREFUSED;
    }
    client->turn++;
    return err == -ECONNREFUSED && call->attempts == 0 ? 0 : err;
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

    err = next_address(client, call, &address);
    if (err) {
        uc_client_call_fail_later(call, err);
        return true;
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
    err = uc_client_conn_open(client, address, call);
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
