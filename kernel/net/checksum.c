/* SPDX-License-Identifier: MIT */
/*
 * checksum.c - the Internet checksum (RFC 1071), eight bytes at a time.
 *
 * One's complement addition does not care about the width of its words: 64-bit sums with the
 * carry put back in are folded to 16 bits at the end.
 */
#include <stdint.h>
#include <string.h>

#include "net/lwipopts.h"

static inline uint64_t add(uint64_t sum, uint64_t word)
{
    uint64_t result;

    return __builtin_add_overflow(sum, word, &result) ? result + 1 : result;
}

static inline uint64_t load64(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, 8);
    return word;
}

uint16_t k_net_checksum(const void *data, int bytes)
{
    const uint8_t *at = data;
    uint64_t sum = 0, tail = 0;

    for (; bytes >= 32; bytes -= 32, at += 32) {
        sum = add(sum, load64(at));
        sum = add(sum, load64(at + 8));
        sum = add(sum, load64(at + 16));
        sum = add(sum, load64(at + 24));
    }
    for (; bytes >= 8; bytes -= 8, at += 8)
        sum = add(sum, load64(at));
    for (int shift = 0; bytes > 0; bytes--, at++, shift += 8)
        tail |= (uint64_t)*at << shift;
    sum = add(sum, tail);

    sum = (sum >> 32) + (sum & 0xffffffffu);
    sum = (sum >> 32) + (sum & 0xffffffffu);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)((sum >> 16) + (sum & 0xffff));
}
