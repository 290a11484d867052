/* SPDX-License-Identifier: MIT */
/*
 * json_number.h - the number grammar of RFC 8259, and exact conversion.
 *
 * Shared by the JSON reader and by the parsers of parameters. A scanned number borrows
 * its text.
 */
#ifndef UC_JSON_NUMBER_H
#define UC_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest text given to strtod; more digits than this say nothing a double could hold. */
#define UC_JSON_NUMBER_TEXT_MAX 800

struct uc_json_number {
    const char *text;      /* from the sign on */
    size_t len;            /* bytes */
    size_t integer_digits; /* before the point */
    size_t fraction_digits;
    int64_t exponent; /* as written; saturated far outside any double */
    bool negative;
    bool integer_form; /* neither point nor exponent */
};

/* The longest number at `at`; 0 when none begins there or it is cut short ("-", "1.", "1e"). */
size_t uc_json_number_scan(const char *at, const char *end, struct uc_json_number *number);

/* One of all digits, those behind the point, too; 0 to 9. */
unsigned uc_json_number_digit(const struct uc_json_number *number, size_t index);

/* 0; -EDOM: has a fraction; -ERANGE: beyond int64. 1.0 and 1e2 are integers. */
int uc_json_number_int64(const struct uc_json_number *number, int64_t *value);

/* Exact; `units` is 1 to 10^18. See uc_json_is_multiple(). */
bool uc_json_number_is_multiple(const struct uc_json_number *number, uint64_t units, int exponent);

/* 0; -ERANGE: beyond the largest double. Correctly rounded. */
int uc_json_number_double(const struct uc_json_number *number, double *value);

#endif
