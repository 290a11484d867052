/* SPDX-License-Identifier: MIT */
/*
 * net.h - the protocol stack: lwIP on the network cards, and loopback.
 *
 * Everything runs in the poll round (core/poll.h) or in the system call that asked: there is no
 * thread of its own and no lock. lwIP's timers are armed only while something needs them.
 */
#ifndef K_NET_NET_H
#define K_NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Boot, after the devices were found: bring up loopback and the cards. An address comes from the
 * command line (ip=A.B.C.D/N gw= dns=, ip1= gw1= for the second card, and so on), else from DHCP,
 * for which this waits at most five seconds, and only for the first card; "net=off" leaves all
 * alone. What no card's network holds goes through the first, or, where a connection has the
 * address of another that has a gateway, through that one.
 */
void k_net_init(void);

/* Has the first card an address? */
bool k_net_has_address(void);

/* Has it one, or may DHCP still bring one? */
bool k_net_has_network(void);

/* The text of /etc/resolv.conf. Returns its length, at most `capacity`. */
size_t k_net_resolv_conf(char *out, size_t capacity);

/* Call `fn` whenever an address was given to us, and name servers perhaps with it. */
void k_net_set_changed(void (*fn)(void));

/* ---- between the files of this folder ---- */

struct netif;

#define K_NET_MTU 1500 /* bytes of a packet: Ethernet's */

/* Window and buffer sizes, and how many receive buffers, from the memory that there is. */
struct k_net_sizes {
    uint32_t receive_buffers;
};
struct k_net_sizes k_net_tune(void);

/* Boot, before lwIP: the table that finds connections. */
bool k_tcp_hash_init(void);

/* lwIP's netif functions of a card, whose k_netdev is netif->state before. */
int8_t k_netif_init(struct netif *netif);
bool k_netif_poll(void); /* take what came, finish what was sent, tell the device: one round */
bool k_netif_before_idle(void);
int k_netif_lend_buffers(struct netif *netif, uint32_t count);

/* The program has ended: deliver what it wrote. */
void k_net_finish(void);

void k_net_timers_init(void);
void k_net_timers_dhcp(bool on);

/* "10.0.0.1" and nothing behind, to network order. */
bool k_address_parse(const char *text, uint32_t *address);

/* Static configuration of card `index`, or the start of DHCP. False: no address yet. */
bool k_address_configure(struct netif *netif, unsigned index);

#endif
