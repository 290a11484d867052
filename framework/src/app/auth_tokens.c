/* SPDX-License-Identifier: MIT */
/* auth_tokens.c - whom tokens are to be from and for, and the verdict on one; the time is that of the wall clock. */
#include <errno.h>
#include <stdlib.h>

#include "app/auth_jwt.h"
#include "base/date.h"

static int load_text(const struct uc_service *service, const char *text, struct uc_buf *out, struct uc_str *value)
{
    int err = 0;

    *value = uc_str(NULL);
    if (text) {
        err = uc_auth_expand(service, text, out);
        if (!err)
            *value = uc_str(out->data);
    }
    return err;
}

int uc_auth_tokens_load(struct uc_auth_tokens *tokens, const struct uc_service *service, const struct uc_auth_scheme *scheme)
{
    int err = load_text(service, scheme->issuer, &tokens->issuer, &tokens->rules.issuer);

    if (!err)
        err = load_text(service, scheme->audience, &tokens->audience, &tokens->rules.audience);
    tokens->rules.leeway_s = scheme->leeway_s;
    return err;
}

void uc_auth_tokens_deinit(struct uc_auth_tokens *tokens)
{
    uc_buf_deinit(&tokens->issuer);
    uc_buf_deinit(&tokens->audience);
}

int uc_auth_tokens_verify(const struct uc_auth_tokens *tokens, struct uc_request *req, const struct uc_auth_scheme *scheme,
                          const struct uc_credential *credential)
{
    struct uc_principal who;
    const char *why;
    int err = uc_jwt_verify(&tokens->rules, credential->key, (int64_t)(uc_date_now_ms() / 1000), &req->arena, &who, &why);

    if (err == -ENOKEY)
        return err;
    if (!err && scheme->read_claims && !scheme->read_claims(&req->arena, who.claims, &who.data)) {
        why = "the token's claims are not those of this service";
        err = uc_arena_failed(&req->arena) ? -ENOMEM : -EACCES;
    }
    if (!err)
        uc_auth_accept_own(req, &who);
    else if (err == -ENOMEM)
        uc_auth_fail(req, "out of memory");
    else
        uc_auth_refuse(req, why);
    return 0;
}

void uc_auth_free_keys(struct uc_jwt_keys *keys)
{
    if (keys)
        uc_jwt_keys_deinit(keys);
    free(keys);
}
