/* SPDX-License-Identifier: MIT */
/*
 * jwt_keys.c - keys from JWK sets (RFC 7517; parameters: RFC 7518, section 6) and certificates.
 */
#include <bearssl_x509.h>
#include <errno.h>

#include "base/base64.h"
#include "proto/jwt.h"

#define BYTES_MAX (1024 * 1024)
#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096 /* what BearSSL takes */
#define POINT_BYTES 65    /* of P-256, uncompressed */

int uc_jwt_keys_init(struct uc_jwt_keys *keys)
{
    *keys = (struct uc_jwt_keys){.arena = uc_arena_new(BYTES_MAX)};
    return keys->arena ? 0 : -ENOMEM;
}

void uc_jwt_keys_deinit(struct uc_jwt_keys *keys)
{
    uc_arena_free(keys->arena);
    keys->arena = NULL;
    keys->count = 0;
}

/* ---- one key, checked */

static int refuse(const char **why, const char *what)
{
    *why = what;
    return -EINVAL;
}

static int add(struct uc_jwt_keys *keys, const struct uc_jwt_key *key, const char **why)
{
    if (keys->count == UC_JWT_KEYS_MAX)
        return refuse(why, "more than 16 keys");
    if (uc_arena_failed(keys->arena))
        return -ENOMEM;
    keys->items[keys->count++] = *key;
    return 0;
}

int uc_jwt_keys_add_secret(struct uc_jwt_keys *keys, struct uc_str id, struct uc_str secret, const char **why)
{
    struct uc_jwt_key key = {.algorithm = UC_JWT_HS256, .id = id};

    if (secret.len < UC_JWT_SECRET_BYTES_MIN)
        return refuse(why, "a secret for HS256 must have 32 bytes or more");
    key.secret = uc_arena_copy(keys->arena, secret);
    return add(keys, &key, why);
}

static size_t bits_of(const unsigned char *bytes, size_t len)
{
    size_t bits = len * 8;

    for (unsigned top = len ? *bytes : 0x80; top && !(top & 0x80); top <<= 1)
        bits--;
    return bits;
}

static struct uc_str copy(struct uc_jwt_keys *keys, const unsigned char *bytes, size_t len)
{
    return uc_arena_copy(keys->arena, uc_str_of((const char *)bytes, len));
}

static int add_rsa(struct uc_jwt_keys *keys, struct uc_str id, const br_rsa_public_key *rsa, const char **why)
{
    struct uc_jwt_key key = {.algorithm = UC_JWT_RS256, .id = id, .rsa = *rsa};
    size_t bits;

    while (key.rsa.nlen && !*key.rsa.n) { /* a sign byte, as DER has it */
        key.rsa.n++;
        key.rsa.nlen--;
    }
    while (key.rsa.elen && !*key.rsa.e) {
        key.rsa.e++;
        key.rsa.elen--;
    }
    bits = bits_of(key.rsa.n, key.rsa.nlen);
    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
        return refuse(why, "an RSA key must have from 2048 to 4096 bits");
    if (!key.rsa.elen || key.rsa.elen > 4 || !(key.rsa.e[key.rsa.elen - 1] & 1) || (key.rsa.elen == 1 && *key.rsa.e < 3) ||
        !(key.rsa.n[key.rsa.nlen - 1] & 1))
        return refuse(why, "an RSA key's modulus and exponent must be odd, and the exponent 3 or more");
    key.rsa.n = (unsigned char *)copy(keys, key.rsa.n, key.rsa.nlen).data;
    key.rsa.e = (unsigned char *)copy(keys, key.rsa.e, key.rsa.elen).data;
    return add(keys, &key, why);
}

/* Once the point has been multiplied, it is known to be one of the curve. */
static bool is_on_curve(const unsigned char *point)
{
    static const unsigned char one[] = {1};
    unsigned char copy_of[POINT_BYTES];

    memcpy(copy_of, point, POINT_BYTES);
    return br_ec_get_default()->mul(copy_of, POINT_BYTES, one, sizeof(one), BR_EC_secp256r1) == 1;
}

