/* SPDX-License-Identifier: MIT */
/*
 * What the user writes, and what is not written yet. To find functions that are there it is enough to
 * look, outside of braces, comments and strings, for "name(...) {".
 */
#include <string.h>

#include "emit/security.h"

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *skip_quoted(const char *at)
{
    char quote = *at++;

    while (*at && *at != quote && *at != '\n')
        at += at[0] == '\\' && at[1] ? 2 : 1;
    return *at == quote ? at + 1 : at;
}

/* Past one comment, string, preprocessor line or character. */
static const char *skip_one(const char *at)
{
    const char *end;

    if (at[0] == '/' && at[1] == '*') {
        end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    if (at[0] == '/' && at[1] == '/')
        return at + strcspn(at, "\n");
    if (*at == '"' || *at == '\'')
        return skip_quoted(at);
    return at + 1;
}

static const char *skip_blank(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r' ||
           (at[0] == '/' && (at[1] == '*' || at[1] == '/')))
        at = skip_one(at);
    return at;
}

/* `at` is behind a name: does a parameter list and a body follow? */
static bool definition_follows(const char *at)
{
    unsigned depth = 0;

    at = skip_blank(at);
    if (*at != '(')
        return false;
    do {
        depth += *at == '(';
        depth -= *at == ')';
        at = skip_one(at);
    } while (*at && depth);
    return *skip_blank(at) == '{';
}

static bool defines(const char *source, const char *name)
{
    size_t len = strlen(name);
    unsigned depth = 0;

    for (const char *at = source; *at;) {
        if (depth == 0 && word_char(*at)) {
            size_t word = 0;

            while (word_char(at[word]))
                word++;
            if (word == len && !memcmp(at, name, len) && definition_follows(at + word))
                return true;
            at += word;
            continue;
        }
        depth += *at == '{';
        depth -= *at == '}' && depth;
        at = skip_one(at);
    }
    return false;
}

/* ---- all of them */

static void add(struct gen_arena *arena, struct gen_functions *all, const char *name, const char *signature,
                const char *absent, struct gen_mark mark)
{
    all->items = gen_arena_grow(arena, all->items, all->count, sizeof(*all->items));
    all->items[all->count++] = (struct gen_function){name, signature, absent, mark};
}

static void add_life(struct gen_arena *arena, struct gen_functions *all, const char *service, const char *type,
                     const char *verb, struct gen_mark mark)
{
    const char *name = gen_arena_printf(arena, "%s_%s", service, verb);

    add(arena, all, name, gen_arena_printf(arena, "%s %s(struct %s_service *self)", type, name, service),
        gen_arena_printf(arena, "the service has no %s function", verb), mark);
}

/* First the operations, then the schemes, then start and stop. */
struct gen_functions gen_user_functions(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    struct gen_arena *arena = service->arena;
    struct gen_functions all = {0};
    struct gen_mark whole = {.file = service->description.path};

    for (size_t i = 0; i < contract->operation_count; i++) {
        const struct gen_operation *op = &contract->operations[i];
        bool named = gen_yaml_get(op->node, "operationId") != NULL;

        add(arena, &all, op->c_name, gen_arena_printf(arena, "void %s(struct %s *call)", op->c_name, op->c_name),
            gen_arena_printf(arena, "operation %s%s%s has no handler", named ? op->id : op->method, named ? "" : " ",
                             named ? "" : op->path),
            op->mark);
    }
    for (size_t i = 0; i < contract->scheme_count; i++) {
        const struct gen_scheme *scheme = &contract->schemes[i];

        if (gen_has_verifier(scheme))
            add(arena, &all, scheme->function,
                gen_arena_printf(arena, "void %s(struct %s *auth)", scheme->function, scheme->function),
                gen_arena_printf(arena, "security scheme %s has no function that judges it", scheme->name), scheme->mark);
    }
    add_life(arena, &all, service->description.name, "int", "start", whole);
    add_life(arena, &all, service->description.name, "void", "stop", whole);
    return all;
}

/* ---- what is missing */

static void emit_handler(struct gen_out *out, const struct gen_operation *op, const char *signature)
{
    gen_out_blank(out);
    gen_out_comment(out, gen_arena_printf(out->arena, "%s %s%s%s", op->method, op->path,
                                          op->summary ? ": " : "", op->summary ? op->summary : ""));
    gen_out_line(out, "%s", signature);
    gen_out_open(out, "{");
    gen_out_line(out, "uc_answer_problem(call->request, 501, \"%s is not written yet\");",
                 op->c_name);
    gen_out_close(out, "}");
}

static void emit_verifier(struct gen_out *out, const struct gen_scheme *scheme, const char *signature)
{
    gen_out_blank(out);
    gen_out_comment(out, gen_arena_printf(out->arena, "Security scheme %s: is auth->%s good?", scheme->name,
                                          scheme->credential == GEN_BASIC ? "user with auth->password" : "key"));
    gen_out_line(out, "%s", signature);
    gen_out_open(out, "{");
    gen_out_line(out, "uc_auth_fail(auth->request, \"%s is not written yet\");", scheme->function);
    gen_out_close(out, "}");
}

static void emit_start(struct gen_out *out, const char *signature)
{
    gen_out_blank(out);
    gen_out_line(out, "%s", signature);
    gen_out_open(out, "{");
    gen_out_line(out, "(void)self; /* self->app = what your handlers need */");
    gen_out_line(out, "return 0;");
    gen_out_close(out, "}");
}

static void emit_stop(struct gen_out *out, const char *signature)
{
    gen_out_blank(out);
    gen_out_line(out, "%s", signature);
    gen_out_open(out, "{");
    gen_out_line(out, "(void)self;");
    gen_out_close(out, "}");
}

struct gen_file gen_missing_handlers(const struct gen_service *service, const char *source)
{
    const struct gen_contract *contract = &service->contract;
    struct gen_functions all = gen_user_functions(service);
    const struct gen_function *function = all.items;
    struct gen_out out;

    if (!source)
        source = "";
    gen_out_init(&out, service->arena);
    for (size_t i = 0; i < contract->operation_count; i++, function++)
        if (!defines(source, function->name))
            emit_handler(&out, &contract->operations[i], function->signature);
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (gen_has_verifier(&contract->schemes[i])) {
            if (!defines(source, function->name))
                emit_verifier(&out, &contract->schemes[i], function->signature);
            function++;
        }
    if (!defines(source, function->name))
        emit_start(&out, function->signature);
    function++;
    if (!defines(source, function->name))
        emit_stop(&out, function->signature);
    return (struct gen_file){"handlers.c", out.bytes, out.len};
}
