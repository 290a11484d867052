/* SPDX-License-Identifier: MIT */
/*
 * probe.h - ask an instance for its health: one HTTP request through the node.
 * One probe at a time; loop thread only.
 */
#ifndef ACT_PROBE_H
#define ACT_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct tcp_pcb;

/* `why` says what a bad one met: "status 503", "connection refused", "no answer in time". */
typedef void act_probe_fn(bool good, const char *why, void *arg);

struct act_probe {
    struct tcp_pcb *pcb;
    uv_timer_t timer;
    act_probe_fn *fn;
    void *arg;
    char request[512];
    char head[16]; /* of the answer: "HTTP/1.1 200" */
    unsigned head_len;
};

/* Before the first; the owner closes `timer` in the end. */
void act_probe_init(struct act_probe *probe, uv_loop_t *loop, act_probe_fn *fn, void *arg);
/* Any status from 200 to 299 is good. `fn` is called later, once. */
void act_probe_start(struct act_probe *probe, uint32_t ip, uint16_t port, const char *host,
                     const char *path, uint64_t timeout_ms);
/* Forget the one under way, without a call. */
void act_probe_cancel(struct act_probe *probe);

#endif
