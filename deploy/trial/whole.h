/* SPDX-License-Identifier: MIT */
/*
 * whole.h - one schema that says what several say together, for making values: a reference with what stands beside it,
 * the parts of `allOf`, a choice of `oneOf` with what holds for each.
 *
 * Of two bounds the narrower stays, of two properties of one name both hold. Where two say what cannot be put into one
 * (two patterns), the first stays: what is made is judged by the schemas themselves.
 */
#ifndef DEPLOY_TRIAL_WHOLE_H
#define DEPLOY_TRIAL_WHOLE_H

#include "schema.h"

/*
 * The schema without "$ref" and "allOf"; of more than one choice all but the first are left in an "allOf". `true` and
 * `false` as they are. NULL: a part is in another file, is `false`, or contains itself.
 */
const struct gen_yaml_node *trial_whole(const struct trial_schemas *schemas, const struct gen_yaml_node *schema);

/* The key of its first choice: "oneOf" or "anyOf"; NULL: it has none. */
const char *trial_choice(const struct gen_yaml_node *whole);

/* What holds when a value is the choice `index` of these: all else that it says, and the text that tells it. */
const struct gen_yaml_node *trial_with_choice(const struct trial_schemas *schemas, const struct gen_yaml_node *whole,
                                              size_t index);
/* All but its first choice. */
const struct gen_yaml_node *trial_without_choice(const struct trial_schemas *schemas, const struct gen_yaml_node *whole);

#endif