static int add_ec(struct uc_jwt_keys *keys, struct uc_str id, const br_ec_public_key *ec, const char **why)
{
    struct uc_jwt_key key = {.algorithm = UC_JWT_ES256, .id = id, .ec = *ec};

    if (ec->curve != BR_EC_secp256r1)
        return refuse(why, "an EC key must be of the curve P-256");
    if (ec->qlen != POINT_BYTES || ec->q[0] != 4 || !is_on_curve(ec->q))
        return refuse(why, "an EC key is no point of its curve");
    key.ec.q = (unsigned char *)copy(keys, ec->q, ec->qlen).data;
    return add(keys, &key, why);
}

static int add_pkey(struct uc_jwt_keys *keys, const br_x509_pkey *pkey, unsigned algorithms, const char **why)
{
    if (pkey->key_type == BR_KEYTYPE_RSA && (algorithms & UC_JWT_RS256))
        return add_rsa(keys, uc_str(NULL), &pkey->key.rsa, why);
    if (pkey->key_type == BR_KEYTYPE_EC && (algorithms & UC_JWT_ES256))
        return add_ec(keys, uc_str(NULL), &pkey->key.ec, why);
    return refuse(why, "the key is for none of the algorithms");
}

int uc_jwt_keys_add_certificate(struct uc_jwt_keys *keys, const unsigned char *der, size_t len, unsigned algorithms,
                                const char **why)
{
    br_x509_decoder_context decoder;
    br_x509_pkey *pkey;

    br_x509_decoder_init(&decoder, NULL, NULL);
    br_x509_decoder_push(&decoder, der, len);
    pkey = br_x509_decoder_get_pkey(&decoder);
    return pkey ? add_pkey(keys, pkey, algorithms, why) : refuse(why, "a certificate cannot be read");
}

/* ---- SubjectPublicKeyInfo (RFC 5280, section 4.1; RFC 3279, sections 2.3.1 and 2.3.5), in DER */

struct der {
    const unsigned char *at, *end;
};

/* The content of the next element, which must have this tag. */
static bool take(struct der *from, unsigned char tag, struct der *content)
{
    size_t len, left;

    if (from->end - from->at < 2 || *from->at++ != tag)
        return false;
    len = *from->at++;
    if (len >= 0x80) {
        unsigned bytes = (unsigned)len & 0x7f;

        if (!bytes || bytes > 2 || from->end - from->at < (ptrdiff_t)bytes)
            return false;
        for (len = 0; bytes; bytes--)
            len = len << 8 | *from->at++;
    }
    left = (size_t)(from->end - from->at);
    if (len > left)
        return false;
    *content = (struct der){from->at, from->at + len};
    from->at += len;
    return true;
}

static bool is(const struct der *content, const unsigned char *bytes, size_t len)
{
    return (size_t)(content->end - content->at) == len && !memcmp(content->at, bytes, len);
}

#define SEQUENCE 0x30
#define INTEGER 0x02
#define BIT_STRING 0x03
#define OBJECT_IDENTIFIER 0x06

static int add_rsa_der(struct uc_jwt_keys *keys, struct der bits, const char **why)
{
    struct der key, n, e;
    br_rsa_public_key rsa;

    if (!take(&bits, SEQUENCE, &key) || !take(&key, INTEGER, &n) || !take(&key, INTEGER, &e))
        return refuse(why, "the public key cannot be read");
    rsa = (br_rsa_public_key){(unsigned char *)n.at, (size_t)(n.end - n.at), (unsigned char *)e.at, (size_t)(e.end - e.at)};
    return add_rsa(keys, uc_str(NULL), &rsa, why);
}

