/* SPDX-License-Identifier: MIT */
/*
 * Handlers that the user has not written yet. To find those that are there it is enough to
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

static void emit_handler(struct gen_out *out, const struct gen_operation *op)
{
    gen_out_blank(out);
    gen_out_comment(out, gen_arena_printf(out->arena, "%s %s%s%s", op->method, op->path,
                                          op->summary ? ": " : "", op->summary ? op->summary : ""));
    gen_out_line(out, "void %s(struct %s *call)", op->c_name, op->c_name);
    gen_out_open(out, "{");
    gen_out_line(out, "uc_answer_problem(call->request, 501, \"%s is not written yet\");",
                 op->c_name);
    gen_out_close(out, "}");
}

static void emit_verifier(struct gen_out *out, const struct gen_scheme *scheme)
{
    gen_out_blank(out);
    gen_out_comment(out, gen_arena_printf(out->arena, "Security scheme %s: is auth->%s good?", scheme->name,
                                          scheme->credential == GEN_BASIC ? "user with auth->password" : "key"));
    gen_out_line(out, "void %s(struct %s *auth)", scheme->function, scheme->function);
    gen_out_open(out, "{");
    gen_out_line(out, "uc_auth_fail(auth->request, \"%s is not written yet\");", scheme->function);
    gen_out_close(out, "}");
}

static void emit_life(struct gen_out *out, const char *name, const char *source)
{
    if (!defines(source, gen_arena_printf(out->arena, "%s_start", name))) {
        gen_out_blank(out);
        gen_out_line(out, "int %s_start(struct %s_service *self)", name, name);
        gen_out_open(out, "{");
        gen_out_line(out, "(void)self; /* self->app = what your handlers need */");
        gen_out_line(out, "return 0;");
        gen_out_close(out, "}");
    }
    if (!defines(source, gen_arena_printf(out->arena, "%s_stop", name))) {
        gen_out_blank(out);
        gen_out_line(out, "void %s_stop(struct %s_service *self)", name, name);
        gen_out_open(out, "{");
        gen_out_line(out, "(void)self;");
        gen_out_close(out, "}");
    }
}

struct gen_file gen_missing_handlers(const struct gen_service *service, const char *source)
{
    struct gen_out out;

    if (!source)
        source = "";
    gen_out_init(&out, service->arena);
    for (size_t i = 0; i < service->contract.operation_count; i++)
        if (!defines(source, service->contract.operations[i].c_name))
            emit_handler(&out, &service->contract.operations[i]);
    for (size_t i = 0; i < service->contract.scheme_count; i++)
        if (gen_has_verifier(&service->contract.schemes[i]) && !defines(source, service->contract.schemes[i].function))
            emit_verifier(&out, &service->contract.schemes[i]);
    emit_life(&out, service->description.name, source);
    return (struct gen_file){"handlers.c", out.bytes, out.len};
}
