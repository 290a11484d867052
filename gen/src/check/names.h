/* SPDX-License-Identifier: MIT */
/*
 * names.h - from names in a contract to names in C.
 *
 * snake_case throughout: "createdAt", "created-at" and "CreatedAt" all become created_at.
 * A member that would be a keyword of C or C++, or a macro of the usual headers, gets a '_'
 * behind it. Where two things would get one name, the later one gets a number, and a note says so: the named schemas come first,
 * then all else in the document's order. So a name depends on no more than what comes before it.
 */
#ifndef GEN_NAMES_H
#define GEN_NAMES_H

#include "gen/message.h"

/* NULL when nothing of `text` can stand in a name. May begin with a digit. */
char *gen_snake(struct gen_arena *arena, const char *text);

/* The same in capitals. */
char *gen_upper(struct gen_arena *arena, const char *snake);

/* A member or parameter: mangled when reserved, and never beginning with a digit. */
char *gen_member_name(struct gen_arena *arena, const char *text);

/* Names taken so far, in one scope. */
struct gen_scope {
    struct gen_scope_name *names;
    size_t count;
    size_t *slots; /* a hash table of their numbers, from 1 */
    size_t slot_count;
};

/* For what comes later, and is named by the contract. */
void gen_scope_reserve(struct gen_scope *scope, struct gen_arena *arena, const char *name);

/* `name`, or it with the first number behind it, so that it is free with each of the suffixes (NULL-terminated). What
 * is not named by the contract gets no reserved name either. */
const char *gen_scope_free(const struct gen_scope *scope, struct gen_arena *arena, const char *name,
                           const char *const *suffixes, bool named);

/* Take a name for `what` ("schema Order"). A clash adds a message and returns false. */
bool gen_scope_take(struct gen_scope *scope, struct gen_messages *messages, const char *name,
                    const char *what, struct gen_mark mark);

#endif
