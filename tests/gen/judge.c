/* SPDX-License-Identifier: MIT */
/*
 * judge.c - what the generator makes of one contract that somebody else wrote.
 *
 *     judge FOLDER OUT
 *
 * FOLDER has a service.yaml. What is generated goes to OUT. Ends with 0 when it was built from, with 1 when it was
 * refused: each reason on standard output as "PLACE: message"; every other end is a bug. What it took is the last line of standard
 * error: "cost MILLISECONDS KIB", processor time and the most memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "gen/gen.h"
#include "gen/message.h"

static void write_file(const char *folder, const struct gen_file *file)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", folder, file->path);
    out = fopen(path, "w");
    if (!out || fwrite(file->bytes, 1, file->len, out) != file->len || fclose(out)) {
        perror(path);
        exit(3);
    }
}

static void tell_cost(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "cost %ld %ld\n",
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000,
            usage.ru_maxrss);
}

int main(int argc, char **argv)
{
    struct gen_messages messages;
    struct gen_service *service;
    struct gen_arena arena;
    struct gen_files files;
    int err;

    if (argc != 3)
        return 2;
    gen_arena_init(&arena);
    gen_messages_init(&messages, &arena);
    err = gen_load(&arena, argv[1], &messages, &service);
    messages.note_count = 0;
    if (err) {
        gen_messages_print(&messages, stdout);
        tell_cost();
        gen_arena_deinit(&arena);
        return messages.count ? 1 : 4; /* a refusal without a reason is none */
    }
    files = gen_emit(service);
    for (size_t i = 0; i < files.count; i++)
        write_file(argv[2], &files.items[i]);
    tell_cost();
    gen_arena_deinit(&arena);
    return 0;
}
