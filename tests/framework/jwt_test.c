/* SPDX-License-Identifier: MIT */
/*
 * Tokens: the vectors of RFC 7515, and what somebody might try. Whatever is not good is refused with its reason.
 */
#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "base/base64.h"
#include "jwt_fixtures.h"
#include "proto/jwt.h"

#define ALL (UC_JWT_HS256 | UC_JWT_RS256 | UC_JWT_ES256)
#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW 1000000

static struct uc_jwt_keys keys;
static struct uc_jwt_rules rules;
static struct uc_arena *arena;
static struct uc_principal who;
static const char *why;
static char token[16384];

static void use_set(const char *set, unsigned algorithms)
{
    uc_jwt_keys_deinit(&keys);
    assert_int_equal(uc_jwt_keys_init(&keys), 0);
    why = "";
    if (uc_jwt_keys_add_set(&keys, uc_str(set), algorithms, &why))
        fail_msg("%s", why);
}

static void use_secret(void)
{
    uc_jwt_keys_deinit(&keys);
    assert_int_equal(uc_jwt_keys_init(&keys), 0);
    assert_int_equal(uc_jwt_keys_add_secret(&keys, uc_str(NULL), uc_str(SECRET), &why), 0);
}

static int start(void **state)
{
    (void)state;
    arena = uc_arena_new(1 << 20);
    rules = (struct uc_jwt_rules){.keys = &keys};
    use_secret();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    uc_arena_free(arena);
    uc_jwt_keys_deinit(&keys);
    return 0;
}

static int verify_at(const char *text, int64_t now)
{
    uc_arena_reset(arena);
    return uc_jwt_verify(&rules, uc_str(text), now, arena, &who, &why);
}

static void assert_refused(const char *text, const char *reason)
{
    int err = verify_at(text, NOW);

    if ((err != -EACCES && err != -ENOKEY) || strcmp(why, reason))
        fail_msg("%s: %d, %s; not %s", text, err, err ? why : "taken", reason);
}

static const char *signed_token(const char *header, const char *payload)
{
    begin_token(token, header, payload);
    add_hs256(token, SECRET, strlen(SECRET));
    return token;
}

#define HS256 "{\"alg\":\"HS256\"}"

/* ---- the standard's own */

static void rfc_vectors_are_good_until_they_expire(void **state)
{
    static const char *const vectors[] = {RFC_HS256, RFC_RS256, RFC_ES256};

    (void)state;
    use_set(RFC_SET, ALL);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(verify_at(vectors[i], RFC_EXPIRY - 1), 0);
        assert_true(uc_str_is(who.issuer, "joe"));
        assert_int_equal(who.expires_s, RFC_EXPIRY);
        assert_true(uc_str_is(who.token, vectors[i]));
        assert_non_null(strstr(who.claims.data, "is_root"));
        assert_int_equal(verify_at(vectors[i], RFC_EXPIRY), -EACCES);
        assert_string_equal(why, "the token has expired");
    }
    assert_refused(RFC_NONE, "the token is malformed");
}

static void a_changed_bit_is_found_wherever_it_is(void **state)
{
    static const char *const vectors[] = {RFC_HS256, RFC_RS256, RFC_ES256};

    (void)state;
    use_set(RFC_SET, ALL);
    for (size_t v = 0; v < 3; v++)
        for (size_t i = 0; i < strlen(vectors[v]); i += v == 0 ? 1 : 7) {
            strcpy(token, vectors[v]);
            token[i] = token[i] == 'A' ? 'B' : 'A';
            if (!strcmp(token, vectors[v]))
                continue;
            if (!verify_at(token, RFC_EXPIRY - 1))
                fail_msg("byte %zu of vector %zu", i, v);
        }
}

static void a_signature_is_of_its_key(void **state)
{
    static const struct { const char *set, *token; } rows[] = {
        {"{\"keys\":[{\"kty\":\"oct\",\"k\":\"" RFC_RSA_N "\"}]}", RFC_HS256},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" RFC_EC_X "\",\"y\":\"" RFC_EC_Y "\"}]}", RFC_RS256},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_RSA_N "\",\"e\":\"AQAB\"}]}", RFC_ES256},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_RSA_N "\",\"e\":\"Aw\"}]}", RFC_RS256},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        use_set(rows[i].set, ALL);
        assert_refused(rows[i].token, "the token's signature is not good");
    }
}

