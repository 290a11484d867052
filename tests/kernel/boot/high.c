/* SPDX-License-Identifier: MIT */
/*
 * high.c - memory above 4 GiB, and the hole below it (see high.sh).
 *
 * LEAST_MIB of memory there must be; with HIGH a mapping must lie above 4 GiB; HOLE is an address
 * to read.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#include "../host/tap.h"

#define BLOCK (96ul << 20)

static void use_high_memory(void)
{
    unsigned char *block =
        mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned long sum = 0;

    ok(block != MAP_FAILED && (uintptr_t)block >= 1ul << 32, "a mapping lies above 4 GiB");
    for (size_t at = 0; at < BLOCK; at += 4096)
        block[at] = 1;
    for (size_t at = 0; at < BLOCK; at += 4096)
        sum += block[at];
    ok(sum == BLOCK / 4096, "and keeps what is written there");
    ok(!munmap(block, BLOCK), "and can be given back");
}

int main(void)
{
    const char *hole = getenv("HOLE"), *least = getenv("LEAST_MIB");
    struct sysinfo info;

    sysinfo(&info);
    ok(info.totalram * info.mem_unit >> 20 >= strtoul(least ? least : "0", NULL, 0),
       "nearly all of the machine's memory is there");
    if (getenv("HIGH"))
        use_high_memory();
    if (hole) {
        fflush(stdout);
        printf("read %d\n", *(volatile unsigned char *)strtoul(hole, NULL, 0));
    }
    return tap_done();
}
