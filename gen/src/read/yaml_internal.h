/* SPDX-License-Identifier: MIT */
/* yaml_internal.h - what the files of the YAML reader share. */
#ifndef GEN_YAML_INTERNAL_H
#define GEN_YAML_INTERNAL_H

#include "gen/yaml.h"

/* Replace "<<" in a complete mapping by the pairs it names; the mapping's own keys win. */
int gen_yaml_merge(struct gen_arena *arena, struct gen_messages *messages,
                   struct gen_yaml_node *node);

#endif
