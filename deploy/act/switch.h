/* SPDX-License-Identifier: MIT */
/*
 * switch.h - carries frames between the guests, our own network node and the gateway.
 *
 * A port is either a stream socket (a guest's QEMU, the gateway) or a function (our
 * node). Frames are copied once, into the receiver's queue; all queues are written out
 * together before the loop sleeps, so a burst costs one system call a receiver. A
 * receiver that does not read has its frames dropped and counted, and nobody waits for it.
 *
 * Loop thread only. The switch owns the sockets handed to it.
 */
#ifndef ACT_SWITCH_H
#define ACT_SWITCH_H

#include "forward.h"
#include <uv.h>

struct act_switch;

struct act_port_counters {
    uint64_t frames_in, frames_out;
    uint64_t dropped_full; /* this receiver's queue was full */
    uint64_t dropped_bad;  /* from this sender: short, spoofed, unknown */
};

struct act_port_events {
    /* The first frame came: the guest's link is up. May be NULL. */
    void (*link_up)(void *arg);
    /* The other end closed, or sent what no frame can be; the port carries nothing more,
     * but stays taken until act_switch_leave(). May be NULL. */
    void (*lost)(void *arg);
    void *arg;
};

typedef void act_port_receive_fn(const uint8_t *frame, size_t len, void *arg);

/* NULL when out of memory. `net` and `mask` in host byte order. */
struct act_switch *act_switch_new(uv_loop_t *loop, uint32_t net, uint32_t mask);
/* Closes every port; the memory goes when the loop has run the closings. */
void act_switch_free(struct act_switch *sw);

/* A port on a stream socket: takes ownership of `fd`, also when it fails. Returns the
 * port's number, or -ENOSPC, -EEXIST (address in use), -ENOMEM. */
int act_switch_join(struct act_switch *sw, const struct act_address *address, bool gateway, int fd,
                    const struct act_port_events *events);
/* A port inside this process. `receive` borrows the frame during the call. */
int act_switch_join_local(struct act_switch *sw, const struct act_address *address,
                          act_port_receive_fn *receive, void *arg);
void act_switch_leave(struct act_switch *sw, int port);

/* Send from the local port: copies. */
void act_switch_send(struct act_switch *sw, int port, const uint8_t *frame, size_t len);

const struct act_port_counters *act_switch_counters(const struct act_switch *sw, int port);

/* The MAC of an address inside the subnet, or NULL. */
const uint8_t *act_switch_mac_of(const struct act_switch *sw, uint32_t ip);

#endif
