/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a token is made of. The first one says what the rest is:
 *
 *     T  a token: none is good that nobody signed but those of RFC 7515
 *     C  header and payload, a NUL between, which are signed: it is good only when its time has not passed
 *     S  a JWK set
 *     P  a public key, in DER
 *     X  a certificate, in DER
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/jwt_fixtures.h"
#include "proto/jwt.h"

#define NOW 1000000
#define SECRET "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct uc_jwt_keys keys;
static struct uc_jwt_rules rules = {.keys = &keys};
static struct uc_arena *arena;

static void start(void)
{
    const char *why;

    if (arena)
        return;
    arena = uc_arena_new(1 << 20);
    if (uc_jwt_keys_init(&keys) || uc_jwt_keys_add_set(&keys, uc_str(RFC_SET), ~0u, &why) ||
        uc_jwt_keys_add_secret(&keys, uc_str(NULL), uc_str(SECRET), &why))
        abort();
}

static void check_principal(const struct uc_principal *who, struct uc_str token)
{
    if (!uc_str_eq(who->token, token) || who->expires_s < NOW || !who->claims.len || who->scopes.len > who->claims.len)
        abort();
}

static void try_token(struct uc_str token)
{
    struct uc_principal who;
    const char *why = NULL;
    int err = uc_jwt_verify(&rules, token, NOW, arena, &who, &why);

    if (err && ((err != -EACCES && err != -ENOKEY) || !why))
        abort();
    if (err)
        return;
    check_principal(&who, token);
    if (!uc_str_is(token, RFC_HS256) && !uc_str_is(token, RFC_RS256) && !uc_str_is(token, RFC_ES256))
        abort(); /* forged */
}

static void try_claims(const char *text, size_t len)
{
    const char *cut = memchr(text, '\0', len);
    char *token = malloc(len * 2 + 128);
    struct uc_principal who;
    const char *why;

    if (cut && cut != text && cut + 1 < text + len) {
        *token = '\0';
        add_base64url(token, text, (size_t)(cut - text));
        strcat(token, ".");
        add_base64url(token, cut + 1, (size_t)(text + len - cut - 1));
        add_hs256(token, SECRET, strlen(SECRET));
        if (!uc_jwt_verify(&rules, uc_str(token), NOW, arena, &who, &why))
            check_principal(&who, uc_str(token));
    }
    free(token);
}

static void try_keys(char kind, const char *bytes, size_t len)
{
    struct uc_jwt_keys own;
    const char *why = NULL;
    int err;

    if (uc_jwt_keys_init(&own))
        return;
    if (kind == 'S')
        err = uc_jwt_keys_add_set(&own, uc_str_of(bytes, len), ~0u, &why);
    else if (kind == 'P')
        err = uc_jwt_keys_add_public(&own, (const unsigned char *)bytes, len, ~0u, &why);
    else
        err = uc_jwt_keys_add_certificate(&own, (const unsigned char *)bytes, len, ~0u, &why);
    if (err && err != -ENOMEM && !why)
        abort();
    uc_jwt_keys_deinit(&own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data + 1;
    char *exact;

    if (!size)
        return 0;
    start();
    uc_arena_reset(arena);
    exact = malloc(size > 1 ? size - 1 : 1); /* of just this size: reading on is seen */
    memcpy(exact, bytes, size - 1);
    switch (data[0]) {
    case 'T': try_token(uc_str_of(exact, size - 1)); break;
    case 'C': try_claims(exact, size - 1); break;
    case 'S':
    case 'P':
    case 'X': try_keys((char)data[0], exact, size - 1); break;
    default: break;
    }
    free(exact);
    return 0;
}
