/* SPDX-License-Identifier: MIT */
/*
 * region.c - pages with rights.
 */
#include "core/region.h"

#include <string.h>

#include "arch/x86_64/paging.h"
#include "core/page.h"

uintptr_t k_region_new(size_t bytes)
{
    void *pages = k_pages_alloc(bytes / K_PAGE_SIZE);

    if (pages)
        memset(pages, 0, bytes);
    return (uintptr_t)pages;
}

int k_region_unprotect(uintptr_t start, size_t bytes)
{
    const unsigned all = K_ACCESS_READ | K_ACCESS_WRITE;
    int err = 0;

    for (uintptr_t page = start; !err && page < start + bytes; page += K_PAGE_SIZE)
        if (k_paging_access(page) != all)
            err = k_paging_protect(page, page + K_PAGE_SIZE, all);
    return err;
}

void k_region_free(uintptr_t start, size_t bytes)
{
    k_region_unprotect(start, bytes);
    k_pages_free((void *)start, bytes / K_PAGE_SIZE);
}

uintptr_t k_region_new_stack(size_t bytes)
{
    uintptr_t start = (uintptr_t)k_pages_alloc(bytes / K_PAGE_SIZE + 1);

    if (!start)
        return 0;
    if (k_paging_protect(start, start + K_PAGE_SIZE, K_ACCESS_NONE)) {
        k_pages_free((void *)start, bytes / K_PAGE_SIZE + 1);
        return 0;
    }
    return start + K_PAGE_SIZE + bytes;
}
