/* SPDX-License-Identifier: MIT */
/*
 * splice.h - one connection between a socket of the host and an instance: bytes both
 * ways, back-pressure, half-closes and resets. Used by proxy.c alone.
 *
 *   CONNECTING --answered--> OPEN --both ends closed--> gone
 *        |  \--refused--> CONNECTING (next candidate), or closed when none is left
 *        \--the host's end fails--> gone
 */
#ifndef ACT_SPLICE_H
#define ACT_SPLICE_H

#include "proxy.h"

struct act_splice;

/* Takes ownership of `fd` (non-blocking), also on failure. */
void act_splice_start(uv_loop_t *loop, int fd, const uint32_t *ips, size_t ip_count,
                      uint16_t guest_port);

#endif
