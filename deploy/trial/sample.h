/* SPDX-License-Identifier: MIT */
/*
 * sample.h - values that fit a schema, and values just beyond it.
 *
 * The same schema gives the same values in the same order. Each was checked: what is said to fit fits, and what is
 * said not to does not; a value of which neither is known is not made.
 */
#ifndef DEPLOY_TRIAL_SAMPLE_H
#define DEPLOY_TRIAL_SAMPLE_H

#include "schema.h"

/* A string longer than this is not made, nor an array of more items. */
#define TRIAL_LENGTH_MAX 8192
#define TRIAL_ITEMS_MAX  256

/* One that fits: an example where there is one. `full`: with members that need not be there. NULL, and *why not. */
const struct trial_value *trial_sample(const struct trial_schemas *schemas, const struct gen_yaml_node *schema, bool full,
                                       const char **why);

struct trial_variant {
    const char *label; /* "/lines/0/quantity: 0, below its minimum" */
    const struct trial_value *value;
    bool fits;
    bool typed; /* does not fit because of its type in JSON: as text it might */
};

struct trial_variants {
    struct trial_variant *items;
    size_t count;
    size_t dropped; /* beyond TRIAL_VARIANTS_MAX */
};
#define TRIAL_VARIANTS_MAX 400

/* All that differ from `sample`, which fits, in one place. */
struct trial_variants trial_variants(const struct trial_schemas *schemas, const struct gen_yaml_node *schema,
                                     const struct trial_value *sample);

#endif
