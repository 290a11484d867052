/* SPDX-License-Identifier: MIT */
/* Scalars of any kind against a list of them. */
#include "json_internal.h"

static bool is_choice(const struct uc_json_choice *choice, enum uc_json_kind kind, struct uc_str text, double number)
{
    if (choice->kind != kind)
        return false;
    return kind == UC_JSON_STRING ? uc_str_is(text, choice->text) : number == choice->number;
}

bool uc_json_raw_choice(struct uc_json_reader *r, struct uc_str *value, const struct uc_json_choice *choices,
                        size_t count, const char *text)
{
    enum uc_json_kind kind = uc_json_peek(r);
    const char *start = r->at;
    struct uc_str decoded = {NULL, 0};
    double number = 0;
    bool flag, read;
    size_t i;

    if (kind == UC_JSON_STRING)
        read = uc_json_string(r, &decoded);
    else if (kind == UC_JSON_NUMBER)
        read = uc_json_double(r, &number);
    else if (kind == UC_JSON_BOOL && (read = uc_json_bool(r, &flag)))
        number = flag;
    else
        read = kind != UC_JSON_BOOL && uc_json_skip(r);
    if (!read)
        return false;
    for (i = 0; i < count; i++) {
        if (is_choice(&choices[i], kind, decoded, number)) {
            *value = uc_str_of(start, (size_t)(r->at - start));
            return true;
        }
    }
    uc_json_violation(r, "%s", text);
    return false;
}
