/* SPDX-License-Identifier: MIT */
/* memory.c - mmap and its family, the heap on top of them, and that nothing leaks. */
#define _GNU_SOURCE /* mremap, syscall */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "tap.h"

#define PAGE 4096ul

static unsigned long free_bytes(void)
{
    struct sysinfo info;

    sysinfo(&info);
    return info.freeram;
}

static void *map(size_t bytes, int rights)
{
    return mmap(NULL, bytes, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static bool all_zero(const unsigned char *at, size_t bytes)
{
    while (bytes && !*at)
        at++, bytes--;
    return !bytes;
}

static void mapping(void)
{
    unsigned long before = free_bytes();
    unsigned char *at = map(10 * PAGE, PROT_READ | PROT_WRITE);

    ok(at != MAP_FAILED && all_zero(at, 10 * PAGE), "a mapping is cleared");
    memset(at, 0xaa, 10 * PAGE);
    ok(munmap(at + 2 * PAGE, PAGE) == 0, "a page in its middle can be given back");
    ok(munmap(at + 2 * PAGE, PAGE) == -1, "but not twice");
    munmap(at, 2 * PAGE);
    munmap(at + 3 * PAGE, 7 * PAGE);
    ok(free_bytes() == before, "afterwards as much is free as before");

    at = map(4 * PAGE, PROT_READ | PROT_WRITE);
    ok(all_zero(at, 4 * PAGE), "memory that was used comes back cleared");
    munmap(at, 4 * PAGE);
}

static void refusals(void)
{
    void *at = map(PAGE, PROT_READ | PROT_WRITE);

    ok(map(PAGE, PROT_READ | PROT_EXEC) == MAP_FAILED, "no mapping is executable");
    ok(mprotect(at, PAGE, PROT_READ | PROT_EXEC) == -1, "nor becomes so");
    ok(map(1ul << 40, PROT_READ | PROT_WRITE) == MAP_FAILED && errno == ENOMEM,
       "a mapping larger than memory fails with ENOMEM");
    ok(map(SIZE_MAX, PROT_READ) == MAP_FAILED, "and so does one of the largest size");
    ok(map(0, PROT_READ) == MAP_FAILED && errno == EINVAL, "an empty one is invalid");
    ok(mmap(at, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED,
       "a fixed address is refused");
    ok(munmap((char *)at + 1, PAGE) == -1, "an address inside a page is refused");
    munmap(at, PAGE);
}

static void advice(void)
{
    unsigned char *at = map(3 * PAGE, PROT_READ | PROT_WRITE);

    memset(at, 7, 3 * PAGE);
    mprotect(at + PAGE, PAGE, PROT_READ);
    mprotect(at + 2 * PAGE, PAGE, PROT_NONE);
    ok(madvise(at, 3 * PAGE, MADV_DONTNEED) == 0 && all_zero(at, 2 * PAGE),
       "MADV_DONTNEED clears pages whatever their rights");
    ok(mprotect(at + 2 * PAGE, PAGE, PROT_READ) == 0 && all_zero(at + 2 * PAGE, PAGE),
       "which they keep");
    ok(syscall(SYS_mprotect, at, SIZE_MAX, PROT_NONE) == -1, "rights of all memory are refused");
    ok(madvise(at, SIZE_MAX, MADV_DONTNEED) == -1, "and so is advice for all of it");
    munmap(at, 3 * PAGE);
}

static void remapping(void)
{
    unsigned char *at = map(2 * PAGE, PROT_READ | PROT_WRITE);
    unsigned char *more;

    memset(at, 7, 2 * PAGE);
    more = mremap(at, 2 * PAGE, 6 * PAGE, MREMAP_MAYMOVE);
    ok(more != MAP_FAILED && more[0] == 7 && more[2 * PAGE - 1] == 7, "mremap keeps what was there");
    ok(all_zero(more + 2 * PAGE, 4 * PAGE), "and clears what is new");
    ok(mremap(more, 6 * PAGE, PAGE, 0) == more, "shrinking stays in place");
    mprotect(more, PAGE, PROT_NONE);
    more = mremap(more, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
    ok(more != MAP_FAILED && mprotect(more, PAGE, PROT_READ) == 0 && more[0] == 7,
       "what may not be read can move too");
    munmap(more, 2 * PAGE);
}

static void heap(void)
{
    static void *blocks[200];
    unsigned long before, after;

    for (int round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 200; i++) {
            blocks[i] = malloc(i * 37 % 9000 + 1);
            memset(blocks[i], (int)i, i * 37 % 9000 + 1);
        }
        for (unsigned i = 0; i < 200; i++)
            free(blocks[i]);
        if (round == 0)
            before = free_bytes();
    }
    after = free_bytes();
    ok(after >= before, "rounds of malloc and free do not grow");

    blocks[0] = malloc(1 << 20);
    blocks[0] = realloc(blocks[0], 2 << 20);
    ok(blocks[0] != NULL, "a large block grows");
    free(blocks[0]);
    ok(!malloc(1ul << 30), "malloc of more than there is returns NULL");
    blocks[0] = malloc(100);
    ok(blocks[0] != NULL, "and small blocks are still there after that");
    free(blocks[0]);
}

static void exhaustion(void)
{
    unsigned long before = free_bytes();
    void *last = NULL, *at;
    unsigned count = 0;

    while ((at = map(16 * PAGE, PROT_READ | PROT_WRITE)) != MAP_FAILED) {
        *(void **)at = last;
        last = at;
        count++;
    }
    ok(count > 10 && errno == ENOMEM, "mapping until memory is full ends with ENOMEM");
    while ((at = last)) {
        last = *(void **)at;
        munmap(at, 16 * PAGE);
    }
    ok(free_bytes() == before, "and everything can be given back");
}

int main(void)
{
    puts("TAP version 13"); /* the buffer of stdout exists before anything is counted */
    mapping();
    refusals();
    advice();
    remapping();
    heap();
    exhaustion();
    return tap_end();
}
