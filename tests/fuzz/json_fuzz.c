/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as JSON: read value by value, write again, and read what was written. What is
 * accepted must be accepted again and written the same the second time; skipping must
 * agree with reading.
 */
#include <stdlib.h>

#include "uc/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy_value(struct uc_json_reader *r, struct uc_json_writer *w);

static void copy_number(struct uc_json_reader *r, struct uc_json_writer *w)
{
    size_t before = r->violations->count;
    struct uc_json_reader again = *r;
    int64_t integer;
    double number;

    again.members = again.members_inline; /* a number touches no member */
    if (uc_json_double(r, &number))
        uc_json_write_double(w, number);
    else if (r->error || r->violations->count == before)
        return;
    else
        uc_json_write_null(w);
    if (uc_json_int64(&again, &integer) && again.at != r->at)
        abort();
}

static void copy_members(struct uc_json_reader *r, struct uc_json_writer *w)
{
    struct uc_str key;

    if (!uc_json_object_begin(r))
        return;
    uc_json_write_object_begin(w);
    while (uc_json_object_next(r, &key)) {
        uc_json_write_key(w, key);
        copy_value(r, w);
    }
    uc_json_write_object_end(w);
}

static void copy_elements(struct uc_json_reader *r, struct uc_json_writer *w)
{
    const char *list;

    if (!uc_json_array_begin(r))
        return;
    list = r->at - 1;
    uc_json_write_array_begin(w);
    while (uc_json_array_next(r))
        copy_value(r, w);
    uc_json_write_array_end(w);
    if (r->error)
        return;
    uc_json_unique_values(r, list);
    if (r->error)
        abort(); /* its room is enough for any text */
}

static void copy_value(struct uc_json_reader *r, struct uc_json_writer *w)
{
    struct uc_str text;
    bool truth;

    switch (uc_json_peek(r)) {
    case UC_JSON_NULL:
        if (uc_json_null(r))
            uc_json_write_null(w);
        return;
    case UC_JSON_BOOL:
        if (uc_json_bool(r, &truth))
            uc_json_write_bool(w, truth);
        return;
    case UC_JSON_NUMBER:
        copy_number(r, w);
        return;
    case UC_JSON_STRING:
        if (uc_json_string(r, &text)) {
            if (!uc_utf8_valid(text))
                abort();
            uc_json_write_string(w, text);
        }
        return;
    case UC_JSON_ARRAY:
        copy_elements(r, w);
        return;
    case UC_JSON_OBJECT:
        copy_members(r, w);
        return;
    default:
        return;
    }
}

static int copy_text(struct uc_str text, struct uc_arena *arena, struct uc_buf *out)
{
    struct uc_violations violations;
    struct uc_json_reader r;
    struct uc_json_writer w;

    uc_violations_init(&violations, arena);
    uc_json_reader_init(&r, text, arena, &violations);
    uc_json_writer_init(&w, out);
    copy_value(&r, &w);
    return uc_json_finish(&r);
}

static int skip_text(struct uc_str text, struct uc_arena *arena)
{
    struct uc_violations violations;
    struct uc_json_reader r;
    int64_t wrong_type;

    uc_violations_init(&violations, arena);
    uc_json_reader_init(&r, text, arena, &violations);
    if (text.len % 2)
        uc_json_int64(&r, &wrong_type);
    else
        uc_json_skip(&r);
    return uc_json_finish(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uc_arena *arena = uc_arena_new(64 << 20);
    struct uc_str text = uc_str_of((const char *)data, size);
    struct uc_buf once, twice;
    int err;

    uc_buf_init(&once, 64 << 20);
    uc_buf_init(&twice, 64 << 20);
    err = copy_text(text, arena, &once);
    if (err != skip_text(text, arena))
        abort();
    if (!err) {
        struct uc_str written = uc_str_of(once.data, once.len);

        if (once.error || copy_text(written, arena, &twice))
            abort();
        if (!uc_str_eq(written, uc_str_of(twice.data, twice.len)))
            abort();
    }
    uc_buf_deinit(&once);
    uc_buf_deinit(&twice);
    uc_arena_free(arena);
    return 0;
}
