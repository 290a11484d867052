/* SPDX-License-Identifier: MIT */
/*
 * A name costs eight bytes and, nearly always, one test of a bit. Every open object's
 * names stand in one list, the innermost's at its end. Small objects compare on the way;
 * in a large one, where an attacker would make that quadratic, the names are sorted once at the end.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif

#include <errno.h>
#include <stdlib.h>

#include "json_internal.h"

/* Length and both ends of a name: tells the names of any one schema apart, nearly always. */
static uint32_t signature(struct uc_str key)
{
    uint32_t head = 0, tail = 0;

    if (key.len >= 4) {
        memcpy(&head, key.data, 4);
        memcpy(&tail, key.data + key.len - 4, 4);
    } else {
        size_t i;

        for (i = 0; i < key.len; i++)
            head = head << 8 | (unsigned char)key.data[i];
    }
    return (head ^ (tail << 13 | tail >> 19)) * UINT32_C(0x9E3779B1) + (uint32_t)key.len;
}

static bool grow(struct uc_json_reader *r)
{
    struct uc_json_member *larger = uc_arena_array(r->arena, r->member_room, 2 * sizeof(*larger));

    if (!larger)
        return uc_json_fail(r, -ENOMEM, "out of memory");
    memcpy(larger, r->members, r->member_count * sizeof(*larger));
    r->members = larger;
    r->member_room *= 2;
    return true;
}

static bool refuse_duplicate(struct uc_json_reader *r)
{
    return uc_json_fail(r, -EBADMSG, "a member name is there twice");
}

bool uc_json_members_add(struct uc_json_reader *r, struct uc_str key, const char *raw)
{
    struct uc_json_step *step = &r->path[r->depth - 1];
    uint32_t mark = signature(key);
    uint64_t bit = UINT64_C(1) << (mark >> 26);
    uint32_t i;

    if (step->seen & bit && r->member_count - step->members < UC_JSON_MEMBERS_INLINE) {
        for (i = step->members; i < r->member_count; i++) {
            if (r->members[i].signature == mark &&
                uc_json_text_compare(r->start + r->members[i].offset, raw) == 0)
                return refuse_duplicate(r);
        }
    }
    step->seen |= bit;
    if (r->member_count == r->member_room && !grow(r))
        return false;
    r->members[r->member_count++] =
        (struct uc_json_member){.signature = mark, .offset = (uint32_t)(raw - r->start)};
    return true;
}

static int compare_members(const void *a, const void *b, void *text)
{
    const struct uc_json_member *left = a, *right = b;

    if (left->signature != right->signature)
        return left->signature < right->signature ? -1 : 1;
    return uc_json_text_compare((const char *)text + left->offset,
                                (const char *)text + right->offset);
}

bool uc_json_members_end(struct uc_json_reader *r)
{
    const struct uc_json_step *step = &r->path[r->depth - 1];
    struct uc_json_member *first = r->members + step->members;
    uint32_t count = r->member_count - step->members;
    uint32_t i;

    r->member_count = step->members;
    if (count <= UC_JSON_MEMBERS_INLINE)
        return true;
    qsort_r(first, count, sizeof(*first), compare_members, (void *)(uintptr_t)r->start);
    for (i = 1; i < count; i++) {
        if (compare_members(&first[i - 1], &first[i], (void *)(uintptr_t)r->start) == 0)
            return refuse_duplicate(r);
    }
    return true;
}