int uc_jwt_keys_add_public(struct uc_jwt_keys *keys, const unsigned char *der, size_t len, unsigned algorithms, const char **why)
{
    static const unsigned char rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}, /* 1.2.840.113549.1.1.1 */
        ec[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01},                                     /* 1.2.840.10045.2.1 */
        p256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};                             /* 1.2.840.10045.3.1.7 */
    struct der whole = {der, der + len}, info, algorithm, name, curve, bits;

    if (!take(&whole, SEQUENCE, &info) || !take(&info, SEQUENCE, &algorithm) || !take(&algorithm, OBJECT_IDENTIFIER, &name) ||
        !take(&info, BIT_STRING, &bits) || bits.at == bits.end || *bits.at++ != 0)
        return refuse(why, "the public key cannot be read");
    if (is(&name, rsa, sizeof(rsa)) && (algorithms & UC_JWT_RS256))
        return add_rsa_der(keys, bits, why);
    if (is(&name, ec, sizeof(ec)) && (algorithms & UC_JWT_ES256)) {
        if (!take(&algorithm, OBJECT_IDENTIFIER, &curve) || !is(&curve, p256, sizeof(p256)))
            return refuse(why, "an EC key must be of the curve P-256");
        return add_ec(keys, uc_str(NULL),
                      &(br_ec_public_key){BR_EC_secp256r1, (unsigned char *)bits.at, (size_t)(bits.end - bits.at)}, why);
    }
    return refuse(why, "the key is for none of the algorithms");
}

/* ---- sets */

struct jwk {
    struct uc_str kty, alg, use, crv, kid;
    struct uc_str k, n, e, x, y;
    bool other_use; /* "key_ops" is there, without "verify" */
};

static void read_operations(struct uc_json_reader *r, struct jwk *jwk)
{
    struct uc_str operation;

    jwk->other_use = true;
    if (!uc_json_array_begin(r))
        return;
    while (uc_json_array_next(r))
        if (uc_json_string(r, &operation) && uc_str_is(operation, "verify"))
            jwk->other_use = false;
}

static void read_jwk(struct uc_json_reader *r, struct jwk *jwk)
{
    const struct {
        const char *name;
        struct uc_str *value;
    } texts[] = {{"kty", &jwk->kty}, {"alg", &jwk->alg}, {"use", &jwk->use}, {"crv", &jwk->crv}, {"kid", &jwk->kid},
                 {"k", &jwk->k},     {"n", &jwk->n},     {"e", &jwk->e},     {"x", &jwk->x},     {"y", &jwk->y}};
    struct uc_str key;

    if (!uc_json_object_begin(r))
        return;
    while (uc_json_object_next(r, &key)) {
        size_t i = 0;

        while (i < sizeof(texts) / sizeof(texts[0]) && !uc_str_is(key, texts[i].name))
            i++;
        if (i < sizeof(texts) / sizeof(texts[0]))
            uc_json_string(r, texts[i].value);
        else if (uc_str_is(key, "key_ops"))
            read_operations(r, jwk);
        else
            uc_json_skip(r);
    }
}

/* 0, -EINVAL, -ENOMEM. */
static int decode(struct uc_jwt_keys *keys, struct uc_str coded, struct uc_str *bytes)
{
    unsigned char *out = coded.len ? uc_arena_alloc(keys->arena, UC_BASE64_BYTES(coded.len)) : NULL;
    ssize_t len;

    if (!out)
        return coded.len ? -ENOMEM : -EINVAL;
    len = uc_base64url_decode(out, coded);
    *bytes = uc_str_of((char *)out, len > 0 ? (size_t)len : 0);
    return len > 0 ? 0 : -EINVAL;
}

static int add_rsa_jwk(struct uc_jwt_keys *keys, const struct jwk *jwk, struct uc_str id, const char **why)
{
    struct uc_str n, e;
    int err = decode(keys, jwk->n, &n);

    if (!err)
        err = decode(keys, jwk->e, &e);
    if (err)
        return err == -EINVAL ? refuse(why, "\"n\" or \"e\" of an RSA key is not base64url") : err;
    return add_rsa(keys, id, &(br_rsa_public_key){(unsigned char *)n.data, n.len, (unsigned char *)e.data, e.len}, why);
}

