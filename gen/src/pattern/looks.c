/* SPDX-License-Identifier: MIT */
/*
 * The subset construction for patterns with lookahead. Whoever passes (?=A) goes on, and has A still to be found from
 * there; whoever passes (?!A) has A not to be found. So a state is a set of threads: a node, and the lookaheads that are
 * under way, each of them a set of nodes of its own. A lookahead ends when it has matched, or cannot any more; then
 * its thread is free of it, or gone. Who has come to the end of the pattern waits for what it still has to see.
 *
 * States may be many more than without; the bounds are the same.
 */
#include <stdlib.h>
#include <string.h>

#include "pattern/automaton.h"

#define WORK_MAX  4000000u /* threads and nodes looked at */
#define LOOKS_MAX 32       /* of one thread */

struct look {
    bool negative;
    const uint32_t *nodes; /* sorted */
    size_t count;
};

struct thread {
    uint32_t node;
    struct look *looks; /* sorted, each once */
    size_t look_count;
};

struct threads {
    struct thread *items;
    size_t count;
};

struct state {
    struct threads threads; /* sorted, each once */
    enum before before;
    size_t same_bucket; /* next state of the hash bucket + 1 */
};

struct visit {
    const struct thread *thread;
    size_t next; /* earlier visit of the node + 1 */
};

struct builder {
    struct gen_arena *arena;
    const struct nodes *nodes;
    struct gen_pattern_program *program;
    struct set word;
    bool asks_word, starts_later;
    uint32_t *samples; /* a character of each kind */
    struct state *states; /* numbered from GEN_PATTERN_START on */
    size_t count;
    size_t buckets[1024];
    uint32_t *seen, round; /* of each node, the round in which a lookahead came to it */
    uint32_t *stack, *reached_nodes;
    size_t *heads; /* of each node, its last visit + 1 */
    struct visit *visits;
    size_t visit_count;
    struct threads reached; /* of the last close_state(): at a set, or at the end with lookaheads under way */
    bool matched, too_many;
    size_t work;
};

/* ---- order */

static int compare_numbers(size_t left, size_t right)
{
    return (left > right) - (left < right);
}

static int compare_looks(const void *a, const void *b)
{
    const struct look *left = a, *right = b;

    if (left->negative != right->negative)
        return left->negative ? 1 : -1;
    if (left->count != right->count)
        return compare_numbers(left->count, right->count);
    for (size_t i = 0; i < left->count; i++)
        if (left->nodes[i] != right->nodes[i])
            return compare_numbers(left->nodes[i], right->nodes[i]);
    return 0;
}

static int compare_threads(const void *a, const void *b)
{
    const struct thread *left = a, *right = b;

    if (left->node != right->node)
        return compare_numbers(left->node, right->node);
    if (left->look_count != right->look_count)
        return compare_numbers(left->look_count, right->look_count);
    for (size_t i = 0; i < left->look_count; i++) {
        int order = compare_looks(&left->looks[i], &right->looks[i]);

        if (order)
            return order;
    }
    return 0;
}

static int compare_nodes(const void *a, const void *b)
{
    return compare_numbers(*(const uint32_t *)a, *(const uint32_t *)b);
}

/* All that one has to see, the other has, too: then whatever the other comes to, the one does. */
static bool asks_less(const struct thread *one, const struct thread *other)
{
    size_t found = 0;

    for (size_t i = 0; i < other->look_count && found < one->look_count; i++)
        found += compare_looks(&one->looks[found], &other->looks[i]) == 0;
    return found == one->look_count;
}

/* ---- lookaheads under way */

enum outcome { UNDER_WAY, DONE, FAILED };

/* Follow what needs no character; what is left stands before characters. */
static enum outcome close_look(struct builder *b, struct look *look, enum before before, enum behind behind)
{
    size_t depth = 0, reached = 0;
    bool matched = false;
    uint32_t *nodes;

