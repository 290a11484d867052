/* SPDX-License-Identifier: MIT */
/*
 * caller.h - HTTP/1.1 calls to URLs that somebody else chose: callbacks and webhooks. Generated typed functions stand on it.
 *
 * A uc_caller keeps a uc_client for each scheme, host and port that it was asked to call lately, so that connections are
 * used again; client.h says how such a call goes. Redirections are answers like any other: nothing is called but what was
 * given. What may be called:
 *
 *   - with a list of hosts, those alone, at whatever address they are;
 *   - without one, any host, but no loopback address (127.0.0.0/8) and, unless they are allowed, no private ones
 *     (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 192.0.0.0/24, 198.18.0.0/15);
 *   - never 0.0.0.0/8, 169.254.0.0/16 (link-local: the metadata service of clouds), 100.100.100.200 and 168.63.129.16 (that
 *     of some), multicast and reserved addresses.
 *
 * The service's own addresses are like any others. `tracestate` of a request does not go along, `traceparent` does.
 *
 * Addresses are judged when the connection is made, so that a name that resolves to another one the second time gains
 * nothing. All calls are made, and all callbacks run, on the loop thread.
 */
#ifndef UC_CALLER_H
#define UC_CALLER_H

#include "uc/client.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_caller;

struct uc_caller_config {
    uint32_t timeout_ms; /* of a whole call; 0: 10,000 */
    uint32_t peers;      /* at most at once, a quarter of them of one host; 0: 32. One that has no call under way makes room */
    /* "hooks.example.com *.example.org 10.0.0.7", with blanks, commas or line breaks between; "*." stands for one label or
     * more. NULL: any; "": none. Copied. */
    const char *hosts;
    bool public_only; /* no private addresses; only without `hosts` */
    /* For https: the engine and whom it trusts, both borrowed; NULL: https cannot be called. */
    const struct uc_tls_ops *tls_ops;
    struct uc_tls_server *tls;
};

/* Copies the config. -EINVAL: `hosts` is not such a list; -ENOMEM. */
int uc_caller_new(struct uc_caller **caller, struct uv_loop_s *loop, const struct uc_caller_config *config);
/* What new connections have; borrowed. */
void uc_caller_set_tls(struct uc_caller *caller, struct uc_tls_server *tls);
/* Outstanding calls end with -ECANCELED before this returns, and so does any further one. */
void uc_caller_end(struct uc_caller *caller);
/* The same first. NULL is fine. */
void uc_caller_free(struct uc_caller *caller);

/*
 * As uc_client_call(), with an absolute URL (RFC 3986) in call->target. 0, and `done` comes later, never from inside; or
 * -ECANCELED after uc_caller_end(), and `done` never comes. The answer's error may be, beside those of client.h:
 *   -EINVAL           it is no http or https URL, or has user information or a fragment
 *   -EPERM            this host may not be called, or none of its addresses
 *   -EPROTONOSUPPORT  https, and there are no authorities to judge certificates by
 *   -EBUSY            too many other peers, or other ports of this host, have calls under way
 * What is refused so is on the log, with its host.
 */
int uc_caller_call(struct uc_caller *caller, struct uc_request *parent, const struct uc_client_request *call,
                   uc_client_fn *done, void *arg);

/* A call that could not be made for a reason of the caller's own, negative: told in the same way. */
int uc_caller_fail(struct uc_caller *caller, struct uc_request *parent, int error, uc_client_fn *done, void *arg);

/* Whether parameters that are added to this URL follow a '&', not a '?'. */
bool uc_url_has_query(const struct uc_buf *url);

#ifdef __cplusplus
}
#endif
#endif
