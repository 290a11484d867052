/* SPDX-License-Identifier: MIT */
/*
 * heap.c - size classes cut from pages.
 *
 * A page of small blocks begins with a header that names its class; its blocks hang
 * on the class's free list. A large block begins one header into its first page.
 * Since blocks never begin at a page's start, rounding a block's address down
 * finds the header.
 */
#include "core/heap.h"

#include <stdint.h>
#include <string.h>

#include "core/page.h"
#include "core/panic.h"

#define MAGIC 0x6b686561u
#define CLASSES 6
#define SMALLEST 32u
#define LARGEST (SMALLEST << (CLASSES - 1))

struct header {
    uint32_t magic;
    uint32_t size_class; /* CLASSES: one large block */
    size_t pages;        /* of a large block */
};

struct block {
    struct block *next;
};

static struct block *free_blocks[CLASSES];

static unsigned class_of(size_t bytes)
{
    unsigned c = 0;

    while (SMALLEST << c < bytes)
        c++;
    return c;
}

static void cut_page(unsigned c)
{
    struct header *header = k_pages_alloc(1);
    size_t size = SMALLEST << c;

    if (!header)
        return;
    *header = (struct header){MAGIC, c, 1};
    for (size_t at = sizeof *header; at + size <= K_PAGE_SIZE; at += size) {
        struct block *block = (struct block *)((char *)header + at);

        block->next = free_blocks[c];
        free_blocks[c] = block;
    }
}

static void *large(size_t bytes)
{
    size_t pages = (bytes + sizeof(struct header) + K_PAGE_MASK) / K_PAGE_SIZE;
    struct header *header = k_pages_alloc(pages);

    if (!header)
        return NULL;
    *header = (struct header){MAGIC, CLASSES, pages};
    return header + 1;
}

void *k_malloc(size_t bytes)
{
    struct block *block;
    unsigned c;

    if (bytes > LARGEST)
        return bytes > SIZE_MAX / 2 ? NULL : large(bytes);
    c = class_of(bytes);
    if (!free_blocks[c])
        cut_page(c);
    block = free_blocks[c];
    if (block)
        free_blocks[c] = block->next;
    return block;
}

void *k_calloc(size_t count, size_t bytes)
{
    size_t total;
    void *block;

    if (__builtin_mul_overflow(count, bytes, &total))
        return NULL;
    block = k_malloc(total);
    if (block)
        memset(block, 0, total);
    return block;
}

void k_free(void *pointer)
{
    struct header *header = (struct header *)k_page_down((uintptr_t)pointer);
    struct block *block = pointer;

    if (!pointer)
        return;
    K_ASSERT(header->magic == MAGIC);
    if (header->size_class == CLASSES) {
        header->magic = 0;
        k_pages_free(header, header->pages);
        return;
    }
    block->next = free_blocks[header->size_class];
    free_blocks[header->size_class] = block;
}
