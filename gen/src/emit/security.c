/* SPDX-License-Identifier: MIT */
/* security.c - who may call: the tables for the framework, the functions that judge, the caller in a call. */
#include "emit/security.h"

#include <inttypes.h>
#include <string.h>

bool gen_is_secured(const struct gen_contract *contract)
{
    for (size_t i = 0; i < contract->operation_count; i++)
        if (contract->operations[i].security)
            return true;
    return false;
}

bool gen_has_verifier(const struct gen_scheme *scheme)
{
    return scheme->used && !scheme->keys && !scheme->jwt && scheme->credential != GEN_CERTIFICATE;
}

/* Its place among those that are emitted. */
static size_t place_of(const struct gen_contract *contract, size_t scheme)
{
    size_t place = 0;

    for (size_t i = 0; i < scheme; i++)
        place += contract->schemes[i].used;
    return place;
}

static bool takes(const struct gen_operation *op, size_t scheme)
{
    for (size_t i = 0; op->security && i < op->security->need_count; i++)
        if (op->security->needs[i].scheme == scheme)
            return true;
    return false;
}

/* It has a part in each way in, so that a handler always finds it. */
static bool always_takes(const struct gen_security *security, size_t scheme)
{
    if (security->optional)
        return false;
    for (size_t i = 0; i < security->need_count; i++) {
        bool found = false;

        for (size_t k = 0; k < security->need_count; k++)
            found |= security->needs[k].alternative == security->needs[i].alternative && security->needs[k].scheme == scheme;
        if (!found)
            return false;
    }
    return true;
}

/* ---- header */

static const char *what_comes(struct gen_arena *arena, const struct gen_scheme *scheme)
{
    static const char *const places[] = {"header", "query parameter", "cookie"};

    switch (scheme->credential) {
    case GEN_BASIC:
        return "user and password (basic)";
    case GEN_BEARER:
        return "the bearer token";
    default:
        return gen_arena_printf(arena, "the %s %s", places[scheme->credential], scheme->parameter);
    }
}

void gen_emit_verifiers(struct gen_out *out, const struct gen_service *service,
                        void (*clients)(struct gen_out *out, const struct gen_service *service))
{
    for (size_t i = 0; i < service->contract.scheme_count; i++) {
        const struct gen_scheme *scheme = &service->contract.schemes[i];

        if (!gen_has_verifier(scheme))
            continue;
        gen_out_blank(out);
        gen_out_comment(out, gen_arena_printf(out->arena, "Security scheme %s: %s%s%s", scheme->name,
                                              what_comes(out->arena, scheme), scheme->description ? ". " : "",
                                              scheme->description ? scheme->description : ""));
        gen_out_open(out, "struct %s {", scheme->function);
        gen_out_line(out, "struct uc_request *request;");
        gen_out_line(out, "struct uc_arena *arena;");
        gen_out_line(out, "struct %s_service *service;", service->description.name);
        gen_out_line(out, "void *app;");
        clients(out, service);
        if (scheme->credential == GEN_BASIC)
            gen_out_line(out, "struct uc_str user, password;");
        else
            gen_out_line(out, "struct uc_str key;");
        gen_out_close(out, "};");
        gen_out_blank(out);
        gen_out_comment(out, "Yours to write: is it good? It ends in uc_auth_accept(auth->request, ...), uc_auth_refuse(), "
                             "uc_auth_forbid() or uc_auth_fail(), at once or later (uc/auth.h).");
        gen_out_line(out, "void %s(struct %s *auth);", scheme->function, scheme->function);
    }
}

static void emit_caller(struct gen_out *out, const struct gen_scheme *scheme, const char *comment)
{
    gen_out_line(out, "const struct uc_principal *%s;%s", scheme->c_name, comment);
    if (scheme->jwt && scheme->jwt->claims)
        gen_out_line(out, "const struct %s *%s_claims;%s", scheme->jwt->claims->c_name, scheme->c_name, comment);
}

void gen_emit_auth_member(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op)
{
    if (!op->security)
        return;
    gen_out_open(out, "struct { /* who calls */");
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (takes(op, i))
            emit_caller(out, &contract->schemes[i], always_takes(op->security, i) ? "" : " /* NULL: came in another way */");
    gen_out_close(out, "} auth;");
}

/* ---- source */

static void fill_caller(struct gen_out *out, const struct gen_scheme *scheme, size_t place)
{
    gen_out_line(out, "call->auth.%s = uc_request_principal(req, %zu);", scheme->c_name, place);
    if (scheme->jwt && scheme->jwt->claims)
        gen_out_line(out, "call->auth.%s_claims = call->auth.%s ? call->auth.%s->data : NULL;", scheme->c_name, scheme->c_name,
                     scheme->c_name);
}

