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

static inline uint64_t load64(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, 8);
    return word;
}

static inline uint64_t add(uint64_t sum, uint64_t word)
{
    uint64_t result;

    return __builtin_add_overflow(sum, word, &result) ? result + 1 : result;
}

/* The compiler does not chain carries by itself. */
static inline uint64_t add32(uint64_t sum, const uint8_t *at)
{
#ifdef __x86_64__
    __asm__("addq (%1), %0\n\tadcq 8(%1), %0\n\tadcq 16(%1), %0\n\tadcq 24(%1), %0\n\t"
            "adcq $0, %0"
            : "+r"(sum)
            : "r"(at), "m"(*(const uint8_t(*)[32])at)
            : "cc");
    return sum;
#else
    sum = add(sum, load64(at));
    sum = add(sum, load64(at + 8));
    sum = add(sum, load64(at + 16));
    return add(sum, load64(at + 24));
#endif
}

uint16_t k_net_checksum(const void *data, int bytes)
{
    const uint8_t *at = data;
    uint64_t sum = 0;
    uint32_t tail = 0;

    for (; bytes >= 32; bytes -= 32, at += 32)
        sum = add32(sum, at);
    for (; bytes >= 8; bytes -= 8, at += 8)
        sum = add(sum, load64(at));
    if (bytes & 4) {
        uint32_t word;

        memcpy(&word, at, 4);
        sum = add(sum, word);
        at += 4;
    }
    if (bytes & 2)
        tail = (uint32_t)at[0] | (uint32_t)at[1] << 8;
    if (bytes & 1)
        tail += at[bytes & 2];
    sum = add(sum, tail);

    sum = (sum >> 32) + (sum & 0xffffffffu);
    sum = (sum >> 32) + (sum & 0xffffffffu);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)((sum >> 16) + (sum & 0xffff));
}
