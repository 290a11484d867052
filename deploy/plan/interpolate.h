/* SPDX-License-Identifier: MIT */
/*
 * interpolate.h - put variables into text, as the Compose Specification says.
 *
 *   $NAME ${NAME}                  the value; nothing when unset (told in `unset`)
 *   ${NAME:-text} ${NAME-text}     `text` when unset or empty; when unset
 *   ${NAME:?text} ${NAME?text}     stop with `text` when unset or empty; when unset
 *   ${NAME:+text} ${NAME+text}     `text` when set and not empty; when set
 *   $$                             one dollar sign
 *
 * `text` may hold variables in turn. Pure: values come from the scope.
 */
#ifndef DEPLOY_PLAN_INTERPOLATE_H
#define DEPLOY_PLAN_INTERPOLATE_H

#include "gen/arena.h"

#include <stdbool.h>

/* One variable of a file such as `.env`. */
struct deploy_assignment {
    const char *name;
    const char *value; /* NULL: named without a value, so taken from the environment */
};

/*
 * Where values come from: first `environment` ("NAME=value", ends with NULL, as environ), then
 * `assignments`, of which a later one wins. Borrowed, all of it.
 */
struct deploy_scope {
    const char *const *environment; /* may be NULL */
    const struct deploy_assignment *assignments;
    size_t assignment_count;
    const char **unset; /* names found unset and without a default; in the arena */
    size_t unset_count;
};

/* Does the text take in a variable, given or not? "$$" is none. */
bool deploy_interpolate_is_variable(const char *text);

const char *deploy_scope_get(const struct deploy_scope *scope, const char *name);

/* Longest result, so that nesting cannot grow without end. */
#define DEPLOY_INTERPOLATE_MAX       (1u << 20)
#define DEPLOY_INTERPOLATE_DEPTH_MAX 16

/*
 * Returns 0 and the text in *out (in the arena, or `text` itself when there is no "$" in it),
 * or -EINVAL with what is wrong, for the user, in *problem.
 */
int deploy_interpolate(struct gen_arena *arena, struct deploy_scope *scope, const char *text,
                       const char **out, const char **problem);

#endif
