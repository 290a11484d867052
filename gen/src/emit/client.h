/* SPDX-License-Identifier: MIT */
/* client.h - what the files that emit a typed client share. */
#ifndef GEN_EMIT_CLIENT_H
#define GEN_EMIT_CLIENT_H

#include "emit/content.h"

/* Some parameter may be left out. */
/* A parameter that is an argument of its own; the others are among the options. */
bool gen_is_argument(const struct gen_parameter *parameter);
bool gen_has_options(const struct gen_operation *op);

/* client_header.c: what calls are made by, "stock_client" or "orders_callbacks", and each call. */
void gen_emit_client_calls(struct gen_out *out, const struct gen_contract *contract);
const char *gen_client_struct(struct gen_arena *arena, const struct gen_contract *contract);

/* A part of the URL that the caller gives, and which no part before it is. */
bool gen_is_url_argument(const struct gen_operation *op, size_t part);

/* The head of the function that makes the call, with the index-th of its bodies. */
void gen_emit_client_signature(struct gen_out *out, const struct gen_contract *contract,
                               const struct gen_operation *op, size_t body, const char *end);

/* client_request.c: target, headers, body; then off it goes. */
void gen_emit_client_request(struct gen_out *out, const struct gen_contract *contract,
                             const struct gen_operation *op);

/* client_security.c: the credentials in the struct of a client, from variables at the start, and in a request. */
bool gen_shows_credentials(const struct gen_contract *contract);
void gen_emit_client_auth_member(struct gen_out *out, const struct gen_contract *contract);
void gen_emit_client_auth_start(struct gen_out *out, const struct gen_service *service, size_t client);
void gen_emit_client_credentials(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op);
bool gen_shows_in_query(const struct gen_contract *contract, const struct gen_operation *op);
bool gen_shows_in_headers(const struct gen_contract *contract, const struct gen_operation *op);

/* client_request.c: a query parameter's name and its '=', percent-encoded, as a C literal. */
const char *gen_query_name(struct gen_arena *arena, const char *name);

/* client_answer.c: the answer into a result. */
void gen_emit_client_answer(struct gen_out *out, const struct gen_contract *contract,
                            const struct gen_operation *op);

/* client_head.c: the answer's header fields into a result; and whether some response has any. */
void gen_emit_client_head(struct gen_out *out, const struct gen_operation *op,
                          const struct gen_response *response, const char *name);
bool gen_reads_heads(const struct gen_operation *op);

#endif
