/* SPDX-License-Identifier: MIT */
/*
 * arena_internal.h - an arena that lies inside its owner.
 *
 * Nothing is allocated until the first use. Blocks are chained, newest first; the
 * last of the chain is the first block, which a reset keeps when it is a small one.
 */
#ifndef UC_ARENA_INTERNAL_H
#define UC_ARENA_INTERNAL_H

#include "uc/arena.h"

struct uc_arena_block;

struct uc_arena {
    struct uc_arena_block *block; /* newest; NULL before first use */
    char *at, *end;               /* free part of `block` */
    size_t used_bytes, limit_bytes;
    bool failed;
};

void uc_arena_init(struct uc_arena *arena, size_t limit_bytes);
void uc_arena_deinit(struct uc_arena *arena);

/* What was made beside it for the same owner failed: so does the arena, and with it the request. */
void uc_arena_fail(struct uc_arena *arena);

#endif
