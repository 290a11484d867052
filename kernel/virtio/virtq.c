/* SPDX-License-Identifier: MIT */
#include "virtio/virtq.h"

#include "abi/errno.h"
#include "core/mmio.h"

/* With EVENT_IDX each side writes into the other's ring, behind its end, the index at which it
 * wants to be told. */
static volatile uint16_t *used_event(struct k_virtq *queue)
{
    return &queue->avail->ring[queue->slot_count];
}

static volatile uint16_t *avail_event(struct k_virtq *queue)
{
    return (volatile uint16_t *)&queue->used->ring[queue->slot_count];
}

static size_t desc_bytes(uint16_t slots)
{
    return sizeof(struct virtq_desc) * slots;
}

/* Where the used ring begins. */
static size_t used_offset(uint16_t slots, size_t align)
{
    size_t end = desc_bytes(slots) + sizeof(struct virtq_avail) + sizeof(uint16_t) * (slots + 1u);

    return (end + align - 1) & ~(align - 1);
}

static size_t used_bytes(uint16_t slots)
{
    return (sizeof(struct virtq_used) + sizeof(struct virtq_used_elem) * slots + 2 + 15) &
           ~(size_t)15;
}

size_t k_virtq_bytes(uint16_t slot_count, size_t align)
{
    return used_offset(slot_count, align) + used_bytes(slot_count) +
           sizeof(struct k_virtq_slot) * slot_count;
}

void k_virtq_init(struct k_virtq *queue, uint16_t index, uint16_t slot_count, void *memory,
                  size_t align, bool event_idx)
{
    uint8_t *at = memory;

    *queue = (struct k_virtq){
        .slot_count = slot_count, .free_count = slot_count, .event_idx = event_idx, .index = index};
    queue->desc = (void *)at;
    queue->avail = (void *)(at + desc_bytes(slot_count));
    at += used_offset(slot_count, align);
    queue->used = (void *)at;
    queue->slots = (void *)(at + used_bytes(slot_count));
    for (uint16_t i = 0; i < slot_count; i++)
        queue->slots[i].next = i + 1;
    k_virtq_disarm(queue);
}

int k_virtq_add(struct k_virtq *queue, const struct k_virtq_seg *segs, unsigned out, unsigned in,
                void *cookie)
{
    unsigned count = out + in;
    uint16_t head = queue->free_head, at = head;
    uint32_t room = 0;

    if (queue->is_broken)
        return -EIO;
    if (count == 0 || count > queue->free_count)
        return -EAGAIN;

    for (unsigned i = 0; i < count; i++) {
        volatile struct virtq_desc *desc = &queue->desc[at];
        uint16_t next = queue->slots[at].next;
        bool last = i + 1 == count;

        desc->addr = (uintptr_t)segs[i].at;
        desc->len = segs[i].bytes;
        desc->flags = (last ? 0 : VIRTQ_DESC_F_NEXT) | (i >= out ? VIRTQ_DESC_F_WRITE : 0);
        desc->next = last ? 0 : next;
        if (i >= out)
            room += segs[i].bytes;
        at = next;
    }
    queue->slots[head].cookie = cookie;
    queue->slots[head].room = room;
    queue->slots[head].count = (uint16_t)count;
    queue->free_head = at;
    queue->free_count -= (uint16_t)count;

    queue->avail->ring[queue->avail_idx & (queue->slot_count - 1)] = head;
    k_wmb(); /* the descriptors and the ring entry before the index that shows them */
    queue->avail->idx = ++queue->avail_idx;
    return 0;
}

bool k_virtq_kick_wanted(struct k_virtq *queue)
{
    uint16_t added = queue->avail_idx - queue->kicked_idx;

    if (!added || queue->is_broken)
        return false;
    k_mb(); /* our index before its wish: or both sides wait for the other */
    queue->kicked_idx = queue->avail_idx;
    if (!queue->event_idx)
        return !(queue->used->flags & VIRTQ_USED_F_NO_NOTIFY);
    return (uint16_t)(queue->avail_idx - *avail_event(queue) - 1) < added;
}

static void *broken(struct k_virtq *queue)
{
    queue->is_broken = true;
    return NULL;
}

static void give_back(struct k_virtq *queue, uint16_t head, uint16_t count)
{
    uint16_t last = head;

    for (uint16_t i = 1; i < count; i++)
        last = queue->slots[last].next;
    queue->slots[last].next = queue->free_head;
    queue->free_head = head;
    queue->free_count += count;
}

void *k_virtq_take(struct k_virtq *queue, uint32_t *written)
{
    uint16_t device_idx = queue->used->idx;
    uint32_t id, len;
    void *cookie;

    if (device_idx == queue->used_idx || queue->is_broken)
        return NULL;
    if ((uint16_t)(device_idx - queue->used_idx) > queue->slot_count)
        return broken(queue);
    k_rmb(); /* the index before the entry that it shows */
    id = queue->used->ring[queue->used_idx & (queue->slot_count - 1)].id;
    len = queue->used->ring[queue->used_idx & (queue->slot_count - 1)].len;
    if (id >= queue->slot_count || !queue->slots[id].cookie)
        return broken(queue);

    cookie = queue->slots[id].cookie;
    queue->slots[id].cookie = NULL;
    *written = len < queue->slots[id].room ? len : queue->slots[id].room;
    give_back(queue, (uint16_t)id, queue->slots[id].count);
    queue->used_idx++;
    return cookie;
}

bool k_virtq_arm(struct k_virtq *queue)
{
    if (queue->event_idx)
        *used_event(queue) = queue->used_idx;
    else
        queue->avail->flags = 0;
    k_mb(); /* our wish before its index */
    return k_virtq_has_used(queue);
}

void k_virtq_disarm(struct k_virtq *queue)
{
    if (queue->event_idx)
        *used_event(queue) = queue->used_idx - 1; /* the index that just passed */
    else
        queue->avail->flags = VIRTQ_AVAIL_F_NO_INTERRUPT;
}
