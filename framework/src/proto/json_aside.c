/* SPDX-License-Identifier: MIT */
#include "json_internal.h"

/* A reader of its own in a frame of its own: those who decode call each other, and each would hold one. */
bool uc_json_aside(struct uc_json_reader *r, struct uc_str text,
                   bool (*read)(struct uc_json_reader *r, void *value), void *value)
{
    struct uc_violations counted;
    struct uc_json_reader inner;
    bool fits;

    if (r->error)
        return false;
    uc_violations_init(&counted, r->arena);
    counted.count = UC_VIOLATIONS_MAX; /* so none is kept, which would cost memory */
    uc_json_reader_init(&inner, text, r->arena, &counted);
    fits = read(&inner, value);
    if (uc_json_finish(&inner))
        return uc_json_fail(r, inner.error, inner.error_text);
    return fits;
}