void gen_emit_auth_fill(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op)
{
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (takes(op, i))
            fill_caller(out, &contract->schemes[i], place_of(contract, i));
}

static void emit_verify(struct gen_out *out, const struct gen_service *service, const struct gen_scheme *scheme)
{
    gen_out_blank(out);
    gen_out_line(out, "static void verify_%s(struct uc_request *req, const struct uc_credential *credential)", scheme->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "struct uc_arena *arena = uc_request_arena(req);");
    gen_out_line(out, "struct %s *auth = uc_arena_alloc(arena, sizeof(*auth));", scheme->function);
    gen_out_blank(out);
    gen_out_open(out, "if (!auth) {");
    gen_out_line(out, "uc_auth_fail(req, \"out of memory\");");
    gen_out_line(out, "return;");
    gen_out_close(out, "}");
    gen_out_line(out, "auth->request = req;");
    gen_out_line(out, "auth->arena = arena;");
    gen_out_line(out, "auth->service = uc_service_data(uc_request_service(req));");
    gen_out_line(out, "auth->app = auth->service->app;");
    for (size_t i = 0; i < service->description.client_count; i++) {
        const char *client = service->description.clients[i].name;

        gen_out_line(out, "auth->clients.%s = auth->service->clients.%s;", client, client);
        gen_out_line(out, "auth->clients.%s.request = req;", client);
    }
    if (service->callbacks.operation_count) {
        gen_out_line(out, "auth->clients.callbacks = auth->service->clients.callbacks;");
        gen_out_line(out, "auth->clients.callbacks.request = req;");
    }
    if (scheme->credential == GEN_BASIC) {
        gen_out_line(out, "auth->user = credential->user;");
        gen_out_line(out, "auth->password = credential->password;");
    } else {
        gen_out_line(out, "auth->key = credential->key;");
    }
    gen_out_line(out, "%s(auth);", scheme->function);
    gen_out_close(out, "}");
}

static void emit_read_claims(struct gen_out *out, const struct gen_scheme *scheme)
{
    const char *name = scheme->jwt->claims->c_name;

    gen_out_blank(out);
    gen_out_line(out, "static bool read_%s_claims(struct uc_arena *arena, struct uc_str json, void **data)", scheme->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "struct %s *claims = uc_arena_alloc(arena, sizeof(*claims));", name);
    gen_out_line(out, "struct uc_violations bad;");
    gen_out_line(out, "struct uc_json_reader r;");
    gen_out_blank(out);
    gen_out_open(out, "if (!claims)");
    gen_out_line(out, "return false;");
    out->indent--;
    gen_out_line(out, "uc_violations_init(&bad, arena);");
    gen_out_line(out, "uc_json_reader_init(&r, json, arena, &bad);");
    gen_out_line(out, "%s_read(&r, claims);", name);
    gen_out_line(out, "*data = claims;");
    gen_out_line(out, "return !uc_json_finish(&r) && !bad.count;");
    gen_out_close(out, "}");
}

static const char *algorithms_of(struct gen_arena *arena, const struct gen_jwt *jwt)
{
    const char *text = NULL;

    for (unsigned i = 0; gen_jwt_algorithms[i]; i++)
        if (jwt->algorithms & 1u << i)
            text = text ? gen_arena_printf(arena, "%s | UC_JWT_%s", text, gen_jwt_algorithms[i])
                        : gen_arena_printf(arena, "UC_JWT_%s", gen_jwt_algorithms[i]);
    return text;
}

static void emit_scheme(struct gen_out *out, const struct gen_scheme *scheme)
{
    static const char *const kinds[] = {"UC_AUTH_KEY_HEADER", "UC_AUTH_KEY_QUERY", "UC_AUTH_KEY_COOKIE",
                                        "UC_AUTH_BASIC",      "UC_AUTH_BEARER",    "UC_AUTH_CERTIFICATE"};
    const struct gen_jwt *jwt = scheme->jwt;

    gen_out_open(out, "{");
    gen_out_line(out, ".name = %s,", gen_c_literal(out->arena, scheme->name));
    gen_out_line(out, ".kind = %s,", kinds[scheme->credential]);
    if (scheme->parameter)
        gen_out_line(out, ".parameter = %s,", gen_c_literal(out->arena, scheme->parameter));
    if (gen_has_verifier(scheme))
        gen_out_line(out, ".verify = verify_%s,", scheme->c_name);
    if (scheme->keys) {
        gen_out_line(out, ".judge = &uc_auth_keys,");
        gen_out_line(out, ".keys = %s,", gen_c_literal(out->arena, scheme->keys));
    }
    if (jwt) {
        gen_out_line(out, jwt->keys ? ".judge = &uc_auth_jwt," : ".judge = &uc_auth_jwks,");
        if (jwt->keys)
            gen_out_line(out, ".keys = %s,", gen_c_literal(out->arena, jwt->keys));
        else
            gen_out_line(out, ".jwks = &%s_jwks,", scheme->c_name);
        if (jwt->issuer)
            gen_out_line(out, ".issuer = %s,", gen_c_literal(out->arena, jwt->issuer));
        if (jwt->audience)
            gen_out_line(out, ".audience = %s,", gen_c_literal(out->arena, jwt->audience));
        gen_out_line(out, ".algorithms = %s,", algorithms_of(out->arena, jwt));
        gen_out_line(out, ".leeway_s = %" PRId64 ",", jwt->leeway_ms / 1000);
        if (jwt->claims)
            gen_out_line(out, ".read_claims = read_%s_claims,", scheme->c_name);
    }
    gen_out_close(out, "},");
}

