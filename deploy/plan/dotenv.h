/* SPDX-License-Identifier: MIT */
/*
 * dotenv.h - files of assignments: `.env`, and those that `env_file` names.
 *
 *   # a comment            NAME=value  # a comment
 *   export NAME=value      NAME='taken as it is'
 *   NAME="with \n, \t, \", \\ and ${VARIABLES}"
 *   NAME                   no value: taken from the environment of ucompose
 *
 * Quoted values may span lines. Unquoted and double-quoted values are interpolated, with the
 * scope and what the file has assigned so far.
 */
#ifndef DEPLOY_PLAN_DOTENV_H
#define DEPLOY_PLAN_DOTENV_H

#include "gen/message.h"
#include "interpolate.h"

#define DEPLOY_DOTENV_BYTES_MAX (1u << 20)

struct deploy_dotenv {
    struct deploy_assignment *items;
    size_t count;
};

/* Read bytes; `file` stands in messages. Returns 0, or -EINVAL with messages added. */
int deploy_dotenv_parse(struct gen_arena *arena, struct gen_messages *messages, const char *file,
                        const char *text, struct deploy_scope *scope, struct deploy_dotenv *out);

/* The same from a file. -ENOENT adds no message: whether the file may be absent is the caller's to
 * know. */
int deploy_dotenv_read(struct gen_arena *arena, struct gen_messages *messages, const char *path,
                       struct deploy_scope *scope, struct deploy_dotenv *out);

#endif
