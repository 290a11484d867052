/* SPDX-License-Identifier: MIT */
/* emit.h - the model as text: what the files of `emit` share. */
#ifndef GEN_EMIT_H
#define GEN_EMIT_H

#include "base/out.h"
#include "model.h"

/* ctype.c: the C type of a value, "struct uc_str"; and "struct orders_order *parent". */
const char *gen_c_type(struct gen_arena *arena, const struct gen_type *type);
/* Of an array: its item, or the struct that holds one that may be null. */
const char *gen_c_element(struct gen_arena *arena, const struct gen_type *array);
const char *gen_c_member(struct gen_arena *arena, const struct gen_member *member);
/* True when the value sits behind a state, as optional and nullable ones do. */
bool gen_has_state(const struct gen_member *member);
/* Of a parameter in a service: it may be absent, or null. */
bool gen_parameter_has_state(const struct gen_parameter *parameter);
/* A number as a C expression of its type. */
const char *gen_c_integer(struct gen_arena *arena, int64_t value);
/* The shortest text of a double, which is what a multiple is judged by. */
const char *gen_c_double_text(struct gen_arena *arena, const char *value);
/* A scalar of the contract, known to be of the type, as a C expression. */
const char *gen_c_value(struct gen_arena *arena, const struct gen_type *type, const struct gen_yaml_node *node);
/* The call that reads a free-form value by the reader `r`. */
const char *gen_c_read_raw(struct gen_arena *arena, const struct gen_type *type, const char *r, const char *lvalue);
/* choices.c: the values that may stand as uc_json_raw_choice() takes them, in C. */
const char *gen_c_choice_list(struct gen_arena *arena, const struct gen_type *type);
/* "must be one of: a, b"; as a C literal. */
const char *gen_choices(struct gen_arena *arena, const struct gen_type *type);
const char *gen_c_choices(struct gen_arena *arena, const struct gen_type *type);

/*
 * checks.c: statements that test `value` against the type's bounds. `text` is what it was read from: a number is a
 * multiple as it was written, before it became a double. `report` begins the call that notes a violation, up to its
 * text: "uc_json_violation(r, ".
 */
void gen_emit_checks(struct gen_out *out, const struct gen_type *type, const char *value, const char *text,
                     const char *report);
bool gen_has_checks(const struct gen_type *type);
/* Of a list or an object that was read without a violation, from `start`: it is one of those that may stand. */
void gen_emit_choice_check(struct gen_out *out, const struct gen_type *type, const char *start);

/* types.c: declarations; codec_*.c: their functions. */
void gen_emit_types(struct gen_out *out, const struct gen_contract *contract);
void gen_emit_codecs(struct gen_out *out, const struct gen_contract *contract);
void gen_emit_object_codec(struct gen_out *out, const struct gen_type *type);
/* A list or an object stands for the member when it is absent: its reader is called for that. */
bool gen_reads_default(const struct gen_member *member);
void gen_emit_array_codec(struct gen_out *out, const struct gen_type *type);
void gen_emit_map_codec(struct gen_out *out, const struct gen_type *type);
/* Room for one more in `list`; its function returns `full` when the arena has none. The new one is zeroed. */
void gen_emit_grow(struct gen_out *out, const char *list, const char *item, const char *full);

/* codec_map.c: its functions, and one entry in (`entry` and `key` are locals) or all out ("value->extra."). */
void gen_emit_map_get_signature(struct gen_out *out, const struct gen_type *map, const char *end);
void gen_emit_map_set_signature(struct gen_out *out, const struct gen_type *map, const char *end);
/* A branch, still open, for names of which nothing is kept; `otherwise` is what ends the one before, or "". */
void gen_emit_other_names(struct gen_out *out, const struct gen_type *map, const char *otherwise);
void gen_emit_read_entry(struct gen_out *out, const struct gen_type *map, const char *place);
void gen_emit_write_entries(struct gen_out *out, const struct gen_type *owner, const struct gen_type *map,
                            const char *place, const char *unless);
/* codec_union.c */
void gen_emit_union_codec(struct gen_out *out, const struct gen_type *type);
void gen_emit_union_set_signature(struct gen_out *out, const struct gen_type *type, const struct gen_variant *variant,
                                  const char *end);
bool gen_variant_by_pointer(const struct gen_variant *variant);
/* A writer up to its first statement; that of a recursive type gives up when it gets too deep. */
void gen_emit_write_head(struct gen_out *out, const struct gen_type *type);
void gen_emit_enum_codec(struct gen_out *out, const struct gen_type *type);
/* codec_value.c: one value in or out. `state` is NULL, or the lvalue to set to UC_VALUE. */
void gen_emit_read_value(struct gen_out *out, const struct gen_type *type, bool by_pointer,
                         const char *lvalue, const char *state, const char *head);
void gen_emit_write_value(struct gen_out *out, const struct gen_type *owner,
                          const struct gen_type *type, bool by_pointer, const char *value);

/* patterns.c: the tables of all patterns, and their declarations. */
void gen_emit_patterns(struct gen_out *out, const struct gen_contract *contract);
void gen_emit_pattern_declarations(struct gen_out *out, const struct gen_contract *contract);

/* frame.c: what every file begins and ends with. */
void gen_emit_banner(struct gen_out *out, const struct gen_contract *contract, const char *file,
                     const char *what);
void gen_emit_guard_open(struct gen_out *out, const char *prefix);
void gen_emit_guard_close(struct gen_out *out);

/* A prototype or definition head, its parameters one a line when they do not fit. */
void gen_emit_signature(struct gen_out *out, const char *result_and_name,
                        const char *const *parameters, size_t count, const char *end);

/* The heads of a type's reader and writer; `depth` is for the inner writer of a recursive one. */
void gen_emit_read_signature(struct gen_out *out, const struct gen_type *type, const char *end);
void gen_emit_write_signature(struct gen_out *out, const struct gen_type *type, bool depth,
                              const char *end);

/* One file each. */
struct gen_file gen_emit_service_header(const struct gen_service *service);
struct gen_file gen_emit_service_types(const struct gen_service *service);
struct gen_file gen_emit_service_source(const struct gen_service *service);
struct gen_file gen_emit_openapi_source(const struct gen_service *service);
struct gen_file gen_emit_main(const struct gen_service *service);
struct gen_file gen_emit_client_header(const struct gen_service *service, size_t index);
struct gen_file gen_emit_client_source(const struct gen_service *service, size_t index);
struct gen_file gen_emit_callbacks_source(const struct gen_service *service);

/* service_decode.c: a request into its call. */
void gen_emit_decode(struct gen_out *out, const struct gen_operation *op, const char *name);

/* json.c: a tree as JSON. */
const char *gen_json_text(struct gen_arena *arena, const struct gen_yaml_node *node);
void gen_emit_json(struct gen_out *out, const struct gen_yaml_node *node, const char *without);
void gen_emit_json_text(struct gen_out *out, const char *text); /* quoted */

/* The operation's name without the contract's prefix: "get_order". */
const char *gen_short_name(const struct gen_contract *contract, const struct gen_operation *op);

#endif
