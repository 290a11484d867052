/* SPDX-License-Identifier: MIT */
/*
 * Any bytes for the codecs generated from tests/gen/cases/schemas: choices, discriminators, patterns, names, parts of
 * allOf, sets. The first line names one of them. What is read is written, and that is read and written the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schemas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SCHEMAS(X)                                                                                                   \
    X(anything) X(both) X(choices) X(defaults) X(dog) X(either) X(exactly) X(excluded) X(extra) X(free) X(kennel)    \
    X(maps) X(merged) X(names) X(nulls) X(once) X(others) X(patterns) X(prices) X(ruled) X(sets) X(stricter)         \
    X(tree) X(untouched) X(user) X(values)

static void check(bool holds)
{
    if (!holds)
        abort();
}

#define ROUND(name)                                                                                                  \
    static bool round_##name(struct uc_arena *arena, struct uc_str text, struct uc_buf *out)                         \
    {                                                                                                                \
        struct schemas_##name value = {0};                                                                           \
        struct uc_violations bad;                                                                                    \
        struct uc_json_reader r;                                                                                     \
        struct uc_json_writer w;                                                                                     \
        bool good;                                                                                                   \
                                                                                                                     \
        uc_violations_init(&bad, arena);                                                                             \
        uc_json_reader_init(&r, text, arena, &bad);                                                                  \
        good = schemas_##name##_read(&r, &value);                                                                    \
        if (uc_json_finish(&r) || uc_arena_failed(arena))                                                            \
            return false;                                                                                            \
        check(good == (bad.count == 0));                                                                             \
        if (!good)                                                                                                   \
            return false;                                                                                            \
        uc_json_writer_init(&w, out);                                                                                \
        schemas_##name##_write(&w, &value);                                                                          \
        return !out->error;                                                                                          \
    }
SCHEMAS(ROUND)

#define ROW(name) {#name, round_##name},
static const struct {
    const char *name;
    bool (*round)(struct uc_arena *arena, struct uc_str text, struct uc_buf *out);
} schemas[] = {SCHEMAS(ROW)};

static void try_one(size_t which, struct uc_str text)
{
    struct uc_arena *arena = uc_arena_new(1 << 20);
    struct uc_buf once, again;

    check(arena != NULL);
    uc_buf_init(&once, 1 << 18);
    uc_buf_init(&again, 1 << 18);
    if (schemas[which].round(arena, text, &once)) {
        check(schemas[which].round(arena, uc_str_of(once.data, once.len), &again));
        check(once.len == again.len && !memcmp(once.data, again.data, once.len));
    }
    uc_buf_deinit(&once);
    uc_buf_deinit(&again);
    uc_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    size_t len = end ? (size_t)(end - data) : 0;

    for (size_t i = 0; end && i < sizeof(schemas) / sizeof(schemas[0]); i++)
        if (strlen(schemas[i].name) == len && !memcmp(schemas[i].name, data, len))
            try_one(i, uc_str_of((const char *)end + 1, size - len - 1));
    return 0;
}
