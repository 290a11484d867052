/* SPDX-License-Identifier: MIT */
/*
 * virtq.h - a split virtqueue (virtio 1.x, section 2.7), the driver's side.
 *
 * The caller brings the memory of the rings, adds buffers with a cookie each, and takes the
 * cookies back when the device has used them. Buffers are borrowed from k_virtq_add until
 * k_virtq_take returns their cookie.
 *
 * Nothing that the device writes is believed: an index that is not in flight, or more used
 * buffers than were given, mark the queue broken; it then returns nothing and takes nothing.
 * A length is cut to the room that the buffer had.
 */
#ifndef K_VIRTIO_VIRTQ_H
#define K_VIRTIO_VIRTQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most descriptors of a queue, a power of two. */
#define K_VIRTQ_SLOTS_MAX 1024

#define VIRTQ_DESC_F_NEXT 1
#define VIRTQ_DESC_F_WRITE 2
#define VIRTQ_AVAIL_F_NO_INTERRUPT 1
#define VIRTQ_USED_F_NO_NOTIFY 1

struct virtq_desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

struct virtq_avail {
    uint16_t flags, idx;
    uint16_t ring[]; /* and then used_event */
};

struct virtq_used_elem {
    uint32_t id, len;
};

struct virtq_used {
    uint16_t flags, idx;
    struct virtq_used_elem ring[]; /* and then avail_event */
};

/* One piece of a buffer. */
struct k_virtq_seg {
    void *at;
    uint32_t bytes;
};

struct k_virtq_slot {
    void *cookie; /* of the chain that begins here; NULL: none */
    uint32_t room; /* bytes that the device may write */
    uint16_t next; /* next descriptor of the chain, or of the free list */
    uint16_t count; /* descriptors of the chain */
};

struct k_virtq {
    volatile struct virtq_desc *desc;
    volatile struct virtq_avail *avail;
    volatile struct virtq_used *used;
    struct k_virtq_slot *slots;
    uint16_t slot_count, free_count, free_head;
    uint16_t avail_idx;  /* what we published */
    uint16_t kicked_idx; /* what the device was last told of */
    uint16_t used_idx;   /* what we have taken */
    bool event_idx;
    bool is_broken;
    uint16_t index; /* its number in the device */
};

/* Where the used ring begins: at a multiple of this, after the others. A legacy device computes
 * its place; a modern one is told. */
#define K_VIRTQ_ALIGN 16
#define K_VIRTQ_ALIGN_LEGACY 4096

/* Bytes of memory for a queue, aligned as `align`: rings for the device, then our slots. */
size_t k_virtq_bytes(uint16_t slot_count, size_t align);

/* `slot_count` is a power of two, `memory` all zero; it is borrowed for ever. */
void k_virtq_init(struct k_virtq *queue, uint16_t index, uint16_t slot_count, void *memory,
                  size_t align, bool event_idx);

/* The first `out` pieces are read by the device, the following `in` written. The cookie is not
 * NULL. 0, -EAGAIN when there are not enough descriptors, -EIO when broken. */
int k_virtq_add(struct k_virtq *queue, const struct k_virtq_seg *segs, unsigned out, unsigned in,
                void *cookie);

/* Has something been added of which the device wants to be told? Call once a round; when true the
 * caller notifies the device. */
bool k_virtq_kick_wanted(struct k_virtq *queue);

static inline bool k_virtq_has_used(const struct k_virtq *queue)
{
    return queue->used->idx != queue->used_idx && !queue->is_broken;
}

/* The cookie of a buffer that the device is done with, and how many bytes it wrote. NULL: none. */
void *k_virtq_take(struct k_virtq *queue, uint32_t *written);

/* Ask for an interrupt at the next used buffer. True: there is one already, and maybe no
 * interrupt will come for it. */
bool k_virtq_arm(struct k_virtq *queue);

/* The opposite; interrupts may still come. */
void k_virtq_disarm(struct k_virtq *queue);

#endif
