/* SPDX-License-Identifier: MIT */
/*
 * The subset construction. A state stands before a character: it is the set of nodes that may be there, and what the
 * character before was, which \b and ^ ask for. What comes behind is known only when the next character is, so
 * assertions are decided on the way to the next state.
 *
 * That the pattern may begin anywhere means that its start is in every state. Once it has matched, the rest of the text
 * does not matter: GEN_PATTERN_MATCH stays.
 */
#include <stdlib.h>
#include <string.h>

#include "pattern/automaton.h"

#define WORK_MAX 50000000u /* nodes looked at */

struct state {
    uint32_t *nodes; /* sorted */
    size_t count;
    enum before before;
    size_t same_bucket; /* next state of the hash bucket + 1 */
};

struct builder {
    struct gen_arena *arena;
    const struct nodes *nodes;
    struct gen_pattern_program *program;
    struct set word;
    bool asks_word;    /* there is a \b */
    bool starts_later; /* not only at the begin */
    uint32_t *samples; /* a character of each kind */
    struct state *states; /* numbered from GEN_PATTERN_START on */
    size_t count;
    size_t buckets[1024];
    uint32_t *seen; /* of each node, the round in which it was seen */
    uint32_t round;
    uint32_t *stack, *reached, *scratch;
    size_t reached_count;
    size_t work;
    bool matched;
};

/* ---- states */

static int by_value(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* Follow what needs no character, from all nodes of the state; the sets reached are in b->reached. */
static void close_state(struct builder *b, const uint32_t *from, size_t count, enum before before, enum behind behind)
{
    size_t depth = 0;

    b->round++;
    b->reached_count = 0;
    b->matched = false;
    for (size_t i = 0; i < count; i++)
        nodes_push(b->stack, &depth, b->seen, b->round, from[i]);
    while (depth) {
        const struct node *node = &b->nodes->items[b->stack[--depth]];

        b->work++;
        b->matched |= node->kind == NODE_MATCH;
        if (node->kind == NODE_SET)
            b->reached[b->reached_count++] = (uint32_t)(node - b->nodes->items);
        if (node->kind == NODE_SPLIT)
            nodes_push(b->stack, &depth, b->seen, b->round, node->other);
        if (node->kind == NODE_SPLIT || node_holds(node, before, behind))
            nodes_push(b->stack, &depth, b->seen, b->round, node->next);
    }
}

static size_t hash(const uint32_t *nodes, size_t count, enum before before)
{
    size_t value = before;

    for (size_t i = 0; i < count; i++)
        value = value * 16777619u ^ nodes[i];
    return value % 1024;
}

/* The number of the state, perhaps a new one; sorts the array. */
static uint16_t intern(struct builder *b, uint32_t *nodes, size_t count, enum before before)
{
    size_t bucket, kept = 0;
    uint32_t *copy;

    if (count > 1)
        qsort(nodes, count, sizeof(*nodes), by_value);
    for (size_t i = 0; i < count; i++)
        if (!kept || nodes[kept - 1] != nodes[i])
            nodes[kept++] = nodes[i];
    if (!kept)
        return GEN_PATTERN_DEAD;
    bucket = hash(nodes, kept, before);
    for (size_t at = b->buckets[bucket]; at; at = b->states[at - 1].same_bucket) {
        const struct state *state = &b->states[at - 1];

        b->work += kept;
        if (state->count == kept && state->before == before && !memcmp(state->nodes, nodes, kept * sizeof(*nodes)))
            return (uint16_t)(at - 1 + GEN_PATTERN_START);
    }
    copy = gen_arena_array(b->arena, kept, sizeof(*copy));
    memcpy(copy, nodes, kept * sizeof(*copy));
    b->states = gen_arena_grow(b->arena, b->states, b->count, sizeof(*b->states));
    b->states[b->count] = (struct state){copy, kept, before, b->buckets[bucket]};
    b->buckets[bucket] = ++b->count;
    return (uint16_t)(b->count - 1 + GEN_PATTERN_START);
}

static uint16_t step(struct builder *b, size_t index, size_t kind)
{
    uint32_t character = b->samples[kind];
    bool word = b->asks_word && set_has(&b->word, character);
    const struct state *state = &b->states[index];
    uint32_t *next = b->scratch;
    size_t count = 0;

    close_state(b, state->nodes, state->count, state->before, word ? BEFORE_WORD : BEFORE_OTHER);
    if (b->matched)
        return GEN_PATTERN_MATCH;
    for (size_t i = 0; i < b->reached_count; i++) {
        const struct node *node = &b->nodes->items[b->reached[i]];

        if (set_has(node->set, character))
            next[count++] = node->next;
    }
    b->work += b->reached_count;
    if (b->starts_later)
        next[count++] = b->nodes->start;
    return intern(b, next, count, word ? AFTER_WORD : AFTER_OTHER);
}

static bool can_start_later(struct builder *b)
{
    static const enum before befores[] = {AFTER_OTHER, AFTER_WORD};
    static const enum behind behinds[] = {BEFORE_OTHER, BEFORE_WORD, AT_END};

    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++) {
            close_state(b, &b->nodes->start, 1, befores[i], behinds[j]);
            if (b->matched || b->reached_count)
                return true;
        }
    return false;
}

static bool make_states(struct builder *b)
{
    size_t columns = b->program->kind_count + 1;
    uint16_t *table = gen_arena_array(b->arena, CELLS_MAX, sizeof(*table));
    uint32_t start = b->nodes->start;

    intern(b, &start, 1, AT_BEGIN);
    table[GEN_PATTERN_MATCH * columns + columns - 1] = 1;
    for (size_t k = 0; k + 1 < columns; k++)
        table[GEN_PATTERN_MATCH * columns + k] = GEN_PATTERN_MATCH;
    for (size_t i = 0; i < b->count; i++) {
        uint16_t *row = table + (i + GEN_PATTERN_START) * columns;

        if (b->count > STATES_MAX || (i + GEN_PATTERN_START + 1) * columns > CELLS_MAX || b->work > WORK_MAX)
            return false;
        for (size_t k = 0; k + 1 < columns; k++)
            row[k] = step(b, i, k);
        close_state(b, b->states[i].nodes, b->states[i].count, b->states[i].before, AT_END);
        row[columns - 1] = b->matched;
    }
    b->program->next = table;
    b->program->state_count = b->count + GEN_PATTERN_START;
    return true;
}

bool tables_make(struct gen_arena *arena, const struct nodes *nodes, struct gen_pattern_program *program)
{
    struct builder *b = gen_arena_alloc(arena, sizeof(*b));

    b->arena = arena;
    b->nodes = nodes;
    b->program = program;
    b->word = set_of_escape(arena, 'w');
    b->asks_word = nodes_ask_word(nodes);
    b->seen = gen_arena_array(arena, nodes->count + 1, sizeof(*b->seen));
    b->stack = gen_arena_array(arena, nodes->count + 1, sizeof(*b->stack));
    b->reached = gen_arena_array(arena, nodes->count + 1, sizeof(*b->reached));
    b->starts_later = can_start_later(b);
    b->scratch = gen_arena_array(arena, nodes->count + 1, sizeof(*b->scratch));
    return kinds_make(arena, nodes, program, &b->samples) && make_states(b);
}
