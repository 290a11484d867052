/* SPDX-License-Identifier: MIT */
/*
 * gen.h - from a service's folder to its description and its generated C.
 *
 * Read, check, emit: gen_load() reads service.yaml (and what it references) and checks it;
 * the rest is pure and cannot fail. Nothing is written to disk and nothing printed: results
 * are bytes in memory. All results live in the arena given to gen_load() or to the call.
 *
 *     struct gen_service *service;
 *     if (gen_load(&arena, dir, &messages, &service))
 *         gen_messages_print(&messages, stderr);
 *     else
 *         files = gen_emit(service);
 */
#ifndef GEN_GEN_H
#define GEN_GEN_H

#include "gen/description.h"

struct gen_service;

/* One generated file. `path` is relative to the folder for generated code, without "..". */
struct gen_file {
    const char *path;
    const char *bytes; /* with a final NUL that `len` does not count */
    size_t len;
};

struct gen_files {
    struct gen_file *items;
    size_t count;
};

/*
 * Load and check `dir`/service.yaml. Reads the contracts of its clients too, but not theirs.
 *
 * Returns 0 and sets *service (there may be notes), or a negative errno; then at least one message was added:
 *   -ENOENT, -EACCES, ...  a file cannot be read
 *   -EINVAL                something is wrong or not supported; the messages say what and where
 */
int gen_load(struct gen_arena *arena, const char *dir, struct gen_messages *messages,
             struct gen_service **service);

const struct gen_description *gen_describe(const struct gen_service *service);

/*
 * The generated code: NAME.h (all that user code includes), NAME_types.c, NAME_service.c,
 * NAME_openapi.c and NAME_main.c; CLIENT.h and CLIENT_client.c for each client; NAME_callbacks.c
 * where the contract has callbacks or webhooks; openapi.json.
 * Compile every *.c of the list with its folder and the SDK's include folder on the include
 * path; NAME_main.c stands alone so that a test can bring its own main(). The same input
 * gives the same bytes.
 */
struct gen_files gen_emit(const struct gen_service *service);

/* The contract as JSON, as /openapi.json serves it: without the x-service block, and with what is true of every service (openapi.c). */
struct gen_file gen_emit_openapi(const struct gen_service *service);

/*
 * Function bodies, as text to append to a user's file, for those operations whose handler is
 * not defined in `source` (all of the user's C files, one after the other; may be NULL).
 * Empty text when nothing is missing.
 */
struct gen_file gen_missing_handlers(const struct gen_service *service, const char *source);

/* A function that the user writes. */
struct gen_function {
    const char *name;      /* "orders_get_order" */
    const char *signature; /* "void orders_get_order(struct orders_get_order *call)" */
    const char *absent;    /* "operation getOrder has no handler" */
    struct gen_mark mark;  /* what asks for it; line 0: every service has it */
};

struct gen_functions {
    struct gen_function *items;
    size_t count;
};

/* All of them: handlers, what judges credentials, start and stop. */
struct gen_functions gen_user_functions(const struct gen_service *service);

/* The files of a new service called `name`: service.yaml, handlers.c, README.md.
 * `name` must be one that gen_name_ok() accepts. */
struct gen_files gen_new_service(struct gen_arena *arena, const char *name);

/* A service's name: a lower-case letter, then up to 39 lower-case letters, digits or single '-'. */
bool gen_name_ok(const char *name);
/* One that is well-formed and yet cannot be used: the C library, or a library below, has it. */
bool gen_name_taken(const char *name);

#endif
