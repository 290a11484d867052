/* SPDX-License-Identifier: MIT */
/*
 * pattern.h - regular expressions that were made tables when the code was generated.
 *
 * `pattern` of a schema is one of ECMA-262. The generator makes it an automaton, which looks at each character of a
 * text once and needs no memory: neither a pattern nor a text can make it slow. Made for generated code.
 */
#ifndef UC_PATTERN_H
#define UC_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Characters that the pattern treats alike are of one kind. next[state * (kinds + 1) + kind] is the state behind a
 * character, and behind the kinds of each state stands 1 when the text may end there. In state 0 nothing matches any
 * more, in state 1 all does; 2 is the first.
 */
struct uc_pattern_program {
    const uint8_t *ascii;   /* kinds of the first 128 characters */
    const uint32_t *starts; /* of the others: range_kinds[i] from starts[i] on, sorted, starts[0] is 128 */
    const uint8_t *range_kinds;
    const uint16_t *next;
    uint16_t range_count, kinds;
    bool wanted; /* false: the text must not match */
};

struct uc_pattern {
    const struct uc_pattern_program *programs; /* all must be as wanted */
    size_t count;
};

/* Whether the pattern is found in the text, in linear time. What is not UTF-8 matches as some character. */
bool uc_pattern_matches(const struct uc_pattern *pattern, struct uc_str text);

#ifdef __cplusplus
}
#endif
#endif
