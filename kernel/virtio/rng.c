/* SPDX-License-Identifier: MIT */
/*
 * rng.c - virtio-rng: entropy from the host.
 *
 * One request at boot, for which we wait a bounded time, and then a fresh one every time the
 * answer of the last is noticed and ten minutes have passed.
 */
#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/heap.h"
#include "core/mmio.h"
#include "core/random.h"
#include "core/timer.h"
#include "virtio/virtio.h"

#define SEED_BYTES 64
#define RESEED_NS (600 * K_NS_PER_S)
#define FIRST_WAIT_NS (100 * K_NS_PER_MS)

struct rng {
    struct k_virtio *virtio;
    struct k_virtq queue;
    struct k_timer timer;
    uint8_t seed[SEED_BYTES];
};

static void ask(struct rng *rng)
{
    struct k_virtq_seg seg = {rng->seed, sizeof(rng->seed)};

    if (!k_virtq_add(&rng->queue, &seg, 0, 1, rng))
        k_virtio_kick(rng->virtio, &rng->queue);
}

static bool collect(struct rng *rng)
{
    uint32_t written;

    if (!k_virtq_take(&rng->queue, &written))
        return false;
    k_random_feed(rng->seed, written);
    memset(rng->seed, 0, sizeof(rng->seed));
    return written > 0;
}

static void reseed(void *arg)
{
    struct rng *rng = arg;

    collect(rng);
    ask(rng);
    k_timer_set(&rng->timer, k_clock_now_ns() + RESEED_NS);
}

int k_virtio_rng_attach(struct k_virtio *device)
{
    struct rng *rng = k_calloc(1, sizeof(*rng));
    uint64_t deadline;
    int err;

    if (!rng)
        return -ENOMEM;
    rng->virtio = device;
    rng->timer = (struct k_timer){.fn = reseed, .arg = rng};
    err = k_virtio_begin(device, K_BIT(VIRTIO_F_EVENT_IDX));
    if (!err)
        err = k_virtio_queue(device, 0, &rng->queue, 4);
    if (!err)
        err = k_virtio_ready(device);
    if (err) {
        k_free(rng);
        return err;
    }
    ask(rng);
    deadline = k_clock_now_ns() + FIRST_WAIT_NS;
    while (!collect(rng) && k_clock_now_ns() < deadline)
        __builtin_ia32_pause();
    k_timer_set(&rng->timer, k_clock_now_ns() + RESEED_NS);
    return 0;
}
