/* SPDX-License-Identifier: MIT */
/* Lists and objects out of JSON into the parameters of a client's request. */
#include <errno.h>

#include "base/arena_internal.h"
#include "proto/parameter_internal.h"
#include "uc/client.h"
#include "uc/json.h"

struct target {
    struct uc_buf *out;
    const struct uc_parameter *parameter;
    unsigned *count; /* of the query or the cookie */
    unsigned pieces; /* of this parameter so far */
};

static void put(struct target *to, struct uc_str text)
{
    if (to->parameter->place == UC_IN_HEADER)
        uc_buf_append_str(to->out, text);
    else
        uc_url_encode(to->out, text);
}

static void put_text(struct target *to, const char *text)
{
    uc_buf_append_str(to->out, uc_str(text));
}

/* "&name=" or "; name=". */
static void begin(struct target *to, struct uc_str name, struct uc_str key)
{
    if (to->parameter->place == UC_IN_QUERY)
        put_text(to, (*to->count)++ ? "&" : "?");
    else if (to->parameter->place == UC_IN_COOKIE)
        put_text(to, (*to->count)++ ? "; " : "");
    else
        return;
    put(to, name);
    if (key.data) {
        put_text(to, "%5B");
        put(to, key);
        put_text(to, "%5D");
    }
    put_text(to, "=");
}

/* In front of a piece that shares the parameter's one text. */
static void separate(struct target *to)
{
    static const char *const separators[] = {
        [UC_STYLE_COMMAS] = ",", [UC_STYLE_SPACES] = "%20", [UC_STYLE_PIPES] = "%7C"};

    if (to->pieces++)
        put_text(to, separators[to->parameter->style]);
    else
        begin(to, uc_str(to->parameter->name), uc_str_of(NULL, 0));
}

/* A header is not encoded: a comma in a value would be another one. */
static int scalar(const struct target *to, struct uc_json_reader *r, struct uc_str *value)
{
    enum uc_json_kind kind = uc_json_peek(r);

    if (kind == UC_JSON_OBJECT || kind == UC_JSON_ARRAY)
        return -EINVAL;
    if (kind == UC_JSON_STRING ? !uc_json_string(r, value) : !uc_json_raw(r, value))
        return -EINVAL;
    return to->parameter->place == UC_IN_HEADER && value->len && memchr(value->data, ',', value->len) ? -EINVAL : 0;
}

static int write_list(struct target *to, struct uc_json_reader *r)
{
    struct uc_str value;

    if (uc_json_peek(r) != UC_JSON_ARRAY || !uc_json_array_begin(r))
        return -EINVAL;
    while (uc_json_array_next(r)) {
        if (scalar(to, r, &value))
            return -EINVAL;
        if (uc_parameter_stands_alone(to->parameter))
            begin(to, uc_str(to->parameter->name), uc_str_of(NULL, 0));
        else
            separate(to);
        put(to, value);
    }
    if (!to->pieces && !uc_parameter_stands_alone(to->parameter)) /* "a=" is an empty list */
        begin(to, uc_str(to->parameter->name), uc_str_of(NULL, 0));
    return 0;
}

static void write_member(struct target *to, struct uc_str key, struct uc_str value)
{
    if (uc_parameter_stands_alone(to->parameter)) {
        bool deep = to->parameter->style == UC_STYLE_DEEP;

        begin(to, deep ? uc_str(to->parameter->name) : key, deep ? key : uc_str_of(NULL, 0));
        put(to, value);
        return;
    }
    separate(to);
    put(to, key);
    put_text(to, to->parameter->explode ? "=" : ",");
    put(to, value);
}

static int write_object(struct target *to, struct uc_json_reader *r)
{
    struct uc_str key, value;

    if (uc_json_peek(r) != UC_JSON_OBJECT || !uc_json_object_begin(r))
        return -EINVAL;
    while (uc_json_object_next(r, &key)) {
        bool list = uc_json_peek(r) == UC_JSON_ARRAY;

        if (list && uc_parameter_stands_alone(to->parameter)) {
            uc_json_array_begin(r);
            while (uc_json_array_next(r)) {
                if (scalar(to, r, &value))
                    return -EINVAL;
                write_member(to, key, value);
            }
        } else if (!uc_json_null(r)) {
            if (scalar(to, r, &value))
                return -EINVAL;
            write_member(to, key, value);
        }
    }
    return 0;
}

static int write_all(struct target *to, struct uc_str json, struct uc_arena *arena)
{
    struct uc_violations ignored;
    struct uc_json_reader r;
    int err;

    uc_violations_init(&ignored, arena);
    uc_json_reader_init(&r, json, arena, &ignored);
    if (to->parameter->style == UC_STYLE_JSON) {
        begin(to, uc_str(to->parameter->name), uc_str_of(NULL, 0));
        put(to, json);
        return 0;
    }
    err = to->parameter->list ? write_list(to, &r) : write_object(to, &r);
    if (!err && uc_json_finish(&r))
        err = -EINVAL;
    if (!err && to->parameter->place == UC_IN_PATH && !to->pieces)
        err = -EINVAL; /* an empty segment would be another path */
    return uc_arena_failed(arena) ? -ENOMEM : err;
}

int uc_parameter_write(struct uc_buf *out, const struct uc_parameter *parameter, struct uc_str json,
                       unsigned *count)
{
    struct target to = {.out = out, .parameter = parameter, .count = count};
    struct uc_arena *arena = uc_arena_new(json.len * 4 + 65536);
    struct uc_buf line;
    int err;

    if (!arena)
        return -ENOMEM;
    uc_buf_init(&line, out->max);
    if (parameter->place == UC_IN_HEADER)
        to.out = &line;
    err = write_all(&to, json, arena);
    if (parameter->place == UC_IN_HEADER && !err) {
        if (line.error)
            err = line.error == -ENOBUFS ? -EINVAL : -ENOMEM;
        else
            uc_client_header(out, parameter->name, uc_str_of(line.data, line.len));
    }
    uc_buf_deinit(&line);
    uc_arena_free(arena);
    return err;
}
