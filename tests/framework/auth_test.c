/* SPDX-License-Identifier: MIT */
/*
 * Who is let in: every kind of credential, alternatives and combinations, verdicts at once and later.
 */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

#include "app/auth_internal.h"
#include "base/log_internal.h"
#include "jwt_fixtures.h"
#include "uc/auth.h"
#include "uc/log.h"
#include "uc/testing.h"

enum { HEADER, QUERY, COOKIE, BASIC, OPAQUE, LISTED, TOKEN, CERTIFICATE, LATER, SCHEMES };

#define SECRET "0123456789abcdef0123456789abcdef"

static int asked, handled; /* how often a verify function, and a handler, was called */

/* ---- what a service has */

static void say(struct uc_buf *out, struct uc_request *req, size_t scheme)
{
    const struct uc_principal *who = uc_request_principal(req, scheme);

    if (who)
        uc_buf_printf(out, "%zu:%.*s(%.*s) ", scheme, (int)who->subject.len, who->subject.data, (int)who->scopes.len,
                      who->scopes.data);
}

static void handle(struct uc_request *req)
{
    struct uc_buf out;

    handled++;
    uc_buf_init(&out, 1 << 17);
    uc_buf_append(&out, "", 0);
    for (size_t i = 0; i < SCHEMES; i++)
        say(&out, req, i);
    uc_buf_append_str(&out, uc_request_body(req));
    uc_answer(req, 200, "text/plain", uc_str_of(out.data ? out.data : "", out.len));
    uc_buf_deinit(&out);
}

static void verify_key(struct uc_request *req, const struct uc_credential *credential)
{
    char name[16] = "somebody";

    asked++;
    if (uc_str_is(credential->key, "good"))
        uc_auth_accept(req, &(struct uc_principal){.subject = uc_str(name), .scopes = uc_str("read list")});
    else if (uc_str_is(credential->key, "poor"))
        uc_auth_forbid(req, "the customer has not paid");
    else if (uc_str_is(credential->key, "down"))
        uc_auth_fail(req, "the key store is away");
    else
        uc_auth_refuse(req, "nobody has this key");
    memset(name, 'x', sizeof(name)); /* what it was accepted with was copied */
}

static void verify_basic(struct uc_request *req, const struct uc_credential *credential)
{
    asked++;
    if (uc_equal_constant_time(credential->password, uc_str("open: sesame")))
        uc_auth_accept(req, &(struct uc_principal){.subject = credential->user});
    else
        uc_auth_refuse(req, "wrong user or password");
}

static struct uc_request *forgotten; /* it waits until another request reminds of it */

struct pending {
    uv_timer_t timer;
    struct uc_request *req;
    bool good;
};

static void decide_later(uv_timer_t *timer)
{
    struct pending *pending = timer->data;

    if (pending->good)
        uc_auth_accept(pending->req, &(struct uc_principal){.subject = uc_str("late")});
    else
        uc_auth_refuse(pending->req, "nobody has this key");
    uv_close((uv_handle_t *)timer, (uv_close_cb)free);
}

static void verify_later(struct uc_request *req, const struct uc_credential *credential)
{
    struct pending *pending;

    if (uc_str_is(credential->key, "never")) {
        forgotten = req;
        return;
    }
    if (uc_str_is(credential->key, "remind"))
        uc_auth_accept(forgotten, &(struct uc_principal){.subject = uc_str("late")});
    pending = malloc(sizeof(*pending));
    if (!pending) {
        uc_auth_fail(req, "out of memory");
        return;
    }
    pending->req = req;
    pending->good = !uc_str_is(credential->key, "bad");
    pending->timer.data = pending;
    uv_timer_init(uc_request_loop(req), &pending->timer);
    uv_timer_start(&pending->timer, decide_later, 1, 0);
}

