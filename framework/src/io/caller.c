/* SPDX-License-Identifier: MIT */
/* caller.c - a client for each origin, and which hosts and addresses may be called at all. */
#include "uc/caller.h"

#include <errno.h>
#include <stdlib.h>

#include "io/client_internal.h"
#include "proto/url.h"

#define PEERS_MAX 32
#define CONNS_MAX 4           /* to one peer */
#define ANSWER_MAX (64 << 10) /* a callback's answer is hardly read at all */

static const char separators[] = " ,\t\r\n";

/* Scheme, host and port, with the client for them. */
struct origin {
    struct uc_link link;
    struct uc_client *client;
    bool secure;
    uint16_t port;
    char host[UC_DNS_NAME_MAX + 2];
};

struct uc_caller {
    uv_loop_t *loop;
    uint32_t timeout_ms, peers_max;
    char *hosts; /* NULL: any */
    bool public_only, ended;
    const struct uc_tls_ops *tls_ops;
    struct uc_tls_server *tls;
    struct uc_link origins; /* used last comes first */
    unsigned count;
};

/* ---- who may be called */

static bool is_in(uint32_t address, uint32_t network, unsigned bits)
{
    return (address ^ network) >> (32 - bits) == 0;
}

/* RFC 6890 and RFC 5771: what is no other machine's, or nobody's. */
static bool is_never_called(uint32_t address)
{
    return is_in(address, 0x00000000, 8) || is_in(address, 0xa9fe0000, 16) || is_in(address, 0xe0000000, 4) ||
           is_in(address, 0xf0000000, 4);
}

static bool is_private(uint32_t address)
{
    return is_in(address, 0x0a000000, 8) || is_in(address, 0xac100000, 12) || is_in(address, 0xc0a80000, 16) ||
           is_in(address, 0x64400000, 10);
}

static bool may_reach(const void *ctx, uint32_t address)
{
    const struct uc_caller *caller = ctx;

    address = ntohl(address);
    if (is_never_called(address))
        return false;
    if (caller->hosts)
        return true;
    return !is_in(address, 0x7f000000, 8) && !(caller->public_only && is_private(address));
}

/* The next word of a list, which `at` moves behind; len 0: there is none. */
static struct uc_str next_host(const char **at)
{
    const char *start = *at + strspn(*at, separators);
    size_t len = strcspn(start, separators);

    *at = start + len;
    return uc_str_of(start, len);
}

/* "*.example.org" is of everything below it, not of itself. */
static bool covers(struct uc_str entry, struct uc_str host)
{
    if (entry.len > 2 && entry.data[0] == '*') {
        entry = uc_str_of(entry.data + 1, entry.len - 1);
        if (host.len <= entry.len)
            return false;
        host = uc_str_of(host.data + host.len - entry.len, entry.len);
    }
    return uc_str_eq_nocase(entry, host);
}

static bool is_listed(const struct uc_caller *caller, const char *name)
{
    struct uc_str host = uc_str(name), entry;
    const char *at = caller->hosts;

    if (host.len && host.data[host.len - 1] == '.')
        host.len--;
    if (!at)
        return true;
    while ((entry = next_host(&at)).len)
        if (covers(entry, host))
            return true;
    return false;
}

/* Each word is a host as one stands in a URL, perhaps behind "*.". */
static bool are_hosts(const char *list)
{
    struct uc_str entry;

    while ((entry = next_host(&list)).len) {
        char text[sizeof("http://") + UC_DNS_NAME_MAX];
        size_t skip = entry.len > 2 && !memcmp(entry.data, "*.", 2) ? 2 : 0;
        struct uc_url url;

        if (entry.len - skip > UC_DNS_NAME_MAX || entry.data[entry.len - 1] == '.' || memchr(entry.data, ':', entry.len))
            return false;
        snprintf(text, sizeof(text), "http://%.*s", (int)(entry.len - skip), entry.data + skip);
        if (uc_url_parse(&url, uc_str(text)) || url.path.len || url.query.len)
            return false;
    }
    return true;
}

/* ---- life */

int uc_caller_new(struct uc_caller **out, struct uv_loop_s *loop, const struct uc_caller_config *config)
{
    struct uc_caller *caller;

    if (config->hosts && !are_hosts(config->hosts))
        return -EINVAL;
    caller = calloc(1, sizeof(*caller));
    if (!caller)
        return -ENOMEM;
    if (config->hosts && !(caller->hosts = strdup(config->hosts))) {
        free(caller);
        return -ENOMEM;
    }
    caller->loop = loop;
    caller->timeout_ms = config->timeout_ms;
    caller->peers_max = config->peers ? config->peers : PEERS_MAX;
    caller->public_only = config->public_only;
    caller->tls_ops = config->tls_ops;
    caller->tls = config->tls;
    uc_link_init(&caller->origins);
    *out = caller;
    return 0;
}

