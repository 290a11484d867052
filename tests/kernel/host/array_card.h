/* SPDX-License-Identifier: MIT */
/*
 * array_card.h - a network card that is an array, and the numbers of a frame.
 *
 * The stack sends into `array_card`; a test delivers frames, which the stack has dealt with when
 * the call returns.
 */
#ifndef TESTS_KERNEL_ARRAY_CARD_H
#define TESTS_KERNEL_ARRAY_CARD_H

#include <stddef.h>
#include <stdint.h>

#include "virtio/netdev.h"

#define ARRAY_FRAME_MAX 1514
#define ARRAY_BUFFERS 64

struct array_card {
    uint8_t sent_frame[ARRAY_FRAME_MAX]; /* the last */
    size_t sent_bytes;
    void (*on_sent)(const uint8_t *frame, size_t bytes); /* NULL: nobody asks. It must not deliver. */
};

extern struct array_card array_card;
extern struct k_netdev array_card_dev; /* its MAC address is 02:00:00:00:00:01 */

void array_card_deliver(const uint8_t *frame, size_t bytes);

/* The same, for the stack's next look at the card: for those whom a poll round calls. */
void array_card_put(const uint8_t *frame, size_t bytes);

static inline void put16(uint8_t *at, unsigned v) { at[0] = (uint8_t)(v >> 8), at[1] = (uint8_t)v; }
static inline void put32(uint8_t *at, uint32_t v) { put16(at, v >> 16), put16(at + 2, v & 0xffff); }
static inline unsigned get16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }
static inline uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* The Internet checksum, `start` added. */
uint16_t wire_sum(const uint8_t *at, size_t bytes, uint32_t start);

/* Ethernet's and IPv4's headers in front of `payload` bytes that lie at f + 34. Bytes of the frame. */
size_t wire_ip(uint8_t *f, unsigned protocol, size_t payload, uint32_t from, uint32_t to);

#endif
