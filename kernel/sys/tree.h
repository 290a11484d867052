/* SPDX-License-Identifier: MIT */
/*
 * tree.h - the few read-only files that libraries expect to find.
 *
 * A fixed list of paths. Text files show bytes that their owner keeps; the devices
 * are /dev/null, /dev/zero, /dev/random and /dev/urandom.
 */
#ifndef K_SYS_TREE_H
#define K_SYS_TREE_H

#include <stddef.h>

#include "abi/types.h"

enum k_tree_kind {
    K_TREE_TEXT,
    K_TREE_DIRECTORY,
    K_TREE_NULL,
    K_TREE_ZERO,
    K_TREE_RANDOM,
};

struct k_tree_node {
    const char *path;
    enum k_tree_kind kind;
    const char *text;
    size_t bytes;
};

/*
 * Show `bytes` bytes at `text` as the file `path`; a later call replaces them for
 * files opened from then on. Borrows both for ever. -ENOENT: not in the list.
 */
int k_tree_set(const char *path, const char *text, size_t bytes);

/* The node at an absolute path, without its trailing slashes; NULL when there is none. */
const struct k_tree_node *k_tree_find(const char *path);

/* Boot: /etc/hosts, /etc/hostname and what /proc tells. */
void k_tree_init(void);

/* What stat() says of it. */
void k_tree_stat(const struct k_tree_node *node, struct stat *st);

/* A new open file. Descriptor or -ENFILE, -ENOMEM. */
int k_tree_open(const struct k_tree_node *node, int flags);

#endif
