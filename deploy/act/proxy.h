/* SPDX-License-Identifier: MIT */
/*
 * proxy.h - published ports: a TCP listener of the host whose connections continue,
 * through the node, to an instance.
 *
 * A listener asks `pick` for the instances that may have the next connection, in the
 * order to try them; with none it closes the connection. Bytes flow both ways with
 * back-pressure, a half-close is handed on as one, a reset as one.
 *
 * Loop thread only.
 */
#ifndef ACT_PROXY_H
#define ACT_PROXY_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* Instances that one connection may try. */
#define ACT_PROXY_CANDIDATES 4
/* Connections of all listeners together; one more is closed at once. */
#define ACT_PROXY_CONNECTIONS_MAX 16384

/* Fill `ips` (host byte order), best first; returns how many. */
typedef size_t act_proxy_pick_fn(uint32_t ips[ACT_PROXY_CANDIDATES], void *arg);

struct act_listener;

/* Bind and listen. `host_port` 0 takes any free one; see act_listener_port().
 * 0, -EADDRINUSE, -EACCES, -EADDRNOTAVAIL, -EINVAL (no such address), ... */
int act_listener_open(uv_loop_t *loop, const char *host_ip, uint16_t host_port, uint16_t guest_port,
                      act_proxy_pick_fn *pick, void *arg, struct act_listener **listener);
uint16_t act_listener_port(const struct act_listener *listener);
/* Connections that it accepted go on. NULL is fine. */
void act_listener_close(struct act_listener *listener);

/* An instance has gone (host byte order): reset what was connected to it, or let the client have the rest
 * where the instance had ended its side. */
void act_proxy_reset_instance(uint32_t ip);
/* How many connections an instance has now. */
size_t act_proxy_count(uint32_t ip);
/* Reset everything, for the supervisor's end. */
void act_proxy_reset_all(void);

#endif
