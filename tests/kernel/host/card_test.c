/* SPDX-License-Identifier: MIT */
/* card_test.c - how virtio-net lays out frames for modern and legacy devices. */
#include <stdlib.h>
#include <string.h>

#include "core/heap.h"
#include "core/log.h"
#include "core/random.h"
#include "tap.h"
#include "virtio/netdev.h"
#include "virtio/virtio.h"

#define SLOTS 8

static struct k_virtq *queues[2]; /* receive, send */
static void *blocks[64];
static int block_count;
static bool offers_any_layout;

/* ---- what the driver stands on ---- */

void *k_calloc(size_t count, size_t bytes) { return blocks[block_count++] = calloc(count, bytes); }
void k_free(void *block) { (void)block; }
void k_log(enum k_log_level level, const char *format, ...) { (void)level, (void)format; }
void k_random_bytes(void *out, size_t count) { memset(out, 0xff, count); }
int k_virtio_ready(struct k_virtio *device) { (void)device; return 0; }
void k_virtio_kick(struct k_virtio *device, struct k_virtq *queue) { (void)device, (void)queue; }

int k_virtio_begin(struct k_virtio *device, uint64_t wanted)
{
    (void)wanted;
    device->features = offers_any_layout ? K_BIT(VIRTIO_F_ANY_LAYOUT) : 0;
    return 0;
}

int k_virtio_queue(struct k_virtio *device, uint16_t index, struct k_virtq *queue,
                   uint16_t slots_max)
{
    size_t align = device->is_legacy ? K_VIRTQ_ALIGN_LEGACY : K_VIRTQ_ALIGN;
    size_t bytes = (k_virtq_bytes(SLOTS, align) + align - 1) & ~(align - 1);
    void *memory = blocks[block_count++] = aligned_alloc(align, bytes);

    (void)slots_max;
    memset(memory, 0, bytes);
    k_virtq_init(queue, index, SLOTS, memory, align, true);
    queues[index] = queue;
    return 0;
}

/* ---- the claims ---- */

/* The lengths of the pieces of the only chain in a queue, as "10,90"; and where they begin. */
static const char *pieces_of(struct k_virtq *queue, const uint8_t *base, const char *places)
{
    static char text[128];
    char where[64] = "";
    uint16_t at = queue->avail->ring[(queue->avail->idx - 1) % SLOTS];

    text[0] = '\0';
    for (int i = 0; i < SLOTS; i++) {
        volatile struct virtq_desc *desc = &queue->desc[at];

        snprintf(text + strlen(text), 16, "%s%u", i ? "," : "", desc->len);
        snprintf(where + strlen(where), 16, "%s%ld", i ? "," : "",
                 (long)(desc->addr - (uintptr_t)base));
        if (!(desc->flags & VIRTQ_DESC_F_NEXT))
            break;
        at = desc->next;
    }
    return strcmp(where, places) ? where : text;
}

static void use(struct k_virtq *queue, uint32_t bytes)
{
    queue->used->ring[queue->used->idx % SLOTS].id =
        queue->avail->ring[(queue->avail->idx - 1) % SLOTS];
    queue->used->ring[queue->used->idx % SLOTS].len = bytes;
    queue->used->idx++;
}

static void frames_have_the_head_that_the_device_wants(void)
{
    static const struct {
        const char *name;
        bool is_legacy, any_layout;
        const char *sent, *sent_at, *lent, *lent_at;
        uint32_t head; /* bytes of the device's in front of a frame */
        unsigned receive_slots;
    } rows[] = {
        {"a modern one: 12 bytes", false, false, "72,30", "0,100", "200", "0", 12, SLOTS},
        {"a legacy one: 10 bytes", true, true, "70,30", "2,100", "198", "2", 10, SLOTS},
        {"one that wants them apart", true, false, "10,60,30", "2,12,100", "10,188", "2,12", 10,
         SLOTS / 2},
    };
    static uint8_t memory[256];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct k_virtio *device = k_calloc(1, sizeof *device);
        struct k_virtq_seg segs[] = {{memory, 72}, {memory + 100, 30}};
        struct k_netdev *card;
        uint32_t bytes = 0;
        bool good;

        device->is_legacy = rows[i].is_legacy;
        offers_any_layout = rows[i].any_layout;
        k_virtio_net_attach(device);
        card = k_netdev_get((unsigned)i);
        memset(memory, 0xff, sizeof memory);
        good = !card->ops->send(card, segs, 2, memory) &&
               !strcmp(pieces_of(queues[1], memory, rows[i].sent_at), rows[i].sent) && !memory[0] &&
               !memory[11] && memory[12] == 0xff;
        use(queues[1], 0);
        good = good && card->ops->sent(card) == memory && !card->ops->sent(card);
        good = good && !card->ops->lend(card, memory, 200, memory) &&
               !strcmp(pieces_of(queues[0], memory, rows[i].lent_at), rows[i].lent);
        use(queues[0], rows[i].head + 60);
        good = good && card->ops->receive(card, &bytes) == memory && bytes == K_NETDEV_HEAD + 60;
        ok(good && card->receive_slots == rows[i].receive_slots, rows[i].name);

        card->ops->lend(card, memory, 200, memory);
        use(queues[0], 0xffffffff);
        ok(card->ops->receive(card, &bytes) == memory && bytes == 200,
           "and a length that it invents is cut to the room");
    }
}

int main(void)
{
    frames_have_the_head_that_the_device_wants();
    while (block_count)
        free(blocks[--block_count]);
    return tap_done();
}
