/* SPDX-License-Identifier: MIT */
/*
 * yaml.h - a YAML (or JSON) file as a tree in which every node knows its place.
 *
 * Scalars stay text; the gen_yaml_to_*() calls give them the types of YAML 1.2's core schema
 * ("yes" and "on" are text, 0x10 is a number). A quoted scalar is always text.
 * Aliases share the node they name, "<<" is already merged in, so a reader sees plain mappings;
 * do not write to nodes. All memory comes from the arena.
 *
 * Refused, with a message that names the place: a key given twice in one mapping, a key that is
 * not a scalar, an alias inside its own anchor, tags other than the core schema's, a second
 * document in one file, bytes that are not UTF-8, and whatever passes the bounds below.
 */
#ifndef GEN_YAML_H
#define GEN_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "gen/message.h"

#define GEN_YAML_BYTES_MAX (4u << 20)
#define GEN_YAML_DEPTH_MAX 64
/* Nodes a reader would visit when it follows every alias; stops "billion laughs". */
#define GEN_YAML_NODES_MAX 200000
/* Keys are compared one with another, and so are anchors; these bound that. */
#define GEN_YAML_PAIRS_MAX   4096
#define GEN_YAML_ANCHORS_MAX 1024

enum gen_yaml_kind { GEN_YAML_SCALAR, GEN_YAML_SEQUENCE, GEN_YAML_MAPPING };

struct gen_yaml_pair {
    struct gen_yaml_node *key; /* always a scalar */
    struct gen_yaml_node *value;
};

struct gen_yaml_node {
    enum gen_yaml_kind kind;
    struct gen_mark mark;
    bool settled;     /* a reference that has been followed, and leads into its document now */
    unsigned walk;    /* the last walk over parts of schemas that came here */
    bool beside;      /* stands beside a choice, and holds for each of it: what says nothing of one may of another */
    bool quoted;      /* scalar in quotes or a block scalar: text, whatever it looks like */
    const char *text; /* scalar: its text, NUL-terminated, without inner NUL; else NULL */
    size_t count;     /* items of a sequence, pairs of a mapping, in the file's order */
    struct gen_yaml_node **items;
    struct gen_yaml_pair *pairs;
    size_t weight; /* nodes below and including this one, aliases followed */
};

/*
 * Read a whole file, or bytes in memory (`name` stands in messages and is copied).
 * An empty file is a null scalar.
 *
 * Returns 0 and sets *root, or a negative errno; then at least one message was added:
 *   -ENOENT, -EACCES, ...  the file cannot be read
 *   -EINVAL                it is not YAML, or it is refused (see above)
 */
int gen_yaml_read_file(struct gen_arena *arena, const char *path, struct gen_messages *messages,
                       struct gen_yaml_node **root);
int gen_yaml_read_bytes(struct gen_arena *arena, const char *name, const char *bytes, size_t len,
                        struct gen_messages *messages, struct gen_yaml_node **root);

/* Nodes that no file has, for what is put together of others: a text, which is borrowed; a mapping with nothing in it.
 * Messages place them at `mark`. */
struct gen_yaml_node *gen_yaml_new_text(struct gen_arena *arena, struct gen_mark mark, const char *text);
struct gen_yaml_node *gen_yaml_new_mapping(struct gen_arena *arena, struct gen_mark mark);

/* The value under `key`, or NULL (also when `node` is NULL or no mapping). */
struct gen_yaml_node *gen_yaml_get(const struct gen_yaml_node *node, const char *key);

/* The pair under `key`, for the place of the key itself; or NULL. */
const struct gen_yaml_pair *gen_yaml_pair(const struct gen_yaml_node *node, const char *key);

/* True for a plain "null", "~" or empty scalar. */
bool gen_yaml_is_null(const struct gen_yaml_node *node);

/* True for a scalar that is text: quoted, or plain and neither null, boolean nor number. */
bool gen_yaml_is_text(const struct gen_yaml_node *node);

/* Each returns false when the node is not a plain scalar of this type (or out of its range). */
bool gen_yaml_to_bool(const struct gen_yaml_node *node, bool *value);
bool gen_yaml_to_int64(const struct gen_yaml_node *node, int64_t *value);
bool gen_yaml_to_double(const struct gen_yaml_node *node, double *value);
/* A whole number, however it is written: 5, 5.0, 5e0. */
bool gen_yaml_to_whole(const struct gen_yaml_node *node, int64_t *value);

/* "a mapping", "a list", "text", "a number", "true or false", "nothing": for messages. */
const char *gen_yaml_what(const struct gen_yaml_node *node);

#endif
