/* SPDX-License-Identifier: MIT */
/* load.h - gen_load() for a tree that has been read already; tests use it, too. */
#ifndef GEN_LOAD_H
#define GEN_LOAD_H

#include "gen/gen.h"
#include "gen/yaml.h"

/* The file of the root's mark is the service's own. Without `files`, a reference to another
 * file is refused. Returns as gen_load(). */
int gen_load_tree(struct gen_arena *arena, struct gen_yaml_node *root, bool files,
                  struct gen_messages *messages, struct gen_service **service);

#endif
