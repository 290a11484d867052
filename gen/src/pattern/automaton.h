/* SPDX-License-Identifier: MIT */
/* automaton.h - a tree as an automaton that may be in several states, and that as one that is in one. */
#ifndef GEN_PATTERN_AUTOMATON_H
#define GEN_PATTERN_AUTOMATON_H

#include "pattern/pattern.h"
#include "pattern/tree.h"

enum node_kind { NODE_SET, NODE_SPLIT, NODE_MATCH, NODE_BEGIN, NODE_END, NODE_WORD, NODE_NOT_WORD, NODE_LOOK };

struct node {
    enum node_kind kind;
    const struct set *set;
    uint32_t next, other; /* `other` of a split; of a look where what it looks for begins */
    bool negative;        /* look: it must not be found */
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

/* The same of a tree with lookahead, at any place but within another. */
bool looks_make(struct gen_arena *arena, const struct nodes *nodes, struct gen_pattern_program *program);

/* ---- kinds.c: what both need */

#define STATES_MAX 4096
#define CELLS_MAX  65536 /* of the table: 128 KiB */

/* What stands before a place in the text, and behind it. */
enum before { AT_BEGIN, AFTER_OTHER, AFTER_WORD };
enum behind { BEFORE_OTHER, BEFORE_WORD, AT_END };

/* Characters that are in the same sets are of one kind: into the program, and *samples one of each. False: too many. */
bool kinds_make(struct gen_arena *arena, const struct nodes *nodes, struct gen_pattern_program *program,
                uint32_t **samples);
bool nodes_ask_word(const struct nodes *nodes); /* there is a \b */
/* False, too, for what is no assertion. */
bool node_holds(const struct node *node, enum before before, enum behind behind);
/* Onto the stack, unless it was there in this round. */
void nodes_push(uint32_t *stack, size_t *depth, uint32_t *seen, uint32_t round, uint32_t node);

#endif
