/* SPDX-License-Identifier: MIT */
#include "pattern/pattern.h"

#include <string.h>

#include "pattern/automaton.h"

static const char too_large[] = "the pattern is too large: its automaton would have too many states";
static const char looks_in_looks[] = "lookahead within lookahead is not supported";

static bool has_look(const struct tree *tree)
{
    for (; tree; tree = tree->left)
        if (tree->kind == TREE_LOOK || (tree->right && has_look(tree->right)))
            return true;
    return false;
}

/* The terms of a sequence, first to last. */
static size_t list_terms(struct gen_arena *arena, struct tree *tree, struct tree ***terms)
{
    size_t count = 1;

    for (struct tree *at = tree; at->kind == TREE_JOIN; at = at->left)
        count++;
    *terms = gen_arena_array(arena, count, sizeof(**terms));
    for (size_t i = count; i-- > 0; tree = tree->left)
        (*terms)[i] = tree->kind == TREE_JOIN ? tree->right : tree;
    return count;
}

static struct tree *join(struct gen_arena *arena, struct tree *left, struct tree *right)
{
    struct tree *tree = gen_arena_alloc(arena, sizeof(*tree));

    *tree = (struct tree){.kind = TREE_JOIN, .left = left, .right = right};
    return tree;
}

/* What is found is found at the least number of repetitions: more of the last term make no difference. */
static const struct tree *without_tail(struct gen_arena *arena, const struct tree *tree)
{
    struct tree *copy;

    if (tree->kind != TREE_JOIN && tree->kind != TREE_REPEAT)
        return tree;
    copy = gen_arena_alloc(arena, sizeof(*copy));
    *copy = *tree;
    if (tree->kind == TREE_JOIN)
        copy->right = (struct tree *)without_tail(arena, tree->right);
    else
        copy->max = copy->min;
    return copy;
}

static bool add_program(struct gen_arena *arena, struct gen_pattern *pattern, const struct tree *tree, bool wanted)
{
    struct gen_pattern_program *program;
    struct nodes nodes;

    pattern->programs = gen_arena_grow(arena, pattern->programs, pattern->program_count, sizeof(*program));
    program = &pattern->programs[pattern->program_count++];
    program->wanted = wanted;
    if (!nodes_make(arena, without_tail(arena, tree), &nodes))
        return false;
    return has_look(tree) ? looks_make(arena, &nodes, program) : tables_make(arena, &nodes, program);
}

static bool looks_nest(const struct tree *tree)
{
    for (; tree; tree = tree->left)
        if ((tree->kind == TREE_LOOK && has_look(tree->left)) || (tree->right && looks_nest(tree->right)))
            return true;
    return false;
}

/* ^(?=A)(?!B)C: three patterns that begin at the begin, each for itself. False: it is not of this form. */
static bool take_apart(struct gen_arena *arena, struct tree *tree, struct gen_pattern *pattern, bool *good)
{
    struct tree **terms, *rest;
    size_t count = list_terms(arena, tree, &terms), looks = 1;

    while (looks < count && terms[looks]->kind == TREE_LOOK)
        looks++;
    rest = terms[0];
    for (size_t i = looks; i < count; i++)
        rest = join(arena, rest, terms[i]);
    if (terms[0]->kind != TREE_BEGIN || has_look(rest))
        return false;
    *good = true;
    for (size_t i = 1; i < looks && *good; i++)
        *good = add_program(arena, pattern, join(arena, terms[0], terms[i]->left), !terms[i]->negative);
    *good = *good && add_program(arena, pattern, rest, true);
    return true;
}

const char *gen_pattern_compile(struct gen_arena *arena, const char *text, struct gen_pattern *pattern, size_t *at)
{
    struct tree *tree;
    const char *error;
    size_t place;
    bool good = false;

    *pattern = (struct gen_pattern){.text = text};
    error = tree_parse(arena, text, &tree, at ? at : &place);
    if (error)
        return error;
    if (at)
        *at = 1;
    if (looks_nest(tree))
        return looks_in_looks;
    if (!has_look(tree) || !take_apart(arena, tree, pattern, &good))
        good = add_program(arena, pattern, tree, true);
    return good ? NULL : too_large;
}

static uint32_t next_character(const char **at, const char *end)
{
    uint32_t value = (unsigned char)*(*at)++;
    unsigned more = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : value >= 0xC0 ? 1 : 0;

    value &= more ? 0x3Fu >> more : 0x7F;
    for (; more && *at < end; more--)
        value = value << 6 | ((unsigned char)*(*at)++ & 0x3F);
    return value;
}

uint8_t gen_pattern_kind(const struct gen_pattern_program *program, uint32_t character)
{
    size_t low = 0, high = program->range_count;

    if (character < 128)
        return program->ascii[character];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (program->starts[middle] <= character)
            low = middle;
        else
            high = middle;
    }
    return program->kinds[low];
}

static bool run(const struct gen_pattern_program *program, const char *at, const char *end)
{
    size_t columns = program->kind_count + 1;
    uint16_t state = GEN_PATTERN_START;

    while (at < end)
        state = program->next[state * columns + gen_pattern_kind(program, next_character(&at, end))];
    return program->next[state * columns + program->kind_count];
}

bool gen_pattern_matches(const struct gen_pattern *pattern, const char *text, size_t len)
{
    for (size_t i = 0; i < pattern->program_count; i++)
        if (run(&pattern->programs[i], text, text + len) != pattern->programs[i].wanted)
            return false;
    return true;
}
