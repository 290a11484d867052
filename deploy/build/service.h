/* SPDX-License-Identifier: MIT */
/* service.h - between a service's folder and program.h: places in the cache, its sources, its words. */
#ifndef BUILD_SERVICE_H
#define BUILD_SERVICE_H

#include "gen/gen.h"
#include "program.h"

/* <home>/build/<last part of path>-<hash of path>, from an absolute path. Pure. */
const char *build_cache_dir(struct gen_arena *arena, const char *home, const char *service_dir);

/* The user's C files: *.c of the folder and of its src/, sorted. Returns 0 or a negative errno. */
int build_user_sources(struct gen_arena *arena, const char *service_dir,
                       struct build_source **sources, size_t *count);

/*
 * Write the generated files that changed to `dir`, remove those that are no longer generated, and
 * add those to be compiled to `sources`. Returns 0 or a negative errno.
 */
int build_write_generated(struct gen_arena *arena, const char *dir, const struct gen_files *files,
                          struct build_source **sources, size_t *count);

/* What the linker's words are translated with. */
struct build_link_context {
    struct gen_functions functions; /* that the user writes */
    const char *service_dir;        /* as to be shown */
};

/*
 * "undefined reference to `orders_get_order'" becomes a message that names the operation, its place
 * in the contract and the remedy. Prints for every line that it knows, and the others as they
 * are. Returns false, having printed nothing, when it knows none.
 */
bool build_explain_link(void *context, const char *output, FILE *out);

#endif
