/* SPDX-License-Identifier: MIT */
/* handlers.c - what the shop sells: a small table in memory, seeded at start. */
#include "catalog.h"

#include <errno.h>
#include <stdlib.h>

#define PAGE_ITEMS 20 /* when the caller does not say */
#define ITEM(sku, name, cents, stock) {UC_STR(sku), UC_STR(name), cents, stock, {UC_ABSENT, {0}}}

/* In the order of their sku. */
static const struct catalog_item seed[] = {
    ITEM("bag-01", "Canvas bag", 1290, 140),
    ITEM("book-01", "The quiet machine", 2450, 31),
    ITEM("book-02", "Letters to a young kernel", 1890, 12),
    ITEM("cup-01", "Enamel cup", 950, 210),
    ITEM("cup-02", "Espresso cup, pair", 1650, 64),
    ITEM("lamp-01", "Reading lamp", 4900, 18),
    ITEM("pen-01", "Fountain pen", 3200, 45),
    ITEM("pen-02", "Pencils, dozen", 780, 330),
    ITEM("pot-01", "Tea pot", 3850, 22),
    ITEM("tray-01", "Beech tray", 2150, 0),
};

#define ITEM_COUNT (sizeof seed / sizeof seed[0])

struct shelf {
    struct catalog_item items[ITEM_COUNT];
};

static struct catalog_item *find_item(struct shelf *shelf, struct uc_str sku)
{
    for (size_t i = 0; i < ITEM_COUNT; i++)
        if (uc_str_eq(shelf->items[i].sku, sku))
            return &shelf->items[i];
    return NULL;
}

static bool contains(struct uc_str text, struct uc_str part)
{
    for (size_t at = 0; at + part.len <= text.len; at++)
        if (uc_str_eq_nocase(uc_str_of(text.data + at, part.len), part))
            return true;
    return false;
}

void catalog_list_items(struct catalog_list_items *call)
{
    struct shelf *shelf = call->app;
    struct catalog_item_page page = {0};
    int32_t limit = call->limit.state == UC_VALUE ? call->limit.value : PAGE_ITEMS;
    int32_t pass_over = call->offset.state == UC_VALUE ? call->offset.value : 0;

    for (size_t i = 0; i < ITEM_COUNT; i++) {
        if (call->name.state == UC_VALUE && !contains(shelf->items[i].name, call->name.value))
            continue;
        page.total++;
        if (page.total <= pass_over || page.items.count >= (size_t)limit)
            continue;
        struct catalog_item *item = catalog_item_page_items_add(&page.items, call->arena);
        if (item)
            *item = shelf->items[i];
    }
    catalog_list_items_200(call, &page);
}

void catalog_get_item(struct catalog_get_item *call)
{
    struct catalog_item *item = find_item(call->app, call->sku);

    if (!item) {
        catalog_get_item_404(call, "no such item");
        return;
    }
    catalog_get_item_200(call, item);
}

void catalog_set_stock(struct catalog_set_stock *call)
{
    struct catalog_item *item = find_item(call->app, call->sku);

    if (!item) {
        catalog_set_stock_404(call, "no such item");
        return;
    }
    item->stock = call->body->level;
    uc_log(UC_INFO, call->request, "stock set",
           UC_FIELDS(uc_log_str("sku", item->sku), uc_log_int("level", item->stock)));
    catalog_set_stock_200(call, item);
}

int catalog_start(struct catalog_service *self)
{
    struct shelf *shelf = malloc(sizeof *shelf);

    if (!shelf)
        return -ENOMEM;
    memcpy(shelf->items, seed, sizeof seed);
    self->app = shelf;
    return 0;
}

void catalog_stop(struct catalog_service *self)
{
    free(self->app);
}
