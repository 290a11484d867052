/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "json_internal.h"
#include "json_number.h"

bool uc_json_fail(struct uc_json_reader *r, int error, const char *text)
{
    if (!r->error) {
        r->error = error;
        r->error_text = text;
        r->at = r->end;
    }
    return false;
}

void uc_json_reader_init(struct uc_json_reader *r, struct uc_str text, struct uc_arena *arena,
                         struct uc_violations *violations)
{
    r->start = r->at = text.data;
    r->end = text.data + text.len;
    r->arena = arena;
    r->violations = violations;
    r->error = 0;
    r->error_text = NULL;
    r->depth = 0;
    r->members = r->members_inline;
    r->member_count = 0;
    r->member_room = UC_JSON_MEMBERS_INLINE;
    if (text.len > UINT32_MAX)
        uc_json_fail(r, -E2BIG, "the text is longer than 4 GiB");
}

/* White space goes; the next byte, or NUL at the end (a NUL in the text begins no value). */
static char next_byte(struct uc_json_reader *r)
{
    while (r->at < r->end) {
        char c = *r->at;

        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return c;
        r->at++;
    }
    return '\0';
}

enum uc_json_kind uc_json_peek(struct uc_json_reader *r)
{
    char c = next_byte(r);

    switch (c) {
    case '"':
        return UC_JSON_STRING;
    case '{':
        return UC_JSON_OBJECT;
    case '[':
        return UC_JSON_ARRAY;
    case 't':
    case 'f':
        return UC_JSON_BOOL;
    case 'n':
        return UC_JSON_NULL;
    case '-':
        return UC_JSON_NUMBER;
    default:
        if (c >= '0' && c <= '9')
            return UC_JSON_NUMBER;
        uc_json_fail(r, -EBADMSG, r->at == r->end ? "the text is cut short" : "no value begins so");
        return UC_JSON_NONE;
    }
}

static bool take_word(struct uc_json_reader *r, const char *word, size_t len)
{
    if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
        return uc_json_fail(r, -EBADMSG, "no value begins so");
    r->at += len;
    return true;
}

static bool descend(struct uc_json_reader *r, bool object)
{
    struct uc_json_step *step;

    if (r->depth == UC_JSON_DEPTH_MAX)
        return uc_json_fail(r, -E2BIG, "values are nested too deeply");
    r->at++;
    step = &r->path[r->depth++];
    *step = (struct uc_json_step){.object = object, .first = true, .members = r->member_count};
    return true;
}

bool uc_json_object_begin(struct uc_json_reader *r)
{
    if (uc_json_peek(r) != UC_JSON_OBJECT)
        return uc_json_refuse(r, "an object");
    return descend(r, true);
}

static bool read_key(struct uc_json_reader *r, struct uc_str *key)
{
    struct uc_str raw;
    bool escaped;

    if (next_byte(r) != '"')
        return uc_json_fail(r, -EBADMSG, "a member name is missing");
    if (!uc_json_text_scan(r, &raw, &escaped))
        return false;
    *key = raw;
    if (escaped && !uc_json_text_decode(r, raw, key))
        return false;
    if (next_byte(r) != ':')
        return uc_json_fail(r, -EBADMSG, "a colon is missing");
    r->at++;
    return uc_json_members_add(r, *key, raw.data);
}

/* Behind an element: true at the next one, false at `close` (consumed) or on failure. */
static bool advance(struct uc_json_reader *r, struct uc_json_step *step, char close)
{
    char c = next_byte(r);

    if (r->error)
        return false;
    if (c == close) {
        if (step->object && !uc_json_members_end(r))
            return false;
        r->at++;
        r->depth--;
        return false;
    }
    if (step->first) {
        step->first = false;
        return true;
    }
    if (c != ',')
        return uc_json_fail(r, -EBADMSG, "a comma or the closing bracket is missing");
    r->at++;
    step->index++;
    return true;
}

bool uc_json_object_next(struct uc_json_reader *r, struct uc_str *key)
{
    struct uc_json_step *step = &r->path[r->depth - 1];

    if (r->error || !advance(r, step, '}') || !read_key(r, key))
        return false;
    step->key = *key;
    return true;
}

bool uc_json_array_begin(struct uc_json_reader *r)
{
    if (uc_json_peek(r) != UC_JSON_ARRAY)
        return uc_json_refuse(r, "an array");
    return descend(r, false);
}

bool uc_json_array_next(struct uc_json_reader *r)
{
    return !r->error && advance(r, &r->path[r->depth - 1], ']');
}

bool uc_json_string(struct uc_json_reader *r, struct uc_str *value)
{
    struct uc_str raw;
    bool escaped;

    if (uc_json_peek(r) != UC_JSON_STRING)
        return uc_json_refuse(r, "a string");
    if (!uc_json_text_scan(r, &raw, &escaped))
        return false;
    if (escaped)
        return uc_json_text_decode(r, raw, value);
    *value = raw;
    return true;
}

