/* SPDX-License-Identifier: MIT */
/*
 * decode SECONDS - a JSON object of 20 members and 1 KB: decoded and validated by generated code, beside cJSON's
 * parse of the same bytes, which validates nothing. Nanoseconds for each, the best of several rounds in turn, since a
 * machine that others use only ever makes it slower.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cJSON.h>

#include "bench_record.h"

#define ROUND 2000 /* objects */

static const char record[] =
    "{\"id\":9007199254740993,\"parent\":4711,\"customer\":\"Ada Lovelace-Byron of St. James's Square\","
    "\"email\":\"ada.lovelace@analytical-engine.example.org\",\"street\":\"12 St. James's Square, second door on the left\","
    "\"city\":\"London, Westminster\",\"country\":\"GB\",\"zip\":\"SW1Y 4JH\",\"state\":\"packed\","
    "\"created\":\"2026-11-27T17:40:28.512Z\",\"changed\":\"2026-11-28T08:01:03+01:00\",\"total_cents\":129450,"
    "\"tax_cents\":20668,\"weight\":12.625,\"paid\":true,\"gift\":false,\"lines\":17,"
    "\"note\":\"Leave it with the neighbours if nobody opens; the bell of the third floor does not work, and the dog of the second "
    "only looks as if it did. There are three parcels: the large one is fragile, the small ones are not. Please do not put them in "
    "front of the door when it rains, and it always does. Whoever takes them should sign with the full name, for last time nobody "
    "could read it, and the carrier said that it had been delivered to somebody whom we did not know.\","
    "\"carrier\":\"Two Horses Ltd\",\"token\":\"123e4567-e89b-12d3-a456-426614174000\"}";

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void decode(struct uc_arena *arena)
{
    struct uc_violations violations;
    struct uc_json_reader reader;
    struct bench_record_record value = {0};

    uc_arena_reset(arena);
    uc_violations_init(&violations, arena);
    uc_json_reader_init(&reader, uc_str_of(record, sizeof(record) - 1), arena, &violations);
    if (!bench_record_record_read(&reader, &value) || uc_json_finish(&reader) || violations.count || value.id != 9007199254740993) {
        fprintf(stderr, "decode: the record is refused\n");
        exit(1);
    }
}

static void parse(void)
{
    cJSON *tree = cJSON_ParseWithLength(record, sizeof(record) - 1);

    if (!tree) {
        fprintf(stderr, "decode: cJSON refuses the record\n");
        exit(1);
    }
    cJSON_Delete(tree);
}

int main(int argc, char **argv)
{
    uint64_t end = now_ns() + (uint64_t)(argc > 1 ? atof(argv[1]) * 1e9 : 2e9), ours = UINT64_MAX, theirs = UINT64_MAX;
    struct uc_arena *arena = uc_arena_new(1 << 20);

    if (!arena)
        return 1;
    while (now_ns() < end) {
        uint64_t start = now_ns(), middle, stop;

        for (int i = 0; i < ROUND; i++)
            decode(arena);
        middle = now_ns();
        for (int i = 0; i < ROUND; i++)
            parse();
        stop = now_ns();
        ours = middle - start < ours ? middle - start : ours;
        theirs = stop - middle < theirs ? stop - middle : theirs;
    }
    uc_arena_free(arena);
    printf("%zu %.0f %.0f\n", sizeof(record) - 1, (double)ours / ROUND, (double)theirs / ROUND);
    return 0;
}
