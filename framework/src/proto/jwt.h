/* SPDX-License-Identifier: MIT */
/*
 * jwt.h - JSON Web Tokens (RFC 7519) in compact serialization, signed (RFC 7515), as RFC 8725 wants them taken.
 *
 * The key decides about the algorithm, never the token: a key is for one of HS256, RS256 and ES256 (RFC 7518), and a
 * token whose header says another is refused, "none" with it. A header with "crit" is refused, since no extension is
 * known; keys and addresses of keys in a header are not looked at. Keys are read once, then only used.
 */
#ifndef UC_JWT_H
#define UC_JWT_H

#include <bearssl_ec.h>
#include <bearssl_rsa.h>

#include "uc/auth.h"

#define UC_JWT_BYTES_MAX 8192 /* longest token */
#define UC_JWT_KEYS_MAX 16
#define UC_JWT_SECRET_BYTES_MIN 32 /* RFC 7518, section 3.2: not shorter than the hash */

struct uc_jwt_key {
    enum uc_jwt_algorithm algorithm;
    struct uc_str id; /* "kid"; absent: for any token */
    struct uc_str secret;
    br_rsa_public_key rsa;
    br_ec_public_key ec;
};

struct uc_jwt_keys {
    struct uc_arena *arena; /* where their bytes are */
    bool lenient;        /* keys of a set that cannot be used are passed over (RFC 7517, section 5) */
    const char *skipped; /* why the last of these was, or NULL */
    size_t count;
    struct uc_jwt_key items[UC_JWT_KEYS_MAX];
};

int uc_jwt_keys_init(struct uc_jwt_keys *keys); /* 0 or -ENOMEM */
void uc_jwt_keys_deinit(struct uc_jwt_keys *keys);

/*
 * Add to the keys, of which only those for one of `algorithms` are kept. 0, -ENOMEM, or -EINVAL: *why says what is wrong.
 * A set (RFC 7517): keys for another use, or of a kind that is not known, are passed over; where keys->lenient is set, those
 * that would be -EINVAL, too.
 * DER: a SubjectPublicKeyInfo (RFC 5280, section 4.1), or a certificate with one.
 */
int uc_jwt_keys_add_set(struct uc_jwt_keys *keys, struct uc_str json, unsigned algorithms, const char **why);
int uc_jwt_keys_add_secret(struct uc_jwt_keys *keys, struct uc_str id, struct uc_str secret, const char **why);
int uc_jwt_keys_add_public(struct uc_jwt_keys *keys, const unsigned char *der, size_t len, unsigned algorithms, const char **why);
int uc_jwt_keys_add_certificate(struct uc_jwt_keys *keys, const unsigned char *der, size_t len, unsigned algorithms,
                                const char **why);

struct uc_jwt_rules {
    const struct uc_jwt_keys *keys;
    struct uc_str issuer;   /* absent: any */
    struct uc_str audience; /* absent: a token for an audience is for somebody else */
    uint32_t leeway_s;
};

/*
 * Is the token good at this time (seconds since 1970)? Then 0, and `who` is filled from its claims, in the arena.
 * -EACCES: it is not, and *why says why; -ENOKEY: the same, and no key has the name ("kid") that it gives; -ENOMEM.
 */
int uc_jwt_verify(const struct uc_jwt_rules *rules, struct uc_str token, int64_t now_s, struct uc_arena *arena,
                  struct uc_principal *who, const char **why);

/* jwt_signature.c: has this key signed these bytes? */
bool uc_jwt_signed_by(const struct uc_jwt_key *key, struct uc_str text, const unsigned char *signature, size_t len);
/* "HS256" and so on; 0: another. */
unsigned uc_jwt_algorithm_of(struct uc_str name);

#endif
