/* SPDX-License-Identifier: MIT */
/*
 * forward.h - where a frame goes: the switch's decisions, without its sockets.
 *
 * Nothing is learned. Every port has the MAC and the IPv4 address that we gave to its
 * guest; a frame that claims others is dropped. ARP requests are answered here, so no
 * guest is woken by a neighbour's question and none can answer in another's name. For an
 * address that nobody has now, the answer is the MAC that its guest would have, and what TCP
 * sends there is refused (reset.h): who calls a machine that was stopped learns it at once.
 */
#ifndef ACT_FORWARD_H
#define ACT_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACT_PORTS_MAX 256

/* In place of a port's number. */
#define ACT_PORT_NONE (-1)

struct act_address {
    uint8_t mac[6];
    uint32_t ip; /* host byte order */
};

/* The address that the owner of `ip` has, today or another day. */
struct act_address act_address_of(uint32_t ip);

/* "10.77.3.10" */
void act_ip_text(uint32_t ip, char out[16]);

struct act_forward_port {
    bool used;
    bool any_ip; /* the gateway: speaks for every address outside */
    struct act_address address;
};

struct act_forward {
    uint32_t net;  /* 10.77.3.0, host byte order */
    uint32_t mask; /* 255.255.255.0 */
    int gateway;   /* port of addresses outside; ACT_PORT_NONE: there is none */
    struct act_forward_port ports[ACT_PORTS_MAX];
};

enum act_verdict {
    ACT_TO_PORT,   /* one receiver */
    ACT_FLOOD,     /* every other port but the gateway's */
    ACT_REPLY,     /* `reply` goes back to the sender */
    ACT_SILENT,    /* understood, and nobody else needs it (ARP announcements) */
    ACT_DROP_SHORT,
    ACT_DROP_SPOOFED, /* a MAC or IP address that is not the sender's */
    ACT_DROP_UNKNOWN, /* nobody has this address, or a protocol that we do not carry */
};

#define ACT_REPLY_MAX 54

struct act_decision {
    enum act_verdict verdict;
    int port;
    size_t reply_len;
    uint8_t reply[ACT_REPLY_MAX];
};

void act_forward_init(struct act_forward *forward, uint32_t net, uint32_t mask);

/* Take a free port: its number, or -ENOSPC, or -EEXIST when MAC or IP are in use. */
int act_forward_join(struct act_forward *forward, const struct act_address *address, bool any_ip);
void act_forward_leave(struct act_forward *forward, int port);

/* Decide about a frame that came in at `port`; pure. */
struct act_decision act_forward_decide(const struct act_forward *forward, int port,
                                       const uint8_t *frame, size_t len);

/* The port that an IPv4 address inside the subnet belongs to, or ACT_PORT_NONE. */
int act_forward_find_ip(const struct act_forward *forward, uint32_t ip);

#endif
