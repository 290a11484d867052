/* SPDX-License-Identifier: MIT */
#include "uc/violation.h"

#include "json_number.h"
#include "violation_internal.h"

void uc_violations_init(struct uc_violations *violations, struct uc_arena *arena)
{
    violations->arena = arena;
    violations->count = 0;
    violations->parameter = NULL;
}

void uc_violations_enter(struct uc_violations *violations, enum uc_place place, const char *parameter)
{
    violations->place = place;
    violations->parameter = parameter;
}

void uc_violations_leave(struct uc_violations *violations)
{
    violations->parameter = NULL;
}

void uc_violation_add_text(struct uc_violations *violations, enum uc_place place,
                           struct uc_str where, struct uc_str detail)
{
    if (violations->count < UC_VIOLATIONS_MAX) {
        struct uc_violation *kept = &violations->kept[violations->count];

        if (place == UC_IN_BODY && violations->parameter) {
            place = violations->place;
            where = uc_arena_printf(violations->arena, "%s%.*s", violations->parameter, (int)where.len, where.data);
        }
        kept->place = place;
        kept->where = where;
        kept->detail = detail;
    }
    violations->count++;
}

void uc_violation_add(struct uc_violations *violations, enum uc_place place, struct uc_str where,
                      const char *format, ...)
{
    struct uc_str detail = {NULL, 0};

    if (violations->count < UC_VIOLATIONS_MAX) {
        va_list args;

        where = uc_arena_copy(violations->arena, where);
        va_start(args, format);
        detail = uc_arena_vprintf(violations->arena, format, args);
        va_end(args);
    }
    uc_violation_add_text(violations, place, where, detail);
}

/* The whole text must be one number. */
static bool parse_number(struct uc_str text, struct uc_json_number *number)
{
    return text.len > 0 &&
           uc_json_number_scan(text.data, text.data + text.len, number) == text.len;
}

/* Parameters are plain: "1.0" and "1e2", integers in JSON, are not integers here. */
bool uc_parse_int64(struct uc_violations *violations, enum uc_place place, const char *name,
                    struct uc_str text, int64_t *value)
{
    struct uc_json_number number;

    if (!parse_number(text, &number) || !number.integer_form) {
        uc_violation_add(violations, place, uc_str(name), "must be an integer");
        return false;
    }
    if (uc_json_number_int64(&number, value)) {
        uc_violation_add(violations, place, uc_str(name), "must be a 64-bit integer");
        return false;
    }
    return true;
}

bool uc_parse_int32(struct uc_violations *violations, enum uc_place place, const char *name,
                    struct uc_str text, int32_t *value)
{
    struct uc_json_number number;
    int64_t wide;

    if (!parse_number(text, &number) || !number.integer_form) {
        uc_violation_add(violations, place, uc_str(name), "must be an integer");
        return false;
    }
    if (uc_json_number_int64(&number, &wide) || wide < INT32_MIN || wide > INT32_MAX) {
        uc_violation_add(violations, place, uc_str(name), "must be a 32-bit integer");
        return false;
    }
    *value = (int32_t)wide;
    return true;
}

bool uc_parse_double(struct uc_violations *violations, enum uc_place place, const char *name,
                     struct uc_str text, double *value)
{
    struct uc_json_number number;

    if (!parse_number(text, &number)) {
        uc_violation_add(violations, place, uc_str(name), "must be a number");
        return false;
    }
    if (uc_json_number_double(&number, value)) {
        uc_violation_add(violations, place, uc_str(name), "is beyond the range of numbers");
        return false;
    }
    return true;
}

bool uc_parse_bool(struct uc_violations *violations, enum uc_place place, const char *name,
                   struct uc_str text, bool *value)
{
    if (!uc_str_is(text, "true") && !uc_str_is(text, "false")) {
        uc_violation_add(violations, place, uc_str(name), "must be true or false");
        return false;
    }
    *value = text.data[0] == 't';
    return true;
}
