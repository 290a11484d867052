/* SPDX-License-Identifier: MIT */
/*
 * lease_test.c - leases as clouds give them: what is asked for, where packets go, what happens when
 * time passes.
 *
 * A DHCP server behind the card that is an array, with hours that pass in an instant.
 */
#include <stdio.h>
#include <string.h>

#include "array_card.h"
#include "core.h"
#include "core/clock.h"
#include "core/hostname.h"
#include "core/poll.h"
#include "lwip/netif.h"
#include "net/lease.h"
#include "net/net.h"
#include "net/sock.h"
#include "tap.h"

#define DHCP_AT 42 /* of the message in its frame */
#define OPTIONS_AT (DHCP_AT + 240)
enum { DISCOVER = 1, OFFER = 2, REQUEST = 3, ACK = 5, NAK = 6 };

struct k_netdev *k_netdev_get(unsigned index) { return index ? NULL : &array_card_dev; }

/* ---- the server ---- */

struct offer {
    uint32_t address, mask, router; /* router 0: none */
    uint32_t lease_s;
    uint16_t mtu; /* 0: not told */
    const uint8_t *routes;
    uint8_t routes_bytes;
    const char *host_name; /* NULL: not told */
    uint32_t time_server;
};

static struct {
    const struct offer *offer;
    bool is_silent, refuses; /* the next request */
    uint8_t question[ARRAY_FRAME_MAX]; /* not answered yet */
    size_t question_bytes;
    unsigned requests;
    uint8_t wanted[16]; /* the head of the last list of wanted options */
    uint32_t arp_target;
    uint32_t to, to_mac_of; /* the last packet of another kind: its address, and whose MAC it went to */
} server;

/* Everybody's MAC address is 02:02 and the address. */
static void set_mac(uint8_t *at, uint32_t address)
{
    put16(at, 0x0202);
    put32(at + 2, address);
}

static bool is_dhcp(const uint8_t *f, size_t bytes)
{
    return bytes > OPTIONS_AT && get16(f + 12) == 0x0800 && f[23] == 17 && get16(f + 36) == 67;
}

static const uint8_t *option(const uint8_t *f, size_t bytes, uint8_t code)
{
    const uint8_t *at = f + OPTIONS_AT;

    while (at + 1 < f + bytes && *at != 255 && *at != code)
        at += 2 + at[1];
    return at < f + bytes && *at == code ? at + 1 : NULL;
}

static void hear(const uint8_t *f, size_t bytes)
{
    if (get16(f + 12) == 0x0806 || is_dhcp(f, bytes)) {
        memcpy(server.question, f, bytes);
        server.question_bytes = bytes;
    } else if (get16(f + 12) == 0x0800) {
        server.to = get32(f + 30);
        server.to_mac_of = get32(f + 2);
    }
}

static void answer_arp(void)
{
    uint8_t f[42];

    server.arp_target = get32(server.question + 38);
    memcpy(f, server.question, sizeof(f));
    memcpy(f, server.question + 6, 6);
    set_mac(f + 6, server.arp_target);
    put16(f + 20, 2);
    set_mac(f + 22, server.arp_target);
    put32(f + 28, server.arp_target);
    memcpy(f + 32, server.question + 22, 10);
    array_card_put(f, sizeof(f));
}

static uint8_t *add(uint8_t *at, uint8_t code, const void *value, size_t bytes)
{
    *at++ = code;
    *at++ = (uint8_t)bytes;
    memcpy(at, value, bytes);
    return at + bytes;
}

static uint8_t *add32(uint8_t *at, uint8_t code, uint32_t value)
{
    uint8_t bytes[4];

    put32(bytes, value);
    return add(at, code, bytes, 4);
}

static void answer_dhcp(void)
{
    const uint8_t *kind = option(server.question, server.question_bytes, 53);
    const uint8_t *list = option(server.question, server.question_bytes, 55);
    const struct offer *offer = server.offer;
    uint8_t f[ARRAY_FRAME_MAX] = {0}, *at = f + OPTIONS_AT, mtu[2];
    uint8_t type = kind[1] == DISCOVER ? OFFER : server.refuses ? NAK : ACK;

    server.requests++;
    server.refuses &= type != NAK;
    if (list)
        memcpy(server.wanted, list + 1, sizeof(server.wanted));
    if (server.is_silent)
        return;
    memcpy(f + DHCP_AT, server.question + DHCP_AT, 240);
    f[DHCP_AT] = 2;
    put32(f + DHCP_AT + 16, offer->address);
    at = add(at, 53, &type, 1);
    at = add32(at, 54, 0x0a000002);
    at = add32(at, 1, offer->mask);
    at = add32(at, 51, offer->lease_s);
    if (offer->router)
        at = add32(at, 3, offer->router);
    put16(mtu, offer->mtu);
    if (offer->mtu)
        at = add(at, 26, mtu, 2);
    if (offer->routes)
        at = add(at, 121, offer->routes, offer->routes_bytes);
    if (offer->host_name)
        at = add(at, 12, offer->host_name, strlen(offer->host_name));
    if (offer->time_server)
        at = add32(at, 42, offer->time_server);
    *at++ = 255;
    put16(f + 34, 67);
    put16(f + 36, 68);
    put16(f + 38, (unsigned)(at - f - 34));
    array_card_put(f, wire_ip(f, 17, (size_t)(at - f - 34), 0x0a000002, offer->address));
    /* wire_ip addresses the card, which is what a server does to one without an address. */
}

