/* SPDX-License-Identifier: MIT */
/* automaton.h - a tree as an automaton that may be in several states, and that as one that is in one. */
#ifndef GEN_PATTERN_AUTOMATON_H
#define GEN_PATTERN_AUTOMATON_H

#include "pattern/pattern.h"
#include "pattern/tree.h"

enum node_kind { NODE_SET, NODE_SPLIT, NODE_MATCH, NODE_BEGIN, NODE_END, NODE_WORD, NODE_NOT_WORD };

struct node {
    enum node_kind kind;
    const struct set *set;
    uint32_t next, other; /* `other` of a split alone */
};

struct nodes {
    struct node *items;
    size_t count;
    uint32_t start;
    bool too_many;
};

/* False: it would be too large. */
bool nodes_make(struct gen_arena *arena, const struct tree *tree, struct nodes *nodes);

/* The same for tables; the program finds the tree anywhere in a text. */
bool tables_make(struct gen_arena *arena, const struct nodes *nodes, struct gen_pattern_program *program);

#endif