static void public_keys_are_read_as_pem_has_them(void **state)
{
    static const struct { const char *pem, *token; unsigned algorithm; } rows[] = {
        {RFC_RSA_PEM, RFC_RS256, UC_JWT_RS256}, {RFC_EC_PEM, RFC_ES256, UC_JWT_ES256}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char coded[2048] = "";
        unsigned char der[2048], cut[2048];
        const char *at = strchr(rows[i].pem, '\n') + 1;
        ssize_t len;

        for (; *at != '-'; at++)
            if (*at != '\n')
                strncat(coded, at, 1);
        len = uc_base64_decode(der, uc_str(coded));
        assert_true(len > 0);
        uc_jwt_keys_deinit(&keys);
        uc_jwt_keys_init(&keys);
        assert_int_equal(uc_jwt_keys_add_public(&keys, der, (size_t)len, rows[i].algorithm, &why), 0);
        assert_int_equal(verify_at(rows[i].token, RFC_EXPIRY - 1), 0);
        assert_int_equal(uc_jwt_keys_add_public(&keys, der, (size_t)len, ALL & ~rows[i].algorithm, &why), -EINVAL);
        for (size_t n = 0; n < (size_t)len; n++) { /* cut short: in memory of its own, so that reading on is seen */
            unsigned char *exact = malloc(n ? n : 1);

            memcpy(exact, der, n);
            assert_int_equal(uc_jwt_keys_add_public(&keys, exact, n, ALL, &why), -EINVAL);
            free(exact);
        }
        memcpy(cut, der, (size_t)len);
        cut[len - 1] ^= 1; /* no point any more; of RSA: an even exponent */
        assert_int_equal(uc_jwt_keys_add_public(&keys, cut, (size_t)len, ALL, &why), -EINVAL);
    }
}

/* ---- the algorithm is the key's */

static void none_is_no_algorithm(void **state)
{
    static const char *const names[] = {"none", "None", "NONE", "nOnE", "", "HS512", "RS512", "PS256", "EdDSA", "hs256", "HS256 "};
    char header[64];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(header, sizeof(header), "{\"alg\":\"%s\"}", names[i]);
        assert_refused(signed_token(header, "{\"exp\":2000000}"), "the token's algorithm is not taken");
    }
    assert_refused(signed_token("{}", "{\"exp\":2000000}"), "the token's algorithm is not taken");
    assert_refused(signed_token("{\"alg\":null}", "{\"exp\":2000000}"), "the token's header is malformed");
    assert_refused(signed_token("{\"alg\":[\"HS256\"]}", "{\"exp\":2000000}"), "the token's header is malformed");
    assert_refused(signed_token("{\"alg\":\"none\",\"alg\":\"HS256\"}", "{\"exp\":2000000}"), "the token's header is malformed");
}

static void a_public_key_is_no_secret(void **state)
{
    unsigned char modulus[300];
    ssize_t len = uc_base64url_decode(modulus, uc_str(RFC_RSA_N));

    (void)state;
    use_set(RFC_SET, UC_JWT_RS256 | UC_JWT_ES256);
    assert_int_equal(keys.count, 2);
    begin_token(token, HS256, "{\"exp\":2000000}");
    add_hs256(token, modulus, (size_t)len);
    assert_refused(token, "the token's signature is not good");
    begin_token(token, HS256, "{\"exp\":2000000}");
    add_hs256(token, RFC_RSA_PEM, strlen(RFC_RSA_PEM));
    assert_refused(token, "the token's signature is not good");
}

static void a_token_brings_no_key_of_its_own(void **state)
{
    (void)state;
    begin_token(token, "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"" RFC_SECRET "\"},\"jku\":\"http://evil/\",\"x5u\":\"http://evil/\"}",
                "{\"exp\":2000000}");
    add_hs256(token, "whatever the token itself says....", 32);
    assert_refused(token, "the token's signature is not good");
}

