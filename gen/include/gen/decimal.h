/* SPDX-License-Identifier: MIT */
/*
 * decimal.h - positive decimal fractions, exactly: the values of `multipleOf` (JSON Schema 2020-12 Validation, 6.2.1).
 *
 * A double cannot hold 0.1, and a remainder of doubles tells that 0.3 is no multiple of it. So both are taken as they are
 * written.
 */
#ifndef GEN_DECIMAL_H
#define GEN_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/yaml.h"

/* units * 10^exponent */
struct gen_decimal {
    uint64_t units; /* 1 to GEN_DECIMAL_UNITS_MAX, and not a multiple of 10 */
    int exponent;   /* at most GEN_DECIMAL_EXPONENT_MAX from 0 */
};

#define GEN_DECIMAL_UNITS_MAX    UINT64_C(999999999999999999)
#define GEN_DECIMAL_EXPONENT_MAX 400

/* The number that a scalar of YAML is. False: it is none, is not above 0, or has more digits than fit. */
bool gen_decimal_read(const struct gen_yaml_node *node, struct gen_decimal *value);

/* The least number that is a multiple of both. False: it does not fit. */
bool gen_decimal_common(struct gen_decimal a, struct gen_decimal b, struct gen_decimal *multiple);

/* Whether a number, as JSON writes it, is a multiple of the other. False, too, for what is no number. */
bool gen_decimal_divides(struct gen_decimal divisor, const char *number);

/* Whether both are numbers, and the same one, in whatever way they are written: 10, 1e1, 10.0. */
bool gen_decimal_same(const struct gen_yaml_node *a, const struct gen_yaml_node *b);

/* As a number of JSON: "0.05", "1e-30". */
const char *gen_decimal_text(struct gen_arena *arena, struct gen_decimal value);

#endif
