/* SPDX-License-Identifier: MIT */
/* virtq_test.c - the driver's side of a virtqueue against a model device, honest and not. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "virtio/virtq.h"

#define SLOTS 8

struct device {
    struct k_virtq queue;
    void *memory;
    uint16_t seen; /* available entries it has taken */
};

static void begin(struct device *device, bool event_idx)
{
    size_t bytes = k_virtq_bytes(SLOTS, K_VIRTQ_ALIGN);

    *device = (struct device){.memory = aligned_alloc(16, (bytes + 15) & ~(size_t)15)};
    memset(device->memory, 0, bytes);
    k_virtq_init(&device->queue, 0, SLOTS, device->memory, K_VIRTQ_ALIGN, event_idx);
}

static void finish(struct device *device)
{
    free(device->memory);
}

static volatile uint16_t *avail_event(struct device *device)
{
    return (volatile uint16_t *)&device->queue.used->ring[SLOTS];
}

static uint16_t used_event(struct device *device)
{
    return device->queue.avail->ring[SLOTS];
}

static void use(struct device *device, uint32_t id, uint32_t len)
{
    volatile struct virtq_used *used = device->queue.used;

    used->ring[used->idx % SLOTS].id = id;
    used->ring[used->idx % SLOTS].len = len;
    used->idx++;
}

/* Take the next available chain, check that it is well formed, use it. */
static int serve(struct device *device, uint32_t len)
{
    uint16_t head, at;
    int pieces = 1;

    if (device->seen == device->queue.avail->idx)
        return 0;
    head = at = device->queue.avail->ring[device->seen++ % SLOTS];
    while (device->queue.desc[at].flags & VIRTQ_DESC_F_NEXT) {
        at = device->queue.desc[at].next;
        if (++pieces > SLOTS)
            return -1;
    }
    use(device, head, len);
    return pieces;
}

static int add(struct device *device, unsigned out, unsigned in, void *cookie)
{
    static uint8_t room[SLOTS][64];
    struct k_virtq_seg segs[SLOTS + 1];

    for (unsigned i = 0; i < out + in; i++)
        segs[i] = (struct k_virtq_seg){room[i % SLOTS], 64};
    return k_virtq_add(&device->queue, segs, out, in, cookie);
}

static void buffers_come_back_by_their_cookies(void)
{
    struct device device;
    uintptr_t next_in = 1, next_out = 1;
    bool good = true;
    uint32_t written;

    begin(&device, true);
    srand(1);
    for (int i = 0; i < 100000 && good; i++) {
        unsigned pieces = 1 + (unsigned)rand() % 3;

        if (rand() % 2 && !add(&device, pieces, 0, (void *)next_in))
            next_in++;
        if (rand() % 2)
            good = good && serve(&device, 0) >= 0;
        if (rand() % 2) {
            void *cookie = k_virtq_take(&device.queue, &written);
            good = good && (!cookie || cookie == (void *)next_out);
            next_out += cookie != NULL;
        }
    }
    ok(good && next_out > 1000 && !device.queue.is_broken,
       "buffers come back by their cookies, around the ring many times");
    finish(&device);
}

static void a_full_ring_refuses(void)
{
    struct device device;
    int count = 0;

    begin(&device, true);
    while (!add(&device, 1, 0, &device))
        count++;
    ok(count == SLOTS, "a ring takes as many buffers as it has slots");
    ok(add(&device, SLOTS + 1, 0, &device) < 0, "a chain longer than the ring is refused");
    finish(&device);
}

