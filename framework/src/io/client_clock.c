/* SPDX-License-Identifier: MIT */
/*
 * One timer for everything of a client that has a time. It is set to the earliest moment
 * and, when it rings, looks at everything: answers that come in time cost no timer at all.
 */
#include <errno.h>

#include "io/client_internal.h"

void uc_client_clock_want(struct uc_client *client, uint64_t due_ms)
{
    uint64_t now = uv_now(client->loop);

    if (client->freed || client->ticking)
        return; /* at the end of a tick everything is looked at */
    if (due_ms < now)
        due_ms = now;
    if (client->timer_due_ms && client->timer_due_ms <= due_ms)
        return;
    client->timer_due_ms = due_ms ? due_ms : 1;
    uv_timer_start(&client->timer, uc_client_clock_tick, due_ms - now, 0);
}

static void sooner(uint64_t *due_ms, uint64_t candidate)
{
    if (candidate < *due_ms)
        *due_ms = candidate;
}

/* With one address only, the call's own time decides; else another gets its chance. */
static uint64_t connect_limit(const struct uc_client_conn *conn)
{
    uint64_t limit = conn->client->timeout_ms / 2;

    if (!conn->connecting || conn->client->resolver.addresses.count < 2)
        return UINT64_MAX;
    return conn->since_ms + (limit < UC_CLIENT_CONNECT_MS ? limit : UC_CLIENT_CONNECT_MS);
}

/* The first call whose time has come; callbacks change the list, so one at a time. */
static struct uc_client_call *next_due(struct uc_client *client, uint64_t now)
{
    struct uc_link *link;

    for (link = client->calls.next; link != &client->calls; link = link->next) {
        struct uc_client_call *call = UC_LINK_OWNER(link, struct uc_client_call, all);

        if (call->error || call->deadline_ms <= now)
            return call;
    }
    return NULL;
}

static struct uc_client_conn *next_slow(struct uc_client *client, uint64_t now)
{
    struct uc_link *link;

    for (link = client->busy.next; link != &client->busy; link = link->next) {
        struct uc_client_conn *conn = UC_LINK_OWNER(link, struct uc_client_conn, link);

        if (connect_limit(conn) <= now)
            return conn;
    }
    return NULL;
}

/*
 * A call ran out of time on this connection. Its machine may be gone without a word, so
 * what else is kept to that address is not trusted with the next call.
 */
static void distrust(struct uc_client_conn *conn)
{
    if (conn->connecting)
        uc_client_pool_refused(conn->client, conn->address, NULL, 0);
    else
        uc_client_pool_forget(conn->client, conn->address);
    uc_client_conn_close(conn);
}

/* No more than there were: a callback that calls again at once must not hold the loop. */
static void end_due_calls(struct uc_client *client, uint64_t now)
{
    struct uc_client_call *call;
    struct uc_link *link;
    size_t count = 0;

    for (link = client->calls.next; link != &client->calls; link = link->next)
        count++;
    while (count-- > 0 && !client->freed && (call = next_due(client, now))) {
        int error = call->error ? call->error : -ETIMEDOUT;

        if (call->conn)
            distrust(call->conn);
        uc_client_call_fail(call, error);
    }
}

static void end_slow_connects(struct uc_client *client, uint64_t now)
{
    struct uc_client_conn *conn;

    while (!client->freed && (conn = next_slow(client, now))) {
        struct uc_client_call *call = conn->call;

        uc_client_conn_close(conn);
        uc_client_pool_refused(client, conn->address, call, -ETIMEDOUT);
    }
}

static void end_idle(struct uc_client *client, uint64_t now)
{
    while (!uc_link_alone(&client->idle)) {
        struct uc_client_conn *oldest =
            UC_LINK_OWNER(client->idle.prev, struct uc_client_conn, link);

        if (oldest->since_ms + UC_CLIENT_IDLE_MS > now)
            return;
        uc_client_conn_close(oldest);
    }
}

static uint64_t next_moment(struct uc_client *client)
{
    uint64_t due = UINT64_MAX;
    struct uc_link *link;

    for (link = client->calls.next; link != &client->calls; link = link->next) {
        struct uc_client_call *call = UC_LINK_OWNER(link, struct uc_client_call, all);

        sooner(&due, call->error ? 0 : call->deadline_ms);
    }
    for (link = client->busy.next; link != &client->busy; link = link->next) {
        struct uc_client_conn *conn = UC_LINK_OWNER(link, struct uc_client_conn, link);

        sooner(&due, connect_limit(conn));
    }
    if (!uc_link_alone(&client->idle))
        sooner(&due, UC_LINK_OWNER(client->idle.prev, struct uc_client_conn, link)->since_ms +
                         UC_CLIENT_IDLE_MS);
    return due;
}

void uc_client_clock_tick(uv_timer_t *timer)
{
    struct uc_client *client = timer->data;
    uint64_t now = uv_now(client->loop);
    uint64_t due;

    client->ticking = true;
    client->timer_due_ms = 0;
    end_due_calls(client, now);
    end_slow_connects(client, now);
    end_idle(client, now);
    uc_client_pool_run(client);
    client->ticking = false;
    due = client->freed ? UINT64_MAX : next_moment(client);
    if (due != UINT64_MAX)
        uc_client_clock_want(client, due);
}
