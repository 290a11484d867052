/* SPDX-License-Identifier: MIT */
/*
 * isn.c - initial sequence numbers after RFC 6528: a clock of four microseconds plus a keyed hash
 * (SipHash-2-4) of the connection's addresses and ports, under a secret of this boot.
 */
#include <stdbool.h>

#include "core/clock.h"
#include "core/random.h"
#include "lwip/ip4_addr.h"

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t sip_hash(const uint64_t key[2], uint64_t first, uint64_t second)
{
    struct sip s = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                    key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};

    sip_word(&s, first);
    sip_word(&s, second);
    sip_word(&s, 16ull << 56); /* the length of the message */
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint32_t k_net_isn(const struct ip4_addr *local, uint16_t local_port,
                   const struct ip4_addr *remote, uint16_t remote_port)
{
    static uint64_t key[2];
    static bool have_key;

    if (!have_key) {
        k_random_bytes(key, sizeof(key));
        have_key = true;
    }
    return (uint32_t)(k_clock_now_ns() / 4096) +
           (uint32_t)sip_hash(key, (uint64_t)local->addr << 32 | remote->addr,
                              (uint64_t)local_port << 16 | remote_port);
}
