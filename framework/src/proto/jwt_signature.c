/* SPDX-License-Identifier: MIT */
/* jwt_signature.c - HS256, RS256 and ES256 (RFC 7518, sections 3.2 to 3.4), by BearSSL. */
#include <bearssl_hash.h>
#include <bearssl_hmac.h>

#include "proto/jwt.h"

unsigned uc_jwt_algorithm_of(struct uc_str name)
{
    return uc_str_is(name, "HS256") ? UC_JWT_HS256 : uc_str_is(name, "RS256") ? UC_JWT_RS256
           : uc_str_is(name, "ES256") ? UC_JWT_ES256 : 0;
}

static bool is_hs256(const struct uc_jwt_key *key, struct uc_str text, const unsigned char *signature, size_t len)
{
    unsigned char mac[br_sha256_SIZE];
    br_hmac_key_context prepared;
    br_hmac_context hmac;

    br_hmac_key_init(&prepared, &br_sha256_vtable, key->secret.data, key->secret.len);
    br_hmac_init(&hmac, &prepared, sizeof(mac));
    br_hmac_update(&hmac, text.data, text.len);
    br_hmac_out(&hmac, mac);
    return uc_equal_constant_time(uc_str_of((const char *)signature, len), uc_str_of((const char *)mac, sizeof(mac)));
}

static void hash(struct uc_str text, unsigned char digest[br_sha256_SIZE])
{
    br_sha256_context sha256;

    br_sha256_init(&sha256);
    br_sha256_update(&sha256, text.data, text.len);
    br_sha256_out(&sha256, digest);
}

static bool is_rs256(const struct uc_jwt_key *key, struct uc_str text, const unsigned char *signature, size_t len)
{
    unsigned char digest[br_sha256_SIZE], signed_digest[br_sha256_SIZE];

    hash(text, digest);
    return br_rsa_pkcs1_vrfy_get_default()(signature, len, BR_HASH_OID_SHA256, sizeof(digest), &key->rsa, signed_digest) &&
           !memcmp(digest, signed_digest, sizeof(digest));
}

static bool is_es256(const struct uc_jwt_key *key, struct uc_str text, const unsigned char *signature, size_t len)
{
    unsigned char digest[br_sha256_SIZE];

    if (len != 64) /* R and S, each as long as the order of the curve */
        return false;
    hash(text, digest);
    return br_ecdsa_vrfy_raw_get_default()(br_ec_get_default(), digest, sizeof(digest), &key->ec, signature, len);
}

bool uc_jwt_signed_by(const struct uc_jwt_key *key, struct uc_str text, const unsigned char *signature, size_t len)
{
    switch (key->algorithm) {
    case UC_JWT_HS256:
        return is_hs256(key, text, signature, len);
    case UC_JWT_RS256:
        return is_rs256(key, text, signature, len);
    case UC_JWT_ES256:
        return is_es256(key, text, signature, len);
    }
    return false;
}