static void a_signature_of_zeros_is_none(void **state)
{
    unsigned char zeros[64] = {0};

    (void)state;
    use_set(RFC_SET, ALL);
    begin_token(token, "{\"alg\":\"ES256\"}", "{\"exp\":2000000}");
    strcat(token, ".");
    add_base64url(token, zeros, sizeof(zeros));
    assert_refused(token, "the token's signature is not good");
    begin_token(token, "{\"alg\":\"RS256\"}", "{\"exp\":2000000}");
    strcat(token, ".");
    add_base64url(token, zeros, 1);
    assert_refused(token, "the token's signature is not good");
}

static void headers_ask_for_nothing_more(void **state)
{
    static const struct { const char *header, *why; } rows[] = {
        {"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", "the token asks for an extension"},
        {"{\"alg\":\"HS256\",\"crit\":[]}", "the token asks for an extension"},
        {"{\"alg\":\"HS256\",\"b64\":false}", "the token asks for an extension"},
        {"{\"alg\":\"HS256\",\"cty\":\"JWT\"}", "the token holds another one"},
        {"{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", "the token is of another kind"},
        {"{\"alg\":\"HS256\",\"typ\":7}", "the token's header is malformed"},
        {"[\"HS256\"]", "the token's header is malformed"},
        {"\"HS256\"", "the token's header is malformed"},
        {"{\"alg\":\"HS256\"", "the token's header is malformed"},
        {"{\"alg\":\"HS256\"} {}", "the token's header is malformed"},
        {"{\"alg\":\"HS256\",\"x\":\"\xff\"}", "the token's header is malformed"},
    };
    static const char *const good[] = {"JWT", "jwt", "at+jwt", "application/at+JWT"};
    char header[64];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_refused(signed_token(rows[i].header, "{\"exp\":2000000}"), rows[i].why);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        snprintf(header, sizeof(header), "{\"alg\":\"HS256\",\"typ\":\"%s\",\"other\":{\"a\":[1]}}", good[i]);
        assert_int_equal(verify_at(signed_token(header, "{\"exp\":2000000}"), NOW), 0);
    }
}

/* ---- what is no token */

