/* SPDX-License-Identifier: MIT */
/*
 * yaml_internal.h - what the files of the YAML reader share: yaml.c drives libyaml, yaml_node.c
 * builds the tree from its events, yaml_merge.c does "<<".
 */
#ifndef GEN_YAML_INTERNAL_H
#define GEN_YAML_INTERNAL_H

#include <yaml.h>

#include "gen/yaml.h"

struct gen_yaml_anchor {
    const char *name;
    struct gen_yaml_node *node;
    bool complete; /* false while its own children are being read */
};

struct gen_yaml_reader {
    struct gen_arena *arena;
    struct gen_messages *messages;
    const char *file;
    yaml_parser_t parser;
    struct gen_yaml_anchor *anchors;
    size_t anchor_count;
    unsigned depth;
    const char *bytes;
    size_t len; /* of bytes */
};

struct gen_mark gen_yaml_mark_of(const struct gen_yaml_reader *reader, yaml_mark_t mark);

/* Add a message; returns -EINVAL. */
int gen_yaml_refuse(struct gen_yaml_reader *reader, struct gen_mark mark, const char *text);

/* The next event, which the caller deletes; or -EINVAL after a message. */
int gen_yaml_next_event(struct gen_yaml_reader *reader, yaml_event_t *event);

/* The node that begins with `event`, and all below it. Takes ownership of the event. */
int gen_yaml_read_node(struct gen_yaml_reader *reader, yaml_event_t *event,
                       struct gen_yaml_node **out);

/* Replace "<<" in a complete mapping by the pairs it names; the mapping's own keys win. */
int gen_yaml_merge(struct gen_arena *arena, struct gen_messages *messages,
                   struct gen_yaml_node *node);

#endif
