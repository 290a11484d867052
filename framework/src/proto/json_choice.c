/* SPDX-License-Identifier: MIT */
/* Values against a list of them (`enum`): by what they are, in whatever way they are written. */
#include <errno.h>

#include "base/arena_internal.h"
#include "json_internal.h"

/* From `at` back to where its form begins, over at most `most` bytes. NULL: it is longer. */
static const char *begin_of(const char *at, const char *low, size_t most)
{
    const char *first = (size_t)(at - low) > most ? at - most : low;

    while (at > first && at[-1])
        at--;
    return at == low || !at[-1] ? at : NULL;
}

/* The order of a form and the choice at `start`; *next: the choice behind it. */
static int compare(struct uc_str form, const char *start, const char *end, const char **next)
{
    size_t most = (size_t)(end - start) > form.len ? form.len + 1 : (size_t)(end - start);
    const char *zero = memchr(start, 0, most);

    if (!zero)
        return -1;
    *next = zero + 1;
    return (size_t)(zero - start) < form.len ? 1 : memcmp(form.data, start, form.len);
}

/* By halves, and of each choice no more is looked at than the form is long: a long list costs no
 * more than a short one. */
static bool is_among(struct uc_str form, struct uc_str choices)
{
    const char *low = choices.data, *end = choices.data + choices.len, *high = end;

    while (low < high) {
        const char *middle = low + (high - low) / 2, *next = NULL,
                   *start = begin_of(middle, low, form.len);
        int order = start ? compare(form, start, end, &next) : -1;

        if (order == 0)
            return true;
        if (order > 0)
            low = next;
        else
            high = start ? start : middle;
    }
    return false;
}

/* In memory of its own: a value within a value is looked at once for each of them. */
static int find(struct uc_str value, struct uc_str choices, bool *found)
{
    struct uc_arena *arena = uc_arena_new(UC_JSON_CANON_ROOM(value.len));
    struct uc_str form;
    int err = arena ? uc_json_canon_value(arena, value, &form) : -ENOMEM;

    *found = !err && is_among(form, choices);
    uc_arena_free(arena);
    return err;
}

bool uc_json_choice_check(struct uc_json_reader *r, const char *start, struct uc_str choices,
                          const char *text)
{
    struct uc_str value = uc_str_of(start, (size_t)(r->at - start)), form;
    char room[UC_JSON_CANON_SHORT];
    bool found;

    if (uc_json_canon_short(value, room, &form)) {
        found = is_among(form, choices);
    } else if (find(value, choices,
                    &found)) {   /* it has been read, so that only memory can be short */
        uc_arena_fail(r->arena); /* the server is to blame, not the text */
        return uc_json_fail(r, -ENOMEM, "out of memory");
    }
    if (!found)
        uc_json_violation(r, "%s", text);
    return found;
}

bool uc_json_raw_choice(struct uc_json_reader *r, struct uc_str *value, struct uc_str choices,
                        const char *text)
{
    return uc_json_raw(r, value) && uc_json_choice_check(r, value->data, choices, text);
}
