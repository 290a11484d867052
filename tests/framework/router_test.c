/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>

#include "proto/router.h"

static const struct uc_operation operations[] = {
    {.id = "root", .method = UC_GET, .path = "/"},
    {.id = "list", .method = UC_GET, .path = "/orders"},
    {.id = "create", .method = UC_POST, .path = "/orders"},
    {.id = "get", .method = UC_GET, .path = "/orders/{id}"},
    {.id = "latest", .method = UC_GET, .path = "/orders/latest"},
    {.id = "items", .method = UC_GET, .path = "/orders/{id}/items"},
    {.id = "item", .method = UC_DELETE, .path = "/orders/{id}/items/{item}"},
    {.id = "odd", .method = UC_GET, .path = "/orders/latest/odd"},
    {.id = "slash", .method = UC_GET, .path = "/slash/"},
    {.id = "ownHead", .method = UC_HEAD, .path = "/head"},
    {.id = "dots", .method = UC_GET, .path = "/v1.0/.well-known"},
    {.id = "whole", .method = UC_GET, .path = "/files/{name}"},
    {.id = "json", .method = UC_GET, .path = "/files/{name}.json"},
    {.id = "report", .method = UC_GET, .path = "/files/report-{name}.json"},
    {.id = "fixed", .method = UC_GET, .path = "/files/report-1.json"},
    {.id = "verb", .method = UC_POST, .path = "/files/{name}:copy/{to}"},
};

#define GET (1u << UC_GET)
#define POST (1u << UC_POST)

static const struct {
    const char *name;
    enum uc_method method;
    const char *path, *id; /* of the operation */
    int want;
    const char *params;    /* joined by '|' */
    unsigned allowed;
} cases[] = {
    {"root", UC_GET, "/", "root", 0, "", 0},
    {"empty path is the root", UC_GET, "", "root", 0, "", 0},
    {"literal", UC_GET, "/orders", "list", 0, "", 0},
    {"another method", UC_POST, "/orders", "create", 0, "", 0},
    {"HEAD finds GET", UC_HEAD, "/orders", "list", 0, "", 0},
    {"HEAD prefers its own", UC_HEAD, "/head", "ownHead", 0, "", 0},
    {"GET does not find HEAD", UC_GET, "/head", NULL, -EPERM, "", 1u << UC_HEAD},
    {"parameter takes one segment", UC_GET, "/orders/7", "get", 0, "7", 0},
    {"literal beats parameter", UC_GET, "/orders/latest", "latest", 0, "", 0},
    {"a literal that leads nowhere is left again", UC_GET, "/orders/latest/items", "items", 0, "latest", 0},
    {"literal below literal", UC_GET, "/orders/latest/odd", "odd", 0, "", 0},
    {"two parameters", UC_DELETE, "/orders/7/items/8", "item", 0, "7|8", 0},
    {"another method below another literal", UC_DELETE, "/orders/latest/items/8", "item", 0, "latest|8", 0},
    {"unknown method", UC_PUT, "/orders", NULL, -EPERM, "", GET | POST},
    {"unknown method of literal and parameter", UC_PUT, "/orders/latest", NULL, -EPERM, "", GET},
    {"unknown path", UC_GET, "/nothing", NULL, -ENOENT, "", 0},
    {"parameter refuses two segments", UC_GET, "/orders/7/x", NULL, -ENOENT, "", 0},
    {"empty segment is no parameter", UC_GET, "/orders/", NULL, -ENOENT, "", 0},
    {"double slash is no single one", UC_GET, "//orders", NULL, -ENOENT, "", 0},
    {"slash at the end counts", UC_GET, "/slash/", "slash", 0, "", 0},
    {"and so does none", UC_GET, "/slash", NULL, -ENOENT, "", 0},
    {"prefix of a literal", UC_GET, "/order", NULL, -ENOENT, "", 0},
    {"longer than a literal", UC_GET, "/orders2", NULL, -ENOENT, "", 0},
    {"case counts", UC_GET, "/Orders", NULL, -ENOENT, "", 0},
    {"text behind a brace", UC_GET, "/files/a.json", "json", 0, "a", 0},
    {"text on both sides says more", UC_GET, "/files/report-a.json", "report", 0, "a", 0},
    {"a literal says most", UC_GET, "/files/report-1.json", "fixed", 0, "", 0},
    {"text alone is no value", UC_GET, "/files/.json", "whole", 0, ".json", 0},
    {"nor is what lies between", UC_GET, "/files/report-.json", "json", 0, "report-", 0},
    {"the text twice", UC_GET, "/files/a.json.json", "json", 0, "a.json", 0},
    {"other text is the whole", UC_GET, "/files/a.xml", "whole", 0, "a.xml", 0},
    {"a segment follows", UC_POST, "/files/a:copy/b", "verb", 0, "a|b", 0},
    {"escaped text beside a brace", UC_POST, "/files/a%3Acop%79/b", "verb", 0, "a|b", 0},
    {"escapes in the value stay", UC_POST, "/files/a%2F%3A:copy/b", "verb", 0, "a%2F%3A|b", 0},
    {"half an escape is no text", UC_POST, "/files/a%3copy/b", NULL, -ENOENT, "", 0},
    {"escaped literal", UC_GET, "/%6frders", "list", 0, "", 0},
    {"escaped slash does not split", UC_GET, "/orders/a%2Fb", "get", 0, "a%2Fb", 0},
    {"dots in a literal", UC_GET, "/v1.0/.well-known", "dots", 0, "", 0},
    {"dot segment", UC_GET, "/orders/.", NULL, -EINVAL, "", 0},
    {"dot segments", UC_GET, "/orders/../orders", NULL, -EINVAL, "", 0},
    {"escaped dot segments", UC_GET, "/orders/%2e%2E", NULL, -EINVAL, "", 0},
    {"half escaped dot segments", UC_GET, "/orders/.%2e/x", NULL, -EINVAL, "", 0},
    {"three dots are a name", UC_GET, "/orders/...", "get", 0, "...", 0},
    {"encoded NUL", UC_GET, "/orders/a%00", NULL, -EINVAL, "", 0},
};

