/* SPDX-License-Identifier: MIT */
/*
 * lease.c - the options, and the next hop that they make.
 *
 * A card with a lease sends through route_output(), in front of lwIP's own: a route's router is
 * asked for by ARP whether the mask says that it is near or not, and 169.254.169.254 is reached
 * through the router like any far address, as on Linux, not asked for on the link.
 */
#include "net/lease.h"

#include <string.h>

#include "core/hostname.h"
#include "core/log.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/prot/dhcp.h"
#include "net/net.h"
#include "virtio/netdev.h"

#define OPTION_HOST_NAME 12
#define OPTION_MTU 26
#define OPTION_TIME_SERVERS 42
#define OPTION_REQUEST_LIST 55
#define OPTION_ROUTES 121
#define ROUTES_LEAST 5 /* RFC 3442: bytes of the shortest option */
#define MTU_LEAST 576 /* RFC 791: every host takes this */

struct route {
    uint32_t network, mask, router; /* network order; router 0: on the link */
};

struct lease {
    struct netif *netif;
    bool has_asked; /* and not heard an option since: the next one is of a new answer */
    struct route routes[K_LEASE_ROUTES_MAX];
    unsigned route_count;
    bool has_routes;  /* the option was there: the router of option 3 does not count */
    bool had_address; /* and has said so */
    uint32_t time_server;
};

static struct lease leases[K_NETDEVS_MAX];

static struct lease *lease_of(const struct netif *netif)
{
    for (unsigned i = 0; i < K_NETDEVS_MAX; i++)
        if (leases[i].netif == netif)
            return &leases[i];
    return NULL;
}

/* ---- sending ---- */

static const struct route *find_route(const struct lease *lease, uint32_t to)
{
    const struct route *best = NULL;

    for (unsigned i = 0; i < lease->route_count; i++) {
        const struct route *route = &lease->routes[i];

        if ((to & route->mask) == route->network &&
            (!best || lwip_ntohl(route->mask) > lwip_ntohl(best->mask)))
            best = route;
    }
    return best;
}

/* A neighbour by the mask, and by no route that says more than the mask. */
static bool is_near(const struct netif *netif, const ip4_addr_t *to, const struct route *route)
{
    uint32_t mask = netif_ip4_netmask(netif)->addr;

    return ip4_addr_netcmp(to, netif_ip4_addr(netif), netif_ip4_netmask(netif)) &&
           (!route || lwip_ntohl(route->mask) <= lwip_ntohl(mask));
}

static err_t route_output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    const struct lease *lease = lease_of(netif);
    const struct route *route;
    ip4_addr_t next = *netif_ip4_gw(netif);

    if (ip4_addr_isbroadcast(to, netif) || ip4_addr_ismulticast(to))
        return etharp_output(netif, packet, to);
    route = find_route(lease, to->addr);
    if (is_near(netif, to, route))
        return etharp_output(netif, packet, to);
    if (!route && lease->has_routes)
        return ERR_RTE;
    if (route && route->router)
        next.addr = route->router;
    else if (route)
        next.addr = to->addr;
    if (ip4_addr_isany_val(next))
        return etharp_output(netif, packet, to);
    return etharp_query(netif, &next, packet);
}

bool k_lease_has_route(struct netif *netif, const ip4_addr_t *to)
{
    const struct lease *lease = lease_of(netif);

    return lease && (to ? find_route(lease, to->addr) != NULL : lease->route_count > 0);
}

/* ---- asking ---- */

void k_lease_start(struct netif *netif)
{
    struct lease *lease = lease_of(NULL);

    lease->netif = netif;
    netif->output = route_output;
    k_net_timers_dhcp(true);
    dhcp_start(netif);
}

/* Servers look at the first list of wanted options only, and RFC 3442 wants 121 before 3: ours
 * go to the head of lwIP's list. */
void k_lease_ask(struct netif *netif, struct dhcp_msg *message, uint16_t *options_bytes)
{
    static const uint8_t wanted[] = {OPTION_ROUTES, OPTION_MTU, OPTION_HOST_NAME,
                                     OPTION_TIME_SERVERS};
    struct lease *lease = lease_of(netif);
    uint8_t *options = message->options;
    uint16_t at = 0;

    if (lease)
        lease->has_asked = true;
    while (at + 2 <= *options_bytes && options[at] != OPTION_REQUEST_LIST)
        at = (uint16_t)(at + 2 + options[at + 1]);
    /* One byte stays for the end mark. */
    if (at + 2 > *options_bytes || *options_bytes + sizeof(wanted) + 1 > DHCP_OPTIONS_LEN)
        return;
    memmove(options + at + 2 + sizeof(wanted), options + at + 2, (size_t)*options_bytes - at - 2);
    memcpy(options + at + 2, wanted, sizeof(wanted));
    options[at + 1] = (uint8_t)(options[at + 1] + sizeof(wanted));
    *options_bytes = (uint16_t)(*options_bytes + sizeof(wanted));
}

/* ---- the answer's options ---- */

static bool has_default(const struct lease *lease)
{
    for (unsigned i = 0; i < lease->route_count; i++)
        if (!lease->routes[i].mask)
            return true;
    return false;
}

