/* SPDX-License-Identifier: MIT */
/*
 * auth_answer.c - 401 and 403, with a challenge for each way in (RFC 9110, section 11.6.1; RFC 6750, section 3).
 *
 * API keys have no registered scheme; "ApiKey" says where the key goes, since a 401 without any challenge is none.
 */
#include "app/auth_internal.h"

static struct uc_str scopes_of(struct uc_request *req, const struct uc_auth_rule *rule, size_t scheme)
{
    struct uc_str scopes = {NULL, 0};

    for (size_t i = 0; i < rule->need_count && !scopes.data; i++)
        if (rule->needs[i].scheme == scheme && rule->needs[i].scopes)
            scopes = uc_arena_printf(&req->arena, ", scope=\"%s\"", rule->needs[i].scopes);
    return scopes;
}

static struct uc_str key_challenge(struct uc_request *req, const struct uc_auth_scheme *scheme, const char *realm)
{
    const char *place = scheme->kind == UC_AUTH_KEY_HEADER ? "header" : scheme->kind == UC_AUTH_KEY_QUERY ? "query" : "cookie";

    return uc_arena_printf(&req->arena, "ApiKey realm=\"%s\", in=\"%s\", name=\"%s\"", realm, place, scheme->parameter);
}

static struct uc_str bearer_challenge(struct uc_request *req, const struct uc_auth_state *state, size_t index, const char *realm,
                                      const char *error, const char *why)
{
    struct uc_str scopes = scopes_of(req, state->rule, index);

    if (!error)
        return uc_arena_printf(&req->arena, "Bearer realm=\"%s\"%.*s", realm, (int)scopes.len, scopes.data);
    return uc_arena_printf(&req->arena, "Bearer realm=\"%s\", error=\"%s\"%s%s%s%.*s", realm, error,
                           why ? ", error_description=\"" : "", why ? why : "", why ? "\"" : "", (int)scopes.len, scopes.data);
}

static void add_challenge(struct uc_request *req, const struct uc_auth_info *info, const struct uc_auth_state *state, size_t index)
{
    const struct uc_auth_scheme *scheme = &info->schemes[index];
    const char *realm = req->service->info->name;
    bool blamed = scheme == state->blamed;

    switch (scheme->kind) {
    case UC_AUTH_BASIC:
        uc_answer_header(req, "WWW-Authenticate",
                         uc_arena_printf(&req->arena, "Basic realm=\"%s\", charset=\"UTF-8\"", realm));
        break;
    case UC_AUTH_BEARER:
        uc_answer_header(req, "WWW-Authenticate",
                         bearer_challenge(req, state, index, realm, blamed ? "invalid_token" : NULL, blamed ? state->why : NULL));
        break;
    case UC_AUTH_CERTIFICATE: /* is asked for by TLS, or not at all */
        break;
    default:
        uc_answer_header(req, "WWW-Authenticate", key_challenge(req, scheme, realm));
        break;
    }
}

/* Each scheme that some alternative takes, once. */
static uint32_t schemes_of(const struct uc_auth_rule *rule)
{
    uint32_t schemes = 0;

    for (size_t i = 0; i < rule->need_count; i++)
        schemes |= (uint32_t)1 << rule->needs[i].scheme;
    return schemes;
}

static void answer_401(struct uc_request *req, const struct uc_auth_info *info, const struct uc_auth_state *state)
{
    uint32_t schemes = schemes_of(state->rule);

    for (size_t i = 0; i < info->scheme_count; i++)
        if (schemes >> i & 1)
            add_challenge(req, info, state, i);
    uc_answer_problem(req, 401, state->why ? state->why : "credentials are needed");
}

static void answer_403(struct uc_request *req, const struct uc_auth_info *info, const struct uc_auth_state *state)
{
    uint32_t schemes = schemes_of(state->rule);

    for (size_t i = 0; i < info->scheme_count; i++)
        if ((schemes >> i & 1) && info->schemes[i].kind == UC_AUTH_BEARER)
            uc_answer_header(req, "WWW-Authenticate",
                             bearer_challenge(req, state, i, req->service->info->name, "insufficient_scope", NULL));
    uc_answer_problem(req, 403, state->forbidden_why ? state->forbidden_why : "the credentials do not allow this");
}

void uc_auth_answer(struct uc_request *req, const struct uc_auth_info *info, const struct uc_auth_state *state)
{
    if (state->forbidden)
        answer_403(req, info, state);
    else
        answer_401(req, info, state);
}
