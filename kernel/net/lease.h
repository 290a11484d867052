/* SPDX-License-Identifier: MIT */
/*
 * lease.h - what a DHCP server tells besides address, mask, router and name servers.
 *
 * lwIP's client does the asking. Of a server's acknowledgement we take besides: classless static
 * routes (option 121, RFC 3442), which then count instead of the router; the interface's MTU
 * (option 26); our host name (12); time servers (42). Clouds give a machine an address with the
 * mask /32 and a route to a router that is on the link, or one to the metadata service only.
 */
#ifndef K_NET_LEASE_H
#define K_NET_LEASE_H

#include <stdbool.h>
#include <stdint.h>

struct netif;
struct dhcp_msg;
struct ip4_addr;
struct pbuf;

/* Routes kept of one lease, among them always the first one to everywhere; the log tells of more. */
#define K_LEASE_ROUTES_MAX 16

/* Ask for a lease for this card, which goes on for ever. */
void k_lease_start(struct netif *netif);

/* Is there a route by this lease to `to`, or (NULL) to anywhere at all? */
bool k_lease_has_route(struct netif *netif, const struct ip4_addr *to);

/* The address of card `index` has come, changed or gone: logs it and what came with it. */
void k_lease_changed(struct netif *netif, unsigned index);

/* The first time server that a lease named, in network order; 0: none. */
uint32_t k_lease_time_server(void);

/* ---- for lwIP (lwipopts.h) ---- */

/* Before a question leaves: ask for our options too. */
void k_lease_ask(struct netif *netif, struct dhcp_msg *message, uint16_t *options_bytes);

/* An answer of `type` has an option that lwIP does not know: `bytes` bytes at `offset`. */
void k_lease_hear(struct netif *netif, uint8_t type, uint8_t option, uint8_t bytes,
                  struct pbuf *answer, uint16_t offset);

#endif