    b->round++;
    for (size_t i = 0; i < look->count; i++)
        nodes_push(b->stack, &depth, b->seen, b->round, look->nodes[i]);
    while (depth) {
        uint32_t index = b->stack[--depth];
        const struct node *node = &b->nodes->items[index];

        b->work++;
        matched |= node->kind == NODE_MATCH;
        if (node->kind == NODE_SET)
            b->reached_nodes[reached++] = index;
        if (node->kind == NODE_SPLIT)
            nodes_push(b->stack, &depth, b->seen, b->round, node->other);
        if (node->kind == NODE_SPLIT || node_holds(node, before, behind))
            nodes_push(b->stack, &depth, b->seen, b->round, node->next);
    }
    if (matched)
        return look->negative ? FAILED : DONE;
    if (!reached || behind == AT_END)
        return look->negative ? DONE : FAILED;
    nodes = gen_arena_array(b->arena, reached, sizeof(*nodes));
    memcpy(nodes, b->reached_nodes, reached * sizeof(*nodes));
    qsort(nodes, reached, sizeof(*nodes), compare_nodes);
    look->nodes = nodes;
    look->count = reached;
    return UNDER_WAY;
}

/* One character on. */
static enum outcome advance_look(struct builder *b, struct look *look, uint32_t character)
{
    uint32_t *nodes = gen_arena_array(b->arena, look->count, sizeof(*nodes));
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < look->count; i++)
        if (set_has(b->nodes->items[look->nodes[i]].set, character))
            nodes[count++] = b->nodes->items[look->nodes[i]].next;
    b->work += look->count;
    if (!count)
        return look->negative ? DONE : FAILED;
    qsort(nodes, count, sizeof(*nodes), compare_nodes);
    for (size_t i = 0; i < count; i++)
        if (!kept || nodes[kept - 1] != nodes[i])
            nodes[kept++] = nodes[i];
    look->nodes = nodes;
    look->count = kept;
    return UNDER_WAY;
}

/* A copy with one lookahead more; there already, it stays the same. */
static void add_look(struct builder *b, struct thread *thread, const struct look *look)
{
    struct look *looks;
    size_t at = 0;

    while (at < thread->look_count && compare_looks(&thread->looks[at], look) < 0)
        at++;
    if (at < thread->look_count && compare_looks(&thread->looks[at], look) == 0)
        return;
    b->too_many |= thread->look_count == LOOKS_MAX;
    looks = gen_arena_array(b->arena, thread->look_count + 1, sizeof(*looks));
    if (at)
        memcpy(looks, thread->looks, at * sizeof(*looks));
    looks[at] = *look;
    if (thread->look_count > at)
        memcpy(looks + at + 1, thread->looks + at, (thread->look_count - at) * sizeof(*looks));
    thread->looks = looks;
    thread->look_count++;
}

/* Each lookahead closed, or a character on. False: one has failed. */
static bool move_looks(struct builder *b, struct thread *thread, enum before before, enum behind behind,
                       const uint32_t *character)
{
    const struct thread old = *thread;

    thread->looks = NULL;
    thread->look_count = 0;
    for (size_t i = 0; i < old.look_count; i++) {
        struct look look = old.looks[i];
        enum outcome outcome = character ? advance_look(b, &look, *character) : close_look(b, &look, before, behind);

        if (outcome == FAILED)
            return false;
        if (outcome == UNDER_WAY)
            add_look(b, thread, &look);
    }
    return true;
}

/* ---- threads */

static void append(struct builder *b, struct threads *threads, const struct thread *thread)
{
    threads->items = gen_arena_grow(b->arena, threads->items, threads->count, sizeof(*thread));
    threads->items[threads->count++] = *thread;
}

/* False: one that asks for no more was there before. */
static bool visit(struct builder *b, const struct thread *thread)
{
    struct thread *copy;

    for (size_t at = b->heads[thread->node]; at; at = b->visits[at - 1].next) {
        b->work += 1 + thread->look_count;
        if (asks_less(b->visits[at - 1].thread, thread))
            return false;
    }
    copy = gen_arena_alloc(b->arena, sizeof(*copy));
    *copy = *thread;
    b->visits = gen_arena_grow(b->arena, b->visits, b->visit_count, sizeof(*b->visits));
    b->visits[b->visit_count] = (struct visit){copy, b->heads[thread->node]};
    b->heads[thread->node] = ++b->visit_count;
    return true;
}

