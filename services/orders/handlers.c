/* SPDX-License-Identifier: MIT */
/* handlers.c - take orders: look up each line's price in the catalog, then remember. */
#include "store.h"

#include <errno.h>

#define LIST_ORDERS 20 /* when the caller does not say */
#define KEPT_MAX 100000

/* ---- create ---- */

/* An order on its way: lines are priced one after the other. */
struct pricing {
    struct orders_create_order *call;
    struct orders_order order;
};

static void price_next_line(struct pricing *pricing);

static void finish(struct pricing *pricing)
{
    struct orders_create_order *call = pricing->call;
    const struct orders_order *kept = order_store_add(call->app, &pricing->order);

    if (!kept) {
        orders_create_order_503(call, "no memory for another order");
        return;
    }
    uc_log(UC_INFO, call->request, "order created",
           UC_FIELDS(uc_log_int("order_id", kept->id), uc_log_int("total_cents", kept->total_cents)));
    orders_create_order_201(call, kept);
}

static void refuse_line(struct orders_create_order *call, const char *why, struct uc_str sku)
{
    struct uc_str detail = uc_arena_printf(call->arena, "%s: %.*s", why, (int)sku.len, sku.data);

    orders_create_order_409(call, detail.data);
}

static void item_answered(struct catalog_get_item_result *result, void *arg)
{
    struct pricing *pricing = arg;
    struct orders_create_order *call = pricing->call;
    size_t at = pricing->order.lines.count;
    const struct orders_new_line *wanted = &call->body->lines.items[at];

    if (result->status == 404) {
        refuse_line(call, "not in the catalog", wanted->sku);
        return;
    }
    if (result->status != 200) {
        if (result->error == -ETIMEDOUT)
            orders_create_order_504(call, "the catalog is too slow");
        else if (result->status == 0 && result->error != -EBADMSG)
            orders_create_order_503(call, "the catalog cannot be reached");
        else
            orders_create_order_502(call, "the catalog answered something unexpected");
        return;
    }
    if (result->ok->stock < wanted->quantity) {
        refuse_line(call, "not enough in stock", wanted->sku);
        return;
    }
    int64_t line_cents;
    if (__builtin_mul_overflow(result->ok->price_cents, wanted->quantity, &line_cents) ||
        __builtin_add_overflow(pricing->order.total_cents, line_cents, &pricing->order.total_cents)) {
        refuse_line(call, "too expensive to count", wanted->sku);
        return;
    }
    struct orders_line *line = orders_order_lines_add(&pricing->order.lines, call->arena);
    if (!line) {
        orders_create_order_503(call, "no memory for the order");
        return;
    }
    line->sku = wanted->sku;
    line->quantity = wanted->quantity;
    line->unit_cents = result->ok->price_cents;
    price_next_line(pricing);
}

static void price_next_line(struct pricing *pricing)
{
    struct orders_create_order *call = pricing->call;
    size_t at = pricing->order.lines.count;

    if (at == call->body->lines.count)
        finish(pricing);
    else
        catalog_get_item(call->clients.catalog, call->body->lines.items[at].sku, item_answered, pricing);
}

void orders_create_order(struct orders_create_order *call)
{
    struct pricing *pricing = uc_arena_alloc(call->arena, sizeof *pricing);

    if (!pricing) {
        orders_create_order_503(call, "no memory for the order");
        return;
    }
    pricing->call = call;
    pricing->order.customer = call->body->customer;
    pricing->order.state = ORDERS_ORDER_STATE_OPEN;
    if (call->body->note.state == UC_VALUE)
        orders_order_set_note(&pricing->order, call->body->note.value);
    price_next_line(pricing);
}

/* ---- read ---- */

void orders_list_orders(struct orders_list_orders *call)
{
    struct orders_order_list list = {0};
    size_t limit = call->limit.state == UC_VALUE ? (size_t)call->limit.value : LIST_ORDERS;
    const struct orders_order *order;

    for (size_t i = 0; list.orders.count < limit && (order = order_store_latest(call->app, i)); i++) {
        if (call->customer.state == UC_VALUE && !uc_str_eq(order->customer, call->customer.value))
            continue;
        struct orders_order *listed = orders_order_list_orders_add(&list.orders, call->arena);
        if (!listed)
            break; /* the arena is full: the framework answers 503 */
        *listed = *order;
    }
    orders_list_orders_200(call, &list);
}

void orders_get_order(struct orders_get_order *call)
{
    const struct orders_order *order = order_store_find(call->app, call->id);

    if (!order) {
        orders_get_order_404(call, "no such order");
        return;
    }
    orders_get_order_200(call, order);
}

/* ---- life ---- */

int orders_start(struct orders_service *self)
{
    if (self->env.orders_kept < 1 || self->env.orders_kept > KEPT_MAX) {
        uc_log(UC_ERROR, NULL, "ORDERS_KEPT must be from 1 to 100000",
               UC_FIELDS(uc_log_int("ORDERS_KEPT", self->env.orders_kept)));
        return -EINVAL;
    }
    self->app = order_store_new((size_t)self->env.orders_kept);
    return self->app ? 0 : -ENOMEM;
}

void orders_stop(struct orders_service *self)
{
    order_store_free(self->app);
}
