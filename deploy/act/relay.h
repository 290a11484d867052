/* SPDX-License-Identifier: MIT */
/*
 * relay.h - hand a DNS question on to the resolvers of this computer.
 *
 * Each question has a socket and an identifier of its own, so a stranger who wants to
 * answer in the resolver's place has to guess both. Loop thread only.
 */
#ifndef ACT_RELAY_H
#define ACT_RELAY_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* Questions under way at once; one more is refused. */
#define ACT_RELAY_MAX         64
#define ACT_RELAY_MESSAGE_MAX 1472
/* How long one resolver is waited for, and how many are tried, one after the other. */
#define ACT_RELAY_TIMEOUT_MS 2000
#define ACT_RELAY_RESOLVERS  3

/* The answer, with the question's own identifier; NULL: none came. Called once, later. */
typedef void act_relay_answer_fn(const uint8_t *message, size_t len, uint32_t ip, uint16_t port,
                                 const uint8_t *question, size_t question_len);

/* Copies the question; `ip` and `port` of who asked come back with the answer.
 * 0, -EAGAIN (too many), -ENOENT (no resolver), -ENOMEM. */
int act_relay_ask(uv_loop_t *loop, const uint8_t *question, size_t len, uint32_t ip, uint16_t port,
                  act_relay_answer_fn *answer);
/* Give up on all, without calling back. */
void act_relay_stop(void);

#endif
