/* SPDX-License-Identifier: MIT */
/*
 * auth_jwks.c - the judge of JSON Web Tokens whose keys are fetched: a JWK set (RFC 7517) at a URL.
 *
 *     start --> fetching --got them--> wait for the interval --> fetching ...
 *                   ^  `--failed--> wait, each time longer --'
 *                   `-- a token names a key that is not among them: at once, but not too often
 *
 * Until the first set is there the service is not ready. Then the last one stays until there is another. Tokens that a
 * fetch could help wait for its end.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/auth_jwt.h"
#include "base/log_internal.h"
#include "base/random.h"
#include "io/link.h"
#include "proto/url.h"

#define RETRY_MS 500        /* after the first failure; doubled by each */
#define RETRY_MAX_MS 30000
#define DOUBLINGS_MAX 6
#define GAP_MIN_MS 1000     /* between fetches for keys that nobody knows; else a tenth of the interval */
#define GAP_MAX_MS 30000

struct jwks {
    struct uc_service *service;
    const struct uc_auth_scheme *scheme;
    struct uc_auth_tokens tokens; /* its keys: NULL until they are there */
    struct uc_jwt_keys *keys;
    struct uc_buf url;
    struct uc_caller *caller;
    struct uc_tls_server *tls;
    uv_timer_t timer;
    struct uc_link waiting; /* of struct waiting */
    uint64_t asked_ms;      /* when the last fetch began */
    unsigned failures;      /* since there were good ones */
    const char *skipped;    /* why keys of the set were passed over, which is on the log; NULL: none were */
    bool fetching, ended;
};

struct waiting { /* in the request's arena, which stays until the request is answered */
    struct uc_link link;
    struct uc_request *req;
    struct uc_credential credential;
};

static uint32_t interval_of(const struct jwks *jwks)
{
    return jwks->scheme->jwks->interval_ms;
}

/* ---- requests */

/* With the keys that there are. -ENOKEY: they do not decide; else the verdict is given. */
static int judge(const struct jwks *jwks, struct uc_request *req, const struct uc_credential *credential)
{
    return jwks->keys ? uc_auth_tokens_verify(&jwks->tokens, req, jwks->scheme, credential) : -ENOKEY;
}

static void give_up(const struct jwks *jwks, struct uc_request *req)
{
    if (jwks->keys)
        uc_auth_refuse(req, "the token is signed by a key that is not known");
    else
        uc_auth_fail(req, "the keys of tokens have not been fetched yet");
}

/* A verdict may bring the next request of the connection here, so that each is taken out first; that one waits anew, or not. */
static void wake(struct jwks *jwks)
{
    struct uc_link woken;

    uc_link_init(&woken);
    while (!uc_link_alone(&jwks->waiting)) {
        struct uc_link *link = jwks->waiting.next;

        uc_link_remove(link);
        uc_link_before(&woken, link);
    }
    while (!uc_link_alone(&woken)) {
        struct waiting *waiting = UC_LINK_OWNER(woken.next, struct waiting, link);
        struct uc_request *req = waiting->req;

        uc_link_remove(&waiting->link);
        if (judge(jwks, req, &waiting->credential) == -ENOKEY)
            give_up(jwks, req);
    }
}

/* ---- fetching */

static void on_timer(uv_timer_t *timer);

/* A little sooner or later than others that began at the same time. */
static uint64_t spread(uint64_t ms)
{
    return ms - ms / 8 + uc_random_u64() % (ms / 4 + 1);
}

static uint64_t retry_ms(const struct jwks *jwks)
{
    uint64_t ms = (uint64_t)RETRY_MS << (jwks->failures < DOUBLINGS_MAX ? jwks->failures : DOUBLINGS_MAX);

    ms = ms < RETRY_MAX_MS ? ms : RETRY_MAX_MS;
    return ms < interval_of(jwks) ? ms : interval_of(jwks);
}

