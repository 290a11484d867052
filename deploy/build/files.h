/* SPDX-License-Identifier: MIT */
/* files.h - the few things done to files here. All return 0 or a negative errno. */
#ifndef BUILD_FILES_H
#define BUILD_FILES_H

#include "gen/arena.h"

#include <stdbool.h>

/* Files larger than this are none of ours. */
#define BUILD_FILE_BYTES_MAX ((size_t)256 << 20)

/* The whole file, with a final NUL that *len (may be NULL) does not count. */
int build_file_read(struct gen_arena *arena, const char *path, char **bytes, size_t *len);

/* Replace a file as a whole: a reader sees the old or the new bytes. `mode` as chmod's. */
int build_file_write(const char *path, const void *bytes, size_t len, unsigned mode);

/* The same, but leaves a file alone that holds these bytes already. */
int build_file_update(const char *path, const void *bytes, size_t len);

/* Make a folder and those above it. */
int build_mkdirs(const char *path);

/* Make `path` if needed, open it and lock it, waiting for whoever holds the lock.
 * Returns the descriptor: close() unlocks. */
int build_lock(const char *path);

#endif
