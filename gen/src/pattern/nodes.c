/* SPDX-License-Identifier: MIT */
/* Thompson's construction, from the end to the begin: every part is made knowing what comes behind it. */
#include "pattern/automaton.h"

#define NODES_MAX 20000

static uint32_t add(struct gen_arena *arena, struct nodes *nodes, struct node node)
{
    if (nodes->count >= NODES_MAX) {
        nodes->too_many = true;
        return 0;
    }
    nodes->items = gen_arena_grow(arena, nodes->items, nodes->count, sizeof(*nodes->items));
    nodes->items[nodes->count] = node;
    return (uint32_t)nodes->count++;
}

static uint32_t put(struct gen_arena *arena, struct nodes *nodes, const struct tree *tree, uint32_t next);

/* Without an end, the loop is a split that leads into the part and behind it. */
static uint32_t put_repeat(struct gen_arena *arena, struct nodes *nodes, const struct tree *tree, uint32_t next)
{
    uint32_t split, body, at = next;
    size_t count;

    if (tree->max == TREE_NO_END) {
        split = add(arena, nodes, (struct node){.kind = NODE_SPLIT, .next = next, .other = next});
        body = put(arena, nodes, tree->left, split);
        if (!nodes->too_many)
            nodes->items[split].next = body;
        at = split;
    }
    for (uint32_t i = tree->min; tree->max != TREE_NO_END && i < tree->max && !nodes->too_many; i++) {
        count = nodes->count;
        body = put(arena, nodes, tree->left, at);
        if (nodes->count == count) /* it is empty, however often */
            break;
        at = add(arena, nodes, (struct node){.kind = NODE_SPLIT, .next = body, .other = next});
    }
    for (uint32_t i = 0; i < tree->min && !nodes->too_many; i++) {
        count = nodes->count;
        at = put(arena, nodes, tree->left, at);
        if (nodes->count == count)
            break;
    }
    return at;
}

static uint32_t put(struct gen_arena *arena, struct nodes *nodes, const struct tree *tree, uint32_t next)
{
    uint32_t left;

    if (nodes->too_many)
        return 0;
    switch (tree->kind) {
    case TREE_SET:
        return add(arena, nodes, (struct node){.kind = NODE_SET, .set = tree->set, .next = next});
    case TREE_JOIN: /* a long chain of them leans to the left: no recursion along it */
        for (; tree->kind == TREE_JOIN; tree = tree->left)
            next = put(arena, nodes, tree->right, next);
        return put(arena, nodes, tree, next);
    case TREE_EITHER:
        left = put(arena, nodes, tree->right, next);
        for (tree = tree->left; tree->kind == TREE_EITHER; tree = tree->left)
            left = add(arena, nodes,
                       (struct node){.kind = NODE_SPLIT, .next = put(arena, nodes, tree->right, next), .other = left});
        return add(arena, nodes, (struct node){.kind = NODE_SPLIT, .next = put(arena, nodes, tree, next), .other = left});
    case TREE_REPEAT:
        return put_repeat(arena, nodes, tree, next);
    case TREE_BEGIN:
        return add(arena, nodes, (struct node){.kind = NODE_BEGIN, .next = next});
    case TREE_END:
        return add(arena, nodes, (struct node){.kind = NODE_END, .next = next});
    case TREE_WORD:
        return add(arena, nodes, (struct node){.kind = NODE_WORD, .next = next});
    case TREE_NOT_WORD:
        return add(arena, nodes, (struct node){.kind = NODE_NOT_WORD, .next = next});
    case TREE_LOOK:
        left = put(arena, nodes, tree->left, add(arena, nodes, (struct node){.kind = NODE_MATCH}));
        return add(arena, nodes,
                   (struct node){.kind = NODE_LOOK, .next = next, .other = left, .negative = tree->negative});
    default:
        return next;
    }
}

bool nodes_make(struct gen_arena *arena, const struct tree *tree, struct nodes *nodes)
{
    uint32_t match;

    *nodes = (struct nodes){0};
    match = add(arena, nodes, (struct node){.kind = NODE_MATCH});
    nodes->start = put(arena, nodes, tree, match);
    return !nodes->too_many;
}
