/* SPDX-License-Identifier: MIT */
/*
 * fwcfg.c - QEMU's firmware configuration device, through its DMA port.
 *
 * Names are looked up in the directory, a list of 64-byte entries, big-endian.
 */
#include "arch/x86_64/fwcfg.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/heap.h"
#include "core/mmio.h"

#define PORT_SELECT 0x510
#define PORT_DATA 0x511
#define PORT_DMA 0x514
#define KEY_SIGNATURE 0x00
#define KEY_DIRECTORY 0x19
#define DMA_ERROR 1u
#define DMA_READ 2u
#define DMA_SELECT 8u
#define ENTRIES_MAX 256
#define FILE_BYTES_MAX 65536u

struct entry {
    uint32_t size;
    uint16_t select, reserved;
    char name[56];
};

static bool is_there(void)
{
    static const char signature[] = "QEMU";

    k_out16(PORT_SELECT, KEY_SIGNATURE);
    for (unsigned i = 0; i < 4; i++)
        if (k_in8(PORT_DATA) != (uint8_t)signature[i])
            return false;
    return true;
}

/* Read from the start of an item. */
static bool read_item(uint16_t key, void *out, uint32_t bytes)
{
    volatile struct {
        uint32_t control, length;
        uint64_t address;
    } access __attribute__((aligned(16)));
    uint64_t at = (uintptr_t)&access;

    access.control = __builtin_bswap32((uint32_t)key << 16 | DMA_SELECT | DMA_READ);
    access.length = __builtin_bswap32(bytes);
    access.address = __builtin_bswap64((uintptr_t)out);
    k_mb();
    k_out32(PORT_DMA, __builtin_bswap32((uint32_t)(at >> 32)));
    k_out32(PORT_DMA + 4, __builtin_bswap32((uint32_t)at));
    while (__builtin_bswap32(access.control) & ~DMA_ERROR)
        ;
    return !access.control;
}

static struct entry *read_directory(uint32_t *count)
{
    struct {
        uint32_t count;
    } head;
    struct {
        uint32_t count;
        struct entry entries[];
    } *all;
    uint32_t bytes;

    if (!read_item(KEY_DIRECTORY, &head, sizeof head))
        return NULL;
    *count = __builtin_bswap32(head.count);
    if (*count > ENTRIES_MAX)
        *count = ENTRIES_MAX;
    bytes = (uint32_t)(sizeof head + *count * sizeof(struct entry));
    all = k_malloc(bytes);
    if (!all || !read_item(KEY_DIRECTORY, all, bytes)) {
        k_free(all);
        return NULL;
    }
    memmove(all, all->entries, *count * sizeof(struct entry));
    return (struct entry *)all;
}

static char *read_file(const struct entry *entry)
{
    uint32_t bytes = __builtin_bswap32(entry->size);
    char *text;

    if (bytes > FILE_BYTES_MAX)
        return NULL;
    text = k_malloc(bytes + 1);
    if (!text)
        return NULL;
    if (!read_item(__builtin_bswap16(entry->select), text, bytes)) {
        k_free(text);
        return NULL;
    }
    text[bytes] = '\0';
    return text;
}

char *k_fwcfg_read(const char *name)
{
    struct entry *entries;
    uint32_t count = 0;
    char *text = NULL;

    if (!is_there())
        return NULL;
    entries = read_directory(&count);
    for (uint32_t i = 0; entries && !text && i < count; i++)
        if (!strncmp(entries[i].name, name, sizeof entries[i].name))
            text = read_file(&entries[i]);
    k_free(entries);
    return text;
}
