/* SPDX-License-Identifier: MIT */
/*
 * tcp_hash.c - which connection a segment belongs to, at a cost that does not grow with them.
 *
 * Chains over addresses and ports, keyed with a secret of this boot so that nobody can aim at one
 * chain. The table is sized from the memory: a connection takes about a kilobyte.
 */
#include "core/heap.h"
#include "core/page.h"
#include "core/random.h"
#include "lwip/tcp.h"
#include "net/net.h"

#define SLOTS_MIN 256u
#define SLOTS_MAX 16384u

static struct tcp_pcb **table;
static uint32_t mask;
static uint64_t secret;

bool k_tcp_hash_init(void)
{
    uint32_t slots = SLOTS_MIN;

    while (slots < SLOTS_MAX && slots * 32768ull < k_memory_total())
        slots *= 2;
    table = k_calloc(slots, sizeof(*table));
    mask = slots - 1;
    k_random_bytes(&secret, sizeof(secret));
    secret |= 1;
    return table != NULL;
}

static struct tcp_pcb **chain(uint32_t remote, uint16_t remote_port, uint32_t local,
                              uint16_t local_port)
{
    uint64_t key = ((uint64_t)remote << 32 | (uint32_t)remote_port << 16 | local_port) ^ local;

    key *= secret;
    key ^= key >> 32;
    key *= 0x9e3779b97f4a7c15u;
    return &table[key >> 40 & mask];
}

void k_tcp_hash_add(struct tcp_pcb *pcb)
{
    struct tcp_pcb **link = chain(pcb->remote_ip.addr, pcb->remote_port, pcb->local_ip.addr,
                                  pcb->local_port);

    pcb->hash_next = *link;
    pcb->hash_link = link;
    if (*link)
        (*link)->hash_link = &pcb->hash_next;
    *link = pcb;
}

void k_tcp_hash_remove(struct tcp_pcb *pcb)
{
    if (!pcb->hash_link)
        return;
    *pcb->hash_link = pcb->hash_next;
    if (pcb->hash_next)
        pcb->hash_next->hash_link = pcb->hash_link;
    pcb->hash_link = NULL;
}

struct tcp_pcb *k_tcp_hash_find(const struct ip4_addr *remote, uint16_t remote_port,
                                const struct ip4_addr *local, uint16_t local_port)
{
    struct tcp_pcb *pcb = *chain(remote->addr, remote_port, local->addr, local_port);

    while (pcb && (pcb->remote_port != remote_port || pcb->local_port != local_port ||
                   pcb->remote_ip.addr != remote->addr || pcb->local_ip.addr != local->addr))
        pcb = pcb->hash_next;
    return pcb;
}
