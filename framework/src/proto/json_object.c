/* SPDX-License-Identifier: MIT */
/* Objects that nobody decodes, against the little that their contract says. */
#include <errno.h>

#include "json_internal.h"

void uc_json_count_check(struct uc_json_reader *r, size_t count, size_t min, size_t max)
{
    if (count < min)
        uc_json_violation(r, "must have at least %zu member%s", min, min == 1 ? "" : "s");
    if (count > max)
        uc_json_violation(r, "must have at most %zu member%s", max, max == 1 ? "" : "s");
}

static void mark(struct uc_str key, const struct uc_json_object_rule *rule, bool *there)
{
    size_t i;

    for (i = 0; i < rule->required_count; i++) {
        if (uc_str_is(key, rule->required[i]))
            there[i] = true;
    }
}

/* The members one by one; r->error tells of broken syntax. */
static void check_members(struct uc_json_reader *r, const struct uc_json_object_rule *rule)
{
    bool *there = uc_arena_array(r->arena, rule->required_count + 1, sizeof(*there));
    struct uc_str key;
    size_t count = 0, i;

    if (!there) {
        uc_json_fail(r, -ENOMEM, "out of memory");
        return;
    }
    if (!uc_json_object_begin(r))
        return;
    while (uc_json_object_next(r, &key)) {
        mark(key, rule, there);
        uc_json_skip(r);
        count++;
    }
    if (r->error)
        return;
    for (i = 0; i < rule->required_count; i++) {
        if (!there[i])
            uc_json_missing(r, rule->required[i]);
    }
    uc_json_count_check(r, count, rule->min, rule->max);
}

bool uc_json_raw_object(struct uc_json_reader *r, struct uc_str *value, const struct uc_json_object_rule *rule)
{
    size_t before = r->violations->count;
    const char *start;

    if (uc_json_peek(r) != UC_JSON_OBJECT)
        return uc_json_refuse(r, "an object");
    start = r->at;
    if (!rule)
        return uc_json_raw(r, value);
    check_members(r, rule);
    if (r->error)
        return false;
    *value = uc_str_of(start, (size_t)(r->at - start));
    return r->violations->count == before;
}
