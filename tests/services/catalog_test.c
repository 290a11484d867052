/* SPDX-License-Identifier: MIT */
#include "call.h"
#include "catalog.h"

static struct uc_testbed *bed;

static int open_bed(void **state)
{
    (void)state;
    return uc_testbed_new(&bed, &catalog_info);
}

static int close_bed(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    return 0;
}

static void a_page_has_its_limit_and_the_total(void **state)
{
    const char *body;

    (void)state;
    expect(bed, UC_GET, "/items?limit=2", NULL, 200, "{\"items\":[{\"sku\":\"bag-01\"", "book-01", "\"total\":10}", NULL);
    body = expect(bed, UC_GET, "/items?limit=2&offset=9", NULL, 200, "tray-01", "\"total\":10", NULL);
    assert_null(strstr(body, "pot-01"));
    expect(bed, UC_GET, "/items?offset=100", NULL, 200, "{\"items\":[],\"total\":10}", NULL);
}

static void a_part_of_the_name_finds_items_in_any_case(void **state)
{
    (void)state;
    expect(bed, UC_GET, "/items?name=CUP", NULL, 200, "cup-01", "cup-02", "\"total\":2", NULL);
    expect(bed, UC_GET, "/items?name=nothing", NULL, 200, "{\"items\":[],\"total\":0}", NULL);
    expect(bed, UC_GET, "/items?name=t%20MA", NULL, 200, "book-01", "\"total\":1}", NULL);
}

static void an_item_is_found_by_its_sku(void **state)
{
    (void)state;
    expect(bed, UC_GET, "/items/pen-02", NULL, 200, "\"price_cents\":780", NULL);
    expect(bed, UC_GET, "/items/none", NULL, 404, "no such item", NULL);
}

static void stock_can_be_set(void **state)
{
    (void)state;
    expect(bed, UC_PUT, "/items/cup-01/stock", "{\"level\": 7}", 200, "\"stock\":7", NULL);
    expect(bed, UC_GET, "/items/cup-01", NULL, 200, "\"stock\":7", NULL);
    expect(bed, UC_PUT, "/items/none/stock", "{\"level\": 7}", 404, NULL);
}

static void what_breaks_the_contract_is_named(void **state)
{
    (void)state;
    expect(bed, UC_GET, "/items?limit=0&offset=x", NULL, 422, "\"limit\"", "at least 1", "\"offset\"", NULL);
    expect(bed, UC_GET, "/items?limit=1&limit=2", NULL, 422, "given once", NULL);
    expect(bed, UC_GET, "/items/123456789012345678901", NULL, 422, "\"sku\"", NULL);
    expect(bed, UC_PUT, "/items/cup-01/stock", "{\"level\": -1, \"x\": 1}", 422, "/level", "/x", NULL);
    expect(bed, UC_PUT, "/items/cup-01/stock", "{\"level\": 1, \"level\": 2}", 400, "twice", NULL);
    expect(bed, UC_PUT, "/items/cup-01/stock", "{\"level\": 1", 400, NULL);
    expect(bed, UC_DELETE, "/items/cup-01", NULL, 405, NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_page_has_its_limit_and_the_total, open_bed, close_bed),
        cmocka_unit_test_setup_teardown(a_part_of_the_name_finds_items_in_any_case, open_bed, close_bed),
        cmocka_unit_test_setup_teardown(an_item_is_found_by_its_sku, open_bed, close_bed),
        cmocka_unit_test_setup_teardown(stock_can_be_set, open_bed, close_bed),
        cmocka_unit_test_setup_teardown(what_breaks_the_contract_is_named, open_bed, close_bed),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
