/* SPDX-License-Identifier: MIT */
/*
 * json.h - JSON as a tree: what is sent, made from examples and schemas, and what came back.
 *
 * A number stays the text it was. Everything lives in the arena given; nothing here returns out of memory.
 */
#ifndef DEPLOY_TRIAL_JSON_H
#define DEPLOY_TRIAL_JSON_H

#include "gen/yaml.h"

enum trial_kind { TRIAL_NULL, TRIAL_BOOL, TRIAL_NUMBER, TRIAL_STRING, TRIAL_ARRAY, TRIAL_OBJECT };

struct trial_value {
    enum trial_kind kind;
    bool truth;
    const char *text; /* of a number or a string, with a NUL behind it */
    size_t len;
    size_t count; /* of an array or an object */
    const struct trial_value **items;
    const char **names; /* of an object's members */
};

/* NULL when all of the bytes are one JSON text (RFC 8259; no name twice), else what is wrong. */
const char *trial_json_read(struct gen_arena *arena, const char *bytes, size_t len, const struct trial_value **value);

/* An example, a default or a constant of a contract. */
const struct trial_value *trial_json_of_yaml(struct gen_arena *arena, const struct gen_yaml_node *node);

/* As JSON text, with a NUL behind it. */
const char *trial_json_text(struct gen_arena *arena, const struct trial_value *value);

const struct trial_value *trial_json_string(struct gen_arena *arena, const char *text);
const struct trial_value *trial_json_number(struct gen_arena *arena, const char *text);
const struct trial_value *trial_json_literal(struct gen_arena *arena, enum trial_kind kind, bool truth);
struct trial_value *trial_json_container(struct gen_arena *arena, enum trial_kind kind);
/* `name` NULL: of an array. */
void trial_json_add(struct gen_arena *arena, struct trial_value *container, const char *name, const struct trial_value *item);
/* NULL: there is none. */
const struct trial_value *trial_json_get(const struct trial_value *object, const char *name);

bool trial_json_equal(const struct trial_value *a, const struct trial_value *b);

struct trial_number {
    bool whole; /* has no fraction */
    bool exact; /* and fits `integer` */
    int64_t integer;
    double real;
};
struct trial_number trial_json_number_of(const char *text);

#endif
