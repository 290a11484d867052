/* SPDX-License-Identifier: MIT */
/*
 * The service generated from cases/secured, called through the testbed: who its handlers find to be calling, what its
 * functions are asked; and what its client shows to a peer.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "../framework/jwt_fixtures.h"
#include "peer.h"
#include "secured.h"
#include "tap.h"
#include "uc/testing.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static char seen[512];
static int step;

int secured_start(struct secured_service *self)
{
    self->app = seen;
    return 0;
}

void secured_stop(struct secured_service *self)
{
    self->app = NULL;
}

static void note(const char *scheme, const struct uc_principal *who)
{
    size_t len = strlen(seen);

    if (who)
        snprintf(seen + len, sizeof(seen) - len, "%s=%.*s:%.*s:%.*s ", scheme, (int)who->subject.len,
                 who->subject.data ? who->subject.data : "", (int)who->scopes.len, who->scopes.data ? who->scopes.data : "",
                 who->claims.len ? 3 : (int)who->token.len, who->claims.len ? "jwt" : who->token.data ? who->token.data : "");
}

/* ---- what is asked */

static void judge(struct uc_request *request, void *app, struct uc_str key, struct uc_str password)
{
    char text[256];

    snprintf(text, sizeof(text), "?%.*s%.*s ", (int)key.len, key.data, (int)password.len, password.data ? password.data : "");
    strcat(app, text);
    if (uc_str_is(key, "bad"))
        uc_auth_refuse(request, "no");
    else
        uc_auth_accept(request, &(struct uc_principal){.subject = uc_str("she"), .scopes = uc_str("admin"), .data = app});
}

void secured_auth_own_key(struct secured_auth_own_key *auth)
{
    judge(auth->request, auth->service->app == auth->app && auth->clients.vault.request == auth->request ? auth->app : NULL, auth->key,
          uc_str(NULL));
}

void secured_auth_query_key(struct secured_auth_query_key *auth)
{
    judge(auth->request, auth->app, auth->key, uc_str(NULL));
}

void secured_auth_cookie_key(struct secured_auth_cookie_key *auth)
{
    judge(auth->request, auth->app, auth->key, uc_str(NULL));
}

void secured_auth_user_and_password(struct secured_auth_user_and_password *auth)
{
    judge(auth->request, auth->app, auth->user, auth->password);
}

void secured_auth_opaque(struct secured_auth_opaque *auth)
{
    judge(auth->request, auth->app, auth->key, uc_str(NULL));
}

/* ---- handlers */

void secured_get_inherited(struct secured_get_inherited *call)
{
    note("own", call->auth.own_key);
    secured_get_inherited_204(call);
}

void secured_get_optional(struct secured_get_optional *call)
{
    note("login", call->auth.login);
    secured_get_optional_204(call);
}

void secured_get_again(struct secured_get_again *call)
{
    secured_get_again_204(call);
}

void secured_get_fetched(struct secured_get_fetched *call)
{
    note("fetched", call->auth.fetched);
    secured_get_fetched_204(call);
}

void secured_get_either(struct secured_get_either *call)
{
    note("listed", call->auth.listed_key);
    note("query", call->auth.query_key);
    note("cookie", call->auth.cookie_key);
    note("basic", call->auth.user_and_password);
    note("opaque", call->auth.opaque);
    secured_get_either_204(call);
}

void secured_post_both(struct secured_post_both *call)
{
    note("login", call->auth.login);
    note("listed", call->auth.listed_key);
    strcat(seen, call->body->a.value == 5 && call->id == 7 && uc_str_is(call->auth_.value, "x") ? "body" : "?");
    secured_post_both_204(call);
}

void secured_get_certificate(struct secured_get_certificate *call)
{
    note("oidc", call->auth.oidc);
    if (call->auth.oidc_claims)
        snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "tenant %lld groups %zu", (long long)call->auth.oidc_claims->tenant,
                 call->auth.oidc_claims->groups.value.count);
    secured_get_certificate_204(call);
}

/* ---- calls to the peer */

#define ANSWERED(name) \
    static void name##_answered(struct vault_##name##_result *result, void *arg) \
    { \
        snprintf(seen, sizeof(seen), "%d %d %s", result->status, result->error, result->detail ? result->detail : ""); \
        secured_get_open_204(arg); \
    }

ANSWERED(get_open)
ANSWERED(get_inherited)
ANSWERED(get_optional)
ANSWERED(put_either)
ANSWERED(get_certificate)

static void put(struct vault_client vault, struct secured_get_open *call)
{
    struct vault_put_either_options options = {0};

    options.a.state = UC_VALUE;
    options.a.value = uc_str("b");
    options.last.state = UC_VALUE;
    options.last.value = uc_str("page");
    vault_put_either(vault, step + 100, &options, uc_str("text"), put_either_answered, call);
}

