/* SPDX-License-Identifier: MIT */
/*
 * jwt.c - a token's parts, its signature, its claims, in this order: of what nobody signed only the header is read.
 */
#include <errno.h>

#include "base/base64.h"
#include "proto/jwt.h"

#define NUMBER_MAX 9007199254740992.0 /* 2^53: seconds are whole below it */

/* ---- the three parts (RFC 7515, section 7.1) */

struct parts {
    struct uc_str signed_text; /* header and payload, as they came */
    struct uc_str header, payload; /* JSON */
    unsigned char *signature;
    size_t signature_len;
};

static int decode_part(struct uc_arena *arena, struct uc_str coded, unsigned char **bytes, size_t *len)
{
    ssize_t got;

    if (!coded.len)
        return -EINVAL;
    *bytes = uc_arena_alloc(arena, UC_BASE64_BYTES(coded.len));
    if (!*bytes)
        return -ENOMEM;
    got = uc_base64url_decode(*bytes, coded);
    if (got <= 0)
        return -EINVAL;
    *len = (size_t)got;
    return 0;
}

static int cut(struct uc_str token, struct uc_arena *arena, struct parts *parts)
{
    const char *end = token.data + token.len;
    const char *first = memchr(token.data, '.', token.len);
    const char *second = first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
    unsigned char *header, *payload;
    int err;

    if (!second)
        return -EINVAL;
    parts->signed_text = uc_str_of(token.data, (size_t)(second - token.data));
    err = decode_part(arena, uc_str_of(token.data, (size_t)(first - token.data)), &header, &parts->header.len);
    if (!err)
        err = decode_part(arena, uc_str_of(first + 1, (size_t)(second - first - 1)), &payload, &parts->payload.len);
    if (!err)
        err = decode_part(arena, uc_str_of(second + 1, (size_t)(end - second - 1)), &parts->signature, &parts->signature_len);
    if (err)
        return err;
    parts->header.data = (char *)header;
    parts->payload.data = (char *)payload;
    return 0;
}

/* ---- the header (RFC 7515, section 4) */

struct header {
    unsigned algorithm;
    struct uc_str id;
    const char *refused; /* a parameter that changes what the token means */
};

