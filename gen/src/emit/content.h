/* SPDX-License-Identifier: MIT */
/* content.h - bodies by media type: what the files that emit them share. */
#ifndef GEN_EMIT_CONTENT_H
#define GEN_EMIT_CONTENT_H

#include "emit/emit.h"

/* A struct that is passed by pointer, rather than a value. */
bool gen_is_struct(const struct gen_type *type);
/* Its body comes in parts. */
bool gen_streams(const struct gen_operation *op);
/* A number, boolean or enum: its zero is a value, so that absence needs a state. */
bool gen_needs_state(const struct gen_content *content);
/* "const struct orders_order *NAME", "struct uc_str NAME", "int64_t NAME". */
const char *gen_content_parameter(struct gen_arena *arena, const struct gen_content *content,
                                  const char *name);
/* The function's own name among several: "" or "_text". */
const char *gen_content_suffix(struct gen_arena *arena, const struct gen_contents *contents,
                               size_t index);
/* "application/json, text/plain" */
const char *gen_media_list(struct gen_arena *arena, const struct gen_contents *contents);
/* The answer for which the client's Accept decides: the first good one with several types, or NULL. */
const struct gen_response *gen_negotiated(const struct gen_operation *op);
/* The enumerator of the index-th of several: "ORDERS_PUT_NOTE_BODY_TEXT". */
const char *gen_content_enumerator(struct gen_arena *arena, const struct gen_operation *op,
                                   const char *what, const char *suffix);

/* parameter.c: "UC_IN_QUERY"; the tables `fields` and `parameter` as local constants, with `prefix` before their names. */
const char *gen_place_name(enum gen_place place);
void gen_emit_form_fields(struct gen_out *out, const struct gen_type *type, const char *prefix);
void gen_emit_parameter_tables(struct gen_out *out, const struct gen_parameter *parameter, const char *prefix);

/* service_decode.c: the function that reads a number or boolean from text: "uc_parse_int64". */
const char *gen_parse_function(const struct gen_type *type);

/* service_decode.c: the head of the function that reads a multipart form. */
void gen_emit_multipart_signature(struct gen_out *out, const struct gen_operation *op,
                                  const char *end);

/* service_answer.c: the functions that give the answers of an operation. */
void gen_emit_answers(struct gen_out *out, const struct gen_operation *op);
/* Their prototypes, with the comments. */
void gen_emit_answer_prototypes(struct gen_out *out, const struct gen_operation *op);

#endif
