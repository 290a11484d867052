/* SPDX-License-Identifier: MIT */
/* service.yaml.example builds as it stands, and what it builds does what its comments say. */
#include <stdlib.h>

#include "call.h"
#include "reviews.h"

static struct uc_testbed *bed;

static int open_bed(void **state)
{
    (void)state;
    setenv("SHOP_NAME", "test", 1);
    setenv("MODERATORS", "ann:0123456789abcdef", 1);
    setenv("TOKEN_KEYS", "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                         "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}", 1);
    setenv("CATALOG_URL", "http://127.0.0.1:1", 1); /* nobody there */
    return uc_testbed_new(&bed, &reviews_info);
}

static int close_bed(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    return 0;
}

static void a_required_variable_stops_the_start(void **state)
{
    struct uc_testbed *other = NULL;

    (void)state;
    unsetenv("SHOP_NAME");
    assert_true(uc_testbed_new(&other, &reviews_info) < 0);
}

/* With a moderator's key. */
static int delete_review(void)
{
    struct uc_test_answer answer;

    assert_int_equal(uc_testbed_call(bed, UC_DELETE, "/reviews/1", "X-Moderator: 0123456789abcdef\r\n", uc_str(NULL), &answer), 0);
    return answer.status;
}

static void a_review_lives(void **state)
{
    (void)state;
    expect(bed, UC_POST, "/items/cup-01/reviews", "{\"buyer\":\"Ada\",\"stars\":5,\"note\":null}", 201,
           "\"state\":\"waiting\"", "\"note\":null", NULL);
    expect(bed, UC_POST, "/items/cup-01/reviews", "{\"buyer\":\"Ada\",\"stars\":5}", 409, "\"review\":1", NULL);
    expect(bed, UC_PATCH, "/reviews/1", "{\"note\":\"fine\"}", 200, "\"stars\":5", "\"note\":\"fine\"", NULL);
    expect(bed, UC_PUT, "/reviews/1", "{\"buyer\":\"Ada\",\"stars\":2}", 200, "\"stars\":2", NULL);
    expect(bed, UC_DELETE, "/reviews/1", NULL, 401, "credentials are needed", NULL);
    assert_int_equal(delete_review(), 204);
    assert_int_equal(delete_review(), 404);
    expect(bed, UC_OPTIONS, "/items/cup-01/reviews", NULL, 204, NULL);
}

static void every_bound_is_enforced(void **state)
{
    (void)state;
    expect(bed, UC_GET, "/items/cup-01/reviews?limit=101&order=worst&at-least=0&verified=1", NULL, 422, "\"limit\"",
           "\"order\"", "\"at-least\"", "\"verified\"", NULL);
    expect(bed, UC_POST, "/items/cup-01/reviews",
           "{\"buyer\":\"\",\"stars\":6,\"tags\":[\"a\",\"\",3],\"more\":1}", 422, "/buyer", "/stars", "/tags/1",
           "/tags/2", "/more", NULL);
    expect(bed, UC_PATCH, "/reviews/1", "{\"other\":1}", 422, "/other", NULL);
    expect(bed, UC_PATCH, "/reviews/1", "{}", 404, NULL);
}

static void an_absent_peer_is_told_in_words(void **state)
{
    (void)state;
    expect(bed, UC_GET, "/items/cup-01/reviews", NULL, 503, "connection refused", NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_required_variable_stops_the_start),
        cmocka_unit_test_setup_teardown(a_review_lives, open_bed, close_bed),
        cmocka_unit_test_setup_teardown(every_bound_is_enforced, open_bed, close_bed),
        cmocka_unit_test_setup_teardown(an_absent_peer_is_told_in_words, open_bed, close_bed),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("example", tests, NULL, NULL);
}
