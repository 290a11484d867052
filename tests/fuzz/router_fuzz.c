/* SPDX-License-Identifier: MIT */
/*
 * Lines of templates, an empty line, a path. Templates are taken or refused, once each; a path that fits has values
 * which, put into the template, give the path again.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEMPLATES_MAX 32

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Compares as the router does: text decoded, values raw. */
static bool is_the_path(const struct uc_route *route, struct uc_str path)
{
    const char *pattern = route->operation->path, *at = path.data, *end = path.data + path.len;
    unsigned param = 0;

    while (*pattern) {
        if (*pattern == '{') {
            struct uc_str value;

            check(param < route->param_count);
            value = route->params[param++];
            if (value.data != at || !value.len || value.len > (size_t)(end - at) || memchr(value.data, '/', value.len))
                return false;
            at += value.len;
            pattern = strchr(pattern, '}');
            check(pattern != NULL);
            pattern++;
        } else {
            char c = *pattern++;

            if (at == end)
                return false;
            if (*at == '%' && end - at > 2 && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])) {
                char hex[3] = {at[1], at[2], '\0'};

                if ((char)strtoul(hex, NULL, 16) != c)
                    return false;
                at += 3;
            } else if (*at++ != c) {
                return false;
            }
        }
    }
    return at == end && param == route->param_count;
}

/* The router borrows also what it does not take. */
static void add(struct uc_router *router, struct uc_operation *operation, const uint8_t *line, size_t len)
{
    char *path = malloc(len + 1);
    int err;

    check(path != NULL);
    memcpy(path, line, len);
    path[len] = '\0';
    *operation = (struct uc_operation){.id = "x", .method = UC_GET, .path = path};
    err = strlen(path) == len ? uc_router_add(router, operation) : -EINVAL;
    check(err == 0 || err == -EINVAL || err == -EEXIST);
    if (!err)
        check(uc_router_add(router, operation) == -EEXIST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uc_operation operations[TEMPLATES_MAX];
    struct uc_router *router = uc_router_new();
    struct uc_route route;
    size_t count = 0;
    char *path;
    int err;

    check(router != NULL);
    while (size && *data != '\n') {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;

        if (count < TEMPLATES_MAX)
            add(router, &operations[count++], data, len);
        data += len + (end != NULL);
        size -= len + (end != NULL);
    }
    data += size != 0;
    size -= size != 0;
    path = malloc(size ? size : 1);
    check(path != NULL);
    memcpy(path, data, size);
    if (size && *path == '/' && !memchr(path, '\0', size)) {
        err = uc_router_match(router, UC_GET, uc_str_of(path, size), &route);
        check(err == 0 || err == -ENOENT || err == -EINVAL);
        check(err != 0 || is_the_path(&route, uc_str_of(path, size)));
        err = uc_router_match(router, UC_POST, uc_str_of(path, size), &route);
        check(err == -EPERM || err == -ENOENT || err == -EINVAL);
    }
    uc_router_free(router);
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)operations[i].path);
    free(path);
    return 0;
}
