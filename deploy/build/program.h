/* SPDX-License-Identifier: MIT */
/*
 * program.h - C files become one image or one Linux program: compile, link, finish.
 *
 * Below deploy/build.h: knows nothing of services and contracts, so that the kernel's test
 * programs are made by the same code (see mkimage.c). All memory is the arena's.
 */
#ifndef BUILD_PROGRAM_H
#define BUILD_PROGRAM_H

#include "deploy/build.h"
#include "sdk.h"

struct build_source {
    const char *path;   /* absolute */
    const char *object; /* file name of its object, unique in the program, without folder */
};

struct build_program {
    const char *name;
    const char *dir; /* of objects and results; exists */
    char *own_dir; /* what lies below was written by us, never while a compiler reads it */
    const struct build_source *sources;
    size_t source_count;
    const char *const *include_dirs; /* NULL-terminated */
    const char *const *extra_cflags; /* NULL-terminated, or NULL */
    /* Turns the linker's words into the user's; may be NULL. Prints, or returns false. */
    bool (*explain_link)(void *arg, const char *output, FILE *out);
    void *explain_arg;
};

struct build_outcome {
    const char *image;
    const char *debug_elf;
    bool changed;
};

/* Returns 0, or as deploy_build(). */
int build_program(struct gen_arena *arena, const struct build_program *program,
                  const struct build_sdk *sdk, const struct deploy_build_options *options,
                  struct build_outcome *outcome, struct deploy_error *error);

#endif
