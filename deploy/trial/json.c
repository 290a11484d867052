/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "uc/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX 9007199254740992.0 /* 2^53 */

static struct trial_value *new_value(struct gen_arena *arena, enum trial_kind kind)
{
    struct trial_value *value = gen_arena_alloc(arena, sizeof(*value));

    value->kind = kind;
    return value;
}

static struct trial_value *text_value(struct gen_arena *arena, enum trial_kind kind, const char *text, size_t len)
{
    struct trial_value *value = new_value(arena, kind);

    value->text = gen_arena_bytes(arena, text, len);
    value->len = len;
    return value;
}

const struct trial_value *trial_json_string(struct gen_arena *arena, const char *text)
{
    return text_value(arena, TRIAL_STRING, text, strlen(text));
}

const struct trial_value *trial_json_number(struct gen_arena *arena, const char *text)
{
    return text_value(arena, TRIAL_NUMBER, text, strlen(text));
}

const struct trial_value *trial_json_literal(struct gen_arena *arena, enum trial_kind kind, bool truth)
{
    struct trial_value *value = new_value(arena, kind);

    value->truth = truth;
    return value;
}

struct trial_value *trial_json_container(struct gen_arena *arena, enum trial_kind kind)
{
    return new_value(arena, kind);
}

void trial_json_add(struct gen_arena *arena, struct trial_value *container, const char *name, const struct trial_value *item)
{
    container->items = gen_arena_grow(arena, container->items, container->count, sizeof(struct trial_value *));
    container->names = gen_arena_grow(arena, container->names, container->count, sizeof(char *));
    container->names[container->count] = name ? gen_arena_text(arena, name) : NULL;
    container->items[container->count++] = item;
}

const struct trial_value *trial_json_get(const struct trial_value *object, const char *name)
{
    for (size_t i = 0; object && object->kind == TRIAL_OBJECT && i < object->count; i++)
        if (!strcmp(object->names[i], name))
            return object->items[i];
    return NULL;
}

/* ---- in */

static struct trial_value *read_value(struct gen_arena *arena, struct uc_json_reader *r)
{
    struct trial_value *value;
    struct uc_str text = {"", 0};
    bool truth = false;

    switch (uc_json_peek(r)) {
    case UC_JSON_NULL: uc_json_null(r); return new_value(arena, TRIAL_NULL);
    case UC_JSON_BOOL:
        uc_json_bool(r, &truth);
        value = new_value(arena, TRIAL_BOOL);
        value->truth = truth;
        return value;
    case UC_JSON_NUMBER: uc_json_raw(r, &text); return text_value(arena, TRIAL_NUMBER, text.data, text.len);
    case UC_JSON_STRING: uc_json_string(r, &text); return text_value(arena, TRIAL_STRING, text.data, text.len);
    case UC_JSON_ARRAY:
        value = new_value(arena, TRIAL_ARRAY);
        uc_json_array_begin(r);
        while (uc_json_array_next(r))
            trial_json_add(arena, value, NULL, read_value(arena, r));
        return value;
    case UC_JSON_OBJECT:
        value = new_value(arena, TRIAL_OBJECT);
        uc_json_object_begin(r);
        while (uc_json_object_next(r, &text)) {
            const char *name = gen_arena_bytes(arena, text.data, text.len);

            trial_json_add(arena, value, name, read_value(arena, r));
        }
        return value;
    default: return new_value(arena, TRIAL_NULL);
    }
}

const char *trial_json_read(struct gen_arena *arena, const char *bytes, size_t len, const struct trial_value **value)
{
    struct uc_arena *decoded = uc_arena_new(len * 2 + (1 << 20));
    struct uc_violations violations;
    struct uc_json_reader reader;
    const char *wrong = NULL;

    if (!decoded)
        return "there is no memory to read it";
    uc_violations_init(&violations, decoded);
    uc_json_reader_init(&reader, uc_str_of(bytes, len), decoded, &violations);
    *value = read_value(arena, &reader);
    if (uc_json_finish(&reader))
        wrong = reader.error_text ? reader.error_text : "there is no memory to read it";
    uc_arena_free(decoded);
    return wrong;
}

static bool is_number_text(const char *text)
{
    struct uc_json_reader reader;
    struct uc_violations violations;
    struct uc_arena *arena = uc_arena_new(1 << 16);
    bool is_one;

    if (!arena)
        return false;
    uc_violations_init(&violations, arena);
    uc_json_reader_init(&reader, uc_str(text), arena, &violations);
    is_one = uc_json_peek(&reader) == UC_JSON_NUMBER && uc_json_skip(&reader) && !uc_json_finish(&reader);
    uc_arena_free(arena);
    return is_one;
}

