/* SPDX-License-Identifier: MIT */
/*
 * lwipopts.h - lwIP on the host side: the network node that carries published ports,
 * asks for health and answers names.
 *
 * It sits one unix socket away from each guest: nothing is lost or reordered on the
 * way, so windows are large, and waits that guard against an old internet's delays short.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_TIMERS 1

/* Memory comes from malloc; the number of connections is bounded by the proxy. */
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 8

/* The switch knows every address: no ARP of our own, no DHCP. */
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_DHCP 0
#define LWIP_DNS 0
#define LWIP_RAW 0
#define LWIP_ICMP 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_IGMP 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_SINGLE_NETIF 1

#undef TCP_MSS /* the system's <netinet/tcp.h> has another one */
#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 3
#define TCP_WND (256 * 1024)
#define TCP_SND_BUF (256 * 1024)
#define TCP_SND_QUEUELEN 1024
#define TCP_SNDLOWAT (32 * 1024)
#define TCP_SNDQUEUELOWAT 256
#define TCP_QUEUE_OOSEQ 1
#define TCP_OVERSIZE TCP_MSS
#define LWIP_TCP_TIMESTAMPS 0
#define LWIP_TCP_RTO_TIME 1000
#define TCP_MSL 1000UL
#define TCP_FIN_WAIT_TIMEOUT 20000
/* Ephemeral ports begin at a random one: a new supervisor meets no old connections. */
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1

/* We made these bytes or had them from a local socket: a guest that damages its own
 * segments harms itself alone. The guests do verify ours. */
#define CHECKSUM_CHECK_IP 0
#define CHECKSUM_CHECK_TCP 0
#define CHECKSUM_CHECK_UDP 0
#define LWIP_CHECKSUM_ON_COPY 1

#define LWIP_STATS 0
#define LWIP_NETIF_TX_SINGLE_PBUF 0
#define LWIP_NOASSERT_ON_MALLOC_FAILURE 1

#endif