static void fail(struct jwks *jwks, const char *why)
{
    uint64_t again_ms = spread(retry_ms(jwks));

    jwks->failures++;
    uc_log(UC_WARN, NULL, jwks->keys ? "the keys of tokens cannot be renewed: the last ones stay"
                                     : "the keys of tokens cannot be fetched: the service is not ready",
           UC_FIELDS(uc_log_text("scheme", jwks->scheme->name), uc_log_text("url", jwks->url.data), uc_log_text("why", why),
                     uc_log_int("again_ms", (int64_t)again_ms)));
    uv_timer_start(&jwks->timer, on_timer, again_ms, 0);
}

/* Once, not at every fetch. */
static void tell_skipped(struct jwks *jwks, const char *skipped)
{
    if (skipped && skipped != jwks->skipped)
        uc_log(UC_WARN, NULL, "some keys of tokens cannot be used",
               UC_FIELDS(uc_log_text("scheme", jwks->scheme->name), uc_log_text("url", jwks->url.data), uc_log_text("why", skipped)));
    jwks->skipped = skipped;
}

static void replace(struct jwks *jwks, struct uc_jwt_keys *keys)
{
    tell_skipped(jwks, keys->skipped);
    if (!jwks->keys)
        jwks->service->keys_awaited--;
    if (!jwks->keys || jwks->failures)
        uc_log(UC_INFO, NULL, "the keys of tokens are there",
               UC_FIELDS(uc_log_text("scheme", jwks->scheme->name), uc_log_text("url", jwks->url.data),
                         uc_log_int("keys", (int64_t)keys->count)));
    uc_auth_free_keys(jwks->keys);
    jwks->keys = keys;
    jwks->tokens.rules.keys = keys;
    jwks->failures = 0;
    uv_timer_start(&jwks->timer, on_timer, spread(interval_of(jwks)), 0);
}

static void read_set(struct jwks *jwks, struct uc_str body)
{
    const char *why = "out of memory";
    struct uc_jwt_keys *keys = malloc(sizeof(*keys));
    int err = keys ? uc_jwt_keys_init(keys) : -ENOMEM;

    if (err) {
        free(keys);
        fail(jwks, why);
        return;
    }
    keys->lenient = true; /* one key that somebody else may use is no reason to have none */
    err = uc_jwt_keys_add_set(keys, body, jwks->scheme->algorithms, &why);
    if (err == -ENOMEM)
        why = "out of memory";
    else if (!err && !keys->count)
        why = keys->skipped ? keys->skipped : "there is no key for any of the algorithms";
    if (!err && keys->count) {
        replace(jwks, keys);
        return;
    }
    uc_auth_free_keys(keys);
    fail(jwks, why);
}

static void on_answer(struct uc_client_answer *answer, void *arg)
{
    struct jwks *jwks = arg;
    char why[32];

    jwks->fetching = false;
    if (answer->status == 200) {
        read_set(jwks, answer->body);
    } else if (!jwks->ended) {
        snprintf(why, sizeof(why), "status %d", answer->status);
        fail(jwks, answer->status ? why : uc_client_error_text(answer->error));
    }
    wake(jwks);
}

static int load_tls(struct jwks *jwks)
{
    const struct uc_tls_info *info = jwks->scheme->jwks->tls;

    return info ? uc_tls_texts_load(jwks->service, info, jwks->scheme->name, "TLS for the keys of tokens is not configured", &jwks->tls)
                : 0;
}

static void fetch(struct jwks *jwks)
{
    struct uc_client_request request = {.method = UC_GET,
                                        .target = uc_str(jwks->url.data),
                                        .headers = UC_STR("Accept: application/jwk-set+json, application/json\r\n")};

    jwks->asked_ms = uv_now(jwks->service->loop);
    uv_timer_stop(&jwks->timer);
    jwks->fetching = uc_caller_call(jwks->caller, NULL, &request, on_answer, jwks) == 0; /* else the service ends */
}

static void on_timer(uv_timer_t *timer)
{
    struct jwks *jwks = timer->data;

    if (!jwks->fetching && !jwks->ended)
        fetch(jwks);
}

