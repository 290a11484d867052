/* SPDX-License-Identifier: MIT */
/*
 * mm.c - mmap and its family.
 *
 * Memory is taken where the page allocator finds it, whole and at once: there is no
 * paging on demand, so what mmap() has granted can always be touched. Rights are
 * those of the page tables; nothing may be executable, for code comes with the image.
 */
#include <stdbool.h>
#include <string.h>

#include "abi/errno.h"
#include "arch/x86_64/paging.h"
#include "core/page.h"
#include "core/region.h"
#include "sys/calls.h"

#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED 2
#define MADV_DONTNEED 4

static unsigned access_of(int rights)
{
    if (rights & PROT_WRITE)
        return K_ACCESS_READ | K_ACCESS_WRITE;
    return rights & PROT_READ ? K_ACCESS_READ : K_ACCESS_NONE;
}

/* Allocated pages; never the image itself. */
static bool is_ours(uintptr_t address, size_t bytes)
{
    extern const char k_image_rodata[], k_image_end[];

    if (address < (uintptr_t)k_image_end && address + bytes > (uintptr_t)k_image_rodata)
        return false;
    if ((address & K_PAGE_MASK) || !bytes || address + bytes < address)
        return false;
    for (size_t at = 0; at < bytes; at += K_PAGE_SIZE)
        if (!k_page_is_allocated(address + at))
            return false;
    return true;
}

long sys_mprotect(uintptr_t address, size_t bytes, int rights)
{
    if (rights & PROT_EXEC)
        return -EACCES;
    if (!bytes)
        return 0;
    bytes = k_page_up(bytes); /* of nearly all memory: 0, which is nobody's */
    if (!is_ours(address, bytes))
        return -ENOMEM;
    return k_paging_protect(address, address + bytes, access_of(rights));
}

long sys_mmap(uintptr_t address, size_t bytes, int rights, int flags, int fd, long offset)
{
    uintptr_t start;

    (void)address, (void)fd, (void)offset;
    if (!bytes)
        return -EINVAL;
    if (!(flags & MAP_ANONYMOUS))
        return -ENODEV;
    if (flags & MAP_FIXED)
        return -EINVAL;
    if (rights & PROT_EXEC)
        return -EACCES;
    if (bytes > k_memory_free())
        return -ENOMEM;
    bytes = k_page_up(bytes);
    start = k_region_new(bytes);
    if (!start)
        return -ENOMEM;
    if (!(rights & PROT_WRITE) && k_paging_protect(start, start + bytes, access_of(rights))) {
        k_region_free(start, bytes);
        return -ENOMEM;
    }
    return (long)start;
}

long sys_munmap(uintptr_t address, size_t bytes)
{
    bytes = k_page_up(bytes);
    if (!is_ours(address, bytes))
        return -EINVAL;
    k_region_free(address, bytes);
    return 0;
}

/* Contents, and the rights of the first page: a mapping has the same all over. */
static int move(uintptr_t to, size_t new_bytes, uintptr_t from, size_t bytes)
{
    unsigned access = k_paging_access(from);

    if (k_region_unprotect(from, bytes))
        return -ENOMEM;
    memcpy((void *)to, (const void *)from, bytes);
    return access & K_ACCESS_WRITE ? 0 : k_paging_protect(to, to + new_bytes, access);
}

long sys_mremap(uintptr_t address, size_t old_bytes, size_t new_bytes, int flags)
{
    uintptr_t moved;

    old_bytes = k_page_up(old_bytes);
    new_bytes = k_page_up(new_bytes);
    if (!new_bytes || (flags & MREMAP_FIXED) || !is_ours(address, old_bytes))
        return -EINVAL;
    if (new_bytes < old_bytes)
        k_region_free(address + new_bytes, old_bytes - new_bytes);
    if (new_bytes <= old_bytes)
        return (long)address;
    if (!(flags & MREMAP_MAYMOVE) || new_bytes > k_memory_free())
        return -ENOMEM;
    moved = k_region_new(new_bytes);
    if (!moved)
        return -ENOMEM;
    if (move(moved, new_bytes, address, old_bytes)) {
        k_region_free(moved, new_bytes);
        return -ENOMEM;
    }
    k_region_free(address, old_bytes);
    return (long)moved;
}

/* Pages that their owner himself may not be allowed to write; their rights stay. */
static int clear(uintptr_t address, size_t bytes)
{
    int err = 0;

    for (uintptr_t at = address; !err && at < address + bytes; at += K_PAGE_SIZE) {
        unsigned access = k_paging_access(at);

        err = k_region_unprotect(at, K_PAGE_SIZE);
        if (err)
            break;
        memset((void *)at, 0, K_PAGE_SIZE);
        if (!(access & K_ACCESS_WRITE))
            err = k_paging_protect(at, at + K_PAGE_SIZE, access);
    }
    return err;
}

long sys_madvise(uintptr_t address, size_t bytes, int advice)
{
    if (!bytes)
        return 0;
    bytes = k_page_up(bytes);
    if (!is_ours(address, bytes))
        return -ENOMEM;
    return advice == MADV_DONTNEED ? clear(address, bytes) : 0;
}

/* No break area: a C library that is told so takes mmap() instead. */
long sys_brk(uintptr_t address)
{
    (void)address;
    return 0;
}
