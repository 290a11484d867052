/* SPDX-License-Identifier: MIT */
/*
 * compose_internal.h - what the files that read a compose file share.
 *
 * A mapping is read through a table of its keys: a row has a function that reads the value into
 * the target, or the reason why the key is refused.
 */
#ifndef DEPLOY_PLAN_COMPOSE_INTERNAL_H
#define DEPLOY_PLAN_COMPOSE_INTERNAL_H

#include "compose.h"
#include "gen/yaml.h"
#include "interpolate.h"

/* What the file says of a service beyond the spec. */
struct compose_service {
    struct deploy_service spec;     /* malloc'ed parts, until they move into the deploy_spec */
    struct gen_mark mark;           /* of its name */
    struct gen_mark *depends_marks; /* of each entry of spec.depends_on; in the arena */
    const char **profiles;
    size_t profile_count;
    bool enabled;
    bool placed; /* by the ordering */
    bool path;   /* on the path that the ordering walks now */
};

struct compose_reader {
    struct gen_arena *arena;
    struct gen_messages *messages;
    struct deploy_scope scope;
    const char *dir;
    const char *name; /* `name:` of the file, or NULL */
    struct compose_service *services;
    size_t service_count;
    bool tls_dev; /* x-ucompose: { tls: dev } */
    bool libvirt; /* x-ucompose: { machines: libvirt } */
};

typedef void compose_read_fn(struct compose_reader *reader, struct gen_yaml_node *node,
                             void *target);

struct compose_key {
    const char *name;
    compose_read_fn *read; /* NULL: refused, and `remedy` says why */
    const char *remedy;
};

/* Read a mapping; `where` completes 'unknown key "x" in ...'. The table ends with a NULL name.
 * Keys that begin with "x-" are annotations and pass. */
void compose_read_mapping(struct compose_reader *reader, struct gen_yaml_node *node,
                          const char *where, const struct compose_key *keys, void *target);

/*
 * The text of a scalar with its variables filled in, or NULL with a message added. `what` says
 * what the value is, for messages: "a duration".
 */
const char *compose_text(struct compose_reader *reader, const struct gen_yaml_node *node,
                         const char *what);

/* The same, converted; false with a message added. */
bool compose_duration(struct compose_reader *reader, const struct gen_yaml_node *node,
                      uint64_t *ms);
bool compose_bytes(struct compose_reader *reader, const struct gen_yaml_node *node,
                   uint64_t *bytes);
bool compose_number(struct compose_reader *reader, const struct gen_yaml_node *node, uint64_t min,
                    uint64_t max, uint64_t *number);
bool compose_bool(struct compose_reader *reader, const struct gen_yaml_node *node, bool *value);

/* `path` made absolute by the project directory; in the arena. */
const char *compose_path(struct compose_reader *reader, const char *path);

void compose_error(struct compose_reader *reader, const struct gen_yaml_node *node,
                   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- one file for each subject; targets are struct compose_service ---- */

void compose_read_services(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_build(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_image(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_deploy(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_memory(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_ports(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_environment(struct compose_reader *reader, struct gen_yaml_node *node,
                              void *target);
void compose_read_env_file(struct compose_reader *reader, struct gen_yaml_node *node, void *target);
void compose_read_depends_on(struct compose_reader *reader, struct gen_yaml_node *node,
                             void *target);
void compose_read_healthcheck(struct compose_reader *reader, struct gen_yaml_node *node,
                              void *target);

extern const struct compose_key compose_service_keys[];

struct compose_service *compose_find(struct compose_reader *reader, const char *name);

/* Names, cycles, profiles: decide what is enabled and move it into compose->spec, in order. */
int compose_resolve(struct compose_reader *reader, const struct deploy_compose_options *options,
                    struct deploy_compose *compose);

/* Free what a service owns, not the struct. */
void deploy_service_deinit(struct deploy_service *service);

#endif
