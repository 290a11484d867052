/* SPDX-License-Identifier: MIT */
/*
 * random.c - ChaCha20 with fast key erasure: every block first replaces the key.
 */
#include "core/random.h"

#include <string.h>

#include "arch/x86_64/cpu.h"

#define KEY_BYTES 32
#define BLOCK_BYTES 64
#define CPUID_RDRAND (1u << 30)
#define RDRAND_TRIES 10
#define SEED_LEAST 16 /* bytes of entropy without which nothing is given out */

static union {
    uint32_t words[KEY_BYTES / 4];
    uint8_t bytes[KEY_BYTES];
} key;
static uint64_t blocks_made;
static size_t fed; /* bytes of entropy */

static uint32_t rotate(uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

static void quarter(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b;
    *d = rotate(*d ^ *a, 16);
    *c += *d;
    *b = rotate(*b ^ *c, 12);
    *a += *b;
    *d = rotate(*d ^ *a, 8);
    *c += *d;
    *b = rotate(*b ^ *c, 7);
}

static void chacha_block(uint32_t out[16])
{
    uint32_t in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    memcpy(in + 4, key.words, KEY_BYTES);
    in[12] = (uint32_t)blocks_made;
    in[13] = (uint32_t)(blocks_made >> 32);
    blocks_made++;
    memcpy(out, in, BLOCK_BYTES);
    for (unsigned round = 0; round < 10; round++) {
        for (unsigned i = 0; i < 4; i++)
            quarter(out + i, out + 4 + i, out + 8 + i, out + 12 + i);
        for (unsigned i = 0; i < 4; i++)
            quarter(out + i, out + 4 + (i + 1) % 4, out + 8 + (i + 2) % 4, out + 12 + (i + 3) % 4);
    }
    for (unsigned i = 0; i < 16; i++)
        out[i] += in[i];
}

void k_random_bytes(void *out, size_t count)
{
    uint8_t *to = out;
    uint32_t block[16];

    while (count) {
        size_t some = count < BLOCK_BYTES - KEY_BYTES ? count : BLOCK_BYTES - KEY_BYTES;

        chacha_block(block);
        memcpy(key.words, block, KEY_BYTES);
        memcpy(to, (uint8_t *)block + KEY_BYTES, some);
        to += some;
        count -= some;
    }
    memset(block, 0, sizeof block);
    __asm__ volatile("" : : "r"(block) : "memory");
}

uint32_t k_random_u32(void)
{
    uint32_t value;

    k_random_bytes(&value, sizeof value);
    return value;
}

/* Fold the bytes into the key, and pass it through the cipher after each key's worth. */
static void mix(const void *bytes, size_t count)
{
    const uint8_t *from = bytes;
    uint32_t block[16];

    while (count) {
        size_t some = count < KEY_BYTES ? count : KEY_BYTES;

        for (size_t i = 0; i < some; i++)
            key.bytes[i] ^= from[i];
        chacha_block(block);
        memcpy(key.words, block, KEY_BYTES);
        from += some;
        count -= some;
    }
}

void k_random_feed(const void *bytes, size_t count)
{
    uint64_t now = k_rdtsc();

    mix(bytes, count);
    mix(&now, sizeof now);
    fed += count;
}

bool k_random_is_seeded(void) { return fed >= SEED_LEAST; }

static bool rdrand(uint64_t *value)
{
    bool ok;

    for (unsigned i = 0; i < RDRAND_TRIES; i++) {
        __asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(ok));
        if (ok)
            return true;
    }
    return false;
}

void k_random_init(void)
{
    uint64_t seed[4] = {k_rdtsc(), 0, 0, 0};

    if (!(k_cpuid(1).ecx & CPUID_RDRAND)) {
        mix(seed, sizeof seed);
        return;
    }
    for (unsigned i = 0; i < 4; i++)
        if (!rdrand(&seed[i]))
            return mix(seed, sizeof seed);
    k_random_feed(seed, sizeof seed);
}