/* Will there be other keys soon? Whoever makes up names of keys does not make us ask all the time. */
static bool may_help(struct jwks *jwks)
{
    uint64_t gap_ms = interval_of(jwks) / 10;

    gap_ms = gap_ms < GAP_MIN_MS ? GAP_MIN_MS : gap_ms > GAP_MAX_MS ? GAP_MAX_MS : gap_ms;
    if (jwks->fetching || jwks->ended)
        return jwks->fetching;
    if (jwks->keys && uv_now(jwks->service->loop) >= jwks->asked_ms + gap_ms)
        fetch(jwks);
    return jwks->fetching;
}

static void verify(struct uc_request *req, const struct uc_auth_scheme *scheme, void *loaded,
                   const struct uc_credential *credential)
{
    struct jwks *jwks = loaded;
    struct waiting *waiting;

    (void)scheme;
    if (judge(jwks, req, credential) != -ENOKEY)
        return;
    if (!may_help(jwks)) {
        give_up(jwks, req);
        return;
    }
    waiting = uc_arena_alloc(&req->arena, sizeof(*waiting));
    if (!waiting) {
        uc_auth_fail(req, "out of memory");
        return;
    }
    waiting->req = req;
    waiting->credential = *credential;
    uc_link_before(&jwks->waiting, &waiting->link);
}

/* ---- life */

static int make_caller(struct jwks *jwks)
{
    const struct uc_auth_jwks_info *info = jwks->scheme->jwks;
    struct uc_caller_config config = {.timeout_ms = info->timeout_ms, .peers = 1};
    struct uc_url url;
    size_t len;

    if (uc_url_parse(&url, uc_str(jwks->url.data)) || url.secure != (info->tls != NULL))
        return uc_auth_complain(jwks->scheme,
                                info->tls ? "with a ca the url of its keys must be https://host[:port]/path"
                                          : "the url of its keys must be http://host[:port]/path (https:// needs a ca)",
                                -EINVAL);
    len = strlen(url.host);
    if (url.host[len - 1] == '.')
        url.host[len - 1] = '\0';
    config.hosts = url.host; /* it is ours to choose, and may be beside us */
    config.tls_ops = info->tls ? info->tls->ops : NULL;
    config.tls = jwks->tls;
    return uc_caller_new(&jwks->caller, jwks->service->loop, &config);
}

static int load(struct uc_service *service, const struct uc_auth_scheme *scheme, void **loaded)
{
    struct jwks *jwks = calloc(1, sizeof(*jwks));
    int err;

    if (!jwks)
        return -ENOMEM;
    *loaded = jwks;
    jwks->service = service;
    jwks->scheme = scheme;
    uc_link_init(&jwks->waiting);
    uv_timer_init(service->loop, &jwks->timer); /* cannot fail */
    uv_unref((uv_handle_t *)&jwks->timer);
    jwks->timer.data = jwks;
    err = uc_auth_tokens_load(&jwks->tokens, service, scheme);
    if (!err)
        err = uc_auth_expand(service, scheme->jwks->url, &jwks->url);
    if (!err)
        err = load_tls(jwks);
    if (!err)
        err = make_caller(jwks);
    if (err)
        return err;
    service->keys_awaited++;
    fetch(jwks);
    return 0;
}

static void end(void *loaded)
{
    struct jwks *jwks = loaded;

    jwks->ended = true;
    uv_timer_stop(&jwks->timer);
    if (jwks->caller)
        uc_caller_end(jwks->caller);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void unload(void *loaded)
{
    struct jwks *jwks = loaded;

    if (!jwks)
        return;
    end(jwks);
    uc_caller_free(jwks->caller);
    if (jwks->tls)
        jwks->scheme->jwks->tls->ops->unload(jwks->tls);
    uc_auth_free_keys(jwks->keys);
    uc_auth_tokens_deinit(&jwks->tokens);
    uc_buf_deinit(&jwks->url);
    uv_close((uv_handle_t *)&jwks->timer, on_closed);
}

static struct uc_tls_server **tls_of(void *loaded)
{
    return &((struct jwks *)loaded)->tls;
}

static void use_tls(void *loaded)
{
    struct jwks *jwks = loaded;

    if (jwks->tls)
        uc_caller_set_tls(jwks->caller, jwks->tls);
}

const struct uc_auth_judge uc_auth_jwks = {
    .load = load, .end = end, .unload = unload, .verify = verify, .tls_of = tls_of, .use_tls = use_tls};