static void malformed_tokens_are_refused(void **state)
{
    static const char *const rows[] = {
        "", ".", "..", "...", "a", "a.b", "a.b.c", RFC_PAYLOAD, "." RFC_PAYLOAD ".AAAA", "eyJhbGciOiJIUzI1NiJ9..AAAA",
        "eyJhbGciOiJIUzI1NiJ9." RFC_PAYLOAD "." /* no signature */, "eyJhbGciOiJIUzI1NiJ9=." RFC_PAYLOAD ".AAAA",
        "eyJhbGciOiJIUzI1NiJ9 ." RFC_PAYLOAD ".AAAA", "eyJhbGciOiJIUzI1NiJ9." RFC_PAYLOAD ".AA+A",
        "eyJhbGciOiJIUzI1NiJ9." RFC_PAYLOAD ".AAAAA", RFC_HS256 ".AAAA", RFC_HS256 "=", "\n" RFC_HS256,
    };

    (void)state;
    use_set(RFC_SET, ALL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_refused(rows[i], "the token is malformed");
    /* Its last character has four bits that say nothing: only one way to write them is taken. */
    strcpy(token, RFC_HS256);
    token[strlen(token) - 1]++;
    assert_refused(token, "the token is malformed");
}

static void a_long_token_is_refused_unseen(void **state)
{
    static char payload[UC_JWT_BYTES_MAX];
    size_t spare;

    (void)state;
    strcpy(payload, "{\"exp\":2000000,\"x\":\"");
    signed_token(HS256, payload);
    spare = (UC_JWT_BYTES_MAX - strlen(token)) / 4 * 3;
    memset(payload + strlen(payload), 'x', spare - 8);
    strcat(payload, "\"}");
    signed_token(HS256, payload);
    assert_in_range(strlen(token), UC_JWT_BYTES_MAX - 16, UC_JWT_BYTES_MAX);
    assert_int_equal(verify_at(token, NOW), 0);
    memset(payload + strlen(payload) - 2, 'x', 20);
    strcat(payload, "\"}");
    signed_token(HS256, payload);
    assert_true(strlen(token) > UC_JWT_BYTES_MAX);
    assert_refused(token, "the token is malformed");
}

/* ---- claims */

static void claims_decide_by_the_clock(void **state)
{
    static const struct { const char *payload, *why; } rows[] = {
        {"{\"exp\":1000001}", NULL},
        {"{\"exp\":1000000.5}", NULL},
        {"{\"exp\":1000000}", "the token has expired"},
        {"{\"exp\":1e6}", "the token has expired"},
        {"{\"exp\":2000000,\"nbf\":1000000,\"iat\":1000000}", NULL},
        {"{\"exp\":2000000,\"nbf\":1000001}", "the token is not good yet"},
        {"{\"exp\":2000000,\"iat\":1000001}", "the token is not good yet"},
        {"{}", "the token does not say when it expires"},
        {"{\"iat\":1}", "the token does not say when it expires"},
        {"{\"exp\":\"2000000\"}", "the token's claims are malformed"},
        {"{\"exp\":null}", "the token's claims are malformed"},
        {"{\"exp\":-1}", "the token's claims are malformed"},
        {"{\"exp\":1e300}", "the token's claims are malformed"},
        {"{\"exp\":2000000,\"nbf\":\"0\"}", "the token's claims are malformed"},
        {"{\"exp\":1,\"exp\":2000000}", "the token's claims are malformed"},
        {"{\"exp\":1,\"\\u0065xp\":2000000}", "the token's claims are malformed"},
        {"{\"exp\":2000000}{}", "the token's claims are malformed"},
        {"[2000000]", "the token's claims are malformed"},
        {"{\"exp\":2000000,\"sub\":7}", "the token's claims are malformed"},
        {"{\"exp\":2000000,\"aud\":7}", "the token's claims are malformed"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        signed_token(HS256, rows[i].payload);
        if (rows[i].why)
            assert_refused(token, rows[i].why);
        else if (verify_at(token, NOW))
            fail_msg("%s: %s", rows[i].payload, why);
    }
}

static void clocks_may_differ_by_the_leeway(void **state)
{
    (void)state;
    rules.leeway_s = 30;
    assert_int_equal(verify_at(signed_token(HS256, "{\"exp\":999971,\"nbf\":1000030,\"iat\":1000030}"), NOW), 0);
    assert_refused(signed_token(HS256, "{\"exp\":999970}"), "the token has expired");
    assert_refused(signed_token(HS256, "{\"exp\":2000000,\"nbf\":1000031}"), "the token is not good yet");
    rules.leeway_s = 0;
}

static void issuer_and_audience_must_be_ours(void **state)
{
    static const struct { const char *issuer, *audience, *payload, *why; } rows[] = {
        {"me", NULL, "{\"exp\":2000000,\"iss\":\"me\"}", NULL},
        {"me", NULL, "{\"exp\":2000000,\"iss\":\"Me\"}", "the token is of another issuer"},
        {"me", NULL, "{\"exp\":2000000}", "the token is of another issuer"},
        {NULL, "us", "{\"exp\":2000000,\"aud\":\"us\"}", NULL},
        {NULL, "us", "{\"exp\":2000000,\"aud\":[\"them\",\"us\"]}", NULL},
        {NULL, "us", "{\"exp\":2000000,\"aud\":[]}", "the token is for another audience"},
        {NULL, "us", "{\"exp\":2000000,\"aud\":\"us \"}", "the token is for another audience"},
        {NULL, "us", "{\"exp\":2000000}", "the token is for another audience"},
        {NULL, NULL, "{\"exp\":2000000,\"aud\":\"them\"}", "the token is for another audience"},
        {NULL, NULL, "{\"exp\":2000000,\"aud\":[]}", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rules.issuer = uc_str(rows[i].issuer);
        rules.audience = uc_str(rows[i].audience);
        signed_token(HS256, rows[i].payload);
        if (rows[i].why)
            assert_refused(token, rows[i].why);
        else if (verify_at(token, NOW))
            fail_msg("%s: %s", rows[i].payload, why);
    }
}

static void scopes_come_in_every_spelling(void **state)
{
    static const struct { const char *payload, *scopes; } rows[] = {
        {"{\"exp\":2000000}", ""},
        {"{\"exp\":2000000,\"scope\":\"a b:c\"}", "a b:c"},
        {"{\"exp\":2000000,\"scp\":[\"a\",\"b\"]}", "a b"},
        {"{\"exp\":2000000,\"scopes\":[\"\\u0061\",\"\",\"b\"],\"scope\":\"c\"}", "a b c"},
        {"{\"exp\":2000000,\"scope\":[],\"sub\":\"s\"}", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(verify_at(signed_token(HS256, rows[i].payload), NOW), 0);
        if (!uc_str_is(who.scopes, rows[i].scopes))
            fail_msg("%.*s, not %s", (int)who.scopes.len, who.scopes.data, rows[i].scopes);
    }
    assert_refused(signed_token(HS256, "{\"exp\":2000000,\"scope\":{\"a\":1}}"), "the token's claims are malformed");
    assert_refused(signed_token(HS256, "{\"exp\":2000000,\"scp\":[1]}"), "the token's claims are malformed");
}

/* ---- keys */

#define OTHER "{\"kty\":\"oct\",\"kid\":\"b\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}" /* SECRET */

static void a_key_is_chosen_by_its_id(void **state)
{
    (void)state;
    use_set("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"" RFC_SECRET "\"}," OTHER "],\"more\":{}}", ALL);
    assert_int_equal(keys.count, 2);
    assert_int_equal(verify_at(signed_token("{\"alg\":\"HS256\",\"kid\":\"b\"}", "{\"exp\":2000000}"), NOW), 0);
    assert_int_equal(verify_at(signed_token(HS256, "{\"exp\":2000000}"), NOW), 0);
    assert_refused(signed_token("{\"alg\":\"HS256\",\"kid\":\"a\"}", "{\"exp\":2000000}"), "the token's signature is not good");
    assert_int_equal(verify_at(token, NOW), -EACCES);
    assert_refused(signed_token("{\"alg\":\"HS256\",\"kid\":\"\"}", "{\"exp\":2000000}"), "the token's signature is not good");
    assert_int_equal(verify_at(token, NOW), -ENOKEY); /* which others may have */
    assert_refused(signed_token("{\"alg\":\"HS256\",\"kid\":7}", "{\"exp\":2000000}"), "the token's header is malformed");
}

static void sets_are_read_with_care(void **state)
{
    static const struct { const char *set, *why; size_t count; } rows[] = {
        {RFC_SET, NULL, 3},
        {"{\"keys\":[]}", NULL, 0},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"},{\"kty\":\"EC\",\"crv\":\"P-384\"},{}]}", NULL, 0},
        {"{\"keys\":[{\"kty\":\"oct\",\"use\":\"enc\",\"k\":\"" RFC_SECRET "\"},{\"kty\":\"oct\",\"alg\":\"HS512\",\"k\":\"AA\"},"
         "{\"kty\":\"oct\",\"key_ops\":[\"sign\"],\"k\":\"AA\"},{\"kty\":\"oct\",\"key_ops\":[\"sign\",\"verify\"],\"alg\":\"HS256\","
         "\"use\":\"sig\",\"k\":\"" RFC_SECRET "\"}]}", NULL, 1},
        {"{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}]}", "a secret for HS256 must have 32 bytes or more", 0},
        {"{\"keys\":[{\"kty\":\"oct\"}]}", "\"k\" of a secret is not base64url", 0},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_SECRET "\",\"e\":\"AQAB\"}]}", "an RSA key must have from 2048 to 4096 bits", 0},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_RSA_N "\",\"e\":\"AQ\"}]}",
         "an RSA key's modulus and exponent must be odd, and the exponent 3 or more", 0},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_RSA_N "\"}]}", "\"n\" or \"e\" of an RSA key is not base64url", 0},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" RFC_EC_X "\",\"y\":\"" RFC_EC_X "\"}]}",
         "an EC key is no point of its curve", 0},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"" RFC_EC_Y "\"}]}", "an EC key is no point of its curve", 0},
        {"{\"kty\":\"oct\",\"k\":\"" RFC_SECRET "\"}", "this is no JWK set: {\"keys\": [...]}", 0},
        {"{\"keys\":{}}", "this is no JWK set: {\"keys\": [...]}", 0},
        {"{\"keys\":[7]}", "this is no JWK set: {\"keys\": [...]}", 0},
        {"{\"keys\":[{\"kty\":7}]}", "this is no JWK set: {\"keys\": [...]}", 0},
        {"{\"keys\":[", "this is no JWK set: {\"keys\": [...]}", 0},
        {"[]", "this is no JWK set: {\"keys\": [...]}", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int err;

        uc_jwt_keys_deinit(&keys);
        uc_jwt_keys_init(&keys);
        err = uc_jwt_keys_add_set(&keys, uc_str(rows[i].set), ALL, &why);
        if (err != (rows[i].why ? -EINVAL : 0) || (err && strcmp(why, rows[i].why)) || (!err && keys.count != rows[i].count))
            fail_msg("%s: %d %s, %zu keys", rows[i].set, err, err ? why : "", keys.count);
    }
}