static const struct uc_auth_scheme schemes[SCHEMES] = {
    [HEADER] = {.name = "header", .kind = UC_AUTH_KEY_HEADER, .parameter = "X-Key", .verify = verify_key},
    [QUERY] = {.name = "query", .kind = UC_AUTH_KEY_QUERY, .parameter = "a key", .verify = verify_key},
    [COOKIE] = {.name = "cookie", .kind = UC_AUTH_KEY_COOKIE, .parameter = "sid", .verify = verify_key},
    [BASIC] = {.name = "basic", .kind = UC_AUTH_BASIC, .verify = verify_basic},
    [OPAQUE] = {.name = "opaque", .kind = UC_AUTH_BEARER, .verify = verify_key},
    [LISTED] = {.name = "listed", .kind = UC_AUTH_KEY_HEADER, .parameter = "X-Listed", .judge = &uc_auth_keys, .keys = "${UC_TEST_KEYS}"},
    [TOKEN] = {.name = "token", .kind = UC_AUTH_BEARER, .judge = &uc_auth_jwt, .keys = "${UC_TEST_SECRET}", .issuer = "${UC_TEST_ISSUER}",
               .audience = "us", .algorithms = UC_JWT_HS256, .leeway_s = 5},
    [CERTIFICATE] = {.name = "certificate", .kind = UC_AUTH_CERTIFICATE},
    [LATER] = {.name = "later", .kind = UC_AUTH_KEY_HEADER, .parameter = "X-Later", .verify = verify_later},
};

static const struct uc_auth_need header[] = {{0, HEADER, NULL}}, query[] = {{0, QUERY, NULL}}, cookie[] = {{0, COOKIE, NULL}},
    basic[] = {{0, BASIC, NULL}}, opaque[] = {{0, OPAQUE, "read"}}, listed[] = {{0, LISTED, NULL}},
    token[] = {{0, TOKEN, "read write"}}, certificate[] = {{0, CERTIFICATE, NULL}}, later[] = {{0, LATER, NULL}},
    both[] = {{0, HEADER, "read"}, {0, LISTED, NULL}}, either[] = {{0, HEADER, "admin"}, {1, TOKEN, NULL}, {2, BASIC, NULL}},
    again[] = {{0, HEADER, "admin"}, {1, HEADER, "read"}, {1, LATER, NULL}};

static const struct uc_operation operations[] = {
    {"open", UC_GET, "/open", UC_BODY_NONE, NULL, handle},
    {"header", UC_GET, "/header", UC_BODY_NONE, NULL, handle},
    {"query", UC_GET, "/query", UC_BODY_NONE, NULL, handle},
    {"cookie", UC_GET, "/cookie", UC_BODY_NONE, NULL, handle},
    {"basic", UC_GET, "/basic", UC_BODY_NONE, NULL, handle},
    {"opaque", UC_GET, "/opaque", UC_BODY_NONE, NULL, handle},
    {"listed", UC_GET, "/listed", UC_BODY_NONE, NULL, handle},
    {"token", UC_GET, "/token", UC_BODY_NONE, NULL, handle},
    {"certificate", UC_GET, "/certificate", UC_BODY_NONE, NULL, handle},
    {"later", UC_POST, "/later", UC_BODY_REQUIRED, "text/plain", handle},
    {"both", UC_GET, "/both", UC_BODY_NONE, NULL, handle},
    {"either", UC_GET, "/either", UC_BODY_NONE, NULL, handle},
    {"again", UC_GET, "/again", UC_BODY_NONE, NULL, handle},
    {"optional", UC_GET, "/optional", UC_BODY_NONE, NULL, handle},
};
static const struct uc_auth_rule rules[] = {
    {NULL, 0, false},    {header, 1, false}, {query, 1, false},       {cookie, 1, false}, {basic, 1, false},
    {opaque, 1, false},  {listed, 1, false}, {token, 1, false},       {certificate, 1, false}, {later, 1, false},
    {both, 2, false},    {either, 3, false}, {again, 3, false},       {token, 1, true},
};
static const struct uc_auth_info auth = {&uc_auth, schemes, SCHEMES, rules};
static const struct uc_env_info env[] = {{"UC_TEST_KEYS", UC_ENV_STRING, "shop:0123456789abcdef,\n fedcba9876543210"},
                                         {"UC_TEST_SECRET", UC_ENV_STRING, SECRET},
                                         {"UC_TEST_ISSUER", UC_ENV_STRING, "me"}};
