/* SPDX-License-Identifier: MIT */
#include "gen/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

/* A number as it is written: digits, a point perhaps among them, and the power of ten of the last one. */
struct digits {
    const char *at, *end; /* without zeros at the end; equal: it is zero */
    int64_t exponent;
    bool negative;
};

static bool split(const char *text, struct digits *digits)
{
    const char *point;
    size_t before, after = 0;

    digits->negative = *text == '-';
    text += *text == '-' || *text == '+';
    digits->at = text;
    before = strspn(text, DIGITS);
    point = text + before;
    if (*point == '.')
        after = strspn(point + 1, DIGITS);
    if (before + after == 0)
        return false;
    digits->end = point + (*point == '.') + after;
    digits->exponent = -(int64_t)after;
    if (*digits->end == 'e' || *digits->end == 'E') {
        const char *power = digits->end + 1;
        bool below = *power == '-';
        int64_t value;

        power += *power == '-' || *power == '+';
        if (!*power || power[strspn(power, DIGITS)])
            return false;
        power += strspn(power, "0");
        value = strlen(power) > 9 ? 999999999 : strtol(power, NULL, 10); /* more than any digits can make up for */
        digits->exponent += below ? -value : value;
    } else if (*digits->end) {
        return false;
    }
    for (; digits->end > digits->at && (digits->end[-1] == '0' || digits->end[-1] == '.'); digits->end--)
        digits->exponent += digits->end[-1] == '0';
    return true;
}

static uint64_t rest_of(const struct digits *digits, uint64_t divisor)
{
    uint64_t rest = 0;

    for (const char *at = digits->at; at < digits->end; at++)
        if (*at != '.')
            rest = (rest * 10 + (uint64_t)(*at - '0')) % divisor;
    return rest;
}

bool gen_decimal_divides(struct gen_decimal divisor, const char *number)
{
    struct digits digits;
    int64_t power;
    uint64_t rest;

    if (!split(number, &digits))
        return false;
    if (digits.end == digits.at)
        return true; /* zero */
    power = digits.exponent - divisor.exponent;
    if (power < 0)
        return false; /* its last digit stands behind all that a multiple can have */
    rest = rest_of(&digits, divisor.units);
    for (unsigned i = 0; rest && i < 60 && power > 0; i++, power--) /* 10^60 holds all factors 2 and 5 of the divisor */
        rest = rest * 10 % divisor.units;
    return rest == 0;
}

/* The node's number as JSON writes it, perhaps in `room`: YAML writes integers in other ways, too. NULL: it is none. */
static const char *number_text(const struct gen_yaml_node *node, char room[24])
{
    int64_t integer;
    double real;

    if (!gen_yaml_to_int64(node, &integer))
        return gen_yaml_to_double(node, &real) ? node->text : NULL;
    snprintf(room, 24, "%lld", (long long)integer);
    return room;
}

/* The next digit that is no zero at the begin, or (`inside`) any; '\0': there is none. */
static char next_digit(struct digits *digits, bool inside)
{
    while (digits->at < digits->end && (*digits->at == '.' || (!inside && *digits->at == '0')))
        digits->at++;
    return digits->at < digits->end ? *digits->at++ : '\0';
}

bool gen_decimal_same(const struct gen_yaml_node *a, const struct gen_yaml_node *b)
{
    char rooms[2][24], left_digit, right_digit;
    const char *left_text = number_text(a, rooms[0]), *right_text = number_text(b, rooms[1]);
    struct digits left, right;

    if (!left_text || !right_text || !split(left_text, &left) || !split(right_text, &right))
        return false;
    if (left.at == left.end || right.at == right.end) /* zero */
        return left.at == left.end && right.at == right.end;
    left_digit = next_digit(&left, false);
    right_digit = next_digit(&right, false);
    while (left_digit && left_digit == right_digit) {
        left_digit = next_digit(&left, true);
        right_digit = next_digit(&right, true);
    }
    return left_digit == right_digit && left.negative == right.negative && left.exponent == right.exponent;
}

static bool shorten(uint64_t units, int64_t exponent, struct gen_decimal *value)
{
    for (; units && units % 10 == 0; units /= 10)
        exponent++;
    *value = (struct gen_decimal){units, (int)exponent};
    return units && units <= GEN_DECIMAL_UNITS_MAX && llabs(exponent) <= GEN_DECIMAL_EXPONENT_MAX;
}

bool gen_decimal_read(const struct gen_yaml_node *node, struct gen_decimal *value)
{
    struct digits digits;
    int64_t integer;
    double real;
    uint64_t units;

    if (gen_yaml_to_int64(node, &integer))
        return integer > 0 && shorten((uint64_t)integer, 0, value);
    if (!gen_yaml_to_double(node, &real) || !split(node->text, &digits) || digits.negative)
        return false;
    units = rest_of(&digits, GEN_DECIMAL_UNITS_MAX + 1);
    for (; digits.at < digits.end && (*digits.at == '0' || *digits.at == '.'); digits.at++)
        ;
    return digits.end - digits.at <= 18 && shorten(units, digits.exponent, value);
}

static uint64_t greatest_common(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

bool gen_decimal_common(struct gen_decimal a, struct gen_decimal b, struct gen_decimal *multiple)
{
    int exponent = a.exponent < b.exponent ? a.exponent : b.exponent;
    uint64_t product;

    for (; a.exponent > exponent; a.exponent--)
        if (__builtin_mul_overflow(a.units, 10, &a.units))
            return false;
    for (; b.exponent > exponent; b.exponent--)
        if (__builtin_mul_overflow(b.units, 10, &b.units))
            return false;
    return !__builtin_mul_overflow(a.units / greatest_common(a.units, b.units), b.units, &product) &&
           shorten(product, exponent, multiple);
}

const char *gen_decimal_text(struct gen_arena *arena, struct gen_decimal value)
{
    char *digits = gen_arena_printf(arena, "%llu", (unsigned long long)value.units);
    int count = (int)strlen(digits), before = count + value.exponent;

    if (value.exponent > 18 || value.exponent < -18)
        return gen_arena_printf(arena, "%se%d", digits, value.exponent);
    if (value.exponent >= 0)
        return gen_arena_printf(arena, "%s%.*s", digits, value.exponent, "000000000000000000");
    if (before > 0)
        return gen_arena_printf(arena, "%.*s.%s", before, digits, digits + before);
    return gen_arena_printf(arena, "0.%.*s%s", -before, "000000000000000000", digits);
}