/* As they are where somebody else puts them together: RFC 7517, section 5. */
static void a_set_may_have_keys_that_cannot_be_used(void **state)
{
    static const char one[] = "{\"kty\":\"oct\",\"k\":\"" RFC_SECRET "\"},", bad[] = "{\"kty\":\"RSA\",\"n\":\"" RFC_SECRET "\",\"e\":\"AQAB\"},";
    char set[4096] = "{\"keys\":[";

    (void)state;
    uc_jwt_keys_deinit(&keys);
    uc_jwt_keys_init(&keys);
    keys.lenient = true;
    strcat(strcat(set, bad), one);
    strcpy(set + strlen(set) - 1, "]}");
    assert_int_equal(uc_jwt_keys_add_set(&keys, uc_str(set), ALL, &why), 0);
    assert_int_equal(keys.count, 1);
    assert_string_equal(keys.skipped, "an RSA key must have from 2048 to 4096 bits");
    strcpy(set, "{\"keys\":[");
    for (size_t i = 0; i < UC_JWT_KEYS_MAX; i++)
        strcat(set, one);
    strcpy(set + strlen(set) - 1, "]}");
    assert_int_equal(uc_jwt_keys_add_set(&keys, uc_str(set), ALL, &why), 0);
    assert_int_equal(keys.count, UC_JWT_KEYS_MAX);
    assert_string_equal(keys.skipped, "more than 16 keys");
    assert_int_equal(uc_jwt_keys_add_set(&keys, uc_str("{\"keys\":[{\"kty\":7}]}"), ALL, &why), -EINVAL);
}

