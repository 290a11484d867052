/* SPDX-License-Identifier: MIT */
/*
 * resolver.h - the IPv4 addresses of one name, kept fresh, without threads.
 *
 * uv_getaddrinfo() would do the same on libuv's thread pool: four threads with a stack each,
 * which is real memory in an 8 MiB image, and it hides the TTL and the order of the
 * addresses. This asks the servers of /etc/resolv.conf over UDP from the loop. It knows /etc/hosts,
 * literal addresses, `search`, and `ndots`; no IPv6, no TCP, no NSS.
 *
 * Addresses are kept for their TTL (between 1 and 30 seconds). After that they are still
 * handed out for a while as a new question is under way, so that no call waits for a refresh.
 */
#ifndef UC_RESOLVER_H
#define UC_RESOLVER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <uv.h>

#include "proto/dns.h"

#define UC_RESOLVER_SERVERS_MAX 3
#define UC_RESOLVER_SEARCH_MAX 4

struct uc_resolver_setup { /* what the files say */
    struct sockaddr_in servers[UC_RESOLVER_SERVERS_MAX];
    unsigned server_count;
    char search[UC_RESOLVER_SEARCH_MAX][UC_DNS_NAME_MAX + 1];
    unsigned search_count;
    unsigned ndots;
};

/* Tests put other files and another port in place of /etc/hosts, /etc/resolv.conf, 53. */
struct uc_resolver_files {
    const char *hosts, *resolv_conf;
    uint16_t port;
};
extern struct uc_resolver_files uc_resolver_files;

void uc_resolver_read_setup(struct uc_resolver_setup *setup);
/* 0 and the addresses that /etc/hosts gives `name`, or -ENOENT. */
int uc_resolver_read_hosts(const char *name, struct uc_dns_addresses *addresses);

struct uc_resolver;

/* A question has ended: 0, or why there are no addresses (-ENOENT, -ETIMEDOUT, ...). */
typedef void uc_resolver_fn(struct uc_resolver *resolver, int err);
typedef void uc_resolver_closed_fn(struct uc_resolver *resolver);

struct uc_resolver {
    uv_loop_t *loop;
    const char *name; /* borrowed */
    uc_resolver_fn *done;
    uc_resolver_closed_fn *closed;
    struct uc_dns_addresses addresses; /* count 0: none known */
    uint64_t fresh_until_ms, usable_until_ms;
    bool fixed; /* a literal address, or from /etc/hosts */

    struct uc_resolver_setup setup;
    uv_udp_t udp;
    uv_timer_t timer;
    bool asking, started, udp_open, ending;
    unsigned candidate, attempt, closing;
    uint16_t id;
    char asked[UC_DNS_NAME_MAX + 1];
    uint8_t message[UC_DNS_MESSAGE_MAX];
};

/* Borrows `name`. `done` is called from the loop, never from inside a function here. */
int uc_resolver_init(struct uc_resolver *resolver, uv_loop_t *loop, const char *name,
                     uc_resolver_fn *done);
/* `closed` is called from the loop when the memory may go. */
void uc_resolver_close(struct uc_resolver *resolver, uc_resolver_closed_fn *closed);

/*
 * True: resolver->addresses may be used now (a refresh may have been started).
 * False: `done` will be called.
 */
bool uc_resolver_ready(struct uc_resolver *resolver);

/* The addresses did not serve: ask anew before they are used again. */
void uc_resolver_doubt(struct uc_resolver *resolver);

#endif
