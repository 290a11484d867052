/* SPDX-License-Identifier: MIT */
/*
 * compose.h - read a compose file: YAML in, a spec out.
 *
 * The subset of the Compose Specification that makes sense for images that boot;
 * docs/compose.yaml.md lists it. Whatever else stands in the file is refused with its place and a
 * remedy, never dropped. Only files are read here: nothing is built, started or written.
 */
#ifndef DEPLOY_PLAN_COMPOSE_H
#define DEPLOY_PLAN_COMPOSE_H

#include "deploy/spec.h"
#include "gen/message.h"

#define DEPLOY_SERVICES_MAX 100

/* A list of names; borrowed. */
struct deploy_names {
    const char *const *items;
    size_t count;
};

/* Everything is borrowed for the call. */
struct deploy_compose_options {
    const char *path;  /* compose file, absolute */
    const char *bytes; /* its content, of `len` bytes, instead of reading it; or NULL */
    size_t len;
    const char *dir;                /* project directory, absolute; NULL: the file's */
    const char *project;            /* a name that wins over the file's; or NULL */
    const char *const *env_files;   /* instead of "<dir>/.env"; ends with NULL; or NULL */
    const char *const *environment; /* "NAME=value", ends with NULL: environ */
    struct deploy_names profiles;   /* enabled ones; "*" is all */
    struct deploy_names services;   /* enabled whatever their profiles, and only they with what
                                       they depend on; count 0: all that the profiles enable */
};

struct deploy_compose {
    struct gen_arena arena;
    struct gen_messages messages; /* why it is refused; places are in the user's files */
    struct gen_messages warnings; /* unset variables */
    struct deploy_spec *spec;     /* enabled services, each after those it depends on */
    struct deploy_names chosen;   /* services asked for with their dependencies, in that order */
    struct deploy_names disabled; /* services that no enabled profile has */
};

/*
 * Read and resolve. `spec` has neither images nor hashes yet, and memory_bytes is 0 where the file
 * says nothing. Call deploy_compose_deinit() in any case; take `spec` over by setting it to NULL.
 * After a failure `spec` has no services, but a project and a path where they could be told, so
 * that what runs can be stopped while its file is being edited.
 *
 * Returns 0, or a negative errno with at least one message:
 *   -ENOENT, ...  a file cannot be read
 *   -EINVAL       the file is not right
 *   -ESRCH        no service has a name given in options->services; the message has no place
 */
int deploy_compose_load(struct deploy_compose *compose,
                        const struct deploy_compose_options *options);
void deploy_compose_deinit(struct deploy_compose *compose);

#endif
