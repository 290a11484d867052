/* SPDX-License-Identifier: MIT */
/*
 * gateway.h - the way out of the project's network: libslirp, in a process of its own.
 *
 * To the switch it is one more port that speaks frames over a stream socket. A process
 * of its own keeps libslirp's poll loop out of ours, and a guest that finds a fault in
 * it brings down the way out of its own project and nothing else.
 *
 * The gateway's address stands for this computer: what a guest sends there goes to
 * 127.0.0.1. Nothing comes in through it.
 */
#ifndef ACT_GATEWAY_H
#define ACT_GATEWAY_H

#include "forward.h"
#include <sys/types.h>

/* The MAC that libslirp uses for its address. */
void act_gateway_address(uint32_t ip, struct act_address *address);

/*
 * Start it; it ends when `*fd` is closed, or with this process. Addresses in host byte
 * order. Returns 0 or a negative errno. The caller waits for `*pid`.
 */
int act_gateway_spawn(uint32_t net, uint32_t mask, uint32_t ip, pid_t *pid, int *fd);

#endif
