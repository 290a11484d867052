/* SPDX-License-Identifier: MIT */
/*
 * auth.h - who may call: what a contract's `security` demands, and from whom a request comes.
 *
 * Generated code says which credentials each operation takes (OpenAPI 3.1, "Security Requirement Object"). Before an
 * operation's body is looked at and its handler is called, the framework finds the credentials and has them judged: a
 * JSON Web Token and a configured key by itself, anything else by a function of the user's. A request without good
 * ones is answered with 401 and WWW-Authenticate (RFC 9110, section 11.6.1), one whose scopes do not suffice with 403.
 *
 *     credentials --verify--> uc_auth_accept()  the next of the alternative, and behind the last the handler
 *                             uc_auth_refuse()  the next alternative, and behind the last 401
 *                             uc_auth_forbid()  the same, with 403
 *                             uc_auth_fail()    503: it cannot be told now
 *
 * A verify function ends in exactly one of these, at once or later. All calls are made on the loop thread.
 */
#ifndef UC_AUTH_H
#define UC_AUTH_H

#include <stdint.h>

#include "uc/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Who a request comes from, as one security scheme knows it. What is not known is absent or zero. */
struct uc_principal {
    struct uc_str subject; /* "sub" of a token; user of basic; common name of a certificate; else as verify says */
    struct uc_str scopes;  /* granted; separated by single blanks */
    struct uc_str issuer;  /* "iss" of a token */
    struct uc_str token;   /* the key or bearer token itself, to be handed on */
    struct uc_str claims;  /* a token's payload: a JSON object */
    int64_t expires_s;     /* "exp" of a token: seconds since 1970 */
    void *data;            /* verify's own */
};

/* Is this scope among the principal's? False for NULL. */
bool uc_principal_may(const struct uc_principal *who, const char *scope);

/*
 * Equal, in a time that depends on the length of `given` alone: for what was presented against what is secret.
 * Different lengths are different, and an attacker may learn of them.
 */
bool uc_equal_constant_time(struct uc_str given, struct uc_str secret);

/* The credential is good. `who` is copied into the request's arena, its token filled in where absent. */
void uc_auth_accept(struct uc_request *req, const struct uc_principal *who);
/* It is not good. `why` is static text for the client, without quotes and backslashes. */
void uc_auth_refuse(struct uc_request *req, const char *why);
/* It is good, and does not allow this. */
void uc_auth_forbid(struct uc_request *req, const char *why);
/* Whoever should know cannot be asked. */
void uc_auth_fail(struct uc_request *req, const char *why);

/* ---- what generated code says */

struct uc_credential {
    struct uc_str key; /* API key or bearer token, as presented */
    struct uc_str user, password; /* basic */
};

typedef void uc_auth_verify_fn(struct uc_request *req, const struct uc_credential *credential);

enum uc_auth_kind {
    UC_AUTH_KEY_HEADER,
    UC_AUTH_KEY_QUERY,
    UC_AUTH_KEY_COOKIE,
    UC_AUTH_BASIC,
    UC_AUTH_BEARER,
    UC_AUTH_CERTIFICATE,
};

enum uc_jwt_algorithm { UC_JWT_HS256 = 1, UC_JWT_RS256 = 2, UC_JWT_ES256 = 4 };

struct uc_auth_scheme;
struct uc_auth_judge; /* what is linked for schemes that are configured */
extern const struct uc_auth_judge uc_auth_jwt, uc_auth_jwks, uc_auth_keys;

struct uc_tls_info;

struct uc_auth_jwks_info { /* a JWK set (RFC 7517) that is fetched */
    const char *url; /* may hold ${NAME} of declared variables */
    uint32_t interval_ms; /* between fetches; a token that names another key brings the next one about */
    uint32_t timeout_ms;
    const struct uc_tls_info *tls; /* NULL: clear text */
};

struct uc_auth_scheme {
    const char *name; /* in the contract */
    enum uc_auth_kind kind;
    const char *parameter;     /* name of the header, query parameter or cookie */
    uc_auth_verify_fn *verify; /* or NULL: the judge, or of a certificate its being there, decides */
    const struct uc_auth_judge *judge;
    /*
     * The judge's, with ${NAME} of declared variables. Of keys: "NAME:KEY NAME:KEY", or without names. Of tokens: a JWK
     * set (RFC 7517), PEM of a public key or certificate, base64 of PEM, the path of a file with one of these; with HS256 any
     * other text is the secret.
     */
    const char *keys;
    const char *issuer, *audience; /* of tokens; NULL: any issuer; no audience */
    const struct uc_auth_jwks_info *jwks; /* in place of `keys`, of uc_auth_jwks */
    unsigned algorithms;           /* enum uc_jwt_algorithm, or-ed */
    uint32_t leeway_s;             /* between this clock and the issuer's */
    /* A token's claims into the principal's `data`; false: they are not what the contract's schema says. NULL: not asked. */
    bool (*read_claims)(struct uc_arena *arena, struct uc_str json, void **data);
};

/* One credential of one alternative; those of one alternative follow each other. */
struct uc_auth_need {
    uint8_t alternative;
    uint8_t scheme;
    const char *scopes; /* that are needed, separated by blanks; NULL: none */
};

struct uc_auth_rule { /* of one operation */
    const struct uc_auth_need *needs; /* NULL: anybody may call */
    size_t need_count;
    bool optional; /* also without any credentials */
};

struct uc_auth_ops;
extern const struct uc_auth_ops uc_auth; /* a service without `security` links none of it */

#define UC_AUTH_SCHEMES_MAX 32

struct uc_auth_info {
    const struct uc_auth_ops *ops;
    const struct uc_auth_scheme *schemes;
    size_t scheme_count;
    const struct uc_auth_rule *rules; /* one for each operation, in the same order */
};

/* Who the index-th scheme says that it is; NULL: the scheme had no part in admitting the request. */
const struct uc_principal *uc_request_principal(const struct uc_request *req, size_t scheme);

#ifdef __cplusplus
}
#endif
#endif