void uc_caller_set_tls(struct uc_caller *caller, struct uc_tls_server *tls)
{
    caller->tls = tls;
    for (struct uc_link *link = caller->origins.next; link != &caller->origins; link = link->next) {
        struct origin *origin = UC_LINK_OWNER(link, struct origin, link);

        if (origin->secure)
            uc_client_set_tls(origin->client, tls);
    }
}

/* The client itself stays until its handles have closed. */
static void drop(struct uc_caller *caller, struct origin *origin)
{
    uc_link_remove(&origin->link);
    caller->count--;
    uc_client_free(origin->client);
    free(origin);
}

void uc_caller_end(struct uc_caller *caller)
{
    caller->ended = true; /* before callbacks run, which may call again */
    while (!uc_link_alone(&caller->origins))
        drop(caller, UC_LINK_OWNER(caller->origins.next, struct origin, link));
}

void uc_caller_free(struct uc_caller *caller)
{
    if (!caller)
        return;
    uc_caller_end(caller);
    free(caller->hosts);
    free(caller);
}

/* ---- origins */

static struct origin *find(struct uc_caller *caller, const struct uc_url *url)
{
    for (struct uc_link *link = caller->origins.next; link != &caller->origins; link = link->next) {
        struct origin *origin = UC_LINK_OWNER(link, struct origin, link);

        if (origin->secure == url->secure && origin->port == url->port && !strcmp(origin->host, url->host))
            return origin;
    }
    return NULL;
}

/* Of those that have nothing to do, the one that was used longest ago goes. False: all are at work. */
static bool make_room(struct uc_caller *caller)
{
    for (struct uc_link *link = caller->origins.prev; link != &caller->origins; link = link->prev) {
        struct origin *origin = UC_LINK_OWNER(link, struct origin, link);

        if (!uc_link_alone(&origin->client->calls))
            continue;
        drop(caller, origin);
        return true;
    }
    return false;
}

static int make_origin(struct uc_caller *caller, const struct uc_url *url, struct origin **out)
{
    char text[sizeof("https://") + sizeof(url->authority)];
    struct uc_client_config config = {.url = text,
                                      .timeout_ms = caller->timeout_ms,
                                      .connections = CONNS_MAX,
                                      .answer_max_bytes = ANSWER_MAX,
                                      .tls_ops = url->secure ? caller->tls_ops : NULL,
                                      .tls = caller->tls,
                                      .may_reach = may_reach,
                                      .ctx = caller};
    struct origin *origin;
    int err;

    if (caller->count >= caller->peers_max && !make_room(caller))
        return -EBUSY;
    origin = calloc(1, sizeof(*origin));
    if (!origin)
        return -ENOMEM;
    snprintf(text, sizeof(text), "http%s://%s", url->secure ? "s" : "", url->authority);
    err = uc_client_new(&origin->client, caller->loop, &config);
    if (err) {
        free(origin);
        return err;
    }
    origin->secure = url->secure;
    origin->port = url->port;
    memcpy(origin->host, url->host, sizeof(origin->host));
    caller->count++;
    uc_link_after(&caller->origins, &origin->link);
    *out = origin;
    return 0;
}

/* ---- calls */

/* What a request line has of it: the path, which is not empty there (RFC 9112, section 3.2.1), and the query. */
static int target_of(const struct uc_url *url, struct uc_buf *target)
{
    uc_buf_init(target, UC_URL_BYTES_MAX + 1);
    uc_buf_append_str(target, url->path.len ? url->path : uc_str("/"));
    uc_buf_append_str(target, url->query);
    return target->error;
}

int uc_caller_call(struct uc_caller *caller, struct uc_request *parent, const struct uc_client_request *call,
                   uc_client_fn *done, void *arg)
{
    struct uc_client_request at_peer = *call;
    struct origin *origin;
    struct uc_buf target;
    struct uc_url url;
    int err = caller->ended ? -ECANCELED : uc_url_parse(&url, call->target);

    if (err)
        return err;
    if (!is_listed(caller, url.host))
        return -EPERM;
    if (url.secure && !caller->tls_ops)
        return -EPROTONOSUPPORT;
    err = target_of(&url, &target);
    origin = err ? NULL : find(caller, &url);
    if (!err && !origin)
        err = make_origin(caller, &url, &origin);
    if (!err) {
        uc_link_remove(&origin->link);
        uc_link_after(&caller->origins, &origin->link);
        at_peer.target = uc_str_of(target.data, target.len);
        uc_client_call(origin->client, parent, &at_peer, done, arg);
    }
    uc_buf_deinit(&target);
    return err;
}

bool uc_url_has_query(const struct uc_buf *url)
{
    return url->len && memchr(url->data, '?', url->len);
}
