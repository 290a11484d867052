/* SPDX-License-Identifier: MIT */
/* gateway in the testbed, with catalog and orders as processes beside it. */
#include <stdio.h>
#include <stdlib.h>

#include "call.h"
#include "gateway.h"
#include "process.h"

#define BASKET                                                                                         \
    "{\"customer\":\"Ada\",\"lines\":[{\"sku\":\"cup-01\",\"quantity\":2},{\"sku\":\"pen-02\",\"quantity\":1}]}"

static const char *catalog_program, *orders_program;
static struct process catalog, orders;
static struct uc_testbed *bed;

static void set_url(const char *name, const struct process *process)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u", process->port);
    setenv(name, url, 1);
}

static int open_bed(void **state)
{
    (void)state;
    process_start(&catalog, catalog_program);
    set_url("CATALOG_URL", &catalog);
    process_start(&orders, orders_program);
    set_url("ORDERS_URL", &orders);
    return uc_testbed_new(&bed, &gateway_info);
}

static void stop(struct process *process)
{
    if (process->pid)
        assert_int_equal(process_stop(process), 0);
    process->pid = 0;
}

static int close_bed(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    stop(&orders);
    stop(&catalog);
    return 0;
}

static void offers_come_from_the_catalog(void **state)
{
    (void)state;
    expect(bed, UC_GET, "/items?limit=3&offset=8", NULL, 200,
           "{\"sku\":\"tray-01\",\"name\":\"Beech tray\",\"price_cents\":2150,\"available\":false}", "\"total\":10",
           NULL);
}

static void a_receipt_joins_order_and_names(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/orders", BASKET, 201, "\"id\":1", "\"total_cents\":2680", NULL);
    expect(bed, UC_GET, "/orders/1", NULL, 200, "\"name\":\"Enamel cup\"", "\"name\":\"Pencils, dozen\"", NULL);
    expect(bed, UC_GET, "/orders/2", NULL, 404, "no such order", NULL);
}

static void a_refusal_of_orders_is_handed_on(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/orders", "{\"customer\":\"Ada\",\"lines\":[{\"sku\":\"nix\",\"quantity\":1}]}", 409,
           "not in the catalog: nix", NULL);
}

static void a_receipt_goes_out_without_the_catalog(void **state)
{
    const char *body;

    (void)state;
    expect(bed, UC_POST, "/orders", BASKET, 201, NULL);
    stop(&catalog);
    body = expect(bed, UC_GET, "/orders/1", NULL, 200, "\"total_cents\":2680", NULL);
    assert_null(strstr(body, "\"name\""));
    expect(bed, UC_GET, "/items", NULL, 503, "the catalog cannot be reached", NULL);
    expect(bed, UC_POST, "/orders", BASKET, 503, NULL);
}

static void a_slow_peer_is_a_504(void **state)
{
    (void)state;
    process_pause(&catalog);
    expect(bed, UC_GET, "/items", NULL, 504, "the catalog is too slow", NULL);
    expect(bed, UC_POST, "/orders", BASKET, 504, NULL);
    process_resume(&catalog);
    expect(bed, UC_GET, "/items", NULL, 200, NULL);
}

static void absent_orders_are_a_503(void **state)
{
    (void)state;
    stop(&orders);
    expect(bed, UC_GET, "/orders/1", NULL, 503, NULL);
    expect(bed, UC_POST, "/orders", BASKET, 503, NULL);
    expect(bed, UC_GET, "/items", NULL, 200, NULL);
}

static void a_peer_that_breaks_its_contract_is_a_502(void **state)
{
    (void)state;
    /* catalog in the place of orders: its 404 to a path that orders must know is unexpected */
    uc_testbed_free(bed);
    set_url("ORDERS_URL", &catalog);
    assert_int_equal(uc_testbed_new(&bed, &gateway_info), 0);
    expect(bed, UC_POST, "/orders", BASKET, 502, NULL);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bed, close_bed)
    static const struct CMUnitTest tests[] = {
        TEST(offers_come_from_the_catalog),
        TEST(a_receipt_joins_order_and_names),
        TEST(a_refusal_of_orders_is_handed_on),
        TEST(a_receipt_goes_out_without_the_catalog),
        TEST(a_slow_peer_is_a_504),
        TEST(absent_orders_are_a_503),
        TEST(a_peer_that_breaks_its_contract_is_a_502),
    };

    if (argc != 3)
        return 2;
    catalog_program = argv[1];
    orders_program = argv[2];
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("gateway", tests, NULL, NULL);
}