static void the_device_is_told_when_it_wants(void)
{
    struct device device;

    begin(&device, true);
    ok(!k_virtq_kick_wanted(&device.queue), "nothing added: no notification");
    add(&device, 1, 0, &device);
    ok(k_virtq_kick_wanted(&device.queue), "a device that waits is told");
    ok(!k_virtq_kick_wanted(&device.queue), "and told once");
    add(&device, 1, 0, &device);
    ok(!k_virtq_kick_wanted(&device.queue), "a device at work is left alone");
    *avail_event(&device) = 2;
    add(&device, 1, 0, &device);
    add(&device, 1, 0, &device);
    ok(k_virtq_kick_wanted(&device.queue), "two added in a round are one notification");
    finish(&device);
    begin(&device, false);
    device.queue.used->flags = VIRTQ_USED_F_NO_NOTIFY;
    add(&device, 1, 0, &device);
    ok(!k_virtq_kick_wanted(&device.queue), "without EVENT_IDX the flag is obeyed");
    finish(&device);
}

static void arming_loses_nothing(void)
{
    struct device device;
    uint32_t written;

    begin(&device, true);
    add(&device, 0, 1, &device);
    ok(!k_virtq_arm(&device.queue) && used_event(&device) == 0, "armed at the next used index");
    serve(&device, 10);
    ok(k_virtq_arm(&device.queue), "arming tells of what is there already");
    ok(k_virtq_take(&device.queue, &written) && written == 10, "and it can be taken");
    ok(!k_virtq_arm(&device.queue) && used_event(&device) == 1, "armed again behind it");
    finish(&device);
}

static void lies_of_the_device_are_caught(void)
{
    static const struct {
        const char *name;
        uint32_t id;
        int times;
    } rows[] = {
        {"an index beyond the ring breaks the queue", SLOTS, 1},
        {"a huge index breaks the queue", 0xffffffff, 1},
        {"an index that is not in flight breaks the queue", 5, 1},
        {"a buffer used twice breaks the queue", 0, 2},
    };
    struct device device;
    uint32_t written;

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin(&device, true);
        add(&device, 0, 1, &device);
        for (int j = 0; j < rows[i].times; j++)
            use(&device, rows[i].id, 0);
        while (k_virtq_take(&device.queue, &written))
            ;
        ok(device.queue.is_broken && add(&device, 1, 0, &device) < 0, rows[i].name);
        finish(&device);
    }
    begin(&device, true);
    device.queue.used->idx = SLOTS + 1;
    ok(!k_virtq_take(&device.queue, &written) && device.queue.is_broken,
       "more used buffers than were given break the queue");
    finish(&device);
    begin(&device, true);
    add(&device, 0, 2, &device);
    serve(&device, 0xffffffff);
    ok(k_virtq_take(&device.queue, &written) && written == 128,
       "a length is cut to the room that the buffer had");
    finish(&device);
    begin(&device, true);
    add(&device, 2, 0, &device);
    serve(&device, 64);
    ok(k_virtq_take(&device.queue, &written) && written == 0,
       "nothing was written into a buffer that is only read");
    finish(&device);
}

static void noise_does_no_harm(void)
{
    bool good = true;

    srand(2);
    for (int round = 0; round < 20000; round++) {
        struct device device;
        uint32_t written;
        int taken = 0;

        begin(&device, round & 1);
        for (int i = 0; i < rand() % SLOTS; i++)
            add(&device, (unsigned)rand() % 2, 1, &device);
        for (int step = 0; step < 20; step++) {
            uint8_t *used = (uint8_t *)(uintptr_t)device.queue.used;

            used[(unsigned)rand() % (sizeof(struct virtq_used) + SLOTS * 8)] =
                (uint8_t)(rand() % 3 ? rand() % SLOTS : rand());
            if (k_virtq_take(&device.queue, &written)) {
                taken++;
                good = good && written <= 128;
            }
            k_virtq_arm(&device.queue);
            k_virtq_kick_wanted(&device.queue);
        }
        good = good && taken <= SLOTS;
        finish(&device);
    }
    ok(good, "random values in the device's ring do no harm");
}

int main(void)
{
    buffers_come_back_by_their_cookies();
    a_full_ring_refuses();
    the_device_is_told_when_it_wants();
    arming_loses_nothing();
    lies_of_the_device_are_caught();
    noise_does_no_harm();
    return tap_done();
}
