/* SPDX-License-Identifier: MIT */
#include "gen/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)32 << 10)

struct gen_arena_block {
    struct gen_arena_block *next;
    size_t used;
    size_t size;
    max_align_t bytes[];
};

static _Noreturn void out_of_memory(void)
{
    fputs("ucompose: out of memory\n", stderr);
    exit(70);
}

void gen_arena_init(struct gen_arena *arena)
{
    arena->blocks = NULL;
}

void gen_arena_deinit(struct gen_arena *arena)
{
    struct gen_arena_block *block = arena->blocks;

    while (block) {
        struct gen_arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
}

static struct gen_arena_block *add_block(struct gen_arena *arena, size_t size)
{
    size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    struct gen_arena_block *block = calloc(1, sizeof(*block) + room);

    if (!block)
        out_of_memory();
    block->size = room;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *gen_arena_alloc(struct gen_arena *arena, size_t size)
{
    struct gen_arena_block *block = arena->blocks;
    size_t align = _Alignof(max_align_t);
    char *at;

    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + align - 1) / align * align;
    if (!block || block->size - block->used < size)
        block = add_block(arena, size);
    at = (char *)block->bytes + block->used;
    block->used += size;
    return at;
}

void *gen_arena_array(struct gen_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        out_of_memory();
    return gen_arena_alloc(arena, count * size);
}

void *gen_arena_grow(struct gen_arena *arena, void *items, size_t count, size_t size)
{
    void *larger;

    if (count & (count - 1))
        return items;
    larger = gen_arena_array(arena, count ? count * 2 : 1, size);
    if (count)
        memcpy(larger, items, count * size);
    return larger;
}

char *gen_arena_bytes(struct gen_arena *arena, const char *bytes, size_t len)
{
    char *copy = gen_arena_alloc(arena, len + 1);

    if (len)
        memcpy(copy, bytes, len);
    return copy;
}

char *gen_arena_text(struct gen_arena *arena, const char *text)
{
    return gen_arena_bytes(arena, text, strlen(text));
}

char *gen_arena_vprintf(struct gen_arena *arena, const char *format, va_list args)
{
    va_list again;
    char *text;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        out_of_memory();
    text = gen_arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

char *gen_arena_printf(struct gen_arena *arena, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = gen_arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}
