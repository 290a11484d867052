/* SPDX-License-Identifier: MIT */
/* What bench/serve/run asks for: a small JSON answer, a large one of bytes, and the memory in use. */
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>

static char large[1000000];

int bench_start(struct bench_service *self)
{
    (void)self;
    memset(large, 'x', sizeof(large));
    return 0;
}

void bench_stop(struct bench_service *self)
{
    (void)self;
}

void bench_get_small(struct bench_get_small *call)
{
    struct bench_small answer = {.id = 4711, .name = UC_STR("Enamel cup"), .price_cents = 1290, .stock = 140};

    bench_small_set_note(&answer, uc_str("from the third shelf"));
    bench_get_small_200(call, &answer);
}

void bench_get_large(struct bench_get_large *call)
{
    bench_get_large_200(call, uc_str_of(large, sizeof(large)));
}

/* In an image the machine is the guest: its kernel's memory is counted, too. */
void bench_get_memory(struct bench_get_memory *call)
{
    static char text[21];
    struct sysinfo info;
    unsigned long long used;

    sysinfo(&info);
    used = (unsigned long long)(info.totalram - info.freeram) * info.mem_unit;
    snprintf(text, sizeof(text), "%llu", used);
    bench_get_memory_200(call, uc_str(text));
}