static bool serve(void *arg)
{
    (void)arg;
    if (!server.question_bytes)
        return false;
    if (is_dhcp(server.question, server.question_bytes))
        answer_dhcp();
    else if (get16(server.question + 20) == 1 && get32(server.question + 38) != server.offer->address)
        answer_arp();
    server.question_bytes = 0;
    return true;
}

/* ---- asking the stack ---- */

static struct k_poller poller = {.poll = serve};
static struct k_sock *sock;

static uint32_t address(void) { return lwip_ntohl(netif_ip4_addr(netif_default)->addr); }

/* Send a datagram to `to`: 0 and whose MAC address it went to, or the error. */
static long send_to(uint32_t to)
{
    char text[] = "x";
    struct iovec iov = {text, 1};
    struct k_sock_name name = {lwip_htonl(to), lwip_htons(9)};
    ssize_t sent;

    server.to = server.to_mac_of = 0;
    sent = sock->ops->send(sock, &iov, 1, 0, &name);
    host_run(20 * K_NS_PER_MS);
    return sent == 1 ? 0 : sent;
}

static bool goes_by(uint32_t to, uint32_t neighbour)
{
    bool as_told = send_to(to) == 0 && server.to == to && server.to_mac_of == neighbour;

    if (!as_told)
        printf("# to %08x: went to %08x by %08x\n", to, server.to, server.to_mac_of);
    return as_told;
}

static void pass_s(uint64_t seconds) { host_run(seconds * K_NS_PER_S); }

#define METADATA 0xa9fea9fe
#define FAR 0x08080808

/* A subnet, a router in it, frames larger than ours. */
static const struct offer ec2 = {
    .address = 0xac1f0005, .mask = 0xfffff000, .router = 0xac1f0001, .lease_s = 3600, .mtu = 9001};

static void a_lease_in_a_subnet(void)
{
    ok(address() == ec2.address, "an address");
    ok(!memcmp(server.wanted, (uint8_t[]){121, 26, 12, 42, 1, 3}, 6),
       "classless routes are asked for before the router");
    ok(netif_default->mtu == 1500, "an MTU beyond our buffers changes nothing");
    ok(goes_by(0xac1f0009, 0xac1f0009), "a neighbour is reached on the link");
    ok(goes_by(FAR, 0xac1f0001), "the world by the router");
    ok(goes_by(METADATA, 0xac1f0001), "the metadata service too");
    ok(!strcmp(k_hostname(), "service"), "nobody named us");
}

static const uint8_t neutron_routes[] = {32, 169, 254, 169, 254, 172, 31, 0, 2, 0, 172, 31, 0, 1};
static const struct offer openstack = {.address = 0xac1f0005,
                                       .mask = 0xfffff000,
                                       .router = 0xac1f0003,
                                       .lease_s = 3600,
                                       .mtu = 1450,
                                       .routes = neutron_routes,
                                       .routes_bytes = sizeof(neutron_routes),
                                       .host_name = "orders-1.novalocal"};

static void a_renewal_with_routes(void)
{
    unsigned before = server.requests;

    server.offer = &openstack;
    pass_s(1700);
    ok(server.requests == before, "a lease is not renewed before half of its time");
    pass_s(200);
    ok(server.requests > before && address() == openstack.address, "then it is, by asking the server");
    ok(goes_by(METADATA, 0xac1f0002), "a route to one machine is taken");
    ok(goes_by(FAR, 0xac1f0001), "with routes the router of option 3 does not count");
    ok(goes_by(0xac1f0009, 0xac1f0009), "neighbours stay neighbours");
    ok(!strcmp(k_hostname(), "orders-1"), "the host name of the lease is ours");
    ok(netif_default->mtu == 1450, "and its MTU");
}

