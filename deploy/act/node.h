/* SPDX-License-Identifier: MIT */
/*
 * node.h - our own host in the project's network: an lwIP stack on a local port of the
 * switch. Published ports, health checks and the answerer for names use lwIP's raw API
 * above it; whoever does may call it from loop callbacks only.
 *
 * lwIP keeps its state in globals, so there is one node a process.
 */
#ifndef ACT_NODE_H
#define ACT_NODE_H

#include "switch.h"

/* Join the switch and start. 0, -EALREADY, or as act_switch_join_local(). */
int act_node_start(uv_loop_t *loop, struct act_switch *sw, const struct act_address *address,
                   uint32_t mask);
void act_node_stop(void);

/* From the system's generator; aborts when there is none. */
unsigned int act_node_random(void);

#endif
