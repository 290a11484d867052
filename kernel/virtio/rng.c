/* SPDX-License-Identifier: MIT */
/*
 * rng.c - virtio-rng: entropy from the host.
 *
 * One request at boot, for which we wait a bounded time; while the answers are late or too short
 * to seed the generator, we look and ask again every second. Then a fresh request every ten
 * minutes.
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
#define RETRY_NS K_NS_PER_S
#define FIRST_WAIT_NS (100 * K_NS_PER_MS)

struct rng {
    struct k_virtio *virtio;
    struct k_virtq queue;
    struct k_timer timer;
    bool is_asked; /* `seed` is the device's */
    uint8_t seed[SEED_BYTES];
};

static void ask(struct rng *rng)
{
    struct k_virtq_seg seg = {rng->seed, sizeof(rng->seed)};

    if (rng->is_asked || k_virtq_add(&rng->queue, &seg, 0, 1, rng))
        return;
    rng->is_asked = true;
    k_virtio_kick(rng->virtio, &rng->queue);
}

static bool collect(struct rng *rng)
{
    uint32_t written;

    if (!k_virtq_take(&rng->queue, &written))
        return false;
    rng->is_asked = false;
    k_random_feed(rng->seed, written);
    memset(rng->seed, 0, sizeof(rng->seed));
    return written > 0;
}

static void set_timer(struct rng *rng)
{
    uint64_t wait_ns = k_random_is_seeded() ? RESEED_NS : RETRY_NS;

    k_timer_set(&rng->timer, k_clock_now_ns() + wait_ns);
}

static void reseed(void *arg)
{
    struct rng *rng = arg;

    collect(rng);
    ask(rng);
    set_timer(rng);
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
    set_timer(rng);
    return 0;
}
