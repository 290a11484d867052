/* SPDX-License-Identifier: MIT */
/* operation_internal.h - what the files about operations share. */
#ifndef GEN_OPERATION_INTERNAL_H
#define GEN_OPERATION_INTERNAL_H

#include "check/check.h"

/*
 * media.c: the type under `content` of a body or response; `inline_name` is its C name if
 * it is not a named one. NULL after a message.
 */
struct gen_type *gen_check_content(struct gen_check *check, const struct gen_yaml_node *holder,
                                   const char *inline_name, bool answer, const char **content_type);

/* path.c: the template itself. False after a message. */
bool gen_check_path(struct gen_check *check, const struct gen_yaml_node *key);
/* Which {brace} of `path` is called `name`, from 0; -1 when none is. */
int gen_path_index(const char *path, const char *name);
/* The name in the index-th {brace}, or NULL behind the last. */
const char *gen_path_name(struct gen_arena *arena, const char *path, unsigned index);
/* Equal but for the names in the braces: no request could tell them apart. */
bool gen_paths_alike(const char *a, const char *b);

#endif
