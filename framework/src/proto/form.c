/* SPDX-License-Identifier: MIT */
#include "proto/form_internal.h"

#include <errno.h>
#include <string.h>

#include "base/arena_internal.h"
#include "proto/json_number.h"
#include "proto/pairs.h"
#include "proto/percent.h"
#include "uc/client.h"
#include "uc/json.h"

#define JSON_BYTES_MAX ((size_t)1 << 30)

/* ---- in */

static const struct uc_form_field *field_of(const struct uc_form_schema *schema, struct uc_str name)
{
    for (size_t i = 0; i < schema->count; i++) {
        if (uc_str_is(name, schema->fields[i].name))
            return &schema->fields[i];
    }
    return NULL;
}

/* "/name", with the escapes of RFC 6901. */
static struct uc_str pointer_to(struct uc_arena *arena, struct uc_str name)
{
    char *text = uc_arena_array(arena, name.len + 1, 2);
    size_t len = 0;

    if (!text || !uc_utf8_valid(name))
        return uc_str("/?");
    text[len++] = '/';
    for (size_t i = 0; i < name.len; i++) {
        bool special = name.data[i] == '~' || name.data[i] == '/';

        text[len++] = special ? '~' : name.data[i];
        if (special)
            text[len++] = name.data[i] == '~' ? '0' : '1';
    }
    return uc_str_of(text, len);
}

static bool is_number(struct uc_str text)
{
    struct uc_json_number number;

    return text.len && uc_json_number_scan(text.data, text.data + text.len, &number) == text.len;
}

bool uc_form_is_json(struct uc_arena *arena, struct uc_str text)
{
    struct uc_violations ignored;
    struct uc_json_reader r;

    uc_violations_init(&ignored, arena);
    uc_json_reader_init(&r, text, arena, &ignored);
    return uc_json_skip(&r) && uc_json_finish(&r) == 0;
}

/* Whether the text is JSON of this kind as it stands. */
static bool is_of_kind(struct uc_arena *arena, enum uc_form_kind kind, struct uc_str text)
{
    size_t space = 0;

    if (is_number(text))
        return kind & UC_FORM_NUMBER;
    if (uc_str_is(text, "true") || uc_str_is(text, "false"))
        return kind & UC_FORM_BOOL;
    if (!(kind & (UC_FORM_OBJECT | UC_FORM_ARRAY)) || !uc_form_is_json(arena, text))
        return false;
    while (space < text.len && strchr(" \t\n\r", text.data[space]))
        space++;
    return kind == UC_FORM_JSON || (text.data[space] == '{' && kind & UC_FORM_OBJECT) ||
           (text.data[space] == '[' && kind & UC_FORM_ARRAY);
}

struct writing {
    struct uc_json_writer w;
    struct uc_arena *arena;
    struct uc_violations *violations;
};

static void write_value(struct writing *to, enum uc_form_kind kind, const struct uc_form_pair *pair)
{
    if (is_of_kind(to->arena, kind, pair->value)) {
        uc_json_write_raw(&to->w, pair->value);
        return;
    }
    if (!uc_utf8_valid(pair->value))
        uc_violation_add(to->violations, UC_IN_BODY, pointer_to(to->arena, pair->name), "must be UTF-8");
    uc_json_write_string(&to->w, uc_utf8_valid(pair->value) ? pair->value : uc_str(""));
}

static void write_field(struct writing *to, const struct uc_form_field *field, struct uc_form_pair *pairs,
                        size_t count)
{
    size_t given = 0;

    uc_json_write_key(&to->w, pairs->name);
    if (field->list)
        uc_json_write_array_begin(&to->w);
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].done || !uc_str_eq(pairs[i].name, pairs->name))
            continue;
        pairs[i].done = i > 0;
        if (field->list || given == 0)
            write_value(to, field->kind, &pairs[i]);
        given++;
    }
    if (field->list)
        uc_json_write_array_end(&to->w);
    else if (given > 1)
        uc_violation_add(to->violations, UC_IN_BODY, pointer_to(to->arena, pairs->name), "must be given once");
}

static struct uc_str take_text(struct uc_arena *arena, struct uc_buf *out)
{
    struct uc_str json = {"", 0};

    if (out->error)
        uc_arena_fail(arena);
    else
        json = uc_arena_copy(arena, uc_str_of(out->data, out->len));
    uc_buf_deinit(out);
    return json;
}