static const struct uc_service_info info = {
    .name = "guarded", .version = "1", .limits = {.request_timeout_ms = 1000},
    .operations = operations, .operation_count = sizeof(operations) / sizeof(operations[0]), .auth = &auth,
    .env = env, .env_count = sizeof(env) / sizeof(env[0]),
};

static struct uc_testbed *bed;
static struct uc_test_answer answer;

static void call(const char *target, const char *headers)
{
    bool post = !strncmp(target, "/later", 6);

    asked = handled = 0;
    assert_int_equal(uc_testbed_call(bed, post ? UC_POST : UC_GET, target, headers, uc_str(post ? "body" : NULL), &answer), 0);
}

static void assert_let_in(const char *target, const char *headers, const char *who)
{
    call(target, headers);
    if (answer.status != 200 || !uc_str_is(answer.body, who))
        fail_msg("%s %s: %d %.*s, not %s", target, headers, answer.status, (int)answer.body.len, answer.body.data, who);
    assert_int_equal(handled, 1);
}

/* Refused, with these words in head and body, and the handler has not been called. */
static void assert_status(const char *target, const char *headers, int status, const char *in_head, const char *in_body)
{
    call(target, headers);
    assert_int_equal(handled, 0);
    if (answer.status != status || (in_head && !memmem(answer.head.data, answer.head.len, in_head, strlen(in_head))) ||
        (in_body && !memmem(answer.body.data, answer.body.len, in_body, strlen(in_body))))
        fail_msg("%s %s: %.*s%.*s, not %d %s %s", target, headers ? headers : "", (int)answer.head.len, answer.head.data,
                 (int)answer.body.len, answer.body.data, status, in_head ? in_head : "", in_body ? in_body : "");
    if (status == 401 || status == 403)
        assert_true(uc_str_is(answer.content_type, "application/problem+json"));
}

static char line[1024];

/* "Authorization: Bearer ..." with these claims and others that are good. */
static const char *bearer(const char *claims, const char *secret)
{
    char payload[256];
    size_t at;

    snprintf(payload, sizeof(payload), "{\"exp\":%lld,\"iss\":\"me\",\"aud\":\"us\"%s%s}", (long long)time(NULL) + 100, *claims ? "," : "",
             claims);
    strcpy(line, "Authorization: Bearer ");
    at = strlen(line);
    begin_token(line + at, "{\"alg\":\"HS256\"}", payload);
    add_hs256(line + at, secret, strlen(secret));
    return strcat(line, "\r\n");
}

/* ---- */

static void an_open_operation_asks_nobody(void **state)
{
    (void)state;
    assert_let_in("/open", "", "");
    assert_let_in("/open", "X-Key: bad\r\n", "");
}

static void keys_are_found_where_they_belong(void **state)
{
    (void)state;
    assert_let_in("/header", "x-key: good\r\n", "0:somebody(read list) ");
    assert_let_in("/query?b=1&a%20key=good", "", "1:somebody(read list) ");
    assert_let_in("/cookie", "Cookie: other=1; sid=good; sid2=bad\r\n", "2:somebody(read list) ");
    assert_let_in("/cookie", "Cookie: other\r\ncookie: sid=good\r\n", "2:somebody(read list) ");
    assert_let_in("/opaque", "Authorization: bEARER   good\r\n", "4:somebody(read list) ");
}

