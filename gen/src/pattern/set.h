/* SPDX-License-Identifier: MIT */
/* set.h - sets of characters (code points), as ranges. */
#ifndef GEN_PATTERN_SET_H
#define GEN_PATTERN_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/arena.h"

#define CHARACTER_MAX 0x10FFFFu

struct range {
    uint32_t first, last;
};

struct set {
    struct range *ranges; /* after set_close() sorted, and none touches another */
    size_t count;
};

void set_add(struct gen_arena *arena, struct set *set, uint32_t first, uint32_t last);
void set_add_all(struct gen_arena *arena, struct set *set, const struct set *other);
void set_close(struct set *set);
/* All that is not in a closed set. */
struct set set_inverted(struct gen_arena *arena, const struct set *set);
bool set_has(const struct set *set, uint32_t character);

/* \d, \w, \s, and what "." is (ECMA-262, 22.2.2.9); the letter is in lower case. */
struct set set_of_escape(struct gen_arena *arena, char letter);
/* \p{...} of a general category, "L", "Lu", "Letter", "gc=Lu", ... False: no such category. */
bool set_of_property(struct gen_arena *arena, const char *name, struct set *set);

#endif
