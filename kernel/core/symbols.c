/* SPDX-License-Identifier: MIT */
/*
 * symbols.c - look an address up in the table that finishing an image adds to it.
 */
#include "core/symbols.h"

#include <stdbool.h>
#include <stddef.h>

#include "abi/ksyms.h"

const volatile struct k_ksyms_header k_ksyms_header __attribute__((section(".ksyms"), used));

extern const char k_image_text[], k_image_data[];

static bool table_is_there(void)
{
    return k_ksyms_header.magic == K_KSYMS_MAGIC && k_ksyms_header.count;
}

const char *k_symbols_find(uintptr_t address, uintptr_t *offset)
{
    const struct k_ksym *symbols = (const struct k_ksym *)k_ksyms_header.address;
    uint32_t count = k_ksyms_header.count;
    size_t low = 0, high = count;

    if (!table_is_there())
        return NULL;
    if (address < (uintptr_t)k_image_text || address >= (uintptr_t)k_image_data)
        return NULL;
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (symbols[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || symbols[low - 1].name >= k_ksyms_header.names_bytes)
        return NULL;
    *offset = address - symbols[low - 1].address;
    return (const char *)(symbols + count) + symbols[low - 1].name;
}

uintptr_t k_symbols_end(uintptr_t image_end)
{
    uintptr_t end = table_is_there() ? k_ksyms_header.address + k_ksyms_header.bytes : 0;

    return end > image_end ? end : image_end;
}