static void emit_jwks(struct gen_out *out, const struct gen_scheme *scheme)
{
    const struct gen_client *jwks = &scheme->jwt->jwks;
    const char *name = gen_arena_printf(out->arena, "%s_jwks", scheme->c_name);

    if (jwks->ca)
        gen_emit_client_tls(out, jwks, name);
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_auth_jwks_info %s = {", name);
    gen_out_line(out, ".url = %s,", gen_c_literal(out->arena, jwks->url));
    gen_out_line(out, ".interval_ms = %" PRId64 ",", scheme->jwt->interval_ms);
    gen_out_line(out, ".timeout_ms = %" PRId64 ",", jwks->timeout_ms);
    if (jwks->ca)
        gen_out_line(out, ".tls = &%s_tls,", name);
    gen_out_close(out, "};");
}

static bool same(const struct gen_security *a, const struct gen_security *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->need_count != b->need_count)
        return false;
    for (size_t i = 0; i < a->need_count; i++) {
        const struct gen_need *x = &a->needs[i], *y = &b->needs[i];

        if (x->alternative != y->alternative || x->scheme != y->scheme || !x->scopes != !y->scopes ||
            (x->scopes && strcmp(x->scopes, y->scopes)))
            return false;
    }
    return true;
}

/* The first operation that demands the same: the table has its name. */
static const struct gen_operation *first_like(const struct gen_contract *contract, const struct gen_operation *op)
{
    for (size_t i = 0; &contract->operations[i] != op; i++)
        if (same(contract->operations[i].security, op->security))
            return &contract->operations[i];
    return op;
}

static void emit_needs(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op)
{
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_auth_need needs_%s[] = {", gen_short_name(contract, op));
    for (size_t i = 0; i < op->security->need_count; i++) {
        const struct gen_need *need = &op->security->needs[i];

        gen_out_line(out, "{%u, %zu, %s}, /* %s */", need->alternative, place_of(contract, need->scheme),
                     need->scopes ? gen_c_literal(out->arena, need->scopes) : "NULL", contract->schemes[need->scheme].c_name);
    }
    gen_out_close(out, "};");
}

static void emit_rules(struct gen_out *out, const struct gen_contract *contract)
{
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_auth_rule rules[] = { /* of each operation */");
    for (size_t i = 0; i < contract->operation_count; i++) {
        const struct gen_operation *op = &contract->operations[i];

        if (op->security)
            gen_out_line(out, "{needs_%s, %zu, %s},", gen_short_name(contract, first_like(contract, op)), op->security->need_count,
                         op->security->optional ? "true" : "false");
        else
            gen_out_line(out, "{NULL, 0, false},");
    }
    gen_out_close(out, "};");
}

void gen_emit_auth_tables(struct gen_out *out, const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;

    if (!gen_is_secured(contract))
        return;
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (gen_has_verifier(&contract->schemes[i]))
            emit_verify(out, service, &contract->schemes[i]);
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (contract->schemes[i].used && contract->schemes[i].jwt && contract->schemes[i].jwt->claims)
            emit_read_claims(out, &contract->schemes[i]);
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (contract->schemes[i].used && contract->schemes[i].jwt && !contract->schemes[i].jwt->keys)
            emit_jwks(out, &contract->schemes[i]);
    gen_out_blank(out);
    gen_out_open(out, "static const struct uc_auth_scheme schemes[] = {");
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (contract->schemes[i].used)
            emit_scheme(out, &contract->schemes[i]);
    gen_out_close(out, "};");
    for (size_t i = 0; i < contract->operation_count; i++)
        if (contract->operations[i].security && first_like(contract, &contract->operations[i]) == &contract->operations[i])
            emit_needs(out, contract, &contract->operations[i]);
    emit_rules(out, contract);
    gen_out_blank(out);
    gen_out_line(out, "static const struct uc_auth_info auth = {&uc_auth, schemes, %zu, rules};",
                 place_of(contract, contract->scheme_count));
}
