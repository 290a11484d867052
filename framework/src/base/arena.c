/* SPDX-License-Identifier: MIT */
#include "base/arena_internal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BLOCK_BYTES 1008 /* with its header, 1 KiB: most requests need no second */
#define BLOCK_BYTES_MAX 16384
#define ALIGNMENT 16

struct uc_arena_block {
    struct uc_arena_block *next; /* older */
    size_t cap;                  /* bytes of `data` */
    _Alignas(ALIGNMENT) char data[];
};

void uc_arena_init(struct uc_arena *arena, size_t limit_bytes)
{
    *arena = (struct uc_arena){.limit_bytes = limit_bytes};
}

void uc_arena_deinit(struct uc_arena *arena)
{
    while (arena->block) {
        struct uc_arena_block *next = arena->block->next;

        free(arena->block);
        arena->block = next;
    }
    arena->at = arena->end = NULL;
}

struct uc_arena *uc_arena_new(size_t limit_bytes)
{
    struct uc_arena *arena = malloc(sizeof(*arena));

    if (arena)
        uc_arena_init(arena, limit_bytes);
    return arena;
}

void uc_arena_free(struct uc_arena *arena)
{
    if (!arena)
        return;
    uc_arena_deinit(arena);
    free(arena);
}

/* A first block that was made for something large goes too: a reused arena stays small. */
void uc_arena_reset(struct uc_arena *arena)
{
    struct uc_arena_block *block = arena->block;

    while (block && (block->next || block->cap > FIRST_BLOCK_BYTES)) {
        struct uc_arena_block *next = block->next;

        free(block);
        block = next;
    }
    arena->block = block;
    arena->at = block ? block->data : NULL;
    arena->end = block ? block->data + block->cap : NULL;
    arena->used_bytes = 0;
    arena->failed = false;
}

static void *fail(struct uc_arena *arena)
{
    arena->failed = true;
    return NULL;
}

/* Blocks double, so that a large request costs few of them. */
static bool add_block(struct uc_arena *arena, size_t need)
{
    size_t cap = arena->block ? arena->block->cap * 2 + sizeof(*arena->block) : FIRST_BLOCK_BYTES;
    struct uc_arena_block *block;

    if (cap > BLOCK_BYTES_MAX)
        cap = BLOCK_BYTES_MAX;
    if (cap < need)
        cap = need;
    block = malloc(sizeof(*block) + cap);
    if (!block)
        return false;
    block->next = arena->block;
    block->cap = cap;
    arena->block = block;
    arena->at = block->data;
    arena->end = block->data + cap;
    return true;
}

/* Memory with anything in it, rounded up so that the next one is aligned too. */
static char *take(struct uc_arena *arena, size_t bytes)
{
    char *memory;

    if (bytes > SIZE_MAX / 2)
        return fail(arena);
    bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (bytes > (size_t)(arena->end - arena->at)) {
        if (bytes > arena->limit_bytes - arena->used_bytes || !add_block(arena, bytes))
            return fail(arena);
    } else if (bytes > arena->limit_bytes - arena->used_bytes) {
        return fail(arena);
    }
    memory = arena->at;
    arena->at += bytes;
    arena->used_bytes += bytes;
    return memory;
}

void *uc_arena_alloc(struct uc_arena *arena, size_t bytes)
{
    char *memory = take(arena, bytes);

    return memory ? memset(memory, 0, bytes) : NULL;
}

void *uc_arena_array(struct uc_arena *arena, size_t count, size_t bytes)
{
    size_t total;

    if (__builtin_mul_overflow(count, bytes, &total))
        return fail(arena);
    return uc_arena_alloc(arena, total);
}

static struct uc_str empty_string(void)
{
    return uc_str_of("", 0);
}

struct uc_str uc_arena_copy(struct uc_arena *arena, struct uc_str text)
{
    char *copy;

    if (text.len == SIZE_MAX) {
        fail(arena);
        return empty_string();
    }
    copy = take(arena, text.len + 1);
    if (!copy)
        return empty_string();
    if (text.len)
        memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    return uc_str_of(copy, text.len);
}

struct uc_str uc_arena_vprintf(struct uc_arena *arena, const char *format, va_list args)
{
    va_list again;
    char *text;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = len < 0 ? fail(arena) : take(arena, (size_t)len + 1);
    if (!text)
        return empty_string();
    vsnprintf(text, (size_t)len + 1, format, args);
    return uc_str_of(text, (size_t)len);
}

struct uc_str uc_arena_printf(struct uc_arena *arena, const char *format, ...)
{
    struct uc_str text;
    va_list args;

    va_start(args, format);
    text = uc_arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void uc_arena_fail(struct uc_arena *arena)
{
    arena->failed = true;
}

bool uc_arena_failed(const struct uc_arena *arena)
{
    return arena->failed;
}

size_t uc_arena_used(const struct uc_arena *arena)
{
    return arena->used_bytes;
}
