/* SPDX-License-Identifier: MIT */
/* A sorted copy has equal elements side by side. */
#include <errno.h>
#include <stdlib.h>

#include "json_internal.h"

static int order(bool less, bool greater)
{
    return greater - less;
}

static int compare_strs(const void *a, const void *b)
{
    const struct uc_str *left = a, *right = b;
    size_t shorter = left->len < right->len ? left->len : right->len;
    int bytes = shorter ? memcmp(left->data, right->data, shorter) : 0;

    return bytes ? bytes : order(left->len < right->len, left->len > right->len);
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
        [UC_JSON_ITEM_STR] = {sizeof(struct uc_str), compare_strs},
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
