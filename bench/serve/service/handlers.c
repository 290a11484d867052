/* SPDX-License-Identifier: MIT */
/* What bench/serve/run asks for: a small JSON answer, and a large one of bytes. */
#include "bench.h"

#include <string.h>

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
