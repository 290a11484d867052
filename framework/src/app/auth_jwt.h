/* SPDX-License-Identifier: MIT */
/*
 * auth_jwt.h - what the judges of JSON Web Tokens share: configured keys, and keys that are fetched.
 */
#ifndef UC_AUTH_JWT_H
#define UC_AUTH_JWT_H

#include "app/auth_internal.h"
#include "proto/jwt.h"

/* Whom the tokens are to be from and for. The keys of the rules are the judge's own. */
struct uc_auth_tokens {
    struct uc_jwt_rules rules;
    struct uc_buf issuer, audience;
};

/* 0, -EINVAL (it is on the log), -ENOMEM; to be ended in any case. */
int uc_auth_tokens_load(struct uc_auth_tokens *tokens, const struct uc_service *service, const struct uc_auth_scheme *scheme);
void uc_auth_tokens_deinit(struct uc_auth_tokens *tokens);

/* Gives the verdict on a token, and returns 0; or none, and -ENOKEY: it names a key that is not among them. */
int uc_auth_tokens_verify(const struct uc_auth_tokens *tokens, struct uc_request *req, const struct uc_auth_scheme *scheme,
                          const struct uc_credential *credential);

/* Keys in memory of malloc(); NULL is fine. */
void uc_auth_free_keys(struct uc_jwt_keys *keys);

#endif