/* The way to everywhere is kept even where there is no room: without it most of the world is out of reach. */
static void keep_route(struct lease *lease, const struct route *route)
{
    if (lease->route_count < K_LEASE_ROUTES_MAX)
        lease->routes[lease->route_count++] = *route;
    else if (!route->mask && !has_default(lease))
        lease->routes[K_LEASE_ROUTES_MAX - 1] = *route;
}

/* A prefix length, as many bytes of the network as it needs, the router. Bytes; 0: malformed. */
static size_t read_route(const uint8_t *at, size_t bytes, struct route *route)
{
    unsigned bits = *at++, width = (bits + 7) / 8;

    if (bits > 32 || bytes - 1 < width + 4)
        return 0;
    *route = (struct route){.mask = bits ? lwip_htonl(~0u << (32 - bits)) : 0};
    memcpy(&route->network, at, width);
    memcpy(&route->router, at + width, 4);
    route->network &= route->mask;
    return 1 + width + 4;
}

/* Fewer than five bytes hold no route; such an option counts as one that is not there (RFC 3442). */
static void hear_routes(struct lease *lease, const uint8_t *at, size_t bytes)
{
    unsigned told = 0;

    lease->route_count = 0;
    lease->has_routes = bytes >= ROUTES_LEAST;
    for (size_t used; lease->has_routes && bytes; at += used, bytes -= used) {
        struct route route;

        used = read_route(at, bytes, &route);
        lease->has_routes = used > 0;
        if (used && ++told)
            keep_route(lease, &route);
    }
    if (!lease->has_routes) {
        k_log(K_LOG_WARN, "net: the DHCP server's routes (option 121) are malformed; ignored");
        lease->route_count = 0;
    } else if (told > K_LEASE_ROUTES_MAX) {
        k_log(K_LOG_WARN, "net: DHCP gives %u routes; the first %d are used, and one to everywhere", told,
              K_LEASE_ROUTES_MAX);
    }
}

/* What our buffers hold is the most. */
static void take_mtu(struct netif *netif, unsigned mtu)
{
    if (mtu < MTU_LEAST)
        return;
    if (mtu > K_NET_MTU)
        mtu = K_NET_MTU;
    if (mtu != netif->mtu)
        k_log(K_LOG_INFO, "net: packets of at most %u bytes", mtu);
    netif->mtu = (uint16_t)mtu;
}

/* Only what a server acknowledges counts; it puts the kind of its message first. */
void k_lease_hear(struct netif *netif, uint8_t type, uint8_t option, uint8_t bytes,
                  struct pbuf *answer, uint16_t offset)
{
    struct lease *lease = lease_of(netif);
    uint8_t value[255];

    if (type != DHCP_ACK || !lease || pbuf_copy_partial(answer, value, bytes, offset) != bytes)
        return;
    if (lease->has_asked) {
        lease->has_asked = false;
        lease->route_count = 0;
        lease->has_routes = false;
    }
    if (option == OPTION_ROUTES)
        hear_routes(lease, value, bytes);
    else if (option == OPTION_MTU && bytes == 2)
        take_mtu(netif, (unsigned)value[0] << 8 | value[1]);
    else if (option == OPTION_TIME_SERVERS && bytes >= 4)
        memcpy(&lease->time_server, value, 4);
    else if (option == OPTION_HOST_NAME)
        k_hostname_offer((const char *)value, bytes);
}

uint32_t k_lease_time_server(void)
{
    for (unsigned i = 0; i < K_NETDEVS_MAX; i++)
        if (leases[i].netif && leases[i].time_server)
            return leases[i].time_server;
    return 0;
}

/* ---- telling ---- */

static void log_address(const struct netif *netif, unsigned index)
{
    const uint8_t *a = (const uint8_t *)&netif_ip4_addr(netif)->addr;

    if (index == 0)
        k_log(K_LOG_INFO, "net: address %d.%d.%d.%d", a[0], a[1], a[2], a[3]);
    else
        k_log(K_LOG_INFO, "net: card %u: address %d.%d.%d.%d", index, a[0], a[1], a[2], a[3]);
}

static void log_routes(const struct lease *lease)
{
    for (unsigned i = 0; i < lease->route_count; i++) {
        const uint8_t *to = (const uint8_t *)&lease->routes[i].network;
        const uint8_t *by = (const uint8_t *)&lease->routes[i].router;
        unsigned bits = (unsigned)__builtin_popcount(lease->routes[i].mask);

        k_log(K_LOG_INFO, "net: route to %d.%d.%d.%d/%u by %d.%d.%d.%d", to[0], to[1], to[2], to[3],
              bits, by[0], by[1], by[2], by[3]);
    }
}

void k_lease_changed(struct netif *netif, unsigned index)
{
    struct lease *lease = lease_of(netif);
    bool has_address = !ip4_addr_isany_val(*netif_ip4_addr(netif));

    if (has_address)
        log_address(netif, index);
    if (!lease)
        return;
    if (has_address)
        log_routes(lease);
    else if (lease->had_address && netif_dhcp_data(netif)->state == DHCP_STATE_BACKING_OFF)
        k_log(K_LOG_WARN, "net: the DHCP server refuses to renew the lease: no address until it gives a new one");
    else if (lease->had_address)
        k_log(K_LOG_WARN, "net: the DHCP lease has ended and no server renewed it: no address until one answers");
    lease->had_address = has_address;
}
