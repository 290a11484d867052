/* SPDX-License-Identifier: MIT */
/* A sorted copy has equal elements side by side. */
#include <errno.h>
#include <stdlib.h>

#include "base/arena_internal.h"
#include "json_internal.h"

static int order(bool less, bool greater)
{
    return greater - less;
}

static int compare_int32s(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;

    return order(left < right, left > right);
}

static int compare_int64s(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return order(left < right, left > right);
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return order(left < right, left > right);
}

static int compare_bools(const void *a, const void *b)
{
    bool left = *(const bool *)a, right = *(const bool *)b;

    return order(left < right, left > right);
}

void uc_json_unique_check(struct uc_json_reader *r, const void *items, size_t count, enum uc_json_item kind)
{
    static const struct {
        size_t size;
        int (*compare)(const void *a, const void *b);
    } kinds[] = {
        [UC_JSON_ITEM_STR] = {sizeof(struct uc_str), uc_json_canon_compare},
        [UC_JSON_ITEM_INT32] = {sizeof(int32_t), compare_int32s},
        [UC_JSON_ITEM_INT64] = {sizeof(int64_t), compare_int64s},
        [UC_JSON_ITEM_DOUBLE] = {sizeof(double), compare_doubles},
        [UC_JSON_ITEM_BOOL] = {sizeof(bool), compare_bools},
    };
    size_t size = kinds[kind].size, i;
    char *copy;

    if (count < 2)
        return;
    copy = uc_arena_array(r->arena, count, size);
    if (!copy) {
        uc_json_fail(r, -ENOMEM, "out of memory");
        return;
    }
    memcpy(copy, items, count * size);
    qsort(copy, count, size, kinds[kind].compare);
    for (i = 1; i < count; i++) {
        if (kinds[kind].compare(copy + (i - 1) * size, copy + i * size) == 0) {
            uc_json_violation(r, "must not have an element twice");
            return;
        }
    }
}

/* In memory of its own: a list of lists is looked at once for each of them. */
void uc_json_unique_values(struct uc_json_reader *r, const char *list)
{
    size_t len = (size_t)(r->at - list), count = 0, i;
    struct uc_arena *arena = uc_arena_new(UC_JSON_CANON_ROOM(len));
    struct uc_str *elements = NULL;
    bool twice = false;
    int err = arena ? uc_json_canon(arena, uc_str_of(list, len), &elements, &count) : -ENOMEM;

    if (!err && count > 1) {
        qsort(elements, count, sizeof(*elements), uc_json_canon_compare);
        for (i = 1; i < count; i++)
            twice |= uc_json_canon_compare(&elements[i - 1], &elements[i]) == 0;
    }
    uc_arena_free(arena);
    if (err) {
        uc_arena_fail(r->arena); /* the server is to blame, not the text */
        uc_json_fail(r, -ENOMEM, "out of memory");
    } else if (twice)
        uc_json_violation(r, "must not have an element twice");
}
