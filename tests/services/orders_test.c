/* SPDX-License-Identifier: MIT */
/* orders in the testbed, with catalog as a process beside it. */
#include <stdio.h>
#include <stdlib.h>

#include "call.h"
#include "orders.h"
#include "process.h"

#define TWO_CUPS "{\"customer\":\"Ada\",\"lines\":[{\"sku\":\"cup-01\",\"quantity\":2}]}"

static const char *catalog_program;
static struct process catalog;
static struct uc_testbed *bed;

static int open_bed(void **state)
{
    char url[64];

    (void)state;
    process_start(&catalog, catalog_program);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u", catalog.port);
    setenv("CATALOG_URL", url, 1);
    setenv("ORDERS_KEPT", "3", 1);
    return uc_testbed_new(&bed, &orders_info);
}

static int close_bed(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    if (catalog.pid)
        assert_int_equal(process_stop(&catalog), 0);
    catalog.pid = 0;
    return 0;
}

static void an_order_is_priced_by_the_catalog(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/orders",
           "{\"customer\":\"Ada\",\"note\":null,\"lines\":[{\"sku\":\"cup-01\",\"quantity\":2},"
           "{\"sku\":\"pen-02\",\"quantity\":1}]}",
           201, "\"id\":1", "\"unit_cents\":950", "\"total_cents\":2680", "\"state\":\"open\"", NULL);
    expect(bed, UC_GET, "/orders/1", NULL, 200, "\"total_cents\":2680", NULL);
}

static void the_latest_orders_are_remembered_newest_first(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 5; i++)
        expect(bed, UC_POST, "/orders", TWO_CUPS, 201, NULL);
    expect(bed, UC_GET, "/orders/2", NULL, 404, NULL);
    expect(bed, UC_GET, "/orders/3", NULL, 200, NULL);
    expect(bed, UC_GET, "/orders?limit=1", NULL, 200, "{\"orders\":[{\"id\":5,", NULL);
    expect(bed, UC_GET, "/orders?customer=Bob", NULL, 200, "{\"orders\":[]}", NULL);
}

static void an_item_that_is_unknown_or_scarce_is_a_conflict(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/orders", "{\"customer\":\"Ada\",\"lines\":[{\"sku\":\"no/such?\",\"quantity\":1}]}", 409,
           "not in the catalog: no/such?", NULL);
    expect(bed, UC_POST, "/orders", "{\"customer\":\"Ada\",\"lines\":[{\"sku\":\"tray-01\",\"quantity\":1}]}", 409,
           "not enough in stock: tray-01", NULL);
}

static void a_slow_catalog_is_a_504(void **state)
{
    (void)state;
    process_pause(&catalog);
    expect(bed, UC_POST, "/orders", TWO_CUPS, 504, "too slow", NULL);
    process_resume(&catalog);
    expect(bed, UC_POST, "/orders", TWO_CUPS, 201, NULL);
}

static void an_absent_catalog_is_a_503(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/orders", TWO_CUPS, 201, NULL); /* a connection is kept: it goes stale */
    assert_int_equal(process_stop(&catalog), 0);
    catalog.pid = 0;
    expect(bed, UC_POST, "/orders", TWO_CUPS, 503, "cannot be reached", NULL);
    expect(bed, UC_GET, "/orders/1", NULL, 200, NULL);
}

static void what_breaks_the_contract_is_named(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/orders", "{\"customer\":\"\",\"lines\":[]}", 422, "/customer", "/lines", NULL);
    expect(bed, UC_POST, "/orders", "{\"lines\":[{\"sku\":\"a\",\"quantity\":0}]}", 422, "/customer", "is required",
           "/lines/0/quantity", NULL);
    expect(bed, UC_GET, "/orders/9223372036854775808", NULL, 422, NULL);
}

static void a_wrong_setting_stops_the_start(void **state)
{
    struct uc_testbed *other = NULL;

    (void)state;
    setenv("ORDERS_KEPT", "0", 1);
    assert_true(uc_testbed_new(&other, &orders_info) < 0);
    setenv("ORDERS_KEPT", "3", 1);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bed, close_bed)
    static const struct CMUnitTest tests[] = {
        TEST(an_order_is_priced_by_the_catalog),
        TEST(the_latest_orders_are_remembered_newest_first),
        TEST(an_item_that_is_unknown_or_scarce_is_a_conflict),
        TEST(a_slow_catalog_is_a_504),
        TEST(an_absent_catalog_is_a_503),
        TEST(what_breaks_the_contract_is_named),
        TEST(a_wrong_setting_stops_the_start),
    };

    if (argc != 2)
        return 2;
    catalog_program = argv[1];
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
