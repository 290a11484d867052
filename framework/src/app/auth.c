/* SPDX-License-Identifier: MIT */
/*
 * auth.c - a request through the alternatives of its operation, one credential after the other.
 *
 *     look at a need --credential there--> verify --accepted--> next need ... behind the alternative's last: admitted
 *          \--absent, malformed--------------\--refused--> next alternative ... behind the last one: 401, 403
 *
 * Verify may call back later: then the loop ends here, and the verdict takes it up again.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "app/auth_internal.h"
#include "base/log_internal.h"

static const struct uc_auth_info *info_of(const struct uc_request *req)
{
    return req->service->info->auth;
}

/* ---- scopes */

static bool next_scope(struct uc_str *list, struct uc_str *scope)
{
    size_t at = 0, len = 0;

    while (at < list->len && list->data[at] == ' ')
        at++;
    while (at + len < list->len && list->data[at + len] != ' ')
        len++;
    *scope = uc_str_of(list->data + at, len);
    *list = uc_str_of(list->data + at + len, list->len - at - len);
    return len > 0;
}

static bool has_scope(struct uc_str granted, struct uc_str wanted)
{
    struct uc_str scope;

    while (next_scope(&granted, &scope))
        if (uc_str_eq(scope, wanted))
            return true;
    return false;
}

bool uc_principal_may(const struct uc_principal *who, const char *scope)
{
    return who && has_scope(who->scopes, uc_str(scope));
}

static bool suffices(const struct uc_principal *who, const char *scopes)
{
    struct uc_str needed = uc_str(scopes), scope;

    while (next_scope(&needed, &scope))
        if (!has_scope(who->scopes, scope))
            return false;
    return true;
}

bool uc_equal_constant_time(struct uc_str given, struct uc_str secret)
{
    unsigned char different = given.len != secret.len;

    for (size_t i = 0; i < given.len; i++)
        different |= (unsigned char)given.data[i] ^ (unsigned char)(secret.len ? secret.data[i % secret.len] : 0);
    return !*(volatile unsigned char *)&different && given.len == secret.len;
}

/* ---- the way through the needs */

static const struct uc_auth_need *need_at(const struct uc_auth_state *state)
{
    return &state->rule->needs[state->at];
}

static void note_refusal(struct uc_auth_state *state, const struct uc_auth_scheme *scheme, const char *why)
{
    state->presented = true;
    if (state->blamed)
        return;
    state->blamed = scheme;
    state->why = why;
}

static void next_alternative(struct uc_auth_state *state)
{
    uint8_t failed = need_at(state)->alternative;

    state->admitted = 0;
    while (state->at < state->rule->need_count && need_at(state)->alternative == failed)
        state->at++;
}

static void reject(struct uc_auth_state *state)
{
    state->rejected |= (uint32_t)1 << need_at(state)->scheme;
    next_alternative(state);
}

/* The scheme's credential is good: are its rights? */
static void settle(struct uc_auth_state *state)
{
    const struct uc_auth_need *need = need_at(state);

    if (need->scopes && !suffices(&state->principals[need->scheme], need->scopes)) {
        state->forbidden = true;
        next_alternative(state);
        return;
    }
    state->admitted |= (uint32_t)1 << need->scheme;
    state->at++;
}

/* True: the last need of an alternative was met. */
static bool is_admitted(const struct uc_auth_state *state)
{
    if (!state->admitted)
        return false;
    return state->at == state->rule->need_count || need_at(state)->alternative != state->rule->needs[state->at - 1].alternative;
}

static void judge(struct uc_request *req, const struct uc_auth_scheme *scheme, size_t index,
                  const struct uc_credential *credential)
{
    if (scheme->judge)
        scheme->judge->verify(req, scheme, req->service->auth_loaded[index], credential);
    else if (scheme->verify)
        scheme->verify(req, credential);
    else
        uc_auth_accept(req, &(struct uc_principal){.subject = credential->user});
}

/* Have the credential of this need judged. False: the verdict will come later. */
static bool look(struct uc_request *req, struct uc_auth_state *state)
{
    const struct uc_auth_need *need = need_at(state);
    const struct uc_auth_scheme *scheme = &info_of(req)->schemes[need->scheme];
    struct uc_credential credential = {0};
    const char *why = NULL;
    int err;

    if (state->accepted >> need->scheme & 1) { /* in an earlier alternative */
        settle(state);
        return true;
    }
    if (state->rejected >> need->scheme & 1) {
        next_alternative(state);
        return true;
    }
    err = uc_auth_find(req, scheme, &credential, &why);
    if (err) {
        if (err == -EINVAL)
            note_refusal(state, scheme, why);
        reject(state);
        return true;
    }
    state->presented = true;
    state->verdict = UC_AUTH_PENDING;
    state->token = credential.key;
    judge(req, scheme, need->scheme, &credential);
    return state->verdict != UC_AUTH_PENDING;
}

