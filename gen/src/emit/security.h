/* SPDX-License-Identifier: MIT */
/* security.h - who may call: what the files of a service say about it. */
#ifndef GEN_EMIT_SECURITY_H
#define GEN_EMIT_SECURITY_H

#include "emit/emit.h"

/* Some operation demands credentials. */
bool gen_is_secured(const struct gen_contract *contract);
/* The user writes a function that judges them. */
bool gen_has_verifier(const struct gen_scheme *scheme);

/* The header: what each verify function gets, and its prototype; and the callers' names in a call. */
void gen_emit_verifiers(struct gen_out *out, const struct gen_service *service,
                        void (*clients)(struct gen_out *out, const struct gen_service *service));
void gen_emit_auth_member(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op);

/* The source: statements that fill the latter; the tables; .auth of the service's info. */
void gen_emit_auth_fill(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op);
void gen_emit_auth_tables(struct gen_out *out, const struct gen_service *service);

/* service_source.c: NAME_tls, by which a client, or what is called like one, speaks TLS. */
void gen_emit_client_tls(struct gen_out *out, const struct gen_client *client, const char *name);

#endif
