/* SPDX-License-Identifier: MIT */
/*
 * pattern.h - regular expressions of ECMA-262 as tables.
 *
 * A pattern is decided here, once: parsed, made a nondeterministic automaton, and that a deterministic one over kinds of
 * characters. What matches it later looks at each character once, whatever the text (uc/pattern.h), and needs no parser.
 *
 * The language is that of ECMA-262 2023, 22.2.1, with the flag "u" and what Annex B allows besides where it is clear.
 * Captures are of no use here, greedy and lazy are the same. Not done, and said by name: what no automaton can do
 * (backreferences), lookbehind, lookahead within lookahead, and \p of scripts.
 *
 * All memory is the arena's.
 */
#ifndef GEN_PATTERN_H
#define GEN_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/arena.h"

/* States of every automaton; others count on from GEN_PATTERN_START. */
enum { GEN_PATTERN_DEAD, GEN_PATTERN_MATCH, GEN_PATTERN_START };

/* A kind of character is a number below `kind_count`: those that the pattern treats alike. */
struct gen_pattern_program {
    bool wanted; /* false: the text must not match (a negative lookahead) */
    uint8_t ascii[128];
    uint32_t *starts; /* from 128 on: kinds[i] holds from starts[i] up to before starts[i + 1] */
    uint8_t *kinds;
    size_t range_count, kind_count;
    uint16_t *next; /* [state][kind], and behind the kinds: 1 when the text may end in this state */
    size_t state_count;
};

struct gen_pattern {
    const char *text;
    struct gen_pattern_program *programs; /* all must be as wanted */
    size_t program_count;
};

/*
 * Compile `text`, which is UTF-8. NULL when it went well, else what is wrong, and in *at (may be NULL) before which
 * character, counted from 1.
 */
const char *gen_pattern_compile(struct gen_arena *arena, const char *text, struct gen_pattern *pattern, size_t *at);

/* Whether the pattern is found anywhere in the text, which is UTF-8. */
bool gen_pattern_matches(const struct gen_pattern *pattern, const char *text, size_t len);

/*
 * A text (UTF-8, without NUL) of `min` to `max` characters in which the pattern is found: the shortest, of readable
 * characters as far as may be. NULL when there is none, or looking for it would take too long.
 */
char *gen_pattern_sample(struct gen_arena *arena, const struct gen_pattern *pattern, size_t min, size_t max);

/* The kind of a character. */
uint8_t gen_pattern_kind(const struct gen_pattern_program *program, uint32_t character);

#endif
