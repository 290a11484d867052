/* SPDX-License-Identifier: MIT */
/* schema_internal.h - what the files about schemas share. */
#ifndef GEN_SCHEMA_INTERNAL_H
#define GEN_SCHEMA_INTERNAL_H

#include "check/check.h"

/* schema_kind.c: `type` (or what implies it) into type->kind; whether null may stand. */
bool gen_check_schema_kind(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type, bool *nullable);

/* schema_keys.c: only keywords that mean something for this kind, and that we do. */
void gen_check_schema_keys(struct gen_check *check, const struct gen_yaml_node *node,
                           enum gen_kind kind, bool object);

/* schema_object.c */
void gen_check_object(struct gen_check *check, const struct gen_yaml_node *node,
                      struct gen_type *type);
/* An object without "properties", which is kept as its text. */
void gen_check_free_object(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type);
void gen_check_array(struct gen_check *check, const struct gen_yaml_node *node,
                     struct gen_type *type);

#endif
