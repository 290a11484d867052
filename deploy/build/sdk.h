/* SPDX-License-Identifier: MIT */
/*
 * sdk.h - one of the two SDKs as it lies on disk: flags to compile and link with.
 *
 * flags/cflags and flags/ldflags hold one argument a line. @SDK@ in them stands for the SDK's
 * folder; a line @OBJECTS@ for the objects, a line @OUTPUT@ for the result.
 */
#ifndef BUILD_SDK_H
#define BUILD_SDK_H

#include "deploy/build.h"
#include "gen/arena.h"

struct build_words {
    const char **items; /* NULL-terminated once ended */
    size_t count;
};

struct build_sdk {
    enum deploy_target target;
    const char *dir;
    struct build_words cflags;
    struct build_words ldflags;
    struct build_words files; /* archives, objects, linker script: a change of one links anew */
};

/* Returns 0, -ENOENT (no such SDK) or another errno; `error` says which file. */
int build_sdk_load(struct gen_arena *arena, const char *sdk_dir, enum deploy_target target,
                   struct build_sdk *sdk, struct deploy_error *error);

void build_words_add(struct gen_arena *arena, struct build_words *words, const char *word);
void build_words_add_all(struct gen_arena *arena, struct build_words *words,
                         const char *const *more);

/* The link line: ldflags with objects and result in their places. */
struct build_words build_sdk_link_line(struct gen_arena *arena, const struct build_sdk *sdk,
                                       const struct build_words *objects, const char *output);

#endif
