/* SPDX-License-Identifier: MIT */
/* caller.c - a client for each origin, and which hosts and addresses may be called at all. */
#include "uc/caller.h"

#include <errno.h>
#include <stdlib.h>

#include "io/caller_internal.h"
#include "io/client_internal.h"
#include "proto/url.h"
#include "uc/log.h"

#define PEERS_MAX 32
#define HOST_SHARE 4          /* of these a host has a quarter at most: its ports must not shut out all others */
#define ORIGIN_IDLE_MS 60000  /* then it goes, at the next call */
#define CONNS_MAX 4           /* to one peer */
#define ANSWER_MAX (64 << 10) /* a callback's answer is hardly read at all */

static const char separators[] = " ,\t\r\n";

/* Scheme, host and port, with the client for them. */
struct origin {
    struct uc_link link;
    struct uc_client *client;
    uint64_t called_ms; /* when it was called last */
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
    struct uc_client *refuser; /* calls nobody: it tells what was refused, from the loop */
};

/* ---- who may be called */

static bool is_in(uint32_t address, uint32_t network, unsigned bits)
{
    return (address ^ network) >> (32 - bits) == 0;
}

/* RFC 6890 and RFC 5771: what is no other machine's, or nobody's; and where clouds that do not use 169.254.169.254 tell a
 * machine its secrets: 100.100.100.200 (Alibaba), 168.63.129.16 (Azure). */
static bool is_never_called(uint32_t address)
{
    return is_in(address, 0x00000000, 8) || is_in(address, 0xa9fe0000, 16) || is_in(address, 0xe0000000, 4) ||
           is_in(address, 0xf0000000, 4) || address == 0x646464c8 || address == 0xa83f8110;
}

/* RFC 1918; RFC 6598; RFC 6890, section 2.2.2: 192.0.0.0/24, and 198.18.0.0/15, which is for benchmarks */
static bool is_private(uint32_t address)
{
    return is_in(address, 0x0a000000, 8) || is_in(address, 0xac100000, 12) || is_in(address, 0xc0a80000, 16) ||
           is_in(address, 0x64400000, 10) || is_in(address, 0xc0000000, 24) || is_in(address, 0xc6120000, 15);
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

bool uc_caller_may_reach(const struct uc_caller *caller, uint32_t address)
{
    return may_reach(caller, address);
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
    static const struct uc_client_config nobody = {.name = "callbacks", .url = "http://0.0.0.0"};
    struct uc_caller *caller;
    int err;

    if (config->hosts && !are_hosts(config->hosts))
        return -EINVAL;
    caller = calloc(1, sizeof(*caller));
    if (!caller)
        return -ENOMEM;
    err = config->hosts && !(caller->hosts = strdup(config->hosts)) ? -ENOMEM : 0;
    if (!err)
        err = uc_client_new(&caller->refuser, loop, &nobody);
    if (err) {
        free(caller->hosts);
        free(caller);
        return err;
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
    uc_client_free(caller->refuser);
    caller->refuser = NULL;
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

static bool is_at_work(const struct origin *origin)
{
    return !uc_link_alone(&origin->client->calls);
}

/* Of those that have nothing to do, of this host or (NULL) of any, the one that was used longest ago goes. False: all are
 * at work. */
static bool make_room(struct uc_caller *caller, const char *host)
{
    for (struct uc_link *link = caller->origins.prev; link != &caller->origins; link = link->prev) {
        struct origin *origin = UC_LINK_OWNER(link, struct origin, link);

        if (is_at_work(origin) || (host && strcmp(origin->host, host)))
            continue;
        drop(caller, origin);
        return true;
    }
    return false;
}

static unsigned count_of(const struct uc_caller *caller, const char *host)
{
    unsigned count = 0;

    for (struct uc_link *link = caller->origins.next; link != &caller->origins; link = link->next)
        count += !strcmp(UC_LINK_OWNER(link, struct origin, link)->host, host);
    return count;
}

/* False: too many are at work, of this host or in all. */
static bool has_room(struct uc_caller *caller, const char *host)
{
    unsigned share = caller->peers_max / HOST_SHARE ? caller->peers_max / HOST_SHARE : 1;

    if (count_of(caller, host) >= share)
        return make_room(caller, host);
    return caller->count < caller->peers_max || make_room(caller, NULL);
}

/* What has not been called for a while gives its memory back. */
static void drop_idle(struct uc_caller *caller)
{
    uint64_t now = uv_now(caller->loop);
    struct uc_link *link = caller->origins.prev;

    while (link != &caller->origins) {
        struct origin *origin = UC_LINK_OWNER(link, struct origin, link);

        link = link->prev;
        if (origin->called_ms + ORIGIN_IDLE_MS <= now && !is_at_work(origin))
            drop(caller, origin);
    }
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
                                      .no_tracestate = true, /* it is between us and those who call us */
                                      .may_reach = may_reach,
                                      .ctx = caller};
    struct origin *origin;
    int err;

    if (!has_room(caller, url->host))
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

/* 0, or why it cannot be called. */
static int begin(struct uc_caller *caller, const struct uc_url *url, struct uc_request *parent,
                 const struct uc_client_request *call, uc_client_fn *done, void *arg)
{
    struct uc_client_request at_peer = *call;
    struct origin *origin;
    struct uc_buf target;
    int err;

    if (!is_listed(caller, url->host))
        return -EPERM;
    if (url->secure && !caller->tls_ops)
        return -EPROTONOSUPPORT;
    err = target_of(url, &target);
    origin = err ? NULL : find(caller, url);
    if (!err && !origin)
        err = make_origin(caller, url, &origin);
    if (!err) {
        uc_link_remove(&origin->link);
        uc_link_after(&caller->origins, &origin->link);
        origin->called_ms = uv_now(caller->loop);
        at_peer.target = uc_str_of(target.data, target.len);
        uc_client_call(origin->client, parent, &at_peer, done, arg);
    }
    uc_buf_deinit(&target);
    return err;
}

static void refuse(struct uc_caller *caller, struct uc_request *parent, const char *host, int error, uc_client_fn *done, void *arg)
{
    uc_log(UC_WARN, parent, "a URL is not called",
           UC_FIELDS(uc_log_text("host", host), uc_log_text("why", uc_client_error_text(error))));
    uc_client_refuse(caller->refuser, parent, error, done, arg);
}

int uc_caller_call(struct uc_caller *caller, struct uc_request *parent, const struct uc_client_request *call,
                   uc_client_fn *done, void *arg)
{
    struct uc_url url;
    int err;

    if (caller->ended)
        return -ECANCELED;
    drop_idle(caller);
    err = uc_url_parse(&url, call->target);
    if (err) {
        refuse(caller, parent, NULL, err, done, arg);
        return 0;
    }
    err = begin(caller, &url, parent, call, done, arg);
    if (err)
        refuse(caller, parent, url.host, err, done, arg);
    return 0;
}

int uc_caller_fail(struct uc_caller *caller, struct uc_request *parent, int error, uc_client_fn *done, void *arg)
{
    if (caller->ended)
        return -ECANCELED;
    refuse(caller, parent, NULL, error, done, arg);
    return 0;
}

bool uc_url_has_query(const struct uc_buf *url)
{
    return url->len && memchr(url->data, '?', url->len);
}
