/* SPDX-License-Identifier: MIT */
#include "forward.h"

#include "reset.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHER_HEADER = 14,
    ETHER_SOURCE = 6,
    ETHER_TYPE = 12,
    IPV4_HEADER = 20,
    IPV4_SOURCE = 12,
    IPV4_TARGET = 16,
    ARP_LEN = 28,
    ARP_OPERATION = 6,
    ARP_SENDER_MAC = 8,
    ARP_SENDER_IP = 14,
    ARP_TARGET_MAC = 18,
    ARP_TARGET_IP = 24,
    ARP_REQUEST = 1,
    ARP_REPLY = 2,
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

struct act_address act_address_of(uint32_t ip)
{
    return (struct act_address){
        .mac = {0x02, 'u', 'c', (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip},
        .ip = ip,
    };
}

void act_ip_text(uint32_t ip, char out[16])
{
    snprintf(out, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

void act_forward_init(struct act_forward *forward, uint32_t net, uint32_t mask)
{
    memset(forward, 0, sizeof(*forward));
    forward->net = net & mask;
    forward->mask = mask;
    forward->gateway = ACT_PORT_NONE;
}

static int find_mac(const struct act_forward *forward, const uint8_t *mac)
{
    for (int i = 0; i < ACT_PORTS_MAX; i++)
        if (forward->ports[i].used && memcmp(forward->ports[i].address.mac, mac, 6) == 0)
            return i;
    return ACT_PORT_NONE;
}

int act_forward_find_ip(const struct act_forward *forward, uint32_t ip)
{
    for (int i = 0; i < ACT_PORTS_MAX; i++)
        if (forward->ports[i].used && forward->ports[i].address.ip == ip)
            return i;
    return ACT_PORT_NONE;
}

int act_forward_join(struct act_forward *forward, const struct act_address *address, bool any_ip)
{
    if (find_mac(forward, address->mac) != ACT_PORT_NONE ||
        act_forward_find_ip(forward, address->ip) != ACT_PORT_NONE)
        return -EEXIST;
    for (int i = 0; i < ACT_PORTS_MAX; i++) {
        if (forward->ports[i].used)
            continue;
        forward->ports[i] = (struct act_forward_port){true, any_ip, *address};
        if (any_ip)
            forward->gateway = i;
        return i;
    }
    return -ENOSPC;
}

void act_forward_leave(struct act_forward *forward, int port)
{
    forward->ports[port].used = false;
    if (forward->gateway == port)
        forward->gateway = ACT_PORT_NONE;
}

static void arp_reply(struct act_decision *decision, const uint8_t *request,
                      const struct act_address *asked)
{
    uint8_t *out = decision->reply;
    uint8_t *arp = out + ETHER_HEADER;
    const uint8_t *question = request + ETHER_HEADER;

    memcpy(out, request, ETHER_HEADER + ARP_LEN);
    memcpy(out, request + ETHER_SOURCE, 6);
    memcpy(out + ETHER_SOURCE, asked->mac, 6);
    arp[ARP_OPERATION + 1] = ARP_REPLY;
    memcpy(arp + ARP_SENDER_MAC, asked->mac, 6);
    put32(arp + ARP_SENDER_IP, asked->ip);
    memcpy(arp + ARP_TARGET_MAC, question + ARP_SENDER_MAC, 6);
    memcpy(arp + ARP_TARGET_IP, question + ARP_SENDER_IP, 4);
    decision->reply_len = ETHER_HEADER + ARP_LEN;
    decision->verdict = ACT_REPLY;
}

/* An address of the subnet that a guest could have, and none has. */
static bool is_vacant(const struct act_forward *forward, uint32_t ip)
{
    uint32_t host = ip & ~forward->mask;

    return (ip & forward->mask) == forward->net && host != 0 && host != ~forward->mask &&
           act_forward_find_ip(forward, ip) == ACT_PORT_NONE;
}

static void decide_arp(const struct act_forward *forward, int port, const uint8_t *frame,
                       size_t len, struct act_decision *decision)
{
    static const uint8_t ethernet_ipv4[] = {0, 1, 8, 0, 6, 4};
    const struct act_forward_port *from = &forward->ports[port];
    const uint8_t *arp = frame + ETHER_HEADER;
    uint32_t sender, target;
    int asked;

    if (len < ETHER_HEADER + ARP_LEN) {
        decision->verdict = ACT_DROP_SHORT;
        return;
    }
    if (memcmp(arp, ethernet_ipv4, sizeof(ethernet_ipv4)) != 0)
        return;
    sender = get32(arp + ARP_SENDER_IP);
    target = get32(arp + ARP_TARGET_IP);
    /* A sender address of 0 is a probe for a duplicate (RFC 5227). */
    if (memcmp(arp + ARP_SENDER_MAC, from->address.mac, 6) != 0 ||
        (sender != from->address.ip && sender != 0)) {
        decision->verdict = ACT_DROP_SPOOFED;
        return;
    }
    if (get16(arp + ARP_OPERATION) != ARP_REQUEST || target == from->address.ip) {
        decision->verdict = ACT_SILENT;
        return;
    }
    asked = act_forward_find_ip(forward, target);
    if (asked != ACT_PORT_NONE) {
        arp_reply(decision, frame, &forward->ports[asked].address);
    } else if (sender && is_vacant(forward, target)) {
        struct act_address absent = act_address_of(target);

        arp_reply(decision, frame, &absent);
    }
}

static bool source_ip_is_his(const struct act_forward *forward, int port, uint32_t source)
{
    const struct act_forward_port *from = &forward->ports[port];

    if (source == from->address.ip)
        return true;
    return from->any_ip && (source & forward->mask) != forward->net;
}

struct act_decision act_forward_decide(const struct act_forward *forward, int port,
                                       const uint8_t *frame, size_t len)
{
    const struct act_forward_port *from = &forward->ports[port];
    struct act_decision decision = {.verdict = ACT_DROP_UNKNOWN, .port = ACT_PORT_NONE};
    int to;

    if (len < ETHER_HEADER) {
        decision.verdict = ACT_DROP_SHORT;
        return decision;
    }
    if (memcmp(frame + ETHER_SOURCE, from->address.mac, 6) != 0) {
        decision.verdict = ACT_DROP_SPOOFED;
        return decision;
    }
    if (get16(frame + ETHER_TYPE) == ETHERTYPE_ARP) {
        decide_arp(forward, port, frame, len, &decision);
        return decision;
    }
    if (get16(frame + ETHER_TYPE) != ETHERTYPE_IPV4)
        return decision;
    if (len < ETHER_HEADER + IPV4_HEADER) {
        decision.verdict = ACT_DROP_SHORT;
        return decision;
    }
    if (!source_ip_is_his(forward, port, get32(frame + ETHER_HEADER + IPV4_SOURCE))) {
        decision.verdict = ACT_DROP_SPOOFED;
        return decision;
    }
    if (frame[0] & 1) {
        decision.verdict = ACT_FLOOD;
        return decision;
    }
    to = find_mac(forward, frame);
    if (to != ACT_PORT_NONE && to != port) {
        decision.verdict = ACT_TO_PORT;
        decision.port = to;
    } else if (to == ACT_PORT_NONE &&
               is_vacant(forward, get32(frame + ETHER_HEADER + IPV4_TARGET))) {
        decision.reply_len = act_reset(frame, len, decision.reply);
        if (decision.reply_len)
            decision.verdict = ACT_REPLY;
    }
    return decision;
}
