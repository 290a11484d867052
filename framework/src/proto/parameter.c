/* SPDX-License-Identifier: MIT */
/* Lists and objects in parameters: what stands between the separators, then as a form. */
#include "proto/parameter_internal.h"

#include <stdio.h>

#include "base/arena_internal.h"
#include "proto/form_internal.h"
#include "proto/pairs.h"
#include "proto/percent.h"
#include "proto/request_internal.h"

/* What has been found of a parameter: pairs still to be decoded, or decoded. */
struct pieces {
    struct uc_arena *arena;
    struct uc_form_pair *items;
    size_t count, room;
};

static void add(struct pieces *pieces, struct uc_str name, struct uc_str value)
{
    if (pieces->count == pieces->room) {
        size_t room = pieces->room ? pieces->room * 2 : 8;
        struct uc_form_pair *items = uc_arena_array(pieces->arena, room, sizeof(*items));

        if (!items)
            return;
        if (pieces->count)
            memcpy(items, pieces->items, pieces->count * sizeof(*items));
        pieces->items = items;
        pieces->room = room;
    }
    pieces->items[pieces->count++] = (struct uc_form_pair){name, value, false};
}

/* The bytes of the separator that stands at the front; 0: none does. */
static size_t separator_at(struct uc_str text, enum uc_style style)
{
    static const char *const escaped[] = {[UC_STYLE_SPACES] = "%20", [UC_STYLE_PIPES] = "%7C"};
    static const char plain[] = {[UC_STYLE_COMMAS] = ',', [UC_STYLE_SPACES] = '+', [UC_STYLE_PIPES] = '|'};

    if (text.data[0] == plain[style])
        return 1;
    if (style != UC_STYLE_COMMAS && text.len >= 3 && uc_str_eq_nocase(uc_str_of(text.data, 3), uc_str(escaped[style])))
        return 3;
    return 0;
}

/* Cut the first piece off; false: it was the last. */
static bool cut(struct uc_str *rest, enum uc_style style, struct uc_str *piece)
{
    for (size_t at = 0; at < rest->len; at++) {
        size_t width = separator_at(uc_str_of(rest->data + at, rest->len - at), style);

        if (!width)
            continue;
        *piece = uc_str_of(rest->data, at);
        *rest = uc_str_of(rest->data + at + width, rest->len - at - width);
        return true;
    }
    *piece = *rest;
    return false;
}

