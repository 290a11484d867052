/* SPDX-License-Identifier: MIT */
#include "json_number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "uc/json.h"

#define EXPONENT_LIMIT 100000000 /* more than any text in memory can make up for by digits */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* The digits behind 'e'; NULL when there is none. */
static const char *scan_exponent(const char *at, const char *end, int64_t *exponent)
{
    bool negative = false;
    int64_t value = 0;

    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    if (at == end || !is_digit(*at))
        return NULL;
    for (; at < end && is_digit(*at); at++) {
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*at - '0');
    }
    *exponent = negative ? -value : value;
    return at;
}

size_t uc_json_number_scan(const char *at, const char *end, struct uc_json_number *number)
{
    const char *digits;

    *number = (struct uc_json_number){.text = at, .integer_form = true};
    if (at < end && *at == '-') {
        number->negative = true;
        at++;
    }
    digits = at;
    if (at == end || !is_digit(*at))
        return 0;
    at = *at == '0' ? at + 1 : skip_digits(at, end);
    number->integer_digits = (size_t)(at - digits);

    if (at < end && *at == '.') {
        digits = ++at;
        at = skip_digits(at, end);
        number->fraction_digits = (size_t)(at - digits);
        if (number->fraction_digits == 0)
            return 0;
        number->integer_form = false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at = scan_exponent(at + 1, end, &number->exponent);
        if (!at)
            return 0;
        number->integer_form = false;
    }
    number->len = (size_t)(at - number->text);
    return number->len;
}

/*
 * The digits without point and without zeros at either end, as an integer:
 * value = mantissa * 10^exponent. False when they do not fit 64 bits.
 */
static bool significant(const struct uc_json_number *number, uint64_t *mantissa, int64_t *exponent)
{
    const char *digits = number->text + number->negative;
    size_t count = number->integer_digits + number->fraction_digits;
    size_t zeros = 0; /* not yet multiplied in: only if a digit follows */
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        char c = digits[i + (i >= number->integer_digits)]; /* steps over the point */

        if (c == '0') {
            zeros += value != 0;
            continue;
        }
        for (; zeros; zeros--) {
            if (__builtin_mul_overflow(value, 10, &value))
                return false;
        }
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(c - '0'), &value))
            return false;
    }
    *mantissa = value;
    *exponent = number->exponent - (int64_t)number->fraction_digits + (int64_t)zeros;
    return true;
}

/* When the digits overflow 64 bits: is there anything behind the decimal point? */
static bool has_fraction(const struct uc_json_number *number)
{
    const char *digits = number->text + number->negative;
    size_t count = number->integer_digits + number->fraction_digits;
    int64_t point = (int64_t)number->integer_digits + number->exponent;

    while (count > 0 && digits[count - 1 + (count - 1 >= number->integer_digits)] == '0')
        count--;
    return (int64_t)count > point;
}

int uc_json_number_int64(const struct uc_json_number *number, int64_t *value)
{
    uint64_t limit = (uint64_t)INT64_MAX + number->negative;
    uint64_t mantissa;
    int64_t exponent;

    if (!significant(number, &mantissa, &exponent))
        return has_fraction(number) ? -EDOM : -ERANGE;
    if (mantissa == 0)
        exponent = 0;
    if (exponent < 0)
        return -EDOM;
    for (; exponent > 0; exponent--) {
        if (__builtin_mul_overflow(mantissa, 10, &mantissa))
            return -ERANGE;
    }
    if (mantissa > limit)
        return -ERANGE;
    *value = number->negative ? (int64_t)(0 - mantissa) : (int64_t)mantissa;
    return 0;
}

unsigned uc_json_number_digit(const struct uc_json_number *number, size_t index)
{
    return (unsigned)(number->text[number->negative + index + (index >= number->integer_digits)] - '0');
}

/* The digits are an integer times a power of ten; of both only what is left by `units` is kept. */
bool uc_json_number_is_multiple(const struct uc_json_number *number, uint64_t units, int exponent)
{
    size_t count = number->integer_digits + number->fraction_digits, i;
    int64_t power = number->exponent - (int64_t)number->fraction_digits - exponent;
    uint64_t rest = 0;

    for (; count > 0 && uc_json_number_digit(number, count - 1) == 0; count--)
        power++;
    if (count == 0)
        return true; /* zero */
    if (power < 0)
        return false; /* the last digit stands behind all that a multiple can have */
    for (i = 0; i < count; i++)
        rest = (rest * 10 + uc_json_number_digit(number, i)) % units;
    for (i = 0; rest && i < 60 && power > 0; i++, power--) /* 10^60 has every factor 2 and 5 of `units` */
        rest = rest * 10 % units;
    return rest == 0;
}

bool uc_json_is_multiple(struct uc_str text, uint64_t units, int exponent)
{
    struct uc_json_number number;
    size_t len = uc_json_number_scan(text.data, text.data + text.len, &number);

    return len > 0 && len == text.len && uc_json_number_is_multiple(&number, units, exponent);
}

/* Mantissa and power are both exact doubles, so one operation rounds correctly (Clinger). */
static bool small_double(uint64_t mantissa, int64_t exponent, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    if (mantissa > (UINT64_C(1) << 53) || exponent < -22 || exponent > 22)
        return false;
    *value = exponent < 0 ? (double)mantissa / powers[-exponent]
                          : (double)mantissa * powers[exponent];
    return true;
}

/*
 * strtod wants a NUL and gets a bounded copy. A double is decided by its first 767
 * significant digits and whether anything follows, so digits beyond the copy matter only
 * as one nonzero digit at its end.
 */
static double long_double_text(const struct uc_json_number *number)
{
    char copy[UC_JSON_NUMBER_TEXT_MAX + 32];
    const char *digits = number->text + number->negative;
    size_t count = number->integer_digits + number->fraction_digits;
    int64_t exponent = number->exponent - (int64_t)number->fraction_digits;
    char exponent_text[24];
    size_t kept = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        char c = digits[i + (i >= number->integer_digits)];

        if (kept == 0 && c == '0')
            continue;
        if (kept < UC_JSON_NUMBER_TEXT_MAX) {
            copy[kept++] = c;
            continue;
        }
        exponent++;
        if (c != '0' && copy[kept - 1] == '0')
            copy[kept - 1] = '1'; /* the value lies above the digits kept */
    }
    if (kept == 0)
        copy[kept++] = '0';

    size_t at = sizeof(exponent_text);
    uint64_t rest = (uint64_t)(exponent < 0 ? -exponent : exponent);

    do
        exponent_text[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    copy[kept++] = 'e';
    copy[kept++] = exponent < 0 ? '-' : '+';
    memcpy(copy + kept, exponent_text + at, sizeof(exponent_text) - at);
    copy[kept + sizeof(exponent_text) - at] = '\0';
    return strtod(copy, NULL);
}

int uc_json_number_double(const struct uc_json_number *number, double *value)
{
    uint64_t mantissa;
    int64_t exponent;
    double result;

    if (!significant(number, &mantissa, &exponent) ||
        !small_double(mantissa, mantissa ? exponent : 0, &result))
        result = long_double_text(number);
    if (isinf(result))
        return -ERANGE;
    *value = number->negative ? -result : result;
    return 0;
}
