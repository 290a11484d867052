/* SPDX-License-Identifier: MIT */
/* handlers.c - the shop's public face: answers composed of those of catalog and orders. */
#include "gateway.h"

#include <errno.h>

/* What a caller learns of a failure behind us. */
static int status_for(int status, int error)
{
    if (error == -ETIMEDOUT || status == 504)
        return 504;
    if (status == 503 || (status == 0 && error != -EBADMSG))
        return 503;
    return 502;
}

/* ---- browse ---- */

static void items_answered(struct catalog_list_items_result *result, void *arg)
{
    struct gateway_browse *call = arg;
    struct gateway_offer_page page = {0};

    if (result->status != 200) {
        switch (status_for(result->status, result->error)) {
        case 504: gateway_browse_504(call, "the catalog is too slow"); return;
        case 503: gateway_browse_503(call, "the catalog cannot be reached"); return;
        default: gateway_browse_502(call, "the catalog answered something unexpected"); return;
        }
    }
    page.total = result->ok->total;
    for (size_t i = 0; i < result->ok->items.count; i++) {
        const struct catalog_item *item = &result->ok->items.items[i];
        struct gateway_offer *offer = gateway_offer_page_offers_add(&page.offers, call->arena);
        if (offer)
            *offer = (struct gateway_offer){item->sku, item->name, item->price_cents, item->stock > 0};
    }
    gateway_browse_200(call, &page);
}

void gateway_browse(struct gateway_browse *call)
{
    struct catalog_list_items_options options = {0};

    options.limit.state = call->limit.state;
    options.limit.value = call->limit.value;
    options.offset.state = call->offset.state;
    options.offset.value = call->offset.value;
    catalog_list_items(call->clients.catalog, &options, items_answered, call);
}

/* ---- a receipt from an order ---- */

static struct gateway_receipt *receipt_of(const struct orders_order *order, struct uc_arena *arena)
{
    struct gateway_receipt *receipt = gateway_receipt_new(arena);

    if (!receipt)
        return NULL;
    receipt->id = order->id;
    receipt->customer = order->customer;
    receipt->total_cents = order->total_cents;
    for (size_t i = 0; i < order->lines.count; i++) {
        const struct orders_line *line = &order->lines.items[i];
        struct gateway_receipt_lines_item *to = gateway_receipt_lines_add(&receipt->lines, arena);
        if (!to)
            return NULL;
        to->sku = line->sku;
        to->quantity = line->quantity;
        to->unit_cents = line->unit_cents;
    }
    return receipt;
}

/* ---- checkout ---- */

static void order_created(struct orders_create_order_result *result, void *arg)
{
    struct gateway_checkout *call = arg;

    if (result->status == 201) {
        struct gateway_receipt *receipt = receipt_of(result->ok, call->arena);
        if (receipt)
            gateway_checkout_201(call, receipt);
        else
            gateway_checkout_503(call, "no memory for the receipt");
        return;
    }
    if (result->status == 409) {
        gateway_checkout_409(call, result->detail);
        return;
    }
    switch (status_for(result->status, result->error)) {
    case 504: gateway_checkout_504(call, "orders are too slow"); return;
    case 503: gateway_checkout_503(call, "orders cannot be taken now"); return;
    default: gateway_checkout_502(call, "orders answered something unexpected"); return;
    }
}

void gateway_checkout(struct gateway_checkout *call)
{
    struct orders_new_order order = {.customer = call->body->customer};

    for (size_t i = 0; i < call->body->lines.count; i++) {
        struct orders_new_line *line = orders_new_order_lines_add(&order.lines, call->arena);
        if (!line) {
            gateway_checkout_503(call, "no memory for the order");
            return;
        }
        line->sku = call->body->lines.items[i].sku;
        line->quantity = call->body->lines.items[i].quantity;
    }
    orders_create_order(call->clients.orders, &order, order_created, call);
}

/* ---- receipt: the order first, then the items' names, all at once ---- */

struct naming {
    struct gateway_get_receipt *call;
    struct gateway_receipt *receipt;
    size_t waiting; /* answers that have not come */
};

struct name_wanted {
    struct naming *naming;
    size_t line;
};

static void one_less(struct naming *naming)
{
    if (--naming->waiting == 0)
        gateway_get_receipt_200(naming->call, naming->receipt);
}

/* A name is a courtesy: without it the receipt still goes out. */
static void name_answered(struct catalog_get_item_result *result, void *arg)
{
    struct name_wanted *wanted = arg;

    if (result->status == 200)
        gateway_receipt_lines_item_set_name(&wanted->naming->receipt->lines.items[wanted->line],
                                            result->ok->name);
    one_less(wanted->naming);
}

static void order_answered(struct orders_get_order_result *result, void *arg)
{
    struct gateway_get_receipt *call = arg;

    if (result->status == 404) {
        gateway_get_receipt_404(call, "no such order");
        return;
    }
    if (result->status != 200) {
        switch (status_for(result->status, result->error)) {
        case 504: gateway_get_receipt_504(call, "orders are too slow"); return;
        case 503: gateway_get_receipt_503(call, "orders cannot be read now"); return;
        default: gateway_get_receipt_502(call, "orders answered something unexpected"); return;
        }
    }
    struct naming *naming = uc_arena_alloc(call->arena, sizeof *naming);
    struct gateway_receipt *receipt = receipt_of(result->ok, call->arena);
    struct name_wanted *wanted = uc_arena_array(call->arena, result->ok->lines.count, sizeof *wanted);
    if (!naming || !receipt || !wanted) {
        gateway_get_receipt_503(call, "no memory for the receipt");
        return;
    }
    *naming = (struct naming){call, receipt, receipt->lines.count + 1};
    for (size_t i = 0; i < receipt->lines.count; i++) {
        wanted[i] = (struct name_wanted){naming, i};
        catalog_get_item(call->clients.catalog, receipt->lines.items[i].sku, name_answered, &wanted[i]);
    }
    one_less(naming); /* our own, held while the calls were made */
}

void gateway_get_receipt(struct gateway_get_receipt *call)
{
    orders_get_order(call->clients.orders, call->id, order_answered, call);
}

/* ---- life ---- */

int gateway_start(struct gateway_service *self)
{
    (void)self; /* holds nothing of its own */
    return 0;
}

void gateway_stop(struct gateway_service *self)
{
    (void)self;
}