static void missing_credentials_are_asked_for(void **state)
{
    (void)state;
    assert_status("/header", NULL, 401, "\r\nWWW-Authenticate: ApiKey realm=\"guarded\", in=\"header\", name=\"X-Key\"\r\n",
                  "\"detail\":\"credentials are needed\"");
    assert_status("/header", "X-Key:\r\n", 401, NULL, "are needed");
    assert_status("/query", NULL, 401, "ApiKey realm=\"guarded\", in=\"query\", name=\"a key\"\r\n", "are needed");
    assert_status("/query?a%20key=", NULL, 401, NULL, "are needed");
    assert_status("/cookie", "Cookie: sid2=good\r\n", 401, "in=\"cookie\", name=\"sid\"\r\n", "are needed");
    assert_status("/basic", NULL, 401, "\r\nWWW-Authenticate: Basic realm=\"guarded\", charset=\"UTF-8\"\r\n", "are needed");
    assert_status("/basic", "Authorization: Bearer good\r\n", 401, NULL, "are needed");
    assert_status("/opaque", NULL, 401, "\r\nWWW-Authenticate: Bearer realm=\"guarded\", scope=\"read\"\r\n", "are needed");
    assert_status("/token", "Authorization: Bearerx\r\n", 401, "\r\nWWW-Authenticate: Bearer realm=\"guarded\", scope=\"read write\"\r\n",
                  "are needed");
    assert_status("/certificate", NULL, 401, NULL, "are needed");
    assert_int_equal(asked, 0);
}

static void wrong_ones_are_refused_with_the_reason(void **state)
{
    (void)state;
    assert_status("/header", "X-Key: bad\r\n", 401, "ApiKey", "nobody has this key");
    assert_status("/opaque", "Authorization: Bearer bad\r\n", 401,
                  "Bearer realm=\"guarded\", error=\"invalid_token\", error_description=\"nobody has this key\", scope=\"read\"\r\n", "nobody");
    assert_status("/header", "X-Key: poor\r\n", 403, NULL, "the customer has not paid");
    assert_status("/header", "X-Key: down\r\n", 503, NULL, "the key store is away");
}

static void a_credential_is_given_once(void **state)
{
    (void)state;
    assert_status("/header", "X-Key: good\r\nX-Key: good\r\n", 401, NULL, "given twice");
    assert_status("/query?a%20key=good&a+key=good", NULL, 401, NULL, "given twice");
    assert_status("/cookie", "Cookie: sid=good; sid=bad\r\n", 401, NULL, "given twice");
    assert_status("/basic", "Authorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\n", 401, NULL, "given twice");
    assert_int_equal(asked, 0);
}

static void basic_is_read_as_rfc_7617_says(void **state)
{
    static const char *const bad[] = {"", "YTpi!", "YWI=" /* no colon */, "YTpiCg==" /* a line break */, "/zpi" /* no UTF-8 */, "YTpi YTpi"};
    char text[128];

    (void)state;
    assert_let_in("/basic", "Authorization: Basic YWxpOm9wZW46IHNlc2FtZQ==\r\n", "3:ali() ");
    assert_let_in("/basic", "Authorization: basic Om9wZW46IHNlc2FtZQ==\r\n", "3:() ");
    assert_status("/basic", "Authorization: Basic YWxpOm9wZW4=\r\n", 401, "Basic realm", "wrong user or password");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(text, sizeof(text), "Authorization: Basic %s\r\n", bad[i]);
        assert_status("/basic", text, 401, "Basic realm", "malformed");
        assert_int_equal(asked, 0);
    }
}

static void bearer_tokens_are_of_their_characters(void **state)
{
    static const char *const bad[] = {"", "=", "a b", "a=b", "a,b", "a\xc3\xa4", "\"good\""};
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(text, sizeof(text), "Authorization: Bearer %s\r\n", bad[i]);
        assert_status("/opaque", text, 401, "error=\"invalid_token\"", "malformed");
        assert_int_equal(asked, 0);
    }
}