void secured_get_open(struct secured_get_open *call)
{
    struct vault_client vault = call->clients.vault;

    switch (step) {
    case 1: vault_get_inherited(vault, get_inherited_answered, call); break;
    case 2:
        vault.auth.header_key = uc_str(NULL);
        vault_get_inherited(vault, get_inherited_answered, call);
        break;
    case 3:
        vault.auth.token = uc_str("to.k-en");
        vault.auth.query_key = uc_str("a&b");
        put(vault, call);
        break;
    case 4: /* the token alone is not enough for the first way */
        vault.auth.token = uc_str("alone");
        put(vault, call);
        break;
    case 5:
        vault.auth.staff.user = uc_str("");
        vault.auth.cookie_key = uc_str("c00kie");
        vault.auth.other_cookie = uc_str("0ther");
        put(vault, call);
        break;
    case 6:
        vault.auth.staff.user = uc_str("");
        vault.auth.cookie_key = uc_str("c; admin=1");
        vault.auth.other_cookie = uc_str("x");
        put(vault, call);
        break;
    case 7:
        vault.auth.staff.user = uc_str("a:b");
        put(vault, call);
        break;
    case 8: vault_get_optional(vault, get_optional_answered, call); break;
    case 9:
        vault.auth.token = uc_str("optional\r\nX-Evil: 1");
        vault_get_optional(vault, get_optional_answered, call);
        break;
    case 10:
        vault.auth.token = uc_str("optional");
        vault_get_optional(vault, get_optional_answered, call);
        break;
    case 11: vault_get_certificate(vault, get_certificate_answered, call); break;
    case 12: vault_get_open(vault, get_open_answered, call); break;
    default: secured_get_open_204(call); break;
    }
}

/* ---- */

static struct uc_testbed *bed;
static struct uc_test_answer answer;

static void expect(enum uc_method method, const char *target, const char *headers, const char *body, int status, const char *want,
                   const char *claim)
{
    *seen = '\0';
    uc_testbed_call(bed, method, target, headers, uc_str(body), &answer);
    if (answer.status != status || strcmp(seen, want))
        tap_note("%d, seen \"%s\": %.*s", answer.status, seen, (int)answer.body.len, answer.body.data);
    tap_ok(answer.status == status && !strcmp(seen, want), claim);
}

static const char *bearer(const char *claims, const char *more)
{
    static char line[1024];
    char payload[256];

    snprintf(payload, sizeof(payload), "{\"exp\":%lld,\"iss\":\"https://id.example.com\",%s}", (long long)time(NULL) + 100, claims);
    strcpy(line, "Authorization: Bearer ");
    begin_token(line + strlen(line), "{\"alg\":\"HS256\"}", payload);
    add_hs256(line + strlen("Authorization: Bearer "), SECRET, strlen(SECRET));
    strcat(line, "\r\n");
    return strcat(line, more);
}

static void try_callers(void)
{
    const char *json = "Content-Type: application/json\r\nX-Listed-Key: 0123456789abcdef\r\n";

    expect(UC_GET, "/inherited", NULL, NULL, 401, "", "without the contract's own credential nobody is let in");
    expect(UC_GET, "/inherited", "X-API-Key: k\r\n", NULL, 204, "?k own=she:admin:k ", "the handler knows who calls");
    expect(UC_GET, "/inherited", "X-API-Key: bad\r\n", NULL, 401, "?bad ", "a key may be refused");
    expect(UC_GET, "/open", NULL, NULL, 204, "", "an operation may be open");
    expect(UC_GET, "/optional", NULL, NULL, 204, "", "credentials may be optional");
    expect(UC_GET, "/optional", bearer("\"aud\":\"secured\",\"sub\":\"ann\",\"scp\":\"read\"", ""), NULL, 204, "login=ann:read:jwt ",
           "a token is judged without code");
    expect(UC_GET, "/optional", bearer("\"aud\":\"secured\"", ""), NULL, 403, "", "its scopes must suffice");
    expect(UC_GET, "/either", "X-Listed-Key: 0123456789abcdef\r\n", NULL, 204, "listed=shop::0123456789abcdef ", "one way of four: a listed key");
    expect(UC_GET, "/either", "Authorization: Basic YTpi\r\n", NULL, 204, "?ab basic=she:admin: ", "user and password");
    expect(UC_GET, "/either?api+key=k", NULL, NULL, 204, "?k query=she:admin:k ", "a key in the query");
    expect(UC_GET, "/either", "Cookie: session=c\r\nAuthorization: Bearer t\r\n", NULL, 204, "?c ?t cookie=she:admin:c opaque=she:admin:t ",
           "cookie and token together");
    expect(UC_GET, "/either", "Cookie: session=c\r\n", NULL, 401, "?c ", "but not the cookie alone");
    expect(UC_POST, "/both/7?auth=x", bearer("\"aud\":\"secured\",\"scope\":\"write read\"", json), "{\"a\":5}", 204,
           "login=:write read:jwt listed=shop::0123456789abcdef body", "then body and parameters are read");
    expect(UC_POST, "/both/7?auth=x", json, "{\"a\":", 401, "", "and not before");
    expect(UC_GET, "/certificate", NULL, NULL, 401, "", "without TLS there is no certificate");
    expect(UC_GET, "/certificate", bearer("\"scope\":\"profile\",\"tenant\":7,\"groups\":[\"a\",\"b\"]", ""), NULL, 204,
           "oidc=:profile:jwt tenant 7 groups 2", "claims are typed");
    expect(UC_GET, "/certificate", bearer("\"scope\":\"profile\",\"tenant\":0", ""), NULL, 401, "", "those that are not of their schema are none");
    tap_ok(strstr(answer.body.data, "not those of this service") != NULL, "which is said");
    expect(UC_GET, "/certificate", bearer("\"scope\":\"profile\"", ""), NULL, 401, "", "nor are those where one is missing");
}