static void go_on(struct builder *b, struct threads *open, struct thread thread, uint32_t node)
{
    thread.node = node;
    if (visit(b, &thread))
        append(b, open, &thread);
}

static void pass_look(struct builder *b, struct threads *open, struct thread thread, const struct node *node,
                      enum before before, enum behind behind)
{
    struct look look = {.negative = node->negative, .nodes = &node->other, .count = 1};
    enum outcome outcome = close_look(b, &look, before, behind);

    if (outcome == UNDER_WAY)
        add_look(b, &thread, &look);
    if (outcome != FAILED)
        go_on(b, open, thread, node->next);
}

/* All that the threads come to without a character, into b->reached. */
static void close_state(struct builder *b, const struct threads *from, enum before before, enum behind behind)
{
    struct threads open = {0};

    memset(b->heads, 0, b->nodes->count * sizeof(*b->heads));
    b->visit_count = 0;
    b->reached = (struct threads){0};
    b->matched = false;
    b->work += b->nodes->count / 8;
    for (size_t i = 0; i < from->count; i++) {
        struct thread thread = from->items[i];

        if (move_looks(b, &thread, before, behind, NULL))
            go_on(b, &open, thread, thread.node);
    }
    while (open.count && !b->too_many && b->work <= WORK_MAX) {
        struct thread thread = open.items[--open.count];
        const struct node *node = &b->nodes->items[thread.node];

        b->work++;
        if (node->kind == NODE_MATCH && !thread.look_count)
            b->matched = true;
        else if (node->kind == NODE_MATCH || node->kind == NODE_SET)
            append(b, &b->reached, &thread);
        else if (node->kind == NODE_LOOK)
            pass_look(b, &open, thread, node, before, behind);
        else if (node->kind == NODE_SPLIT || node_holds(node, before, behind))
            go_on(b, &open, thread, node->next);
        if (node->kind == NODE_SPLIT)
            go_on(b, &open, thread, node->other);
    }
}

/* ---- states */

static size_t hash(const struct threads *threads, enum before before)
{
    size_t value = before;

    for (size_t i = 0; i < threads->count; i++) {
        value = value * 16777619u ^ threads->items[i].node;
        for (size_t l = 0; l < threads->items[i].look_count; l++)
            value = value * 16777619u ^ threads->items[i].looks[l].nodes[0];
    }
    return value % 1024;
}

static bool same_threads(const struct threads *a, const struct threads *b)
{
    for (size_t i = 0; i < a->count && a->count == b->count; i++)
        if (compare_threads(&a->items[i], &b->items[i]))
            return false;
    return a->count == b->count;
}

/* Sorted; of those at one node only those that ask for less than each other. */
static void tidy(struct builder *b, struct threads *threads)
{
    size_t kept = 0;

    if (threads->count > 1)
        qsort(threads->items, threads->count, sizeof(*threads->items), compare_threads);
    for (size_t i = 0; i < threads->count; i++) {
        bool needed = true;

        for (size_t k = kept; k-- > 0 && needed && threads->items[k].node == threads->items[i].node; b->work++)
            needed = !asks_less(&threads->items[k], &threads->items[i]);
        if (needed)
            threads->items[kept++] = threads->items[i];
    }
    threads->count = kept;
}

static uint16_t intern(struct builder *b, struct threads *threads, enum before before)
{
    size_t bucket;

    tidy(b, threads);
    if (!threads->count)
        return GEN_PATTERN_DEAD;
    for (size_t i = 0; i < threads->count; i++)
        if (b->count && b->nodes->items[threads->items[i].node].kind == NODE_MATCH && !threads->items[i].look_count)
            return GEN_PATTERN_MATCH;
    bucket = hash(threads, before);
    for (size_t at = b->buckets[bucket]; at; at = b->states[at - 1].same_bucket) {
        b->work += threads->count;
        if (b->states[at - 1].before == before && same_threads(&b->states[at - 1].threads, threads))
            return (uint16_t)(at - 1 + GEN_PATTERN_START);
    }
    b->states = gen_arena_grow(b->arena, b->states, b->count, sizeof(*b->states));
    b->states[b->count] = (struct state){*threads, before, b->buckets[bucket]};
    b->buckets[bucket] = ++b->count;
    return (uint16_t)(b->count - 1 + GEN_PATTERN_START);
}