static void listed_keys_need_no_code(void **state)
{
    (void)state;
    assert_let_in("/listed", "X-Listed: 0123456789abcdef\r\n", "5:shop() ");
    assert_let_in("/listed", "X-Listed: fedcba9876543210\r\n", "5:() ");
    assert_status("/listed", "X-Listed: 0123456789abcde\r\n", 401, NULL, "the key is not known");
    assert_status("/listed", "X-Listed: shop:0123456789abcdef\r\n", 401, NULL, "the key is not known");
}

static void tokens_are_judged_by_the_framework(void **state)
{
    (void)state;
    assert_let_in("/token", bearer("\"sub\":\"ann\",\"scope\":\"write read\"", SECRET), "6:ann(write read) ");
    assert_status("/token", bearer("\"sub\":\"ann\",\"scope\":\"read\"", SECRET), 403,
                  "\r\nWWW-Authenticate: Bearer realm=\"guarded\", error=\"insufficient_scope\", scope=\"read write\"\r\n", "do not allow");
    assert_status("/token", bearer("\"scope\":\"read write\"", "another secret of the same length"), 401,
                  "error=\"invalid_token\", error_description=\"the token's signature is not good\", scope=\"read write\"", "signature");
    assert_status("/token", "Authorization: Bearer a.b.c\r\n", 401, "error=\"invalid_token\"", "malformed");
}

static void all_of_an_alternative_are_needed(void **state)
{
    (void)state;
    assert_let_in("/both", "X-Key: good\r\nX-Listed: 0123456789abcdef\r\n", "0:somebody(read list) 5:shop() ");
    assert_status("/both", "X-Key: good\r\n", 401, "name=\"X-Listed\"", "are needed");
    assert_status("/both", "X-Listed: 0123456789abcdef\r\n", 401, "name=\"X-Key\"", "are needed");
    assert_status("/both", "X-Key: good\r\nX-Listed: 0123456789abcdeg\r\n", 401, NULL, "not known");
    assert_status("/both", "X-Key: bad\r\nX-Listed: 0123456789abcdef\r\n", 401, NULL, "nobody");
}

static void one_alternative_is_enough(void **state)
{
    (void)state;
    assert_let_in("/either", "Authorization: Basic YWxpOm9wZW46IHNlc2FtZQ==\r\n", "3:ali() ");
    assert_let_in("/either", bearer("", SECRET), "6:() ");
    assert_let_in("/either", "X-Key: bad\r\nAuthorization: Basic YWxpOm9wZW46IHNlc2FtZQ==\r\n", "3:ali() ");
    assert_status("/either", "X-Key: good\r\n", 403, "insufficient_scope", "do not allow"); /* it is no admin */
    assert_status("/either", "X-Key: bad\r\n", 401, "Basic realm", "nobody has this key");
    assert_status("/either", NULL, 401, "ApiKey", "are needed");
}

static void a_key_is_judged_once(void **state)
{
    (void)state;
    assert_let_in("/again", "X-Key: good\r\nX-Later: good\r\n", "0:somebody(read list) 8:late() ");
    assert_int_equal(asked, 1);
    assert_status("/again", "X-Key: bad\r\nX-Later: good\r\n", 401, NULL, "nobody has this key");
    assert_int_equal(asked, 1);
}

static void an_optional_one_that_is_wrong_is_refused(void **state)
{
    (void)state;
    assert_let_in("/optional", "", "");
    assert_let_in("/optional", "X-Key: bad\r\n", "");
    assert_let_in("/optional", bearer("\"scope\":\"read write\"", SECRET), "6:(read write) ");
    assert_status("/optional", "Authorization: Bearer a.b.c\r\n", 401, "invalid_token", "malformed");
    assert_status("/optional", bearer("", SECRET), 403, "insufficient_scope", NULL);
}

