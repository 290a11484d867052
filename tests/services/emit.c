/* SPDX-License-Identifier: MIT */
/*
 * emit DIR OUT - write what is generated from DIR/service.yaml into OUT, for tests that link
 * a service with the framework and a main() of their own.
 */
#include <stdio.h>

#include "gen/arena.h"
#include "gen/gen.h"

static int write_file(const char *folder, const struct gen_file *file)
{
    char path[4096];
    FILE *out;
    int failed;

    snprintf(path, sizeof(path), "%s/%s", folder, file->path);
    out = fopen(path, "w");
    if (!out) {
        perror(path);
        return 1;
    }
    failed = fwrite(file->bytes, 1, file->len, out) != file->len;
    return fclose(out) || failed;
}

int main(int argc, char **argv)
{
    struct gen_messages messages;
    struct gen_service *service;
    struct gen_arena arena;
    int failed = 0;

    if (argc != 3)
        return 2;
    gen_arena_init(&arena);
    gen_messages_init(&messages, &arena);
    if (gen_load(&arena, argv[1], &messages, &service)) {
        gen_messages_print(&messages, stderr);
        failed = 1;
    } else {
        struct gen_files files = gen_emit(service);
        size_t i;

        for (i = 0; i < files.count && !failed; i++)
            failed = write_file(argv[2], &files.items[i]);
    }
    gen_arena_deinit(&arena);
    return failed;
}
