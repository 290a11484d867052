/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory for one run of the generator or one reading of a file.
 *
 * The caller owns the arena; everything that the library hands out lives in the arena that
 * was given to it and goes with gen_arena_deinit(). There is no free for a single piece.
 * A host program cannot do anything useful without memory, so these calls never return
 * NULL: when the system refuses they say so on standard error and exit with status 70.
 * Not thread-safe: one arena, one thread.
 */
#ifndef GEN_ARENA_H
#define GEN_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct gen_arena {
    struct gen_arena_block *blocks;
};

void gen_arena_init(struct gen_arena *arena);
void gen_arena_deinit(struct gen_arena *arena);

/* Zeroed memory, aligned for anything. */
void *gen_arena_alloc(struct gen_arena *arena, size_t size);

/* An array of `count` zeroed elements; an overflow counts as out of memory. */
void *gen_arena_array(struct gen_arena *arena, size_t count, size_t size);

/*
 * Room for one more element in a growing array: returns `items` itself, or a copy of twice
 * its size when `count` has reached a power of two. The new element is zeroed.
 */
void *gen_arena_grow(struct gen_arena *arena, void *items, size_t count, size_t size);

/* Copies, always with a final NUL. */
char *gen_arena_text(struct gen_arena *arena, const char *text);
char *gen_arena_bytes(struct gen_arena *arena, const char *bytes, size_t len);
char *gen_arena_printf(struct gen_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *gen_arena_vprintf(struct gen_arena *arena, const char *format, va_list args);

#endif
