/* SPDX-License-Identifier: MIT */
/* jwt_fixtures.h - tokens and keys: those of RFC 7515, appendix A, and how to make more. */
#ifndef UC_JWT_FIXTURES_H
#define UC_JWT_FIXTURES_H

#include <bearssl_ec.h>
#include <bearssl_hmac.h>
#include <stdio.h>
#include <string.h>

#include "uc/str.h"

/* {"iss":"joe", "exp":1300819380, "http://example.com/is_root":true} */
#define RFC_PAYLOAD "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC_EXPIRY 1300819380
/* A.1 */
#define RFC_SECRET "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
#define RFC_HS256 "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." RFC_PAYLOAD ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
/* A.2 */
#define RFC_RSA_N \
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs" \
    "D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV" \
    "MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
#define RFC_RS256_TEXT "eyJhbGciOiJSUzI1NiJ9." RFC_PAYLOAD
#define RFC_RS256 \
    RFC_RS256_TEXT "." \
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ" \
    "cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-e" \
    "OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
/* A.3 */
#define RFC_EC_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define RFC_EC_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define RFC_ES256 \
    "eyJhbGciOiJFUzI1NiJ9." RFC_PAYLOAD "." \
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
/* A.5 */
#define RFC_NONE "eyJhbGciOiJub25lIn0." RFC_PAYLOAD "."

#define RFC_SET \
    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"" RFC_SECRET "\"},{\"kty\":\"RSA\",\"n\":\"" RFC_RSA_N "\",\"e\":\"AQAB\"}," \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" RFC_EC_X "\",\"y\":\"" RFC_EC_Y "\"}]}"

/* The same public keys as SubjectPublicKeyInfo. */
#define RFC_RSA_PEM \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\nNiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\n" \
    "P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\n9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\n" \
    "EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\nFvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\noQIDAQAB\n" \
    "-----END PUBLIC KEY-----\n"
#define RFC_EC_PEM \
    "-----BEGIN PUBLIC KEY-----\n" \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n" \
    "-----END PUBLIC KEY-----\n"

/* ---- making tokens */

static inline void add_base64url(char *out, const void *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *at = bytes;
    size_t bits = 0, count = 0;

    out += strlen(out);
    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | at[i];
        for (count += 8; count >= 6; count -= 6)
            *out++ = digits[bits >> (count - 6) & 63];
        bits &= 0xff;
    }
    if (count)
        *out++ = digits[bits << (6 - count) & 63];
    *out = '\0';
}

static inline void add_hs256(char *token, const void *secret, size_t secret_len)
{
    unsigned char mac[32];
    br_hmac_key_context key;
    br_hmac_context hmac;

    br_hmac_key_init(&key, &br_sha256_vtable, secret, secret_len);
    br_hmac_init(&hmac, &key, 0);
    br_hmac_update(&hmac, token, strlen(token));
    br_hmac_out(&hmac, mac);
    strcat(token, ".");
    add_base64url(token, mac, sizeof(mac));
}

static inline void add_es256(char *token, const br_ec_private_key *key)
{
    unsigned char digest[32], signature[64];
    br_sha256_context sha256;

    br_sha256_init(&sha256);
    br_sha256_update(&sha256, token, strlen(token));
    br_sha256_out(&sha256, digest);
    br_ecdsa_i31_sign_raw(br_ec_get_default(), &br_sha256_vtable, digest, key, signature);
    strcat(token, ".");
    add_base64url(token, signature, sizeof(signature));
}

/* Header and payload, without the signature. */
static inline void begin_token(char *token, const char *header, const char *payload)
{
    *token = '\0';
    add_base64url(token, header, strlen(header));
    strcat(token, ".");
    add_base64url(token, payload, strlen(payload));
}

#endif
