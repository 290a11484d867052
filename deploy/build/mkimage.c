/* SPDX-License-Identifier: MIT */
/*
 * uc-mkimage: C files -> an image, by the code of `ucompose build` but without a contract.
 * For the kernel's tests; not installed.
 *
 *     uc-mkimage [-v] [-l] [-f FLAG]... SDK_DIR OUT_DIR NAME FILE.c...
 *
 * makes OUT_DIR/NAME.elf and OUT_DIR/NAME.debug.elf; with -l (Linux SDK) the program OUT_DIR/NAME.
 */
#include "files.h"
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int usage(void)
{
    fputs("usage: uc-mkimage [-v] [-l] [-f FLAG]... SDK_DIR OUT_DIR NAME FILE.c...\n", stderr);
    return 64;
}

static const char *object_name(struct gen_arena *arena, const char *path)
{
    const char *last = strrchr(path, '/');

    return gen_arena_printf(arena, "%s.o", last ? last + 1 : path);
}

static int make(struct gen_arena *arena, char **args, int count, const struct build_words *flags,
                const struct deploy_build_options *options)
{
    static const char *const no_dirs[] = {NULL};
    struct build_source *sources = gen_arena_array(arena, (size_t)count, sizeof(*sources));
    char *out_dir = gen_arena_text(arena, args[1]);
    struct build_program program = {
        .name = args[2],
        .dir = gen_arena_printf(arena, "%s/%s.objects", out_dir, args[2]),
        .own_dir = out_dir,
        .sources = sources,
        .include_dirs = no_dirs,
        .extra_cflags = flags->items,
    };
    struct deploy_error error = {0};
    struct build_outcome outcome;
    struct build_sdk sdk;
    int err;

    for (int i = 3; i < count; i++) {
        char *path = realpath(args[i], NULL);

        sources[program.source_count++] = (struct build_source){
            gen_arena_text(arena, path ? path : args[i]), object_name(arena, args[i])};
        free(path);
    }
    err = build_mkdirs(program.dir);
    if (!err)
        err = build_sdk_load(arena, args[0], options->target, &sdk, &error);
    if (!err)
        err = build_program(arena, &program, &sdk, options, &outcome, &error);
    if (!err && options->target == DEPLOY_TARGET_UNIKERNEL) {
        const char *to = gen_arena_printf(arena, "%s/%s.elf", out_dir, args[2]);
        char *bytes;
        size_t len;

        err = build_file_read(arena, outcome.image, &bytes, &len);
        if (!err)
            err = build_file_update(to, bytes, len);
    }
    if (err)
        fprintf(stderr, "uc-mkimage: %s\n", error.text[0] ? error.text : strerror(-err));
    return err ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct deploy_build_options options = {.target = DEPLOY_TARGET_UNIKERNEL};
    struct build_words flags = {0};
    struct gen_arena arena;
    int option;
    int status;

    gen_arena_init(&arena);
    while ((option = getopt(argc, argv, "vlf:")) != -1) {
        if (option == 'v')
            options.verbose = true;
        else if (option == 'l')
            options.target = DEPLOY_TARGET_LINUX;
        else if (option == 'f')
            build_words_add(&arena, &flags, optarg);
        else
            return usage();
    }
    if (argc - optind < 4)
        return usage();
    options.sdk_dir = argv[optind];
    status = make(&arena, argv + optind, argc - optind, &flags, &options);
    gen_arena_deinit(&arena);
    return status;
}
