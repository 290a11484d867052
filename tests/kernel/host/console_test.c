/* SPDX-License-Identifier: MIT */
/* console_test.c - writing to a console whose device is slow, small or wrong always ends. */
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/page.h"
#include "core/poll.h"
#include "core/power.h"
#include "tap.h"
#include "virtio/console.h"
#include "virtio/virtio.h"

#define SLOTS 4 /* fewer than the console has chunks */

static struct k_virtq *queue;
static uint16_t seen; /* entries that the device has looked at */
static char out[1 << 18];
static size_t out_bytes;

/* ---- what the driver stands on ---- */

uint64_t k_clock_now_ns(void)
{
    static uint64_t now;

    return now += 1000; /* waiting is what makes time pass */
}

void *k_pages_alloc(size_t count) { return aligned_alloc(K_PAGE_SIZE, count * K_PAGE_SIZE); }
void k_poller_add(struct k_poller *poller) { (void)poller; }
void k_log_set_sink(void (*sink)(const char *text, size_t bytes)) { (void)sink; }
void k_power_set_flush(void (*flush)(void)) { (void)flush; }
int k_virtio_ready(struct k_virtio *device) { return device->type ? 0 : -1; }
void k_virtio_kick(struct k_virtio *device, struct k_virtq *kicked) { (void)device, (void)kicked; }

int k_virtio_begin(struct k_virtio *device, uint64_t wanted)
{
    (void)device, (void)wanted;
    return 0;
}

int k_virtio_queue(struct k_virtio *device, uint16_t index, struct k_virtq *made,
                   uint16_t slots_max)
{
    static uint8_t memory[2][1024] __attribute__((aligned(16)));
    uint16_t slots = slots_max < SLOTS ? slots_max : SLOTS;

    (void)device;
    k_virtq_init(made, index, slots, memory[index], K_VIRTQ_ALIGN, true);
    queue = made; /* the last is the one that transmits */
    return 0;
}

/* ---- the device ---- */

static void serve(void)
{
    while (seen != queue->avail->idx) {
        uint16_t id = queue->avail->ring[seen++ % SLOTS];
        volatile struct virtq_desc *desc = &queue->desc[id];

        memcpy(out + out_bytes, (const void *)(uintptr_t)desc->addr, desc->len);
        out_bytes += desc->len;
        queue->used->ring[queue->used->idx % SLOTS].id = id;
        queue->used->idx++;
    }
}

int main(void)
{
    static struct k_virtio device = {.type = VIRTIO_ID_CONSOLE};
    static char text[16 * K_PAGE_SIZE];

    memset(text, 'x', sizeof(text));
    ok(!k_virtio_console_attach(&device) && k_console_is_present(), "there is a console");
    k_console_write("hello\n", 6);
    k_console_flush();
    serve();
    ok(out_bytes == 6 && !memcmp(out, "hello\n", 6), "what is written arrives");

    k_console_write(text, sizeof(text));
    ok(seen != queue->avail->idx, "a device that does not read does not stop the writer");
    serve();
    k_console_write("later\n", 6);
    serve();
    k_console_write("\n", 1);
    k_console_flush();
    serve();
    out[out_bytes] = '\0';
    ok(strstr(out, "bytes lost here\nlater\n"), "when it reads again it is told what is missing");

    queue->used->ring[queue->used->idx % SLOTS].id = 9999;
    queue->used->idx++;
    k_console_write(text, sizeof(text));
    k_console_flush();
    ok(queue->is_broken, "nor does one that returns what it was not given");
    return tap_done();
}
