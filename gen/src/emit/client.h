/* SPDX-License-Identifier: MIT */
/* client.h - what the files that emit a typed client share. */
#ifndef GEN_EMIT_CLIENT_H
#define GEN_EMIT_CLIENT_H

#include "emit/content.h"

/* Some parameter may be left out. */
bool gen_has_options(const struct gen_operation *op);

/* The head of the function that makes the call, with the index-th of its bodies. */
void gen_emit_client_signature(struct gen_out *out, const struct gen_contract *contract,
                               const struct gen_operation *op, size_t body, const char *end);

/* client_request.c: target, headers, body; then off it goes. */
void gen_emit_client_request(struct gen_out *out, const struct gen_contract *contract,
                             const struct gen_operation *op);

/* client_answer.c: the answer into a result. */
void gen_emit_client_answer(struct gen_out *out, const struct gen_contract *contract,
                            const struct gen_operation *op);

/* client_head.c: the answer's header fields into a result; and whether some response has any. */
void gen_emit_client_head(struct gen_out *out, const struct gen_operation *op,
                          const struct gen_response *response, const char *name);
bool gen_reads_heads(const struct gen_operation *op);

#endif
