/* SPDX-License-Identifier: MIT */
/* A member is looked for ahead of the others: it tells which schema its object has. */
#include "json_internal.h"

struct place {
    const char *at;
    unsigned depth;
    uint32_t member_count;
};

static struct place save(const struct uc_json_reader *r)
{
    return (struct place){r->at, r->depth, r->member_count};
}

/* As if nothing since had been read; what lies deeper in the path is made anew anyway. */
static void restore(struct uc_json_reader *r, const struct place *place)
{
    r->at = place->at;
    r->depth = place->depth;
    r->member_count = place->member_count;
}

/* UC_JSON_NONE: there is no such member, or an error. */
static enum uc_json_kind look(struct uc_json_reader *r, const char *member, struct uc_str *tag)
{
    enum uc_json_kind kind;
    struct uc_str key;

    if (!uc_json_object_begin(r))
        return UC_JSON_NONE;
    while (uc_json_object_next(r, &key)) {
        if (!uc_str_is(key, member)) {
            uc_json_skip(r);
            continue;
        }
        kind = uc_json_peek(r);
        return kind == UC_JSON_STRING && !uc_json_string(r, tag) ? UC_JSON_NONE : kind;
    }
    return UC_JSON_NONE;
}

bool uc_json_tag(struct uc_json_reader *r, const char *member, struct uc_str *tag)
{
    enum uc_json_kind kind;
    struct place start;

    if (uc_json_peek(r) != UC_JSON_OBJECT)
        return uc_json_refuse(r, "an object");
    start = save(r);
    kind = look(r, member, tag);
    if (r->error)
        return false;
    restore(r, &start);
    if (kind == UC_JSON_STRING)
        return true;
    return uc_json_tag_refuse(r, member, kind == UC_JSON_NONE ? "is required" : "must be a string");
}

bool uc_json_tag_refuse(struct uc_json_reader *r, const char *member, const char *text)
{
    if (uc_json_skip(r))
        uc_json_violation_in(r, uc_str(member), "%s", text);
    return false;
}