static void more_keys_than_are_kept_are_refused(void **state)
{
    (void)state;
    for (size_t i = keys.count; i < UC_JWT_KEYS_MAX; i++)
        assert_int_equal(uc_jwt_keys_add_secret(&keys, uc_str(NULL), uc_str(SECRET), &why), 0);
    assert_int_equal(uc_jwt_keys_add_secret(&keys, uc_str(NULL), uc_str(SECRET), &why), -EINVAL);
}

static void a_token_of_a_key_that_was_made_here_is_good(void **state)
{
    static unsigned char secret[32] = {1, 2, 3}, point[65];
    br_ec_private_key private = {BR_EC_secp256r1, secret, sizeof(secret)};
    br_ec_public_key public;
    char set[512] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\",\"x\":\"";

    (void)state;
    assert_int_equal(br_ec_compute_pub(br_ec_get_default(), &public, point, &private), 65);
    add_base64url(set, point + 1, 32);
    strcat(set, "\",\"y\":\"");
    add_base64url(set, point + 33, 32);
    strcat(set, "\"}]}");
    use_set(set, UC_JWT_ES256);
    begin_token(token, "{\"alg\":\"ES256\",\"kid\":\"1\"}", "{\"exp\":2000000,\"sub\":\"she\"}");
    add_es256(token, &private);
    assert_int_equal(verify_at(token, NOW), 0);
    assert_true(uc_str_is(who.subject, "she"));
}

