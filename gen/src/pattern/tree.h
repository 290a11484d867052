/* SPDX-License-Identifier: MIT */
/* tree.h - a pattern, parsed. */
#ifndef GEN_PATTERN_TREE_H
#define GEN_PATTERN_TREE_H

#include "pattern/set.h"

enum tree_kind {
    TREE_EMPTY,
    TREE_SET,    /* one character of the set */
    TREE_JOIN,   /* left, then right */
    TREE_EITHER, /* left or right */
    TREE_REPEAT, /* left, min to max times */
    TREE_BEGIN,
    TREE_END,
    TREE_WORD,     /* \b */
    TREE_NOT_WORD, /* \B */
    TREE_LOOK,     /* (?=left), or (?!left) with `negative` */
};

#define TREE_NO_END UINT32_MAX /* of `max` */

struct tree {
    enum tree_kind kind;
    struct tree *left, *right;
    struct set *set;
    uint32_t min, max;
    bool negative;
};

/* NULL and *tree, or what is wrong, *at telling before which character. */
const char *tree_parse(struct gen_arena *arena, const char *text, struct tree **tree, size_t *at);

#endif