static const struct trial_value *scalar_of(struct gen_arena *arena, const struct gen_yaml_node *node)
{
    int64_t integer;
    double real;
    bool truth;

    if (gen_yaml_is_null(node))
        return new_value(arena, TRIAL_NULL);
    if (gen_yaml_to_bool(node, &truth))
        return trial_json_literal(arena, TRIAL_BOOL, truth);
    if (!node->quoted && is_number_text(node->text))
        return trial_json_number(arena, node->text);
    if (gen_yaml_to_int64(node, &integer))
        return trial_json_number(arena, gen_arena_printf(arena, "%lld", (long long)integer));
    if (gen_yaml_to_double(node, &real))
        return trial_json_number(arena, gen_arena_printf(arena, "%.17g", real));
    return trial_json_string(arena, node->text);
}

const struct trial_value *trial_json_of_yaml(struct gen_arena *arena, const struct gen_yaml_node *node)
{
    struct trial_value *value;

    if (node->kind == GEN_YAML_SCALAR)
        return scalar_of(arena, node);
    value = new_value(arena, node->kind == GEN_YAML_MAPPING ? TRIAL_OBJECT : TRIAL_ARRAY);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == GEN_YAML_MAPPING)
            trial_json_add(arena, value, node->pairs[i].key->text, trial_json_of_yaml(arena, node->pairs[i].value));
        else
            trial_json_add(arena, value, NULL, trial_json_of_yaml(arena, node->items[i]));
    }
    return value;
}

/* ---- out */

static void write_value(struct uc_json_writer *w, const struct trial_value *value)
{
    switch (value->kind) {
    case TRIAL_NULL: uc_json_write_null(w); return;
    case TRIAL_BOOL: uc_json_write_bool(w, value->truth); return;
    case TRIAL_NUMBER: uc_json_write_raw(w, uc_str_of(value->text, value->len)); return;
    case TRIAL_STRING: uc_json_write_string(w, uc_str_of(value->text, value->len)); return;
    case TRIAL_ARRAY: uc_json_write_array_begin(w); break;
    case TRIAL_OBJECT: uc_json_write_object_begin(w); break;
    }
    for (size_t i = 0; i < value->count; i++) {
        if (value->kind == TRIAL_OBJECT)
            uc_json_write_key(w, uc_str(value->names[i]));
        write_value(w, value->items[i]);
    }
    if (value->kind == TRIAL_ARRAY)
        uc_json_write_array_end(w);
    else
        uc_json_write_object_end(w);
}

const char *trial_json_text(struct gen_arena *arena, const struct trial_value *value)
{
    struct uc_json_writer writer;
    struct uc_buf out;
    const char *text;

    uc_buf_init(&out, (size_t)1 << 30);
    uc_json_writer_init(&writer, &out);
    write_value(&writer, value);
    if (out.error)
        abort(); /* more than a gigabyte: samples are bounded, so this is ours */
    text = gen_arena_bytes(arena, out.data, out.len);
    uc_buf_deinit(&out);
    return text;
}

/* ---- compare */

struct trial_number trial_json_number_of(const char *text)
{
    struct trial_number number = {0};
    char *end;

    if (!text)
        return number; /* of what is no number */
    number.real = strtod(text, NULL);
    errno = 0;
    number.integer = strtoll(text, &end, 10);
    if (!errno && !*end) {
        number.whole = number.exact = true;
    } else if (fabs(number.real) <= EXACT_MAX && number.real == floor(number.real)) {
        number.whole = number.exact = true;
        number.integer = (int64_t)number.real;
    } else {
        number.whole = number.real == floor(number.real);
    }
    return number;
}

static bool equal_numbers(const char *left, const char *right)
{
    struct trial_number a = trial_json_number_of(left), b = trial_json_number_of(right);

    return a.exact && b.exact ? a.integer == b.integer : a.real == b.real;
}

bool trial_json_equal(const struct trial_value *a, const struct trial_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TRIAL_NULL: return true;
    case TRIAL_BOOL: return a->truth == b->truth;
    case TRIAL_NUMBER: return equal_numbers(a->text, b->text);
    case TRIAL_STRING: return a->len == b->len && !memcmp(a->text, b->text, a->len);
    default: break;
    }
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct trial_value *other = a->kind == TRIAL_ARRAY ? b->items[i] : trial_json_get(b, a->names[i]);

        if (!other || !trial_json_equal(a->items[i], other))
            return false;
    }
    return true;
}
