/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as service.yaml: refused with a message, or generated, and then twice the same. What
 * is served as /openapi.json must itself be a description that is accepted.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gen/gen.h"
#include "load.h"
#include "model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gen_service *load(struct gen_arena *arena, const char *bytes, size_t len)
{
    struct gen_service *service = NULL;
    struct gen_messages messages;
    struct gen_yaml_node *root;
    int err;

    gen_messages_init(&messages, arena);
    err = gen_yaml_read_bytes(arena, "service.yaml", bytes, len, &messages, &root);
    if (!err)
        err = gen_load_tree(arena, root, false, &messages, &service);
    if (!err != !messages.count)
        abort();
    return err ? NULL : service;
}

static void compare(const struct gen_files *a, const struct gen_files *b)
{
    if (a->count != b->count)
        abort();
    for (size_t i = 0; i < a->count; i++)
        if (a->items[i].len != b->items[i].len ||
            memcmp(a->items[i].bytes, b->items[i].bytes, a->items[i].len) != 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gen_service *service;
    struct gen_arena arena;
    struct gen_files first, second;
    struct gen_file openapi;

    gen_arena_init(&arena);
    service = load(&arena, (const char *)data, size);
    if (service) {
        first = gen_emit(service);
        second = gen_emit(service);
        compare(&first, &second);
        gen_missing_handlers(service, first.items[0].bytes);
        openapi = gen_emit_openapi(service);
        /* Without x-service the title alone names the service, and it may be no name. */
        if (!gen_yaml_get(service->contract.document, "x-service") &&
            !load(&arena, openapi.bytes, openapi.len))
            abort();
    }
    gen_arena_deinit(&arena);
    return 0;
}
