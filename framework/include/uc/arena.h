/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that goes all at once.
 *
 * Every request has an arena; what is decoded from the request or allocated for its
 * answer comes from there and is released after the answer is out. There is no free.
 *
 * An arena has a limit. When it is reached the allocation returns NULL (the string
 * functions: an empty string), and the arena remembers: uc_arena_failed() is true from
 * then on, and a request whose arena failed is answered with 503 whatever its handler
 * says. Handlers need not test every string, therefore.
 */
#ifndef UC_ARENA_H
#define UC_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "uc/str.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uc_arena;

/* For tests, tools and long-lived owners; requests bring their own. NULL: out of memory. */
struct uc_arena *uc_arena_new(size_t limit_bytes);
void uc_arena_free(struct uc_arena *arena);

/* Everything allocated goes; a first block of at most 1 KiB is kept for reuse. */
void uc_arena_reset(struct uc_arena *arena);

/* `bytes` of zeroed memory, aligned for any type. */
void *uc_arena_alloc(struct uc_arena *arena, size_t bytes);

/* count * bytes, overflow checked. */
void *uc_arena_array(struct uc_arena *arena, size_t count, size_t bytes);

/* Copies; the result has a NUL after its last byte. */
struct uc_str uc_arena_copy(struct uc_arena *arena, struct uc_str text);

struct uc_str uc_arena_printf(struct uc_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct uc_str uc_arena_vprintf(struct uc_arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

bool uc_arena_failed(const struct uc_arena *arena);
size_t uc_arena_used(const struct uc_arena *arena); /* bytes */

#ifdef __cplusplus
}
#endif
#endif
