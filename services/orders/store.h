/* SPDX-License-Identifier: MIT */
/*
 * store.h - the latest orders, in memory.
 *
 * Room for a fixed number: a new order takes the place of the oldest. The store owns its
 * orders; what it hands out is borrowed until the next order is added.
 */
#ifndef ORDERS_STORE_H
#define ORDERS_STORE_H

#include "orders.h"

struct order_store;

/* NULL: out of memory. `kept`: orders remembered, at least 1. */
struct order_store *order_store_new(size_t kept);
void order_store_free(struct order_store *store);

/* Copies `order` and gives it its id. Returns the store's copy, or NULL: out of memory. */
const struct orders_order *order_store_add(struct order_store *store, const struct orders_order *order);

/* NULL: never was, or no longer remembered. */
const struct orders_order *order_store_find(const struct order_store *store, int64_t id);

/* Newest first: 0 is the latest. NULL: no more. */
const struct orders_order *order_store_latest(const struct order_store *store, size_t index);

#endif
