/* SPDX-License-Identifier: MIT */
/*
 * One question at a time: candidates (the name as it is, and with each search domain) one
 * after the other, each asked up to ATTEMPTS times, each time at the next server and
 * with more patience. Every question has a new random id and a new port.
 */
#include "io/resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define ATTEMPTS 5
#define PATIENCE_MS 200 /* doubled by each attempt: 6 s in all */
#define TTL_MIN_MS 1000
#define TTL_MAX_MS 30000
#define STALE_MS 30000 /* used so long beyond their time while a new answer is awaited */

static void ask(struct uc_resolver *r);

/* Deterministic order: few dots, search domains first (as other resolvers do). */
static bool candidate_name(const struct uc_resolver *r, unsigned index,
                           char name[UC_DNS_NAME_MAX + 1])
{
    const struct uc_resolver_setup *setup = &r->setup;
    size_t len = strlen(r->name);
    unsigned dots = 0;
    size_t i;

    if (r->name[len - 1] == '.') { /* absolute */
        snprintf(name, UC_DNS_NAME_MAX + 1, "%.*s", (int)len - 1, r->name);
        return index == 0;
    }
    for (i = 0; i < len; i++)
        dots += r->name[i] == '.';
    if (index == (dots >= setup->ndots ? 0 : setup->search_count)) {
        snprintf(name, UC_DNS_NAME_MAX + 1, "%s", r->name);
        return true;
    }
    index -= dots >= setup->ndots;
    if (index >= setup->search_count)
        return false;
    /* One that is too long is cut, and then refused as a question or not known. */
    return snprintf(name, UC_DNS_NAME_MAX + 1, "%s.%s", r->name, setup->search[index]) > 0;
}

static void udp_closed(uv_handle_t *handle)
{
    struct uc_resolver *r = handle->data;

    r->closing--;
    r->udp_open = false;
    if (r->ending) {
        if (r->closing == 0)
            r->closed(r);
    } else if (r->asking && r->started) {
        ask(r); /* the next attempt, on a new port */
    }
}

static void close_udp(struct uc_resolver *r)
{
    if (r->udp_open && !uv_is_closing((uv_handle_t *)&r->udp)) {
        r->closing++;
        uv_close((uv_handle_t *)&r->udp, udp_closed);
    }
}

static uint64_t bounded_ttl_ms(uint32_t ttl_s)
{
    uint64_t ttl_ms = (uint64_t)ttl_s * 1000;

    return ttl_ms < TTL_MIN_MS ? TTL_MIN_MS : ttl_ms > TTL_MAX_MS ? TTL_MAX_MS : ttl_ms;
}

static void end(struct uc_resolver *r, int err, const struct uc_dns_addresses *addresses)
{
    uint64_t now = uv_now(r->loop);

    r->asking = false;
    uv_timer_stop(&r->timer);
    close_udp(r);
    if (!err) {
        r->addresses = *addresses;
        r->fresh_until_ms = now + bounded_ttl_ms(addresses->ttl_s);
        r->usable_until_ms = r->fresh_until_ms + STALE_MS;
    } else if (err == -ENOENT || now >= r->usable_until_ms) {
        r->addresses.count = 0;
    } else {
        r->fresh_until_ms = now + TTL_MIN_MS; /* nobody answers: what we have may still serve */
    }
    r->done(r, r->addresses.count ? 0 : err);
}

/* From the loop, in any case: through the timer or the closing of the socket. */
static void next_attempt(struct uc_resolver *r)
{
    if (++r->attempt == ATTEMPTS) {
        end(r, -ETIMEDOUT, NULL);
        return;
    }
    if (r->udp_open)
        close_udp(r);
    else
        ask(r);
}

static void next_candidate(struct uc_resolver *r)
{
    char name[UC_DNS_NAME_MAX + 1];

    if (!candidate_name(r, r->candidate + 1, name)) {
        end(r, -ENOENT, NULL);
        return;
    }
    r->candidate++;
    r->attempt = 0;
    if (r->udp_open)
        close_udp(r);
    else
        ask(r);
}

