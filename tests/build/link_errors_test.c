/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "service.h"

#include <stdlib.h>
#include <string.h>

/* As the generator lists them: a name in C need not be the operation's. */
static struct gen_function functions[] = {
    {"orders_get_order", "void orders_get_order(struct orders_get_order *call)", "operation getOrder has no handler",
     {"orders/service.yaml", 5, 20}},
    {"orders_start_2", "void orders_start_2(struct orders_start_2 *call)", "operation start has no handler",
     {"orders/paths.yaml", 8, 3}},
    {"orders_start", "int orders_start(struct orders_service *self)", "the service has no start function",
     {"orders/service.yaml", 0, 0}},
    {"orders_stop", "void orders_stop(struct orders_service *self)", "the service has no stop function",
     {"orders/service.yaml", 0, 0}},
};

/* What build_explain_link() prints, or NULL when it knows nothing. The caller frees it. */
static char *explained(const char *output)
{
    struct build_link_context context = {{functions, sizeof(functions) / sizeof(functions[0])}, "orders"};
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    bool known = build_explain_link(&context, output, out);

    fclose(out);
    if (known)
        return text;
    assert_int_equal(len, 0);
    free(text);
    return NULL;
}

#define UNDEFINED(symbol) \
    "/usr/bin/ld: x.o: in function `handle':\nx.c:3: undefined reference to `" symbol "'\n"
#define FAILED "collect2: error: ld returned 1 exit status\n"

static void a_missing_handler_is_named_with_its_operation_and_line(void **state)
{
    char *text = explained(UNDEFINED("orders_get_order") FAILED);

    assert_non_null(text);
    assert_string_equal(text, "orders/service.yaml:5:20: operation getOrder has no handler. "
                              "Define it in a C file of orders:\n"
                              "    void orders_get_order(struct orders_get_order *call)\n");
    free(text);
}

static void what_is_not_known_stays_beside_what_is(void **state)
{
    char *text = explained(UNDEFINED("nowhere") UNDEFINED("orders_stop") FAILED);

    assert_non_null(text);
    assert_non_null(strstr(text, "has no stop function"));
    assert_non_null(strstr(text, "x.c:3: undefined reference to `nowhere'\n"));
    assert_null(strstr(text, "undefined reference to `orders_stop'"));
    free(text);
}

static void an_operation_is_found_by_its_name_in_c(void **state)
{
    char *text = explained(UNDEFINED("orders_start_2") FAILED);

    assert_non_null(text);
    assert_string_equal(text, "orders/paths.yaml:8:3: operation start has no handler. "
                              "Define it in a C file of orders:\n"
                              "    void orders_start_2(struct orders_start_2 *call)\n");
    free(text);
}

static void a_handler_missed_twice_is_told_once(void **state)
{
    char *text = explained(UNDEFINED("orders_get_order") UNDEFINED("orders_get_order"));
    char *first = strstr(text, "getOrder");

    assert_non_null(first);
    assert_null(strstr(first + 1, "getOrder"));
    free(text);
}

static void start_and_stop_are_asked_for_by_their_types(void **state)
{
    char *text = explained(UNDEFINED("orders_start") UNDEFINED("orders_stop"));

    assert_non_null(text);
    assert_non_null(strstr(text, "orders/service.yaml: the service has no start function. "));
    assert_non_null(strstr(text, "    int orders_start(struct orders_service *self)\n"));
    assert_non_null(strstr(text, "    void orders_stop(struct orders_service *self)\n"));
    free(text);
}

static void what_is_no_handler_is_left_to_the_linker(void **state)
{
    assert_null(explained(UNDEFINED("sqrt_of_two") FAILED));
    assert_null(explained(UNDEFINED("orders_helper") FAILED));
    assert_null(explained(UNDEFINED("orders_get_orders")));
    assert_null(explained(UNDEFINED("orders_get")));
    assert_null(explained(UNDEFINED("orders_")));
    assert_null(explained(UNDEFINED("orders_start_3")));
    assert_null(explained("undefined reference to `orders_get_order"));
    assert_null(explained(""));
}

static void other_errors_stay_beside_a_missing_handler(void **state)
{
    char *text = explained(UNDEFINED("orders_get_order") "ld: cannot find -lfoo\n" FAILED);

    assert_non_null(text);
    assert_non_null(strstr(text, "cannot find -lfoo"));
    assert_null(strstr(text, "collect2"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_handler_is_named_with_its_operation_and_line),
        cmocka_unit_test(what_is_not_known_stays_beside_what_is),
        cmocka_unit_test(an_operation_is_found_by_its_name_in_c),
        cmocka_unit_test(a_handler_missed_twice_is_told_once),
        cmocka_unit_test(start_and_stop_are_asked_for_by_their_types),
        cmocka_unit_test(what_is_no_handler_is_left_to_the_linker),
        cmocka_unit_test(other_errors_stay_beside_a_missing_handler),
    };

    return run_tap(tests);
}
