/* SPDX-License-Identifier: MIT */
/* What both constructions need: kinds of characters, and what assertions ask for. */
#include <stdlib.h>
#include <string.h>

#include "pattern/automaton.h"

#define WORK_MAX  50000000u
#define KINDS_MAX 255

struct builder {
    struct gen_arena *arena;
    const struct nodes *nodes;
    struct gen_pattern_program *program;
    struct set word;
    bool asks_word; /* there is a \b */
    size_t work;
};

static int by_value(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* Where a set begins or ends, sorted, each once; 0 and 128 among them. */
static uint32_t *find_bounds(struct builder *b, const struct set **sets, size_t set_count, size_t *count)
{
    size_t room = 2, kept = 0;
    uint32_t *bounds;

    for (size_t s = 0; s < set_count; s++)
        room += 2 * sets[s]->count;
    bounds = gen_arena_array(b->arena, room, sizeof(*bounds));
    *count = 0;
    bounds[(*count)++] = 0;
    bounds[(*count)++] = 128;
    for (size_t s = 0; s < set_count; s++)
        for (size_t i = 0; i < sets[s]->count; i++) {
            bounds[(*count)++] = sets[s]->ranges[i].first;
            if (sets[s]->ranges[i].last < CHARACTER_MAX)
                bounds[(*count)++] = sets[s]->ranges[i].last + 1;
        }
    qsort(bounds, *count, sizeof(*bounds), by_value);
    for (size_t i = 0; i < *count; i++)
        if (!kept || bounds[kept - 1] != bounds[i])
            bounds[kept++] = bounds[i];
    *count = kept;
    return bounds;
}

/* Each set of the nodes once: copies of a repetition share theirs. */
static const struct set **find_sets(struct builder *b, size_t *count)
{
    const struct set **sets = NULL;

    *count = 0;
    for (size_t n = 0; n < b->nodes->count; n++) {
        const struct set *set = b->nodes->items[n].set;
        bool known = !set;

        for (size_t s = *count; s > 0 && !known; s--)
            known = sets[s - 1] == set;
        if (known)
            continue;
        sets = gen_arena_grow(b->arena, (void *)sets, *count, sizeof(struct set *));
        sets[(*count)++] = set;
        b->work += *count;
    }
    if (b->asks_word) {
        sets = gen_arena_grow(b->arena, (void *)sets, *count, sizeof(struct set *));
        sets[(*count)++] = &b->word;
    }
    return sets;
}

/* Characters that are in the same sets are of one kind. */
static bool make(struct builder *b, uint32_t **samples)
{
    size_t set_count, bound_count, kinds = 0;
    const struct set **sets = find_sets(b, &set_count);
    uint32_t *bounds = find_bounds(b, sets, set_count, &bound_count);
    unsigned char *marks = gen_arena_array(b->arena, (KINDS_MAX + 1) * (set_count + 1), 1);
    struct gen_pattern_program *program = b->program;

    *samples = gen_arena_array(b->arena, KINDS_MAX, sizeof(**samples));
    program->starts = gen_arena_array(b->arena, bound_count, sizeof(*program->starts));
    program->kinds = gen_arena_array(b->arena, bound_count, 1);
    for (size_t i = 0; i < bound_count; i++) {
        unsigned char *mark = marks + kinds * (set_count + 1);
        size_t kind = 0;

        for (size_t s = 0; s < set_count; s++)
            mark[s] = set_has(sets[s], bounds[i]);
        while (kind < kinds && memcmp(marks + kind * (set_count + 1), mark, set_count))
            kind++;
        b->work += set_count * (kind + 1);
        if (kind == kinds) {
            if (kinds == KINDS_MAX)
                return false;
            (*samples)[kinds++] = bounds[i];
        }
        if (b->work > WORK_MAX)
            return false;
        for (uint32_t c = bounds[i]; c < 128 && (i + 1 == bound_count || c < bounds[i + 1]); c++)
            program->ascii[c] = (uint8_t)kind;
        if (bounds[i] < 128 || (program->range_count && program->kinds[program->range_count - 1] == kind))
            continue;
        program->starts[program->range_count] = bounds[i];
        program->kinds[program->range_count++] = (uint8_t)kind;
    }
    program->kind_count = kinds;
    return true;
}

bool kinds_make(struct gen_arena *arena, const struct nodes *nodes, struct gen_pattern_program *program,
                uint32_t **samples)
{
    struct builder b = {.arena = arena, .nodes = nodes, .program = program, .word = set_of_escape(arena, 'w')};

    b.asks_word = nodes_ask_word(nodes);
    return make(&b, samples);
}

bool nodes_ask_word(const struct nodes *nodes)
{
    for (size_t n = 0; n < nodes->count; n++)
        if (nodes->items[n].kind == NODE_WORD || nodes->items[n].kind == NODE_NOT_WORD)
            return true;
    return false;
}

void nodes_push(uint32_t *stack, size_t *depth, uint32_t *seen, uint32_t round, uint32_t node)
{
    if (seen[node] == round)
        return;
    seen[node] = round;
    stack[(*depth)++] = node;
}

bool node_holds(const struct node *node, enum before before, enum behind behind)
{
    bool boundary = (before == AFTER_WORD) != (behind == BEFORE_WORD);

    switch (node->kind) {
    case NODE_BEGIN:
        return before == AT_BEGIN;
    case NODE_END:
        return behind == AT_END;
    case NODE_WORD:
        return boundary;
    case NODE_NOT_WORD:
        return !boundary;
    default:
        return false;
    }
}