/* Up to 18 plain digits and nothing of a fraction behind them: what ids and counts are. */
static bool read_short_integer(struct uc_json_reader *r, int64_t *value)
{
    bool negative = *r->at == '-';
    const char *digits = r->at + negative;
    const char *end = r->end - digits > 19 ? digits + 19 : r->end; /* the 19th is not taken */
    const char *at = digits;
    int64_t result = 0;

    for (; at + 1 < end && *at >= '0' && *at <= '9'; at++)
        result = result * 10 + (*at - '0');
    if (at == digits || at >= end || (*digits == '0' && at > digits + 1))
        return false;
    if ((*at >= '0' && *at <= '9') || *at == '.' || *at == 'e' || *at == 'E')
        return false;
    *value = negative ? -result : result;
    r->at = at;
    return true;
}

static bool read_number(struct uc_json_reader *r, struct uc_json_number *number)
{
    if (uc_json_number_scan(r->at, r->end, number) == 0)
        return uc_json_fail(r, -EBADMSG, "bad number");
    r->at += number->len;
    return true;
}

bool uc_json_int64(struct uc_json_reader *r, int64_t *value)
{
    struct uc_json_number number;
    int err;

    if (uc_json_peek(r) != UC_JSON_NUMBER)
        return uc_json_refuse(r, "an integer");
    if (read_short_integer(r, value))
        return true;
    if (!read_number(r, &number))
        return false;
    err = uc_json_number_int64(&number, value);
    if (err)
        uc_json_violation(r, err == -EDOM ? "must be an integer" : "must be a 64-bit integer");
    return !err;
}

bool uc_json_int32(struct uc_json_reader *r, int32_t *value)
{
    int64_t wide;

    if (!uc_json_int64(r, &wide))
        return false;
    if (wide < INT32_MIN || wide > INT32_MAX) {
        uc_json_violation(r, "must be a 32-bit integer");
        return false;
    }
    *value = (int32_t)wide;
    return true;
}

bool uc_json_double(struct uc_json_reader *r, double *value)
{
    struct uc_json_number number;

    if (uc_json_peek(r) != UC_JSON_NUMBER)
        return uc_json_refuse(r, "a number");
    if (!read_number(r, &number))
        return false;
    r->number = (struct uc_str){number.text, number.len};
    if (uc_json_number_double(&number, value)) {
        uc_json_violation(r, "is beyond the range of numbers");
        return false;
    }
    return true;
}

bool uc_json_bool(struct uc_json_reader *r, bool *value)
{
    if (uc_json_peek(r) != UC_JSON_BOOL)
        return uc_json_refuse(r, "true or false");
    *value = *r->at == 't';
    return *value ? take_word(r, "true", 4) : take_word(r, "false", 5);
}

bool uc_json_null(struct uc_json_reader *r)
{
    return uc_json_peek(r) == UC_JSON_NULL && take_word(r, "null", 4);
}

/* A value without anything inside; an object or array is only entered. */
static bool skip_one(struct uc_json_reader *r)
{
    struct uc_json_number number;
    struct uc_str raw;
    bool ignored;

    switch (uc_json_peek(r)) {
    case UC_JSON_NULL:
        return take_word(r, "null", 4);
    case UC_JSON_BOOL:
        return uc_json_bool(r, &ignored);
    case UC_JSON_NUMBER:
        return read_number(r, &number);
    case UC_JSON_STRING:
        return uc_json_text_scan(r, &raw, &ignored);
    case UC_JSON_ARRAY:
        return descend(r, false);
    case UC_JSON_OBJECT:
        return descend(r, true);
    default:
        return false;
    }
}

/* No recursion: the path is the stack. */
bool uc_json_skip(struct uc_json_reader *r)
{
    unsigned base = r->depth;
    struct uc_str key;

    for (;;) {
        bool more = false;

        if (!skip_one(r))
            return false;
        while (r->depth > base && !more) {
            more = r->path[r->depth - 1].object ? uc_json_object_next(r, &key)
                                                : uc_json_array_next(r);
            if (r->error)
                return false;
        }
        if (r->depth == base)
            return true;
    }
}

bool uc_json_raw(struct uc_json_reader *r, struct uc_str *value)
{
    const char *start;

    uc_json_peek(r);
    start = r->at;
    if (!uc_json_skip(r))
        return false;
    *value = uc_str_of(start, (size_t)(r->at - start));
    return true;
}

int uc_json_finish(struct uc_json_reader *r)
{
    if (!r->error && (next_byte(r) != '\0' || r->at != r->end))
        uc_json_fail(r, -EBADMSG, "something follows the value");
    return r->error;
}
