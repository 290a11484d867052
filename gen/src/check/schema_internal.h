/* SPDX-License-Identifier: MIT */
/* schema_internal.h - what the files about schemas share. */
#ifndef GEN_SCHEMA_INTERNAL_H
#define GEN_SCHEMA_INTERNAL_H

#include "check/check.h"

/* schema_kind.c: `type` (or what implies it) into type->kind; whether null may stand. */
bool gen_check_schema_kind(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type, bool *nullable);

/* A type that is listed already; what is no schema. */
void gen_check_say_twice(struct gen_check *check, const struct gen_yaml_node *type);
void gen_check_say_no_schema(struct gen_check *check, const struct gen_yaml_node *node);

/* enum.c: the list of values, of one for `const`; or NULL. */
struct gen_yaml_node *gen_check_values(struct gen_check *check, const struct gen_yaml_node *node);
/* Those among them that are of one of the types, if there are several. */
struct gen_yaml_node *gen_check_typed_values(struct gen_check *check, const struct gen_yaml_node *node);
/* No value but null is allowed. */
bool gen_check_only_null(struct gen_check *check, const struct gen_yaml_node *node);
/* False after a message: it is nested deeper than a body may be. */
bool gen_check_depth(struct gen_check *check, const struct gen_yaml_node *value);
/* The values in `type`, which is complete, that keep to all else that it says. */
void gen_check_fitting_values(struct gen_check *check, struct gen_type *type);
/* The type that all of them have but for null: "string" ...; "null": they have none; "": several. */
const char *gen_check_values_type(const struct gen_yaml_node *list, bool *nullable);
/* Whether the texts among them make different names in C. */
bool gen_check_values_named(struct gen_check *check, const struct gen_yaml_node *list);
/* A value of the type that is called so; an integer is a number, too. */
bool gen_check_value_is(const struct gen_yaml_node *value, const char *type);
/* 5 of 5.0, and of anything else itself: to JSON Schema both are the same integer (2020-12 Validation, section 4.2.3). */
struct gen_yaml_node *gen_check_whole(struct gen_check *check, struct gen_yaml_node *value);

/* schema_keys.c: only keywords that mean something for this kind, and that we do. */
void gen_check_schema_keys(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_type *type);

/* schema.c: take the names that the emitter writes for a type, and have it written. */
void gen_check_take_names(struct gen_check *check, struct gen_type *type);
void gen_check_add_type(struct gen_check *check, struct gen_type *type);

/* schema_map.c: the schema of members that are not named; NULL: any, or none. */
struct gen_yaml_node *gen_check_extra(const struct gen_yaml_node *node);
/* The only pattern of `patternProperties`, and its schema; NULL: there is none, or (after a message) it is not supported. */
const struct gen_yaml_pair *gen_check_pattern_pair(struct gen_check *check, const struct gen_yaml_node *node);
void gen_check_map(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);
/* The map beside the members of an object, if there is one. */
void gen_check_extra_map(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);
/* `propertyNames` of an object that has no others than those of its "properties". */
void gen_check_known_names(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_type *type);
/* `required` of an object without "properties", into type->names. */
void gen_check_required_names(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);

/* schema_object.c */
void gen_check_object(struct gen_check *check, const struct gen_yaml_node *node,
                      struct gen_type *type);
/* An object without "properties", which is kept as its text. */
void gen_check_free_object(struct gen_check *check, const struct gen_yaml_node *node,
                           struct gen_type *type);
void gen_check_array(struct gen_check *check, const struct gen_yaml_node *node,
                     struct gen_type *type);

/* constraints.c: of a number, whose C type is a double: beyond 2^53 that is not every whole number. */
void gen_check_note_no_double(struct gen_check *check, const struct gen_yaml_node *value);

/* contains.c: `contains` of an array whose elements are known. */
void gen_check_contains(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);

/* "shop_order" of components.schemas.Order; NULL after a message at `at`. */
const char *gen_check_component_name(struct gen_check *check, const struct gen_yaml_node *at, const char *name);

/* schema_parts.c */
struct gen_part {
    struct gen_yaml_node *node; /* a mapping; its `$ref` and `allOf` are parts of their own */
    const char *name;           /* C name of the component that it is in; NULL: it is in none */
    bool referred;
    bool chosen; /* its `oneOf` or `anyOf` lists what it is a part of */
};

struct gen_parts {
    struct gen_part *items;
    size_t count;
};

/* All that `allOf` and `$ref` put together. False after a message. */
bool gen_check_parts(struct gen_check *check, struct gen_yaml_node *node, struct gen_parts *parts);
/* The one part that the others only describe, or NULL; *object: one of them says that it is an object. */
struct gen_yaml_node *gen_check_only_part(struct gen_check *check, struct gen_yaml_node *node, bool *object);
/* {$ref} without what stands beside it. */
struct gen_yaml_node *gen_check_bare_reference(struct gen_check *check, struct gen_yaml_node *node);

/* schema_merge.c: one schema that says what its parts say together; itself when it has none. NULL after a message. */
struct gen_yaml_node *gen_check_merge(struct gen_check *check, struct gen_yaml_node *node);
/* {allOf: [a, b]}; of the same two always the same node, so that what contains itself stays finite. */
struct gen_yaml_node *gen_check_both(struct gen_check *check, struct gen_yaml_node *a, struct gen_yaml_node *b);
/* The same value of JSON: 1 is 1.0, and members have no order. */
bool gen_check_same(const struct gen_yaml_node *a, const struct gen_yaml_node *b);
/* The C name of a schema that stands in the properties of a component which others are put together from; or NULL. */
const char *gen_check_hint(const struct gen_check *check, const struct gen_yaml_node *node);

/* schema_union.c */
bool gen_check_is_choice(const struct gen_yaml_node *node);
/* {type: "null"} is one of them, or one of them allows it. */
bool gen_check_lists_null(struct gen_check *check, const struct gen_yaml_node *node);
/* One schema for each of several types: {oneOf: [...]}; NULL when it has at most one, and perhaps null. */
struct gen_yaml_node *gen_check_split(struct gen_check *check, const struct gen_yaml_node *node);
/*
 * The variants of a choice into `type`, or its only schema into *only; *nullable: null is one of them. `origin` is the
 * schema as the user wrote it, `node` the same with its parts merged. False after a message.
 */
bool gen_check_union(struct gen_check *check, const struct gen_yaml_node *origin, struct gen_yaml_node *node,
                     struct gen_type *type, struct gen_yaml_node **only, bool *nullable);
/* Something beside the choice that holds for each of it. */
bool gen_check_has_rest(const struct gen_yaml_node *node);

/* schema_not.c: `not`, `enum` or `const` excludes null; and with a note when there was none. */
bool gen_check_excludes_null(struct gen_check *check, const struct gen_yaml_node *node);
void gen_check_not_null(struct gen_check *check, const struct gen_yaml_node *node, enum gen_kind kind, bool *nullable);
/* It stands beside a choice: what it says of one of it, it need not say of another. */
void gen_check_share_not(struct gen_yaml_node *not);
/* `not`; `dependentRequired` of an object, whose members are known. */
void gen_check_not(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);
void gen_check_dependent(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);

/* schema_alternative.c: a choice of which members must be there, and nothing else. */
bool gen_check_is_alternatives(const struct gen_yaml_node *node);
void gen_check_alternatives(struct gen_check *check, const struct gen_yaml_node *node, struct gen_type *type);

#endif