static void a_verdict_may_come_later(void **state)
{
    (void)state;
    assert_let_in("/later", "Content-Type: text/plain\r\nX-Later: good\r\n", "8:late() body");
    assert_status("/later", "Content-Type: text/plain\r\nX-Later: bad\r\n", 401, NULL, "nobody");
    assert_status("/later", "Content-Type: application/json\r\n", 401, NULL, NULL); /* before anything else is judged */
    assert_status("/later", "Content-Type: application/json\r\nX-Later: good\r\n", 415, NULL, NULL);
    asked = handled = 0;
    assert_int_equal(uc_testbed_call(bed, UC_POST, "/later", "Content-Type: text/plain\r\nX-Later: never\r\n", uc_str("body"), &answer),
                     -ETIMEDOUT);
    assert_int_equal(handled, 0);
    /* With this one the verdict on the other comes: it only ends the request. */
    assert_let_in("/later", "Content-Type: text/plain\r\nX-Later: remind\r\n", "8:late() body");
}

static void a_body_is_gathered_once_its_sender_is_known(void **state)
{
    static char body[70000], want[70016];

    (void)state;
    memset(body, 'x', sizeof(body));
    for (size_t len = 1; len <= 65536; len = len * 4 < 65536 || len == 65536 ? len * 4 : 65536) {
        assert_int_equal(uc_testbed_call(bed, UC_POST, "/later", "Content-Type: text/plain\r\nX-Later: good\r\n", uc_str_of(body, len), &answer), 0);
        snprintf(want, sizeof(want), "8:late() %.*s", (int)len, body);
        assert_true(uc_str_is(answer.body, want));
    }
    handled = 0;
    assert_int_equal(uc_testbed_call(bed, UC_POST, "/later", "Content-Type: text/plain\r\nX-Later: good\r\n", uc_str_of(body, 65537), &answer), 0);
    assert_int_equal(answer.status, 413);
    assert_int_equal(uc_testbed_call(bed, UC_POST, "/later", "Content-Type: text/plain\r\nX-Later: good\r\n", uc_str(""), &answer), 0);
    assert_int_equal(answer.status, 400);
    assert_int_equal(handled, 0);
}

static void other_answers_need_no_credentials(void **state)
{
    (void)state;
    assert_status("/nowhere", NULL, 404, NULL, NULL);
    assert_int_equal(uc_testbed_call(bed, UC_DELETE, "/header", NULL, uc_str(NULL), &answer), 0);
    assert_int_equal(answer.status, 405);
}

/* ---- the start */

static int start_with(const char *name, const char *value)
{
    struct uc_testbed *other = NULL;
    int err;

    setenv(name, value, 1);
    err = uc_testbed_new(&other, &info);
    uc_testbed_free(other);
    unsetenv(name);
    return err;
}

