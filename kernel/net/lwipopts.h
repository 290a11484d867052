/* SPDX-License-Identifier: MIT */
/*
 * lwipopts.h - how the kernel builds lwIP.
 *
 * No threads, no netconn: the raw API under our own sockets. Memory comes from the kernel's heap
 * and goes back to it, so that nothing is reserved for connections that are not there. Windows are
 * variables, set from the memory at boot (tune.c).
 */
#ifndef K_NET_LWIPOPTS_H
#define K_NET_LWIPOPTS_H

#include <stddef.h>
#include <stdint.h>

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TIMERS 1
#define LWIP_TIMERS_CUSTOM 1 /* timers.c: armed only when needed */

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_DHCP 1
#define LWIP_AUTOIP 0
#define LWIP_IGMP 0
#define LWIP_DNS 1 /* DHCP's servers go to resolv.conf; lwIP's resolver itself is not built */
#define DNS_MAX_SERVERS 2
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_ACD 0
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_MAX_DNS_SERVERS 2
#define DHCP_COARSE_TIMER_SECS 5 /* our patch: the unit in which leases are counted */
#define DHCP_OPTIONS_LEN 160     /* of a question: a long host name, and ours */

#define MEM_ALIGNMENT 16
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
void *k_malloc(size_t bytes);
void *k_calloc(size_t count, size_t bytes);
void k_free(void *block);
#define mem_clib_malloc k_malloc
#define mem_clib_calloc k_calloc
#define mem_clib_free k_free

/* The device's header stands in front of each frame. */
#define PBUF_LINK_ENCAPSULATION_HLEN 12
#define ETH_PAD_SIZE 0
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define PBUF_POOL_SIZE 0
#define PBUF_POOL_BUFSIZE 1536
#define LWIP_PBUF_REF_T uint16_t

extern uint32_t k_tcp_wnd, k_tcp_snd_buf;
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 4
#define TCP_MSS 1460
#ifdef K_LWIP_CHECKS /* lwIP's own check of this file wants a number */
#define TCP_WND 65535
#else
#define TCP_WND k_tcp_wnd
#endif
#define TCP_SND_BUF k_tcp_snd_buf
#define TCP_SND_QUEUELEN 1024
#define TCP_SNDLOWAT (k_tcp_snd_buf / 4)
#define TCP_SNDQUEUELOWAT 512
#define TCP_WND_UPDATE_THRESHOLD (k_tcp_wnd / 4)
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1
#define MEMP_NUM_TCP_SEG 1024
#define TCP_QUEUE_OOSEQ 1
/* By these names: lwIP asks TCP_OOSEQ_MAX_* in the preprocessor, where a variable counts as 0. */
#define TCP_OOSEQ_BYTES_LIMIT(pcb) k_tcp_wnd
#define TCP_OOSEQ_PBUFS_LIMIT(pcb) ((u16_t)(k_tcp_wnd / TCP_MSS * 2))
#define TCP_LISTEN_BACKLOG 1
#define TCP_MSL 2500ul /* TIME_WAIT ends after twice this */
#define LWIP_TCP_KEEPALIVE 1
#define LWIP_TCP_TIMESTAMPS 0
#define LWIP_CALLBACK_API 1
#define SO_REUSE 1
#define LWIP_SO_RCVBUF 0

#define ARP_TABLE_SIZE 32
#define ARP_QUEUEING 1
#define ETHARP_SUPPORT_STATIC_ENTRIES 0
#define LWIP_NETIF_HWADDRHINT 1
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 256
#define LWIP_NETIF_LOOPBACK_MULTITHREADING 0
#define LWIP_NETIF_TX_SINGLE_PBUF 0
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 32
#define IP_FRAG 1
#define IP_FORWARD 0
#define IP_SOF_BROADCAST 1
#define IP_SOF_BROADCAST_RECV 0
#define LWIP_BROADCAST_PING 0
#define LWIP_MULTICAST_PING 0

#define LWIP_STATS 0
#define LWIP_CHKSUM k_net_checksum
uint16_t k_net_checksum(const void *data, int bytes);

#ifndef K_NET_DEBUG
#define LWIP_NOASSERT 1
#endif

/* Initial sequence numbers that a stranger cannot guess: RFC 6528. */
struct ip4_addr;
uint32_t k_net_isn(const struct ip4_addr *local, uint16_t local_port,
                   const struct ip4_addr *remote, uint16_t remote_port);
#define LWIP_HOOK_TCP_ISN k_net_isn

/* A flood of handshakes that nobody ends must not keep others out: tcp_listen.c. */
struct tcp_pcb;
void k_tcp_make_room(struct tcp_pcb *listener);
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, optlen, opt1len, opt2, p)              \
    ((pcb)->state == LISTEN && (TCPH_FLAGS(header) & TCP_SYN) ? k_tcp_make_room(pcb)   \
                                                              : (void)0,               \
     ERR_OK)

/* With several cards: what has a card's address leaves by that card. */
struct ip4_addr;
struct netif;
struct netif *k_net_route(const struct ip4_addr *source, const struct ip4_addr *to);
#define LWIP_HOOK_IP4_ROUTE_SRC k_net_route

/* Options of DHCP that lwIP does not know: lease.c. */
struct dhcp_msg;
struct pbuf;
void k_lease_ask(struct netif *netif, struct dhcp_msg *message, uint16_t *options_bytes);
void k_lease_hear(struct netif *netif, uint8_t type, uint8_t option, uint8_t bytes,
                  struct pbuf *answer, uint16_t offset);
#define LWIP_HOOK_DHCP_APPEND_OPTIONS(netif, dhcp, state, message, type, bytes) \
    k_lease_ask(netif, message, bytes)
#define LWIP_HOOK_DHCP_PARSE_OPTION(netif, dhcp, state, message, type, option, bytes, answer, at) \
    ((void)(message), k_lease_hear(netif, type, option, bytes, answer, at))

/* Connections are found by hash: tcp_hash.c, and our patch to lwIP. */
void k_tcp_hash_add(struct tcp_pcb *pcb);
void k_tcp_hash_remove(struct tcp_pcb *pcb);
struct tcp_pcb *k_tcp_hash_find(const struct ip4_addr *remote, uint16_t remote_port,
                                const struct ip4_addr *local, uint16_t local_port);
#define LWIP_HOOK_TCP_PCB_ADD(pcb) k_tcp_hash_add(pcb)
#define LWIP_HOOK_TCP_PCB_REMOVE(pcb) k_tcp_hash_remove(pcb)
#define LWIP_HOOK_TCP_PCB_FIND k_tcp_hash_find

#endif