static void without_memory_nobody_is_let_in(void **state)
{
    bool good = false;

    (void)state;
    signed_token(HS256, "{\"exp\":2000000,\"scope\":[\"a\",\"b\"],\"sub\":\"\\u0061\"}");
    for (size_t limit = 0; limit < 8192 && !good; limit += 16) {
        struct uc_arena *small = uc_arena_new(limit);
        int err = uc_jwt_verify(&rules, uc_str(token), NOW, small, &who, &why);

        good = err == 0;
        if (err && err != -ENOMEM)
            fail_msg("%zu bytes: %d, %s", limit, err, why);
        uc_arena_free(small);
    }
    assert_true(good);
}

/* ---- base64 */

static void base64_has_one_spelling(void **state)
{
    static const struct { const char *text; ssize_t len, url_len; } rows[] = {
        {"", 0, 0}, {"QQ==", 1, -EINVAL}, {"QQ", -EINVAL, 1}, {"QR==", -EINVAL, -EINVAL}, {"QR", -EINVAL, -EINVAL},
        {"QUI=", 2, -EINVAL}, {"QUJD", 3, 3}, {"Q", -EINVAL, -EINVAL}, {"====", -EINVAL, -EINVAL}, {"Q===", -EINVAL, -EINVAL},
        {"=QQ=", -EINVAL, -EINVAL}, {"+/+/", 3, -EINVAL}, {"-_-_", -EINVAL, 3}, {"QUJD\n", -EINVAL, -EINVAL}, {"QU JD", -EINVAL, -EINVAL},
    };
    unsigned char out[16];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(uc_base64_decode(out, uc_str(rows[i].text)), rows[i].len);
        assert_int_equal(uc_base64url_decode(out, uc_str(rows[i].text)), rows[i].url_len);
    }
}

static void equal_is_equal(void **state)
{
    (void)state;
    assert_true(uc_equal_constant_time(uc_str("abc"), uc_str("abc")));
    assert_true(uc_equal_constant_time(uc_str(""), uc_str("")));
    assert_false(uc_equal_constant_time(uc_str("abc"), uc_str("abd")));
    assert_false(uc_equal_constant_time(uc_str("abcabc"), uc_str("abc")));
    assert_false(uc_equal_constant_time(uc_str("abc"), uc_str("abcabc")));
    assert_false(uc_equal_constant_time(uc_str("abc"), uc_str("")));
    assert_false(uc_equal_constant_time(uc_str(""), uc_str("abc")));
    assert_false(uc_equal_constant_time(uc_str(NULL), uc_str("abc")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rfc_vectors_are_good_until_they_expire), TEST(a_changed_bit_is_found_wherever_it_is),
        TEST(a_signature_is_of_its_key), TEST(public_keys_are_read_as_pem_has_them), TEST(none_is_no_algorithm),
        TEST(a_public_key_is_no_secret), TEST(a_token_brings_no_key_of_its_own), TEST(a_signature_of_zeros_is_none),
        TEST(headers_ask_for_nothing_more), TEST(malformed_tokens_are_refused), TEST(a_long_token_is_refused_unseen),
        TEST(claims_decide_by_the_clock), TEST(clocks_may_differ_by_the_leeway), TEST(issuer_and_audience_must_be_ours),
        TEST(scopes_come_in_every_spelling), TEST(a_key_is_chosen_by_its_id), TEST(sets_are_read_with_care),
        TEST(a_set_may_have_keys_that_cannot_be_used),
        TEST(more_keys_than_are_kept_are_refused), TEST(a_token_of_a_key_that_was_made_here_is_good),
        TEST(without_memory_nobody_is_let_in), TEST(base64_has_one_spelling), TEST(equal_is_equal),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