static struct uc_router *build(void)
{
    struct uc_router *router = uc_router_new();

    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        assert_int_equal(uc_router_add(router, &operations[i]), 0);
    return router;
}

static void join_params(const struct uc_route *route, char *out)
{
    size_t len = 0;

    for (unsigned i = 0; i < route->param_count; i++) {
        if (i)
            out[len++] = '|';
        memcpy(out + len, route->params[i].data, route->params[i].len);
        len += route->params[i].len;
    }
    out[len] = '\0';
}

static void paths_find_their_operation(void **state)
{
    struct uc_router *router = build();

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uc_route route;
        char params[64];
        int got = uc_router_match(router, cases[i].method, uc_str(cases[i].path), &route);

        if (got != cases[i].want)
            fail_msg("%s: %d, not %d", cases[i].name, got, cases[i].want);
        if (got == -EPERM)
            assert_int_equal(route.allowed, cases[i].allowed);
        if (got)
            continue;
        join_params(&route, params);
        assert_string_equal(route.operation->id, cases[i].id);
        assert_string_equal(params, cases[i].params);
    }
    uc_router_free(router);
}

static void bad_patterns_are_refused(void **state)
{
    static const struct {
        const char *path;
        int want;
    } patterns[] = {
        {"", -EINVAL},        {"orders", -EINVAL},     {"/orders/{id", -EINVAL}, {"/orders/id}", -EINVAL},
        {"/{a}-{b}", -EINVAL}, {"/orders", -EEXIST},   {"/orders/{other}", -EEXIST},
        {"/{1}/{2}/{3}/{4}/{5}/{6}/{7}/{8}/{9}", -EINVAL},
    };
    struct uc_router *router = build();

    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        struct uc_operation operation = {.id = "x", .method = UC_GET, .path = patterns[i].path};

        assert_int_equal(uc_router_add(router, &operation), patterns[i].want);
    }
    uc_router_free(router);
}

static void allow_names_methods(void **state)
{
    char text[UC_ROUTER_ALLOW_BYTES];
    struct uc_str all = uc_router_allow(~0u, text);

    (void)state;
    assert_true(all.len <= sizeof(text));
    assert_true(uc_str_is(uc_router_allow(GET, text), "GET, HEAD, OPTIONS"));
    assert_true(uc_str_is(uc_router_allow(POST, text), "POST, OPTIONS"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_operation),
        cmocka_unit_test(bad_patterns_are_refused),
        cmocka_unit_test(allow_names_methods),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
