/* SPDX-License-Identifier: MIT */
/* A text for a pattern: breadth first through its automata, all at once, so that the first one found is the shortest. */
#include "pattern/pattern.h"

#include <string.h>

#define NODES_MAX 60000
#define SLOTS     131072 /* a power of two, above twice the nodes */

/* Every program in some state, after a text of `length` characters: the parent's text and one character more. */
struct node {
    size_t parent; /* of the first: itself */
    uint32_t character;
    size_t length;
};

struct search {
    const struct gen_pattern *pattern;
    size_t min;
    struct node *nodes;
    uint16_t *states; /* [node][program] */
    size_t count;
    uint32_t *slots; /* a hash table of the nodes, from 1 */
    const uint32_t *characters;
    size_t character_count;
};

/* ---- the characters worth trying: one of those that all programs treat alike, readable ones first */

static bool alike(const struct gen_pattern *pattern, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < pattern->program_count; i++)
        if (gen_pattern_kind(&pattern->programs[i], a) != gen_pattern_kind(&pattern->programs[i], b))
            return false;
    return true;
}

static void offer(struct gen_arena *arena, const struct gen_pattern *pattern, uint32_t **characters, size_t *count,
                  uint32_t character)
{
    if (character >= 0xD800 && character < 0xE000)
        return; /* no characters of UTF-8 */
    for (size_t i = 0; i < *count; i++)
        if (alike(pattern, (*characters)[i], character))
            return;
    *characters = gen_arena_grow(arena, *characters, *count, sizeof(**characters));
    (*characters)[(*count)++] = character;
}

static void offer_all(struct gen_arena *arena, struct search *search)
{
    static const char readable[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. !\"#$%&'()*+,/:;<=>?@[\\]^`{|}~";
    const struct gen_pattern *pattern = search->pattern;
    uint32_t *characters = NULL;
    size_t count = 0;

    for (const char *at = readable; *at; at++)
        offer(arena, pattern, &characters, &count, (unsigned char)*at);
    for (uint32_t control = 1; control < 128; control++)
        offer(arena, pattern, &characters, &count, control);
    for (size_t i = 0; i < pattern->program_count; i++)
        for (size_t range = 0; range < pattern->programs[i].range_count; range++)
            offer(arena, pattern, &characters, &count, pattern->programs[i].starts[range]);
    search->characters = characters;
    search->character_count = count;
}

/* ---- the search */

static uint16_t *states_of(const struct search *search, size_t node)
{
    return search->states + node * search->pattern->program_count;
}

/* Texts that are long enough already do not differ by their length. */
static size_t counted(const struct search *search, size_t length)
{
    return length < search->min ? length : search->min;
}

/* The node at the end of the list: true when there is none like it. */
static bool is_new(struct search *search)
{
    size_t bytes = search->pattern->program_count * sizeof(*search->states), node = search->count;
    size_t length = counted(search, search->nodes[node].length), slot = length * 2654435761u;

    for (size_t i = 0; i < search->pattern->program_count; i++)
        slot = (slot ^ states_of(search, node)[i]) * 16777619u;
    for (slot ^= slot >> 15;; slot++) {
        uint32_t *at = &search->slots[slot & (SLOTS - 1)];

        if (!*at) {
            *at = (uint32_t)node + 1;
            return true;
        }
        if (counted(search, search->nodes[*at - 1].length) == length &&
            !memcmp(states_of(search, *at - 1), states_of(search, node), bytes))
            return false;
    }
}

/* The node behind the last becomes `from` with one character more; false: no text that begins so will do. */
static bool advance(struct search *search, size_t from, uint32_t character)
{
    search->nodes[search->count] = (struct node){from, character, search->nodes[from].length + 1};
    for (size_t i = 0; i < search->pattern->program_count; i++) {
        const struct gen_pattern_program *program = &search->pattern->programs[i];
        uint16_t next = program->next[states_of(search, from)[i] * (program->kind_count + 1) + gen_pattern_kind(program, character)];

        if (next == (program->wanted ? GEN_PATTERN_DEAD : GEN_PATTERN_MATCH))
            return false;
        states_of(search, search->count)[i] = next;
    }
    return true;
}

static bool may_end(const struct search *search, size_t node)
{
    for (size_t i = 0; i < search->pattern->program_count; i++) {
        const struct gen_pattern_program *program = &search->pattern->programs[i];

        if (program->next[states_of(search, node)[i] * (program->kind_count + 1) + program->kind_count] != program->wanted)
            return false;
    }
    return search->nodes[node].length >= search->min;
}

static char *put(char *end, uint32_t character)
{
    unsigned more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;

    for (unsigned i = 0; i < more; i++, character >>= 6)
        *--end = (char)(0x80 | (character & 0x3F));
    *--end = (char)(more ? (0xFF00 >> (more + 1) & 0xFF) | character : character);
    return end;
}

static char *text_of(struct gen_arena *arena, const struct search *search, size_t node)
{
    size_t room = search->nodes[node].length * 4;
    char *text = gen_arena_alloc(arena, room + 1), *begin = text + room;

    for (; node; node = search->nodes[node].parent)
        begin = put(begin, search->nodes[node].character);
    return begin;
}

static char *find(struct gen_arena *arena, struct search *search, size_t max)
{
    for (size_t node = 0; node < search->count; node++) {
        if (may_end(search, node))
            return text_of(arena, search, node);
        for (size_t i = 0; search->nodes[node].length < max && i < search->character_count; i++) {
            if (!advance(search, node, search->characters[i]) || !is_new(search))
                continue;
            if (++search->count == NODES_MAX)
                return NULL;
        }
    }
    return NULL;
}

char *gen_pattern_sample(struct gen_arena *arena, const struct gen_pattern *pattern, size_t min, size_t max)
{
    struct search search = {.pattern = pattern, .min = min, .count = 1};
    struct gen_arena own;
    char *text;

    gen_arena_init(&own);
    search.nodes = gen_arena_array(&own, NODES_MAX + 1, sizeof(*search.nodes));
    search.states = gen_arena_array(&own, (NODES_MAX + 1) * pattern->program_count, sizeof(*search.states));
    search.slots = gen_arena_array(&own, SLOTS, sizeof(*search.slots));
    offer_all(&own, &search);
    for (size_t i = 0; i < pattern->program_count; i++)
        states_of(&search, 0)[i] = GEN_PATTERN_START;
    text = find(arena, &search, max);
    gen_arena_deinit(&own);
    return text;
}
