/* SPDX-License-Identifier: MIT */
/*
 * schema.h - does a value fit a schema? (JSON Schema 2020-12, as OpenAPI 3.1 uses it.)
 *
 * It reads the schema as the contract has it, and shares nothing but patterns with the code that the generator makes of it: a
 * judge that is the defendant finds nothing.
 */
#ifndef DEPLOY_TRIAL_SCHEMA_H
#define DEPLOY_TRIAL_SCHEMA_H

#include "json.h"

struct trial_pattern;

struct trial_schemas {
    struct gen_arena *arena;
    struct trial_pattern **patterns; /* those compiled so far (pattern.h): NULL at first */
    const struct gen_yaml_node *document;
    bool request; /* a "readOnly" member need not be there; else a "writeOnly" one */
};

/* Follow `$ref` from node to node; NULL when it leads nowhere, or out of the document. */
const struct gen_yaml_node *trial_resolve(const struct trial_schemas *schemas, const struct gen_yaml_node *node);

/* The target of one `$ref`; NULL as above. */
const struct gen_yaml_node *trial_follow(const struct trial_schemas *schemas, const struct gen_yaml_node *ref);

/* The member that tells which of `oneOf` or `anyOf` an object is; NULL: none does. */
const char *trial_discriminator(const struct gen_yaml_node *schema);
/* The first of the texts by which it tells `branch`: of its mapping, or the schema's name; NULL: `branch` has no name. */
const char *trial_branch_name(const struct gen_yaml_node *schema, const struct gen_yaml_node *branch);

/* NULL when it fits, else what is wrong first: "/lines/0/sku: has more than 20 characters". What is not decided
 * (a pattern that is not supported, a reference into another file, a schema that never comes to an end) is taken to fit. */
const char *trial_schema_check(const struct trial_schemas *schemas, const struct gen_yaml_node *schema,
                               const struct trial_value *value);

/* Does `type` allow it? Without a "type" it does. */
bool trial_schema_allows(const struct gen_yaml_node *schema, const char *type);

/* The list under `key`; NULL without one, or when it is none. */
const struct gen_yaml_node *trial_list(const struct gen_yaml_node *node, const char *key);
bool trial_flag(const struct gen_yaml_node *node, const char *key, bool fallback);

/* Characters of UTF-8. */
size_t trial_length(const char *text, size_t len);

#endif