static void expect_fetched(const char *token, int status, const char *words, const char *claim)
{
    char headers[1024];

    snprintf(headers, sizeof(headers), "Authorization: Bearer %s\r\n", token);
    expect(UC_GET, "/fetched", headers, NULL, status, "", claim);
    tap_ok(strstr(answer.body.data, words) != NULL, words);
}

/* The token of RFC 7515 expired long ago; that it did is told when its signature is known to be good. */
static void try_fetched_keys(void)
{
    static const char signature[] = ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    char named[512], unknown[512];

    begin_token(named, "{\"alg\":\"ES256\",\"kid\":\"e\"}", "{}");
    strcat(named, signature);
    begin_token(unknown, "{\"alg\":\"ES256\",\"kid\":\"x\"}", "{}");
    strcat(unknown, signature);
    expect_fetched(RFC_ES256, 401, "the token has expired", "a token waits for the keys that are being fetched");
    tap_ok(peer_saw("GET /jwks?all HTTP/1.1\r\n"), "from where the contract says");
    expect_fetched(named, 401, "signature is not good", "a key with a name judges");
    expect_fetched(unknown, 401, "signed by a key that is not known", "so soon, nobody is asked for one that is not known");
}

static void expect_call(const char *want, const char *sent, const char *not_sent, const char *claim)
{
    bool good;

    step++;
    *seen = '\0';
    uc_testbed_call(bed, UC_GET, "/open", NULL, uc_str(NULL), &answer);
    good = !strncmp(seen, want, strlen(want)) && (!sent || peer_saw(sent)) && (!not_sent || !peer_saw(not_sent));
    if (!good)
        tap_note("step %d: \"%s\", not \"%s\"; %s", step, seen, want, sent ? sent : "");
    tap_ok(good, claim);
}

static void try_client(void)
{
    char denied[64], invalid[64];

    snprintf(denied, sizeof(denied), "0 %d no credentials for this call", -EACCES);
    snprintf(invalid, sizeof(invalid), "0 %d", -EINVAL);
    expect_call("500", "GET /inherited HTTP/1.1\r\nHost: ", NULL, "a call is made");
    tap_ok(peer_saw("\r\nX-Key: vault key\r\n"), "with the credential of x-service");
    expect_call(denied, NULL, NULL, "without any it is not");
    expect_call("500", "/either/103?a=b&api%20key=a%26b ", NULL, "a token and a key in the query");
    tap_ok(peer_saw("\r\nAuthorization: Bearer to.k-en\r\n"), "together");
    expect_call("500", "\r\nAuthorization: Basic dXNlcjpwYXNzOndvcmQ=\r\n", "alone", "else user and password");
    expect_call("500", "\r\nCookie: last=page; sid=c00kie; other=0ther\r\n", NULL, "else two cookies, behind that of a parameter");
    expect_call(invalid, NULL, "admin=1", "a cookie cannot smuggle another");
    expect_call(invalid, NULL, NULL, "nor a user a password");
    expect_call("500", "GET /optional HTTP/1.1\r\nHost: ", NULL, "optional credentials need not be shown");
    expect_call(invalid, NULL, "X-Evil", "a token cannot smuggle a line");
    expect_call("500", "\r\nAuthorization: Bearer optional\r\n", NULL, "but can be");
    expect_call(denied, NULL, NULL, "a certificate is needed where the contract says so");
    expect_call("500", "GET /open HTTP/1.1\r\nHost: ", NULL, "and nothing where it says nothing");
}

int main(void)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", peer_start());
    setenv("VAULT_URL", url, 1);
    setenv("KEYS_URL", url, 1);
    setenv("VAULT_KEY", "vault key", 1);
    setenv("VAULT_USER", "user", 1);
    setenv("VAULT_PASSWORD", "pass:word", 1);
    setenv("API_KEYS", "shop:0123456789abcdef", 1);
    setenv("TOKEN_KEYS", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"},"
                         "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" RFC_EC_X "\",\"y\":\"" RFC_EC_Y "\"}]}", 1);
    setenv("CERTIFICATE", "", 1);
    setenv("KEY", "", 1);
    setenv("CLIENT_CA", "", 1);
    if (uc_testbed_new(&bed, &secured_info)) {
        tap_ok(false, "the service starts");
        return tap_done();
    }
    try_callers();
    try_fetched_keys();
    try_client();
    uc_testbed_free(bed);
    peer_stop();
    return tap_done();
}
