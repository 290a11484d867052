/* SPDX-License-Identifier: MIT */
/*
 * pattern.h - the patterns of a contract, each compiled once.
 *
 * The one thing that the judge has in common with what the generator makes: the automata (gen/src/pattern), which are
 * held to ECMA-262 by tests of their own.
 */
#ifndef DEPLOY_TRIAL_PATTERN_H
#define DEPLOY_TRIAL_PATTERN_H

#include "schema.h"

#include "pattern/pattern.h"

/* What `schema` asks of texts by "pattern"; NULL when it asks nothing, or what is not supported. */
const struct gen_pattern *trial_pattern(const struct trial_schemas *schemas, const struct gen_yaml_node *schema);

#endif
