/* SPDX-License-Identifier: MIT */
#include "virtio/console.h"

#include <string.h>

#include "abi/errno.h"
#include "core/clock.h"
#include "core/heap.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/page.h"
#include "core/poll.h"
#include "core/power.h"
#include "virtio/virtio.h"

#define CHUNKS 8
#define QUEUE_TRANSMIT 1
#define FULL_WAIT_NS (20 * K_NS_PER_MS)
#define FLUSH_WAIT_NS (200 * K_NS_PER_MS)

struct chunk {
    struct chunk *next; /* of the free ones */
    char *text;
};

static struct {
    struct k_virtio *virtio;
    struct k_virtq queue;
    struct chunk chunks[CHUNKS], *free, *filling;
    size_t filled;   /* bytes in `filling` */
    size_t lost;     /* bytes dropped since the last chunk was got */
    unsigned busy;   /* chunks that the device has */
    struct k_poller poller;
} console;

static void reclaim(void)
{
    struct chunk *chunk;
    uint32_t written;

    while ((chunk = k_virtq_take(&console.queue, &written))) {
        chunk->next = console.free;
        console.free = chunk;
        console.busy--;
    }
}

static void hand_over(void)
{
    struct k_virtq_seg seg;

    if (!console.filling || !console.filled)
        return;
    seg = (struct k_virtq_seg){console.filling->text, (uint32_t)console.filled};
    if (k_virtq_add(&console.queue, &seg, 1, 0, console.filling))
        return;
    console.busy++;
    console.filling = NULL;
    console.filled = 0;
    k_virtio_kick(console.virtio, &console.queue);
}

/* A chunk to fill; waits while the device has them all. */
static bool have_chunk(void)
{
    uint64_t deadline;

    reclaim();
    if (console.filled == K_PAGE_SIZE)
        hand_over(); /* its queue had no place for it, or is broken */
    if (console.filling)
        return console.filled < K_PAGE_SIZE;
    if (!console.free && !console.lost) {
        deadline = k_clock_now_ns() + FULL_WAIT_NS;
        while (!console.free && k_clock_now_ns() < deadline) {
            __builtin_ia32_pause();
            reclaim();
        }
    }
    console.filling = console.free;
    if (!console.filling)
        return false;
    console.free = console.filling->next;
    if (console.lost) {
        console.filled = (size_t)k_snprintf(console.filling->text, 80,
                                            "ucompose: console: %zu bytes lost here\n",
                                            console.lost);
        console.lost = 0;
    }
    return true;
}

void k_console_write(const char *text, size_t bytes)
{
    while (bytes) {
        size_t part;

        if (!have_chunk()) {
            console.lost += bytes;
            return;
        }
        part = K_PAGE_SIZE - console.filled;
        if (part > bytes)
            part = bytes;
        memcpy(console.filling->text + console.filled, text, part);
        console.filled += part;
        text += part;
        bytes -= part;
        if (console.filled == K_PAGE_SIZE)
            hand_over();
    }
}

void k_console_flush(void)
{
    uint64_t deadline;

    if (!console.virtio)
        return;
    hand_over();
    deadline = k_clock_now_ns() + FLUSH_WAIT_NS;
    while (console.busy && k_clock_now_ns() < deadline) {
        __builtin_ia32_pause();
        reclaim();
    }
}

bool k_console_is_present(void)
{
    return console.virtio != NULL;
}

static bool poll(void *arg)
{
    (void)arg;
    if (console.filled)
        hand_over();
    return false;
}

int k_virtio_console_attach(struct k_virtio *device)
{
    struct k_virtq receive;
    int err;

    if (console.virtio)
        return -EBUSY;
    err = k_virtio_begin(device, K_BIT(VIRTIO_F_EVENT_IDX));
    if (!err)
        err = k_virtio_queue(device, 0, &receive, 2); /* input: never given a buffer */
    if (!err)
        err = k_virtio_queue(device, QUEUE_TRANSMIT, &console.queue, 16);
    if (!err)
        err = k_virtio_ready(device);
    if (err)
        return err;
    for (int i = 0; i < CHUNKS; i++) {
        struct chunk *chunk = &console.chunks[i];

        chunk->text = k_pages_alloc(1);
        if (!chunk->text)
            return i ? 0 : -ENOMEM;
        chunk->next = console.free;
        console.free = chunk;
    }
    console.virtio = device;
    console.poller = (struct k_poller){.poll = poll};
    k_poller_add(&console.poller);
    k_log_set_sink(k_console_write);
    k_power_set_flush(k_console_flush);
    return 0;
}
