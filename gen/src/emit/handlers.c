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

struct stub {
    struct gen_function function;
    const char *about;   /* a comment above it, or NULL */
    const char *body[2]; /* lines, until it is written */
};

struct stubs {
    struct stub *items;
    size_t count;
};

static void add(struct gen_arena *arena, struct stubs *stubs, struct stub stub)
{
    stubs->items = gen_arena_grow(arena, stubs->items, stubs->count, sizeof(*stubs->items));
    stubs->items[stubs->count++] = stub;
}

static struct stub of_operation(struct gen_arena *arena, const struct gen_operation *op)
{
    bool named = gen_yaml_get(op->node, "operationId") != NULL;

    return (struct stub){
        {op->c_name, gen_arena_printf(arena, "void %s(struct %s *call)", op->c_name, op->c_name),
         gen_arena_printf(arena, "operation %s%s%s has no handler", named ? op->id : op->method, named ? "" : " ",
                          named ? "" : op->path),
         op->mark},
        gen_arena_printf(arena, "%s %s%s%s", op->method, op->path, op->summary ? ": " : "", op->summary ? op->summary : ""),
        {gen_arena_printf(arena, "uc_answer_problem(call->request, 501, \"%s is not written yet\");", op->c_name)}};
}

static struct stub of_scheme(struct gen_arena *arena, const struct gen_scheme *scheme)
{
    return (struct stub){
        {scheme->function, gen_arena_printf(arena, "void %s(struct %s *auth)", scheme->function, scheme->function),
         gen_arena_printf(arena, "security scheme %s has no function that judges it", scheme->name), scheme->mark},
        gen_arena_printf(arena, "Security scheme %s: is auth->%s good?", scheme->name,
                         scheme->credential == GEN_BASIC ? "user with auth->password" : "key"),
        {gen_arena_printf(arena, "uc_auth_fail(auth->request, \"%s is not written yet\");", scheme->function)}};
}

static struct stub of_life(struct gen_arena *arena, const struct gen_description *service, const char *type, const char *verb)
{
    const char *name = gen_arena_printf(arena, "%s_%s", service->name, verb);

    return (struct stub){{name, gen_arena_printf(arena, "%s %s(struct %s_service *self)", type, name, service->name),
                          gen_arena_printf(arena, "the service has no %s function", verb), {.file = service->path}},
                         NULL,
                         {"(void)self;"}};
}

static struct stubs all_stubs(const struct gen_service *service)
{
    const struct gen_contract *contract = &service->contract;
    struct gen_arena *arena = service->arena;
    struct stub start = of_life(arena, &service->description, "int", "start");
    struct stubs all = {0};

    for (size_t i = 0; i < contract->operation_count; i++)
        add(arena, &all, of_operation(arena, &contract->operations[i]));
    for (size_t i = 0; i < contract->scheme_count; i++)
        if (gen_has_verifier(&contract->schemes[i]))
            add(arena, &all, of_scheme(arena, &contract->schemes[i]));
    start.body[0] = "(void)self; /* self->app = what your handlers need */";
    start.body[1] = "return 0;";
    add(arena, &all, start);
    add(arena, &all, of_life(arena, &service->description, "void", "stop"));
    return all;
}

struct gen_functions gen_user_functions(const struct gen_service *service)
{
    struct stubs all = all_stubs(service);
    struct gen_functions functions = {gen_arena_alloc(service->arena, all.count * sizeof(*functions.items)), all.count};

    for (size_t i = 0; i < all.count; i++)
        functions.items[i] = all.items[i].function;
    return functions;
}

/* ---- what is missing */

static void emit(struct gen_out *out, const struct stub *stub)
{
    gen_out_blank(out);
    if (stub->about)
        gen_out_comment(out, stub->about);
    gen_out_line(out, "%s", stub->function.signature);
    gen_out_open(out, "{");
    for (size_t i = 0; i < sizeof(stub->body) / sizeof(stub->body[0]) && stub->body[i]; i++)
        gen_out_line(out, "%s", stub->body[i]);
    gen_out_close(out, "}");
}

struct gen_file gen_missing_handlers(const struct gen_service *service, const char *source)
{
    struct stubs all = all_stubs(service);
    struct gen_out out;

    gen_out_init(&out, service->arena);
    for (size_t i = 0; i < all.count; i++)
        if (!defines(source ? source : "", all.items[i].function.name))
            emit(&out, &all.items[i]);
    return (struct gen_file){"handlers.c", out.bytes, out.len};
}
