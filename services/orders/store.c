/* SPDX-License-Identifier: MIT */
/* store.c - a ring of orders, each with an arena for what it points to. */
#include "store.h"

#include <stdlib.h>

#define ORDER_BYTES_MAX 8192 /* texts and lines of one order */

struct slot {
    struct uc_arena *arena; /* NULL: never used */
    struct orders_order order;
};

struct order_store {
    size_t kept;
    int64_t last_id; /* order N lies in slot N % kept */
    struct slot slots[];
};

struct order_store *order_store_new(size_t kept)
{
    struct order_store *store = calloc(1, sizeof *store + kept * sizeof store->slots[0]);

    if (store)
        store->kept = kept;
    return store;
}

void order_store_free(struct order_store *store)
{
    for (size_t i = 0; i < store->kept; i++)
        if (store->slots[i].arena)
            uc_arena_free(store->slots[i].arena);
    free(store);
}

/* False when memory did not suffice. */
static bool copy_order(struct orders_order *copy, const struct orders_order *order, struct uc_arena *arena)
{
    *copy = *order;
    copy->customer = uc_arena_copy(arena, order->customer);
    if (order->note.state == UC_VALUE)
        copy->note.value = uc_arena_copy(arena, order->note.value);
    copy->lines.items = uc_arena_array(arena, order->lines.count, sizeof *copy->lines.items);
    copy->lines.capacity = order->lines.count;
    for (size_t i = 0; copy->lines.items && i < order->lines.count; i++) {
        copy->lines.items[i] = order->lines.items[i];
        copy->lines.items[i].sku = uc_arena_copy(arena, order->lines.items[i].sku);
    }
    return !uc_arena_failed(arena);
}

const struct orders_order *order_store_add(struct order_store *store, const struct orders_order *order)
{
    struct uc_arena *arena = uc_arena_new(ORDER_BYTES_MAX);
    struct orders_order copy;

    if (!arena)
        return NULL;
    if (!copy_order(&copy, order, arena)) {
        uc_arena_free(arena);
        return NULL;
    }
    copy.id = ++store->last_id;
    struct slot *slot = &store->slots[(size_t)copy.id % store->kept];
    if (slot->arena)
        uc_arena_free(slot->arena);
    *slot = (struct slot){arena, copy};
    return &slot->order;
}

const struct orders_order *order_store_find(const struct order_store *store, int64_t id)
{
    const struct slot *slot = &store->slots[(size_t)id % store->kept];

    return slot->arena && slot->order.id == id ? &slot->order : NULL;
}

const struct orders_order *order_store_latest(const struct order_store *store, size_t index)
{
    if (index >= store->kept || (int64_t)index >= store->last_id)
        return NULL;
    return order_store_find(store, store->last_id - (int64_t)index);
}
