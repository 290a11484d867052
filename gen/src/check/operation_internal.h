/* SPDX-License-Identifier: MIT */
/* operation_internal.h - what the files about operations share. */
#ifndef GEN_OPERATION_INTERNAL_H
#define GEN_OPERATION_INTERNAL_H

#include "check/check.h"

/*
 * content.c: the media types under `content` of a body or response. `inline_name` is the C name
 * of a schema that has none of its own; where there are several media types, with a suffix.
 * False after a message.
 */
bool gen_check_contents(struct gen_check *check, const struct gen_yaml_node *holder,
                        const char *inline_name, bool answer, struct gen_contents *contents);

/* multipart.c: fields and files of multipart/form-data. False after a message. */
bool gen_check_multipart(struct gen_check *check, const struct gen_yaml_pair *media,
                         const char *inline_name, struct gen_content *content);

/* form.c: what no form could say of its fields. False after a message at `at`. */
bool gen_check_form_fields(struct gen_check *check, const struct gen_yaml_node *at, const struct gen_type *form);

/* What `encoding` says of one of the fields; *type: its contentType, or NULL. False after a message. */
bool gen_check_encoding(struct gen_check *check, const struct gen_yaml_pair *pair, const char *const *fields,
                        const char **type);
/* A mapping; else there is none, or a message says what it is. */
bool gen_check_is_encoding(struct gen_check *check, const struct gen_yaml_node *encoding);
/* Of a form without files. False after a message. */
bool gen_check_field_encodings(struct gen_check *check, const struct gen_yaml_node *encoding, const struct gen_type *form);

/* media.c: what a media type stands for. False after a message: it is malformed. */
bool gen_check_media(struct gen_check *check, const struct gen_yaml_node *key,
                     struct gen_content *content);

/* header.c: the fields under `headers` of a response. */
void gen_check_headers(struct gen_check *check, const struct gen_yaml_node *node,
                       const struct gen_operation *op, struct gen_response *response);

/* style.c: how a value of the parameter's type is written, from `node`, whose schema is `schema`. False after a message. */
bool gen_check_style(struct gen_check *check, const struct gen_yaml_node *node, const struct gen_yaml_node *schema,
                     struct gen_parameter *parameter);

/* Keys of each, wherever it stands. False: it is no mapping. */
bool gen_check_parameter_keys(struct gen_check *check, const struct gen_yaml_node *node);
bool gen_check_header_keys(struct gen_check *check, const struct gen_yaml_node *node);
bool gen_check_response_keys(struct gen_check *check, const struct gen_yaml_node *node);
bool gen_check_body_keys(struct gen_check *check, const struct gen_yaml_node *body);
bool gen_check_operation_keys(struct gen_check *check, const struct gen_yaml_node *operation);

/* parameter.c: a token of RFC 9110, which the name of a header field is. */
bool gen_is_field_name(const char *text);

/* servers.c: the path in front of every path, "/v1" or "", of `servers` in `holder`; without any it is `inherited`. */
const char *gen_check_servers(struct gen_check *check, const struct gen_yaml_node *holder,
                              const char *inherited);

/* operation.c: what an operation of a path item is in HTTP: "GET" of "get"; NULL: the key is of none. */
const char *gen_method_of(const char *key);
bool gen_check_item_keys(struct gen_check *check, const struct gen_yaml_node *item);
/* Its id, and its name in C: without an operationId that of its method and `place`. False after a message. */
bool gen_check_name(struct gen_check *check, const struct gen_yaml_pair *pair, const char *place, struct gen_operation *op);
void gen_check_take_operation(struct gen_check *check, struct gen_operation *op);
/* Parameters, body and responses. */
void gen_check_operation_parts(struct gen_check *check, struct gen_operation *op);

/* parameter.c: a name, or it with a '_' where the struct of a call, or the function that makes one, uses or calls it itself. */
const char *gen_parameter_name(struct gen_check *check, const char *c_name);

/* path.c: the template itself, which stands at `at`. False after a message. */
bool gen_check_path(struct gen_check *check, const struct gen_yaml_node *at, const char *path);
/* Which {brace} of `path` is called `name`, from 0; -1 when none is. */
int gen_path_index(const char *path, const char *name);
/* The name in the index-th {brace}, or NULL behind the last. */
const char *gen_path_name(struct gen_arena *arena, const char *path, unsigned index);
/* Equal but for the names in the braces: no request could tell them apart. */
bool gen_paths_alike(const char *a, const char *b);

#endif