static struct uc_str trim(struct uc_str text)
{
    while (text.len && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = uc_str_of(text.data + 1, text.len - 1);
    while (text.len && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* Headers are as they stand; all else is percent-encoded, a query with '+' for a space. */
static struct uc_str decode(struct uc_arena *arena, const struct uc_parameter *parameter, struct uc_str text)
{
    if (parameter->place == UC_IN_HEADER)
        return trim(text);
    return uc_percent_decode_copy(arena, text, parameter->place == UC_IN_QUERY);
}

/* ---- one text with everything in it: "a,b", "k,v,k,v" or "k=v,k=v" */

static void split_pair(struct pieces *pieces, const struct uc_parameter *parameter, struct uc_str piece)
{
    const char *equals = piece.len ? memchr(piece.data, '=', piece.len) : NULL;
    size_t len = equals ? (size_t)(equals - piece.data) : piece.len;
    struct uc_str value = equals ? uc_str_of(equals + 1, piece.len - len - 1) : uc_str_of(piece.data, 0);

    add(pieces, decode(pieces->arena, parameter, uc_str_of(piece.data, len)), decode(pieces->arena, parameter, value));
}

static void split(struct pieces *pieces, const struct uc_parameter *parameter, struct uc_str text,
                  struct uc_violations *violations)
{
    struct uc_str piece, name = {NULL, 0};
    bool more = text.len > 0;

    while (more) {
        more = cut(&text, parameter->style, &piece);
        if (parameter->list) {
            add(pieces, name, decode(pieces->arena, parameter, piece));
        } else if (parameter->explode) {
            split_pair(pieces, parameter, piece);
        } else if (!name.data) {
            name = decode(pieces->arena, parameter, piece);
        } else {
            add(pieces, name, decode(pieces->arena, parameter, piece));
            name = uc_str_of(NULL, 0);
        }
    }
    if (!parameter->list && name.data)
        uc_violation_add(violations, parameter->place, uc_str(parameter->name), "must be names and values in turn");
}

/* ---- a query in which each element or member stands by itself */

/* "filter[size]" of `filter`: "size". */
static bool is_deep(struct uc_str name, const char *wanted, struct uc_str *key)
{
    size_t len = strlen(wanted);

    if (name.len < len + 2 || memcmp(name.data, wanted, len) || name.data[len] != '[' || name.data[name.len - 1] != ']')
        return false;
    *key = uc_str_of(name.data + len + 1, name.len - len - 2);
    return true;
}

static bool is_member(const struct uc_parameter *parameter, struct uc_str name)
{
    for (size_t i = 0; i < parameter->members.count; i++)
        if (uc_str_is(name, parameter->members.fields[i].name))
            return true;
    return false;
}

static void gather(struct pieces *pieces, const struct uc_parameter *parameter, struct uc_str query)
{
    struct uc_str name, value, key;

    while (uc_pairs_cut(&query, &name, &value)) {
        name = uc_percent_decode_copy(pieces->arena, name, true);
        if (parameter->style == UC_STYLE_DEEP ? !is_deep(name, parameter->name, &key)
            : parameter->list                 ? !uc_str_is(name, parameter->name)
                                              : !is_member(parameter, name))
            continue;
        add(pieces, parameter->style == UC_STYLE_DEEP ? key : name, uc_percent_decode_copy(pieces->arena, value, true));
    }
}

/* The one text; false: it is not there. */
static bool text_of(struct uc_request *req, const struct uc_parameter *parameter, struct uc_violations *violations,
                    struct uc_str *text)
{
    switch (parameter->place) {
    case UC_IN_PATH:
        *text = req->route.params[parameter->index];
        return true;
    case UC_IN_HEADER:
        return uc_request_header(req, parameter->name, text);
    case UC_IN_COOKIE:
        return uc_request_raw_cookie(req, parameter->name, text);
    default:
        if (uc_request_query_count(req, parameter->name) > 1)
            uc_violation_add(violations, UC_IN_QUERY, uc_str(parameter->name), "must be given once");
        return uc_request_query_text(req, parameter->name, text);
    }
}

static struct uc_str as_json(struct uc_arena *arena, const struct uc_parameter *parameter, struct uc_str text,
                             struct uc_violations *violations)
{
    text = decode(arena, parameter, text);
    if (uc_form_is_json(arena, text))
        return text;
    uc_violation_add(violations, parameter->place, uc_str(parameter->name), "must be JSON");
    return uc_str("null");
}

bool uc_request_parameter(struct uc_request *req, const struct uc_parameter *parameter,
                          struct uc_violations *violations, struct uc_str *json)
{
    struct pieces pieces = {.arena = &req->arena};
    struct uc_str text;

    if (uc_parameter_stands_alone(parameter)) {
        gather(&pieces, parameter, uc_request_raw_query(req));
        if (!pieces.count)
            return false;
    } else {
        if (!text_of(req, parameter, violations, &text))
            return false;
        if (parameter->style == UC_STYLE_JSON) {
            *json = as_json(&req->arena, parameter, text, violations);
            return true;
        }
        split(&pieces, parameter, text, violations);
    }
    uc_violations_enter(violations, parameter->place, parameter->name);
    *json = uc_arena_failed(&req->arena) ? uc_str("")
            : parameter->list ? uc_form_list_json(&req->arena, violations, pieces.items, pieces.count, parameter->kind)
                              : uc_form_pairs_json(&req->arena, violations, pieces.items, pieces.count, &parameter->members);
    uc_violations_leave(violations);
    return true;
}