/* What the verdict on the need at hand changes. False: the request has been answered. */
static bool obey(struct uc_request *req, struct uc_auth_state *state)
{
    enum uc_auth_verdict verdict = state->verdict;

    state->verdict = UC_AUTH_PENDING;
    switch (verdict) {
    case UC_AUTH_ACCEPTED:
        state->accepted |= (uint32_t)1 << need_at(state)->scheme;
        settle(state);
        break;
    case UC_AUTH_FORBIDDEN:
        state->forbidden = true;
        state->forbidden_why = state->verdict_why;
        reject(state);
        break;
    case UC_AUTH_REFUSED:
        note_refusal(state, &info_of(req)->schemes[need_at(state)->scheme], state->verdict_why);
        reject(state);
        break;
    case UC_AUTH_FAILED:
        uc_answer_problem(req, 503, state->verdict_why);
        return false;
    case UC_AUTH_PENDING: /* there was nothing to judge */
        break;
    }
    return true;
}

static void run(struct uc_request *req, struct uc_auth_state *state)
{
    state->running = true;
    while (state->at < state->rule->need_count && !is_admitted(state)) {
        if (!look(req, state)) {
            state->running = false;
            return;
        }
        if (!obey(req, state))
            return;
    }
    if (is_admitted(state) || (state->rule->optional && !state->presented))
        uc_dispatch_admitted(req);
    else
        uc_auth_answer(req, info_of(req), state);
}

static void check(struct uc_request *req)
{
    const struct uc_auth_info *info = info_of(req);
    const struct uc_auth_rule *rule = &info->rules[req->operation - req->service->info->operations];
    struct uc_auth_state *state;

    if (!rule->need_count) {
        uc_dispatch_admitted(req);
        return;
    }
    state = uc_arena_alloc(&req->arena, sizeof(*state) + info->scheme_count * sizeof(state->principals[0]));
    if (!state) {
        uc_answer_problem(req, 503, "out of memory");
        return;
    }
    state->rule = rule;
    req->auth = state;
    run(req, state);
}

/* ---- verdicts */

static void decide(struct uc_request *req, enum uc_auth_verdict verdict, const char *why)
{
    struct uc_auth_state *state = req->auth;

    assert(state && state->verdict == UC_AUTH_PENDING && state->at < state->rule->need_count);
    state->verdict = verdict;
    state->verdict_why = why;
    if (state->running)
        return;
    if (uc_request_cancelled(req)) { /* nobody waits any more: the answer only ends the request */
        uc_answer_problem(req, 503, NULL);
        return;
    }
    if (obey(req, state))
        run(req, state);
}

void uc_auth_accept_own(struct uc_request *req, const struct uc_principal *who)
{
    struct uc_auth_state *state = req->auth;
    struct uc_principal *principal;

    assert(state && state->at < state->rule->need_count); /* a second verdict, or one that nobody asked for */
    principal = &state->principals[need_at(state)->scheme];
    *principal = *who;
    if (!principal->token.data)
        principal->token = state->token;
    decide(req, UC_AUTH_ACCEPTED, NULL);
}

static struct uc_str copy(struct uc_request *req, struct uc_str text)
{
    return text.data ? uc_arena_copy(&req->arena, text) : text;
}

void uc_auth_accept(struct uc_request *req, const struct uc_principal *who)
{
    struct uc_principal own = *who;

    own.subject = copy(req, who->subject);
    own.scopes = copy(req, who->scopes);
    own.issuer = copy(req, who->issuer);
    own.token = copy(req, who->token);
    own.claims = copy(req, who->claims);
    uc_auth_accept_own(req, &own);
}

void uc_auth_refuse(struct uc_request *req, const char *why)
{
    decide(req, UC_AUTH_REFUSED, why);
}

void uc_auth_forbid(struct uc_request *req, const char *why)
{
    decide(req, UC_AUTH_FORBIDDEN, why);
}

void uc_auth_fail(struct uc_request *req, const char *why)
{
    decide(req, UC_AUTH_FAILED, why);
}

const struct uc_principal *uc_request_principal(const struct uc_request *req, size_t scheme)
{
    const struct uc_auth_state *state = req->auth;

    return state && (state->admitted >> scheme & 1) ? &state->principals[scheme] : NULL;
}

/* ---- keys, at the start */

static int load(struct uc_service *service)
{
    const struct uc_auth_info *info = service->info->auth;
    int err = 0;

    assert(info->scheme_count <= UC_AUTH_SCHEMES_MAX);
    service->auth_loaded = calloc(info->scheme_count + 1, sizeof(*service->auth_loaded));
    if (!service->auth_loaded)
        return -ENOMEM;
    for (size_t i = 0; !err && i < info->scheme_count; i++) {
        const struct uc_auth_scheme *scheme = &info->schemes[i];

        if (scheme->judge)
            err = scheme->judge->load(service, scheme, &service->auth_loaded[i]);
    }
    return err;
}

static void end_calls(struct uc_service *service)
{
    const struct uc_auth_info *info = service->info->auth;

    for (size_t i = 0; service->auth_loaded && i < info->scheme_count; i++)
        if (service->auth_loaded[i] && info->schemes[i].judge->end)
            info->schemes[i].judge->end(service->auth_loaded[i]);
}

static void unload(struct uc_service *service)
{
    const struct uc_auth_info *info = service->info->auth;

    for (size_t i = 0; service->auth_loaded && i < info->scheme_count; i++)
        if (info->schemes[i].judge)
            info->schemes[i].judge->unload(service->auth_loaded[i]);
    free(service->auth_loaded);
    service->auth_loaded = NULL;
}

const struct uc_auth_ops uc_auth = {.load = load, .end_calls = end_calls, .unload = unload, .check = check, .gather = uc_gather_body};