static const uint8_t broken_routes[] = {33, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const struct offer broken = {.address = 0xac1f0005,
                                    .mask = 0xfffff000,
                                    .router = 0xac1f0003,
                                    .lease_s = 3600,
                                    .routes = broken_routes,
                                    .routes_bytes = sizeof(broken_routes),
                                    .host_name = "bad name!"};

static void malformed_options(void)
{
    server.offer = &broken;
    pass_s(1900);
    ok(strstr(host_logged, "malformed"), "malformed routes are told");
    ok(goes_by(FAR, 0xac1f0003), "and ignored");
    ok(!strcmp(k_hostname(), "orders-1"), "so is a name that is none");
}

static const uint8_t no_routes[] = {0, 10, 0, 0};

static void options_that_are_too_short(void)
{
    struct offer offer = broken;

    offer.routes = no_routes;
    server.offer = &offer;
    for (offer.routes_bytes = 0; offer.routes_bytes <= sizeof(no_routes); offer.routes_bytes++) {
        char name[80];

        host_logged[0] = 0;
        pass_s(1900);
        snprintf(name, sizeof(name), "%u bytes hold no route: the router of option 3 counts", offer.routes_bytes);
        ok(goes_by(FAR, 0xac1f0003), name);
    }
    server.offer = &broken;
}

/* 10.N.0.0/16 by 172.31.0.10+N, and then a way to everywhere. */
static void more_routes_than_are_kept(void)
{
    uint8_t routes[20 * 7 + 5] = {0}, *at = routes;
    struct offer offer = broken;

    for (uint8_t i = 0; i < 20; i++, at += 7) {
        const uint8_t route[] = {16, 10, i, 172, 31, 0, (uint8_t)(10 + i)};

        memcpy(at, route, sizeof(route));
    }
    put32(at + 1, 0xac1f0001);
    offer.routes = routes;
    offer.routes_bytes = sizeof(routes);
    server.offer = &offer;
    pass_s(1900);
    ok(goes_by(0x0a000001, 0xac1f000a) && goes_by(0x0a0e0001, 0xac1f0018), "of many routes the first are kept");
    ok(goes_by(FAR, 0xac1f0001), "and that to everywhere, wherever it stands");
    server.offer = &broken;
}

static const uint8_t gce_routes[] = {32, 10, 128, 0, 1, 0, 0, 0, 0, 0, 10, 128, 0, 1};
static const struct offer gce = {.address = 0x0a800007,
                                 .mask = 0xffffffff,
                                 .router = 0x0a800001,
                                 .lease_s = 60,
                                 .mtu = 1460,
                                 .routes = gce_routes,
                                 .routes_bytes = sizeof(gce_routes),
                                 .time_server = METADATA};

static void an_address_of_its_own(void)
{
    server.offer = &gce;
    server.refuses = true;
    pass_s(1900);
    ok(address() == gce.address, "a refused renewal begins anew, with another address");
    ok(goes_by(FAR, 0x0a800001), "mask /32: the world by a router on the link");
    ok(goes_by(METADATA, 0x0a800001), "the metadata service too");
    ok(goes_by(0x0a800001, 0x0a800001), "and the router itself");
    ok(k_lease_time_server() == lwip_htonl(METADATA), "a time server");
}

static const struct offer plain32 = {
    .address = 0x0a800007, .mask = 0xffffffff, .router = 0xac1f0101, .lease_s = 60, .mtu = 1400};

static void a_router_outside_of_the_subnet(void)
{
    server.offer = &plain32;
    pass_s(40);
    ok(goes_by(FAR, 0xac1f0101), "mask /32 and a router, no routes: by the router all the same");
}

static const uint8_t only_metadata[] = {32, 169, 254, 169, 254, 0, 0, 0, 0};
static const struct offer island = {.address = 0x0a800007,
                                    .mask = 0xffffff00,
                                    .router = 0x0a800001,
                                    .lease_s = 60,
                                    .routes = only_metadata,
                                    .routes_bytes = sizeof(only_metadata)};

static void no_way_out(void)
{
    server.offer = &island;
    pass_s(40);
    ok(goes_by(METADATA, METADATA), "a route without a router: asked for on the link");
    ok(send_to(FAR) < 0 && !server.to, "routes without a default lead nowhere else");
}

static void a_lost_lease(void)
{
    server.is_silent = true;
    pass_s(20);
    ok(address() == island.address, "a silent server: the address stays to the end of the lease");
    pass_s(60);
    ok(address() == 0 && strstr(host_logged, "lease has ended"), "then it goes, and the log says so");
    server.is_silent = false;
    pass_s(70);
    ok(address() == island.address, "and comes back with the server");
    ok(goes_by(METADATA, METADATA), "with its routes");
}

int main(void)
{
    array_card.on_sent = hear;
    server.offer = &ec2;
    k_poller_add(&poller);
    k_net_init();
    sock = k_udp_sock_new();
    a_lease_in_a_subnet();
    a_renewal_with_routes();
    malformed_options();
    options_that_are_too_short();
    more_routes_than_are_kept();
    an_address_of_its_own();
    a_router_outside_of_the_subnet();
    no_way_out();
    a_lost_lease();
    return tap_done();
}