/* The first time out of uc_resolver_ready(), which must not call `done` itself. */
static void on_timer(uv_timer_t *timer)
{
    struct uc_resolver *r = timer->data;
    struct uc_dns_addresses addresses;

    if (r->started) {
        next_attempt(r);
        return;
    }
    r->started = true;
    if (uc_resolver_read_hosts(r->name, &addresses) == 0) {
        r->fixed = true;
        end(r, 0, &addresses);
    } else if (!r->udp_open) { /* else the last question's socket is still closing */
        ask(r);
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct uc_resolver *r = handle->data;

    (void)suggested;
    *buf = uv_buf_init((char *)r->message, sizeof(r->message));
}

static bool is_server(const struct uc_resolver *r, const struct sockaddr *from)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)from;
    const struct sockaddr_in *server = &r->setup.servers[r->attempt % r->setup.server_count];

    return from->sa_family == AF_INET && in->sin_addr.s_addr == server->sin_addr.s_addr &&
           in->sin_port == server->sin_port;
}

static void on_message(uv_udp_t *udp, ssize_t len, const uv_buf_t *buf,
                       const struct sockaddr *from, unsigned flags)
{
    struct uc_resolver *r = udp->data;
    struct uc_dns_addresses addresses;
    int err;

    (void)flags;
    if (!r->asking || uv_is_closing((uv_handle_t *)udp) || (len == 0 && !from))
        return;
    if (len < 0) { /* nobody listens there */
        next_attempt(r);
        return;
    }
    if (!is_server(r, from))
        return;
    err = uc_dns_answer(&addresses, (const uint8_t *)buf->base, (size_t)len, r->id, r->asked);
    if (err == 0)
        end(r, 0, &addresses);
    else if (err == -ENOENT)
        next_candidate(r);
    else if (err == -EAGAIN)
        next_attempt(r);
}

static int send_question(struct uc_resolver *r)
{
    const struct sockaddr_in *server = &r->setup.servers[r->attempt % r->setup.server_count];
    uint8_t question[UC_DNS_MESSAGE_MAX];
    ssize_t len;
    uv_buf_t buf;
    int sent;

    if (getrandom(&r->id, sizeof(r->id), 0) != sizeof(r->id))
        return -EAGAIN;
    len = uc_dns_question(question, r->id, r->asked);
    if (len < 0)
        return (int)len;
    buf = uv_buf_init((char *)question, (unsigned)len);
    sent = uv_udp_try_send(&r->udp, &buf, 1, (const struct sockaddr *)server);
    return sent < 0 ? sent : uv_udp_recv_start(&r->udp, on_alloc, on_message);
}

/* Only from the loop, with no socket open. */
static void ask(struct uc_resolver *r)
{
    int err;

    if (!candidate_name(r, r->candidate, r->asked)) {
        end(r, -ENOENT, NULL);
        return;
    }
    err = uv_udp_init(r->loop, &r->udp);
    if (!err) {
        r->udp.data = r;
        r->udp_open = true;
        err = send_question(r);
    }
    if (err == -EINVAL) {
        end(r, -ENOENT, NULL);
        return;
    }
    /* A send that failed (no route yet) is as good as an answer that does not come. */
    uv_timer_start(&r->timer, on_timer, (uint64_t)PATIENCE_MS << r->attempt, 0);
}

int uc_resolver_init(struct uc_resolver *r, uv_loop_t *loop, const char *name, uc_resolver_fn *done)
{
    int err;

    *r = (struct uc_resolver){.loop = loop, .name = name, .done = done};
    err = uv_timer_init(loop, &r->timer);
    if (err)
        return err;
    r->timer.data = r;
    if (inet_pton(AF_INET, name, &r->addresses.address[0]) == 1) {
        r->addresses.count = 1;
        r->fixed = true;
    }
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    struct uc_resolver *r = handle->data;

    if (--r->closing == 0)
        r->closed(r);
}

void uc_resolver_close(struct uc_resolver *r, uc_resolver_closed_fn *closed)
{
    r->asking = false;
    r->ending = true;
    r->closed = closed;
    close_udp(r);
    r->closing++;
    uv_close((uv_handle_t *)&r->timer, timer_closed);
}

bool uc_resolver_ready(struct uc_resolver *r)
{
    uint64_t now = uv_now(r->loop);

    if (r->fixed && r->addresses.count)
        return true;
    if (!r->asking && now >= r->fresh_until_ms) {
        r->asking = true;
        r->started = false;
        r->candidate = r->attempt = 0;
        uc_resolver_read_setup(&r->setup);
        uv_timer_start(&r->timer, on_timer, 0, 0);
    }
    return r->addresses.count && now < r->usable_until_ms;
}

void uc_resolver_doubt(struct uc_resolver *r)
{
    if (!r->fixed && !r->asking)
        r->fresh_until_ms = 0;
}
