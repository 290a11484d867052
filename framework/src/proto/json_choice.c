/* SPDX-License-Identifier: MIT */
/* Values against a list of them (`enum`): by what they are, in whatever way they are written. */
#include <errno.h>

#include "base/arena_internal.h"
#include "json_internal.h"

static int find(struct uc_arena *arena, struct uc_str value, struct uc_str list, bool *found)
{
    struct uc_str *elements, form;
    size_t count, i;
    int err = uc_json_canon_value(arena, value, &form);

    if (!err)
        err = uc_json_canon(arena, list, &elements, &count);
    if (err)
        return err;
    for (i = 0; i < count; i++)
        *found |= uc_str_eq(form, elements[i]);
    return 0;
}

/* In memory of its own: a value within a value is looked at once for each of them. */
bool uc_json_choice_check(struct uc_json_reader *r, const char *start, const char *choices,
                          const char *text)
{
    struct uc_str value = uc_str_of(start, (size_t)(r->at - start)), list = uc_str(choices);
    struct uc_arena *arena = uc_arena_new(UC_JSON_CANON_ROOM(value.len + list.len));
    bool found = false;
    int err = arena ? find(arena, value, list, &found) : -ENOMEM;

    uc_arena_free(arena);
    if (err) {
        uc_arena_fail(r->arena); /* the server is to blame, not the text */
        return uc_json_fail(r, -ENOMEM, "out of memory");
    }
    if (!found)
        uc_json_violation(r, "%s", text);
    return found;
}

bool uc_json_raw_choice(struct uc_json_reader *r, struct uc_str *value, const char *choices,
                        const char *text)
{
    return uc_json_raw(r, value) && uc_json_choice_check(r, value->data, choices, text);
}