struct uc_str uc_form_list_json(struct uc_arena *arena, struct uc_violations *violations,
                                const struct uc_form_pair *elements, size_t count, enum uc_form_kind kind)
{
    struct writing to = {.arena = arena, .violations = violations};
    struct uc_buf out;

    uc_buf_init(&out, JSON_BYTES_MAX);
    uc_json_writer_init(&to.w, &out);
    uc_json_write_array_begin(&to.w);
    for (size_t i = 0; i < count; i++) {
        struct uc_form_pair element = {uc_arena_printf(arena, "%zu", i), elements[i].value, false};

        write_value(&to, kind, &element);
    }
    uc_json_write_array_end(&to.w);
    return take_text(arena, &out);
}

struct uc_str uc_form_pairs_json(struct uc_arena *arena, struct uc_violations *violations,
                                 struct uc_form_pair *pairs, size_t count, const struct uc_form_schema *schema)
{
    struct writing to = {.arena = arena, .violations = violations};
    struct uc_buf out;

    uc_buf_init(&out, JSON_BYTES_MAX);
    uc_json_writer_init(&to.w, &out);
    uc_json_write_object_begin(&to.w);
    for (size_t i = 0; i < count; i++) {
        const struct uc_form_field *field = pairs[i].done ? NULL : field_of(schema, pairs[i].name);

        if (field)
            write_field(&to, field, pairs + i, count - i);
        else if (schema->closed && !pairs[i].done)
            uc_violation_add(violations, UC_IN_BODY, pointer_to(arena, pairs[i].name), "is not known");
    }
    uc_json_write_object_end(&to.w);
    return take_text(arena, &out);
}

struct uc_str uc_form_json(struct uc_arena *arena, struct uc_violations *violations, struct uc_str form,
                           const struct uc_form_schema *schema)
{
    struct uc_str rest = form, name, value;
    struct uc_form_pair *pairs;
    size_t count = 0;

    while (uc_pairs_cut(&rest, &name, &value))
        count++;
    pairs = uc_arena_array(arena, count, sizeof(*pairs));
    rest = form;
    for (size_t i = 0; pairs && i < count && uc_pairs_cut(&rest, &name, &value); i++) {
        pairs[i].name = uc_percent_decode_copy(arena, name, true);
        pairs[i].value = uc_percent_decode_copy(arena, value, true);
    }
    if (uc_arena_failed(arena))
        return uc_str("");
    return uc_form_pairs_json(arena, violations, pairs, count, schema);
}

/* ---- out */

static void write_scalar(struct uc_buf *out, struct uc_str key, struct uc_json_reader *r)
{
    bool is_text = uc_json_peek(r) == UC_JSON_STRING;
    struct uc_str value = {NULL, 0};

    if (uc_json_null(r))
        return;
    if (!(is_text ? uc_json_string(r, &value) : uc_json_raw(r, &value)))
        return;
    if (out->len)
        uc_buf_append(out, "&", 1);
    uc_url_encode(out, key);
    uc_buf_append(out, "=", 1);
    uc_url_encode(out, value);
}

static int write_members(struct uc_buf *out, struct uc_json_reader *r)
{
    struct uc_str key;

    if (uc_json_peek(r) != UC_JSON_OBJECT || !uc_json_object_begin(r))
        return -EINVAL;
    while (uc_json_object_next(r, &key)) {
        if (uc_json_peek(r) != UC_JSON_ARRAY) {
            write_scalar(out, key, r);
            continue;
        }
        uc_json_array_begin(r);
        while (uc_json_array_next(r))
            write_scalar(out, key, r);
    }
    return uc_json_finish(r) ? -EINVAL : out->error;
}

int uc_form_write(struct uc_buf *out, struct uc_str json)
{
    struct uc_arena *arena = uc_arena_new(json.len * 4 + 65536);
    struct uc_violations ignored;
    struct uc_json_reader r;
    int err;

    if (!arena)
        return -ENOMEM;
    uc_violations_init(&ignored, arena);
    uc_json_reader_init(&r, json, arena, &ignored);
    err = write_members(out, &r);
    if (uc_arena_failed(arena))
        err = -ENOMEM;
    uc_arena_free(arena);
    return err;
}
