/* SPDX-License-Identifier: MIT */
/* client_security.c - what a call shows of who makes it. */
#include <string.h>

#include "emit/client.h"
#include "emit/security.h"

static bool is_shown(const struct gen_scheme *scheme)
{
    return scheme->used && scheme->credential != GEN_CERTIFICATE;
}

bool gen_shows_credentials(const struct gen_contract *contract)
{
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (is_shown(&contract->schemes[i]))
            return true;
    return false;
}

void gen_emit_client_auth_member(struct gen_out *out, const struct gen_contract *contract)
{
    if (!gen_shows_credentials(contract))
        return;
    gen_out_comment(out, gen_arena_printf(out->arena, "Credentials: %s; absent and empty ones are not shown. Borrowed until the "
                                          "call has been made.",
                                          contract->at_urls ? "what is set before a call"
                                                            : "those of x-service, or what is set before a call"));
    gen_out_open(out, "struct {");
    for (size_t i = 0; i < contract->scheme_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[i];

        if (!is_shown(scheme))
            continue;
        if (scheme->credential == GEN_BASIC)
            gen_out_line(out, "struct { struct uc_str user, password; } %s;", scheme->c_name);
        else
            gen_out_line(out, "struct uc_str %s;%s", scheme->c_name, scheme->credential == GEN_BEARER ? " /* the token */" : "");
    }
    gen_out_close(out, "} auth;");
}

static size_t variable_index(const struct gen_description *description, const char *name)
{
    size_t i = 0;

    while (strcmp(description->env[i].name, name))
        i++;
    return i;
}

void gen_emit_client_auth_start(struct gen_out *out, const struct gen_service *service, size_t client)
{
    const struct gen_contract *contract = &service->clients[client];
    const char *name = service->description.clients[client].name;

    for (size_t i = 0; i < contract->scheme_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[i];

        if (!is_shown(scheme) || !scheme->given)
            continue;
        gen_out_line(out, "self->clients.%s.auth.%s%s = uc_service_env(service, %zu);", name, scheme->c_name,
                     scheme->credential == GEN_BASIC ? ".user" : "", variable_index(&service->description, scheme->given));
        if (scheme->credential == GEN_BASIC)
            gen_out_line(out, "self->clients.%s.auth.%s.password = uc_service_env(service, %zu);", name, scheme->c_name,
                         variable_index(&service->description, scheme->password));
    }
}

/* ---- one call: the first alternative all of whose credentials are there */

static bool alternative_goes(const struct gen_contract *contract, const struct gen_security *security, unsigned alternative)
{
    bool any = false;

    for (size_t i = 0; i < security->need_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[security->needs[i].scheme];

        if (security->needs[i].alternative != alternative)
            continue;
        any = true;
        if (scheme->credential == GEN_CERTIFICATE && !scheme->given)
            return false;
    }
    return any;
}

static const char *condition_of(struct gen_arena *arena, const struct gen_contract *contract, const struct gen_security *security,
                                unsigned alternative)
{
    const char *condition = NULL;

    for (size_t i = 0; i < security->need_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[security->needs[i].scheme];

        if (security->needs[i].alternative == alternative && is_shown(scheme))
            condition = gen_arena_printf(arena, "%s%sclient.auth.%s%s.len", condition ? condition : "", condition ? " && " : "",
                                         scheme->c_name, scheme->credential == GEN_BASIC ? ".user" : "");
    }
    return condition;
}

static void show(struct gen_out *out, const struct gen_scheme *scheme)
{
    const char *name = scheme->parameter ? gen_c_literal(out->arena, scheme->parameter) : NULL;

    switch (scheme->credential) {
    case GEN_KEY_HEADER:
        gen_out_line(out, "uc_client_header(&headers, %s, client.auth.%s);", name, scheme->c_name);
        break;
    case GEN_KEY_QUERY:
        gen_out_line(out, "uc_buf_append(&target, query++ ? \"&\" : \"?\", 1);");
        gen_out_line(out, "uc_buf_append_str(&target, uc_str(%s));", gen_query_name(out->arena, scheme->parameter));
        gen_out_line(out, "uc_url_encode(&target, client.auth.%s);", scheme->c_name);
        break;
    case GEN_KEY_COOKIE:
        gen_out_line(out, "uc_client_cookie(&headers, %s, client.auth.%s);", name, scheme->c_name);
        break;
    case GEN_BASIC:
        gen_out_line(out, "uc_client_basic(&headers, client.auth.%s.user, client.auth.%s.password);", scheme->c_name, scheme->c_name);
        break;
    case GEN_BEARER:
        gen_out_line(out, "uc_client_bearer(&headers, client.auth.%s);", scheme->c_name);
        break;
    case GEN_CERTIFICATE: /* is the connection's */
        break;
    }
}

static void show_alternative(struct gen_out *out, const struct gen_contract *contract, const struct gen_security *security,
                             unsigned alternative)
{
    for (size_t i = 0; i < security->need_count; i++)
        if (security->needs[i].alternative == alternative)
            show(out, &contract->schemes[security->needs[i].scheme]);
}

void gen_emit_client_credentials(struct gen_out *out, const struct gen_contract *contract, const struct gen_operation *op)
{
    const struct gen_security *security = op->security;
    unsigned last = security ? security->needs[security->need_count - 1].alternative : 0;
    bool first = true;

    if (!security)
        return;
    for (unsigned i = 0; i <= last; i++) {
        const char *condition;

        if (!alternative_goes(contract, security, i))
            continue;
        condition = condition_of(out->arena, contract, security, i);
        if (!condition && first) /* the connection's certificate is enough */
            return;
        if (!first)
            out->indent--;
        if (condition)
            gen_out_open(out, first ? "if (%s) {" : "} else if (%s) {", condition);
        else
            gen_out_open(out, "} else { /* the connection's certificate is enough */");
        show_alternative(out, contract, security, i);
        first = false;
        if (!condition) {
            gen_out_close(out, "}");
            return;
        }
    }
    if (!security->optional) {
        if (first) {
            gen_out_line(out, "error = -EACCES; /* it wants a certificate, and x-service gives this client none */");
            return;
        }
        out->indent--;
        gen_out_open(out, "} else {");
        gen_out_line(out, "error = -EACCES;");
    }
    if (!first)
        gen_out_close(out, "}");
}

/* Some way of this place is among the operation's. */
static bool shows_in(const struct gen_contract *contract, const struct gen_operation *op, bool query)
{
    for (size_t i = 0; op->security && i < op->security->need_count; i++) {
        const struct gen_need *need = &op->security->needs[i];
        enum gen_credential credential = contract->schemes[need->scheme].credential;

        if (credential != GEN_CERTIFICATE && (credential == GEN_KEY_QUERY) == query)
            return true;
    }
    return false;
}

bool gen_shows_in_query(const struct gen_contract *contract, const struct gen_operation *op)
{
    return shows_in(contract, op, true);
}

bool gen_shows_in_headers(const struct gen_contract *contract, const struct gen_operation *op)
{
    return shows_in(contract, op, false);
}