/* RFC 8725, section 3.11: a token of another kind than an access token is none, whoever signed it. */
static bool is_token_type(struct uc_str type)
{
    static const char *const known[] = {"JWT", "at+jwt", "application/jwt", "application/at+jwt"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (uc_str_eq_nocase(type, uc_str(known[i])))
            return true;
    return false;
}

static void read_parameter(struct uc_json_reader *r, struct uc_str key, struct header *header)
{
    struct uc_str text = {NULL, 0};

    if (uc_str_is(key, "alg")) {
        if (uc_json_string(r, &text))
            header->algorithm = uc_jwt_algorithm_of(text);
    } else if (uc_str_is(key, "kid")) {
        uc_json_string(r, &header->id);
    } else if (uc_str_is(key, "typ")) {
        if (uc_json_string(r, &text) && !is_token_type(text))
            header->refused = "the token is of another kind";
    } else if (uc_str_is(key, "crit") || uc_str_is(key, "b64")) {
        header->refused = "the token asks for an extension";
        uc_json_skip(r);
    } else if (uc_str_is(key, "cty")) {
        header->refused = "the token holds another one";
        uc_json_skip(r);
    } else {
        uc_json_skip(r);
    }
}

/* 0, -EACCES, -ENOMEM: what has been read of JSON. */
static int finish(struct uc_json_reader *r, const struct uc_violations *bad)
{
    int err = uc_json_finish(r);

    return err == -ENOMEM ? err : err || bad->count ? -EACCES : 0;
}

static int read_header(struct uc_str json, struct uc_arena *arena, struct header *header, const char **why)
{
    struct uc_violations bad;
    struct uc_json_reader r;
    struct uc_str key;
    int err;

    uc_violations_init(&bad, arena);
    uc_json_reader_init(&r, json, arena, &bad);
    if (uc_json_object_begin(&r))
        while (uc_json_object_next(&r, &key))
            read_parameter(&r, key, header);
    err = finish(&r, &bad);
    if (err) {
        *why = "the token's header is malformed";
        return err;
    }
    *why = header->refused ? header->refused : "the token's algorithm is not taken";
    return header->refused || !header->algorithm ? -EACCES : 0;
}

/* ---- its signature */

/* 0, -EACCES, or -ENOKEY: the key that it names is not among them. */
static int check_signature(const struct uc_jwt_keys *keys, const struct header *header, const struct parts *parts)
{
    int err = header->id.data ? -ENOKEY : -EACCES;

    for (size_t i = 0; i < keys->count; i++) {
        const struct uc_jwt_key *key = &keys->items[i];

        if (key->algorithm != header->algorithm ||
            (key->id.data && header->id.data && !uc_str_eq(key->id, header->id)))
            continue;
        if (uc_jwt_signed_by(key, parts->signed_text, parts->signature, parts->signature_len))
            return 0;
        err = -EACCES;
    }
    return err;
}

/* ---- the claims (RFC 7519, section 4.1; scopes: RFC 8693, section 4.2) */

struct claims {
    struct uc_principal *who;
    const struct uc_jwt_rules *rules;
    bool for_us, for_somebody;
    bool expires, has_start, has_birth;
    double expiry, start, birth;
    char *scopes;
    size_t scopes_len;
};

static bool read_time(struct uc_json_reader *r, double *value)
{
    if (!uc_json_double(r, value))
        return false;
    if (*value >= 0 && *value <= NUMBER_MAX)
        return true;
    uc_json_violation(r, "is no time");
    return false;
}

static void note_audience(struct claims *claims, struct uc_str audience)
{
    claims->for_somebody = true;
    claims->for_us |= claims->rules->audience.data && uc_str_eq(audience, claims->rules->audience);
}

static void read_audience(struct uc_json_reader *r, struct claims *claims)
{
    struct uc_str audience;

    if (uc_json_peek(r) != UC_JSON_ARRAY) {
        if (uc_json_string(r, &audience))
            note_audience(claims, audience);
        return;
    }
    uc_json_array_begin(r);
    while (uc_json_array_next(r))
        if (uc_json_string(r, &audience))
            note_audience(claims, audience);
}

/* All of them fit: decoded, a text in JSON is shorter than it was, by its quotes at least. */
static void add_scopes(struct uc_json_reader *r, struct claims *claims)
{
    struct uc_str more;

    if (!uc_json_string(r, &more) || !more.len)
        return;
    if (claims->scopes_len)
        claims->scopes[claims->scopes_len++] = ' ';
    memcpy(claims->scopes + claims->scopes_len, more.data, more.len);
    claims->scopes_len += more.len;
}

static void read_scopes(struct uc_json_reader *r, struct claims *claims)
{
    if (uc_json_peek(r) != UC_JSON_ARRAY) {
        add_scopes(r, claims);
        return;
    }
    uc_json_array_begin(r);
    while (uc_json_array_next(r))
        add_scopes(r, claims);
}

static void read_claim(struct uc_json_reader *r, struct uc_str key, struct claims *claims)
{
    if (uc_str_is(key, "iss"))
        uc_json_string(r, &claims->who->issuer);
    else if (uc_str_is(key, "sub"))
        uc_json_string(r, &claims->who->subject);
    else if (uc_str_is(key, "aud"))
        read_audience(r, claims);
    else if (uc_str_is(key, "exp"))
        claims->expires = read_time(r, &claims->expiry);
    else if (uc_str_is(key, "nbf"))
        claims->has_start = read_time(r, &claims->start);
    else if (uc_str_is(key, "iat"))
        claims->has_birth = read_time(r, &claims->birth);
    else if (uc_str_is(key, "scope") || uc_str_is(key, "scp") || uc_str_is(key, "scopes"))
        read_scopes(r, claims);
    else
        uc_json_skip(r);
}

/* NULL, or why the claims do not let it in now. */
static const char *claims_problem(const struct claims *claims, double now)
{
    double leeway = claims->rules->leeway_s;

    if (!claims->expires)
        return "the token does not say when it expires";
    if (now >= claims->expiry + leeway)
        return "the token has expired";
    if ((claims->has_start && now + leeway < claims->start) || (claims->has_birth && now + leeway < claims->birth))
        return "the token is not good yet";
    if (claims->rules->issuer.data && !uc_str_eq(claims->who->issuer, claims->rules->issuer))
        return "the token is of another issuer";
    if (claims->rules->audience.data ? !claims->for_us : claims->for_somebody)
        return "the token is for another audience";
    return NULL;
}

static int read_claims(const struct uc_jwt_rules *rules, struct uc_str json, int64_t now_s, struct uc_arena *arena,
                       struct uc_principal *who, const char **why)
{
    struct claims claims = {.who = who, .rules = rules, .scopes = uc_arena_alloc(arena, json.len)};
    struct uc_violations bad;
    struct uc_json_reader r;
    struct uc_str key;
    int err;

    if (!claims.scopes)
        return -ENOMEM;
    uc_violations_init(&bad, arena);
    uc_json_reader_init(&r, json, arena, &bad);
    if (uc_json_object_begin(&r))
        while (uc_json_object_next(&r, &key))
            read_claim(&r, key, &claims);
    err = finish(&r, &bad);
    if (err) {
        *why = "the token's claims are malformed";
        return err;
    }
    *why = claims_problem(&claims, (double)now_s);
    who->claims = json;
    who->scopes = uc_str_of(claims.scopes_len ? claims.scopes : NULL, claims.scopes_len);
    who->expires_s = (int64_t)claims.expiry;
    return *why ? -EACCES : 0;
}

int uc_jwt_verify(const struct uc_jwt_rules *rules, struct uc_str token, int64_t now_s, struct uc_arena *arena,
                  struct uc_principal *who, const char **why)
{
    struct header header = {0};
    struct parts parts = {0};
    int err;

    *who = (struct uc_principal){.token = token};
    *why = "the token is malformed";
    if (token.len > UC_JWT_BYTES_MAX)
        return -EACCES;
    err = cut(token, arena, &parts);
    if (err)
        return err == -ENOMEM ? err : -EACCES;
    err = read_header(parts.header, arena, &header, why);
    if (err)
        return err;
    *why = "the token's signature is not good";
    err = check_signature(rules->keys, &header, &parts);
    if (err)
        return err;
    err = read_claims(rules, parts.payload, now_s, arena, who, why);
    return err ? err : uc_arena_failed(arena) ? -ENOMEM : 0;
}
