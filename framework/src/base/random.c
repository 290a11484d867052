/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <stdbool.h>
#include <sys/random.h>
#include <time.h>

static uint64_t state[4];
static bool seeded;

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Without system randomness the clock must do: ids then only differ between starts. */
static void seed(void)
{
    if (getrandom(state, sizeof(state), 0) != (ssize_t)sizeof(state)) {
        struct timespec now;
        uint64_t x;

        clock_gettime(CLOCK_REALTIME, &now);
        x = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
        for (int i = 0; i < 4; i++)
            state[i] = splitmix(&x);
    }
    state[0] |= 1; /* all zero would stay so */
    seeded = true;
}

static uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

uint64_t uc_random_u64(void)
{
    uint64_t result, t;

    if (!seeded)
        seed();
    result = rotate(state[1] * 5, 7) * 9;
    t = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotate(state[3], 45);
    return result;
}
