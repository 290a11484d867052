/* SPDX-License-Identifier: MIT */
#include "check/names.h"

#include <stdint.h>
#include <string.h>

struct gen_scope_name {
    const char *name;
    const char *what;
    struct gen_mark mark;
    bool is_taken, is_reserved;
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

static size_t hash_of(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
    return (size_t)(hash ^ hash >> 32);
}

/* Where the name is, or would go. There is always a free slot. */
static size_t *slot_of(const struct gen_scope *scope, const char *name)
{
    size_t at = hash_of(name) & (scope->slot_count - 1);

    while (scope->slots[at] && strcmp(scope->names[scope->slots[at] - 1].name, name))
        at = (at + 1) & (scope->slot_count - 1);
    return &scope->slots[at];
}

static struct gen_scope_name *find_name(const struct gen_scope *scope, const char *name)
{
    size_t *slot = scope->slot_count ? slot_of(scope, name) : NULL;

    return slot && *slot ? &scope->names[*slot - 1] : NULL;
}

static struct gen_scope_name *add_name(struct gen_scope *scope, struct gen_arena *arena, const char *name)
{
    struct gen_scope_name *added = find_name(scope, name);

    if (added)
        return added;
    scope->names = gen_arena_grow(arena, scope->names, scope->count, sizeof(*added));
    if (2 * (scope->count + 1) >= scope->slot_count) {
        scope->slot_count = scope->slot_count ? 2 * scope->slot_count : 256;
        scope->slots = gen_arena_array(arena, scope->slot_count, sizeof(*scope->slots));
        for (size_t i = 0; i < scope->count; i++)
            *slot_of(scope, scope->names[i].name) = i + 1;
    }
    added = &scope->names[scope->count++];
    *added = (struct gen_scope_name){.name = name};
    *slot_of(scope, name) = scope->count;
    return added;
}

void gen_scope_reserve(struct gen_scope *scope, struct gen_arena *arena, const char *name)
{
    add_name(scope, arena, name)->is_reserved = true;
}

/* With one of the suffixes; or, of what the contract does not name, reserved. */
static bool is_taken(const struct gen_scope *scope, struct gen_arena *arena, const char *name,
                     const char *const *suffixes, bool named)
{
    const struct gen_scope_name *found = find_name(scope, name);

    if (found && found->is_reserved && !named)
        return true;
    for (; *suffixes; suffixes++) {
        found = find_name(scope, **suffixes ? gen_arena_printf(arena, "%s%s", name, *suffixes) : name);
        if (found && found->is_taken)
            return true;
    }
    return false;
}

const char *gen_scope_free(const struct gen_scope *scope, struct gen_arena *arena, const char *name,
                           const char *const *suffixes, bool named)
{
    const char *found = name;

    for (unsigned number = 2; is_taken(scope, arena, found, suffixes, named); number++)
        found = gen_arena_printf(arena, "%s_%u", name, number);
    return found;
}

bool gen_scope_take(struct gen_scope *scope, struct gen_messages *messages, const char *name,
                    const char *what, struct gen_mark mark)
{
    struct gen_scope_name *taken = add_name(scope, messages->arena, name);

    if (taken->is_taken) {
        gen_messages_add(messages, mark,
                         "%s and %s (line %u) would both be called %s in C; rename one", what,
                         taken->what, taken->mark.line, name);
        return false;
    }
    taken->is_taken = true;
    taken->what = what;
    taken->mark = mark;
    return true;
}