static void bad_keys_stop_the_service_at_its_start(void **state)
{
    (void)state;
    assert_int_equal(start_with("UC_TEST_KEYS", ""), -EINVAL);
    assert_int_equal(start_with("UC_TEST_KEYS", " , "), -EINVAL);
    assert_int_equal(start_with("UC_TEST_KEYS", "tooshort"), -EINVAL);
    assert_int_equal(start_with("UC_TEST_KEYS", "0123456789abcdef shop:short"), -EINVAL);
    assert_int_equal(start_with("UC_TEST_KEYS", "0123456789abcdef"), 0);
    assert_int_equal(start_with("UC_TEST_SECRET", "too short"), -EINVAL);
    assert_int_equal(start_with("UC_TEST_SECRET", "{\"keys\":[]}"), -EINVAL);
    assert_int_equal(start_with("UC_TEST_SECRET", "{\"keys\":"), -EINVAL);
    assert_int_equal(start_with("UC_TEST_SECRET", RFC_SET), 0);
    assert_int_equal(start_with("UC_TEST_SECRET", RFC_RSA_PEM), -EINVAL); /* no key for HS256 */
    assert_int_equal(start_with("UC_TEST_SECRET", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"), -EINVAL);
}

/* ---- memory runs out. The linker sends the library's calls here (--wrap). */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);

static long left = -1; /* allocations that still succeed; negative: all */

static bool fails(void)
{
    return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __real_realloc(memory, bytes);
}

static void without_memory_keys_are_not_read(void **state)
{
    struct uc_env_value values[3];
    struct uc_service service = {.info = &info, .env = values};
    int err = -ENOMEM;

    (void)state;
    assert_int_equal(uc_env_read(&info, values), 0);
    for (long count = 0; err; count++) {
        assert_true(count < 1000);
        left = count;
        err = uc_auth.load(&service);
        left = -1;
        uc_auth.unload(&service);
        assert_true(err == 0 || err == -ENOMEM);
    }
}

static void without_memory_strangers_stay_out(void **state)
{
    const struct { const char *target, *headers; int status; } rows[] = {
        {"/either", "X-Key: bad\r\nAuthorization: Basic YWxpOm9wZW46IHNlc2FtZQ==\r\n", 200},
        {"/either", "X-Key: bad\r\n", 401},
        {"/token", "Authorization: Bearer a.b.c\r\n", 401},
        {"/token", strdup(bearer("\"scope\":\"read\"", SECRET)), 403},
        {"/token", strdup(bearer("\"scope\":[\"read\",\"write\"]", SECRET)), 200},
        {"/later", "Content-Type: text/plain\r\nX-Later: good\r\n", 200},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool failed = true;

        for (long count = 0; failed; count++) {
            bool post = !strncmp(rows[i].target, "/later", 6);
            int err;

            assert_true(count < 1000);
            handled = 0;
            left = count;
            err = uc_testbed_call(bed, post ? UC_POST : UC_GET, rows[i].target, rows[i].headers, uc_str(post ? "body" : NULL), &answer);
            failed = left < 0;
            left = -1;
            if (!failed || answer.status == rows[i].status)
                assert_int_equal(answer.status, rows[i].status);
            else if (err ? err != -ENOMEM : answer.status && answer.status != 503 && answer.status != 500)
                fail_msg("%s, without allocation %ld: %d, %d %.*s", rows[i].headers, count, err, answer.status, (int)answer.body.len,
                         answer.body.data);
            assert_true(!handled || rows[i].status == 200);
        }
    }
    free((char *)rows[3].headers);
    free((char *)rows[4].headers);
}

static int open_bed(void **state)
{
    (void)state;
    uc_log_set_level(UC_ERROR + 1);
    return uc_testbed_new(&bed, &info);
}

static int close_bed(void **state)
{
    (void)state;
    uc_testbed_free(bed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_operation_asks_nobody),
        cmocka_unit_test(keys_are_found_where_they_belong),
        cmocka_unit_test(missing_credentials_are_asked_for),
        cmocka_unit_test(wrong_ones_are_refused_with_the_reason),
        cmocka_unit_test(a_credential_is_given_once),
        cmocka_unit_test(basic_is_read_as_rfc_7617_says),
        cmocka_unit_test(bearer_tokens_are_of_their_characters),
        cmocka_unit_test(listed_keys_need_no_code),
        cmocka_unit_test(tokens_are_judged_by_the_framework),
        cmocka_unit_test(all_of_an_alternative_are_needed),
        cmocka_unit_test(one_alternative_is_enough),
        cmocka_unit_test(a_key_is_judged_once),
        cmocka_unit_test(an_optional_one_that_is_wrong_is_refused),
        cmocka_unit_test(a_verdict_may_come_later),
        cmocka_unit_test(a_body_is_gathered_once_its_sender_is_known),
        cmocka_unit_test(other_answers_need_no_credentials),
        cmocka_unit_test(without_memory_keys_are_not_read),
        cmocka_unit_test(without_memory_strangers_stay_out),
        cmocka_unit_test(bad_keys_stop_the_service_at_its_start),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_bed, close_bed);
}