static int add_ec_jwk(struct uc_jwt_keys *keys, const struct jwk *jwk, struct uc_str id, const char **why)
{
    unsigned char point[POINT_BYTES] = {4};
    struct uc_str x, y;
    int err = decode(keys, jwk->x, &x);

    if (!err)
        err = decode(keys, jwk->y, &y);
    if (err)
        return err == -EINVAL ? refuse(why, "\"x\" or \"y\" of an EC key is not base64url") : err;
    if (x.len != 32 || y.len != 32)
        return refuse(why, "an EC key is no point of its curve");
    memcpy(point + 1, x.data, 32);
    memcpy(point + 33, y.data, 32);
    return add_ec(keys, id, &(br_ec_public_key){BR_EC_secp256r1, point, sizeof(point)}, why);
}

static int add_secret_jwk(struct uc_jwt_keys *keys, const struct jwk *jwk, struct uc_str id, const char **why)
{
    struct uc_str secret;
    int err = decode(keys, jwk->k, &secret);

    if (err)
        return err == -EINVAL ? refuse(why, "\"k\" of a secret is not base64url") : err;
    return uc_jwt_keys_add_secret(keys, id, secret, why);
}

/* What it could sign for us, or 0. */
static unsigned algorithm_of(const struct jwk *jwk)
{
    unsigned algorithm = uc_str_is(jwk->kty, "oct")                                      ? UC_JWT_HS256
                         : uc_str_is(jwk->kty, "RSA")                                    ? UC_JWT_RS256
                         : uc_str_is(jwk->kty, "EC") && uc_str_is(jwk->crv, "P-256") ? UC_JWT_ES256
                                                                                         : 0;

    if ((jwk->use.data && !uc_str_is(jwk->use, "sig")) || jwk->other_use)
        return 0;
    return jwk->alg.data && uc_jwt_algorithm_of(jwk->alg) != algorithm ? 0 : algorithm;
}

static int add_jwk(struct uc_jwt_keys *keys, const struct jwk *jwk, unsigned algorithms, const char **why)
{
    struct uc_str id = jwk->kid.data ? uc_arena_copy(keys->arena, jwk->kid) : jwk->kid;

    switch (algorithm_of(jwk) & algorithms) {
    case UC_JWT_HS256:
        return add_secret_jwk(keys, jwk, id, why);
    case UC_JWT_RS256:
        return add_rsa_jwk(keys, jwk, id, why);
    case UC_JWT_ES256:
        return add_ec_jwk(keys, jwk, id, why);
    default:
        return 0;
    }
}

static int read_keys(struct uc_jwt_keys *keys, struct uc_json_reader *r, unsigned algorithms, const char **why)
{
    int err = 0;

    if (!uc_json_array_begin(r))
        return 0;
    while (uc_json_array_next(r)) {
        struct jwk jwk = {0};

        read_jwk(r, &jwk);
        if (!r->error && !err)
            err = add_jwk(keys, &jwk, algorithms, why);
        if (err == -EINVAL && keys->lenient) { /* RFC 7517, section 5 */
            keys->skipped = *why;
            err = 0;
        }
    }
    return err;
}

int uc_jwt_keys_add_set(struct uc_jwt_keys *keys, struct uc_str json, unsigned algorithms, const char **why)
{
    struct uc_violations bad;
    struct uc_json_reader r;
    struct uc_str key;
    bool found = false;
    int err = 0, syntax;

    uc_violations_init(&bad, keys->arena);
    uc_json_reader_init(&r, json, keys->arena, &bad);
    if (uc_json_object_begin(&r))
        while (uc_json_object_next(&r, &key)) {
            if (!uc_str_is(key, "keys")) {
                uc_json_skip(&r);
                continue;
            }
            found = true;
            err = read_keys(keys, &r, algorithms, why);
        }
    syntax = uc_json_finish(&r);
    if (syntax == -ENOMEM)
        return syntax;
    if (syntax || bad.count || !found)
        return refuse(why, "this is no JWK set: {\"keys\": [...]}");
    return err;
}