static uint16_t step(struct builder *b, size_t index, size_t kind)
{
    uint32_t character = b->samples[kind];
    bool word = b->asks_word && set_has(&b->word, character);
    const struct state state = b->states[index];
    struct thread start = {.node = b->nodes->start};
    struct threads next = {0};

    close_state(b, &state.threads, state.before, word ? BEFORE_WORD : BEFORE_OTHER);
    if (b->matched)
        return GEN_PATTERN_MATCH;
    for (size_t i = 0; i < b->reached.count; i++) {
        struct thread thread = b->reached.items[i];
        const struct node *node = &b->nodes->items[thread.node];

        if (node->kind == NODE_SET && !set_has(node->set, character))
            continue;
        if (node->kind == NODE_SET)
            thread.node = node->next;
        if (move_looks(b, &thread, AFTER_OTHER, BEFORE_OTHER, &character))
            append(b, &next, &thread);
    }
    if (b->starts_later)
        append(b, &next, &start);
    return intern(b, &next, word ? AFTER_WORD : AFTER_OTHER);
}

static bool can_start_later(struct builder *b, const struct threads *start)
{
    static const enum before befores[] = {AFTER_OTHER, AFTER_WORD};
    static const enum behind behinds[] = {BEFORE_OTHER, BEFORE_WORD, AT_END};

    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++) {
            close_state(b, start, befores[i], behinds[j]);
            if (b->matched || b->reached.count)
                return true;
        }
    return false;
}

static bool make_states(struct builder *b, struct threads *start)
{
    size_t columns = b->program->kind_count + 1;
    uint16_t *table = gen_arena_array(b->arena, CELLS_MAX, sizeof(*table));

    intern(b, start, AT_BEGIN);
    for (size_t k = 0; k + 1 < columns; k++)
        table[GEN_PATTERN_MATCH * columns + k] = GEN_PATTERN_MATCH;
    table[GEN_PATTERN_MATCH * columns + columns - 1] = 1;
    for (size_t i = 0; i < b->count; i++) {
        uint16_t *row = table + (i + GEN_PATTERN_START) * columns;

        if (b->count > STATES_MAX || (i + GEN_PATTERN_START + 1) * columns > CELLS_MAX)
            return false;
        for (size_t k = 0; k + 1 < columns; k++) {
            row[k] = step(b, i, k);
            if (b->too_many || b->work > WORK_MAX)
                return false;
        }
        close_state(b, &b->states[i].threads, b->states[i].before, AT_END);
        row[columns - 1] = b->matched;
    }
    b->program->next = table;
    b->program->state_count = b->count + GEN_PATTERN_START;
    return true;
}

bool looks_make(struct gen_arena *arena, const struct nodes *nodes, struct gen_pattern_program *program)
{
    struct builder *b = gen_arena_alloc(arena, sizeof(*b));
    struct threads start = {0};

    b->arena = arena;
    b->nodes = nodes;
    b->program = program;
    b->word = set_of_escape(arena, 'w');
    b->asks_word = nodes_ask_word(nodes);
    b->seen = gen_arena_array(arena, nodes->count + 1, sizeof(*b->seen));
    b->stack = gen_arena_array(arena, nodes->count + 1, sizeof(*b->stack));
    b->reached_nodes = gen_arena_array(arena, nodes->count + 1, sizeof(*b->reached_nodes));
    b->heads = gen_arena_array(arena, nodes->count + 1, sizeof(*b->heads));
    append(b, &start, &(struct thread){.node = nodes->start});
    b->starts_later = can_start_later(b, &start);
    return kinds_make(arena, nodes, program, &b->samples) && make_states(b, &start);
}
