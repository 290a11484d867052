/* SPDX-License-Identifier: MIT */
#include "check/names.h"

#include <string.h>

struct gen_scope_name {
    const char *name;
    const char *what;
    struct gen_mark mark;
};

/* Keywords of C17, C23 and C++20, and macros that the usual headers define in lower case. */
static const char *const reserved[] = {
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char8_t",
    "char16_t",
    "char32_t",
    "class",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "co_await",
    "co_return",
    "co_yield",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "assert",
    "complex",
    "environ",
    "errno",
    "i386",
    "imaginary",
    "linux",
    "noreturn",
    "offsetof",
    "stderr",
    "stdin",
    "stdout",
    "unix",
};

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* "getOrder" | "HTTPServer": a new word begins at O, and at the S before a lower-case letter. */
static bool word_begins(const char *text, size_t i)
{
    if (i == 0 || !upper(text[i]))
        return false;
    if (lower_or_digit(text[i - 1]))
        return true;
    return upper(text[i - 1]) && text[i + 1] >= 'a' && text[i + 1] <= 'z';
}

char *gen_snake(struct gen_arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *name = gen_arena_alloc(arena, len * 2 + 1);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        bool kept = upper(text[i]) || lower_or_digit(text[i]);

        if ((!kept || word_begins(text, i)) && n > 0 && name[n - 1] != '_')
            name[n++] = '_';
        if (kept)
            name[n++] = upper(text[i]) ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    while (n > 0 && name[n - 1] == '_')
        n--;
    name[n] = '\0';
    return n ? name : NULL;
}

char *gen_upper(struct gen_arena *arena, const char *snake)
{
    char *name = gen_arena_text(arena, snake);

    for (char *at = name; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    return name;
}

char *gen_member_name(struct gen_arena *arena, const char *text)
{
    char *name = gen_snake(arena, text);

    if (!name)
        return NULL;
    if (*name >= '0' && *name <= '9')
        return gen_arena_printf(arena, "n%s", name);
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (!strcmp(name, reserved[i]))
            return gen_arena_printf(arena, "%s_", name);
    return name;
}

static bool is_taken(const struct gen_scope *scope, const char *name, const char *const *suffixes)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < scope->count; i++) {
        const char *other = scope->names[i].name;

        if (strncmp(other, name, len))
            continue;
        for (const char *const *suffix = suffixes; *suffix; suffix++)
            if (!strcmp(other + len, *suffix))
                return true;
    }
    return false;
}

void gen_scope_reserve(struct gen_scope *scope, struct gen_arena *arena, const char *name)
{
    scope->reserved = gen_arena_grow(arena, scope->reserved, scope->reserved_count, sizeof(name));
    scope->reserved[scope->reserved_count++] = name;
}

static bool is_reserved(const struct gen_scope *scope, const char *name)
{
    for (size_t i = 0; i < scope->reserved_count; i++)
        if (!strcmp(scope->reserved[i], name))
            return true;
    return false;
}

const char *gen_scope_free(const struct gen_scope *scope, struct gen_arena *arena, const char *name,
                           const char *const *suffixes, bool named)
{
    const char *found = name;

    for (unsigned number = 2; is_taken(scope, found, suffixes) || (!named && is_reserved(scope, found)); number++)
        found = gen_arena_printf(arena, "%s_%u", name, number);
    return found;
}

bool gen_scope_take(struct gen_scope *scope, struct gen_messages *messages, const char *name,
                    const char *what, struct gen_mark mark)
{
    struct gen_scope_name *taken;

    for (size_t i = 0; i < scope->count; i++) {
        if (strcmp(scope->names[i].name, name))
            continue;
        gen_messages_add(messages, mark,
                         "%s and %s (line %u) would both be called %s in C; rename one", what,
                         scope->names[i].what, scope->names[i].mark.line, name);
        return false;
    }
    scope->names = gen_arena_grow(messages->arena, scope->names, scope->count, sizeof(*taken));
    taken = &scope->names[scope->count++];
    taken->name = name;
    taken->what = what;
    taken->mark = mark;
    return true;
}
