/* SPDX-License-Identifier: MIT */
/* file.h - whole files into an arena, and paths from one to another. */
#ifndef GEN_FILE_H
#define GEN_FILE_H

#include "gen/arena.h"

/* Regular files only; the bytes get a final NUL. Returns 0, -EFBIG beyond `max`, or -errno. */
int gen_file_read(struct gen_arena *arena, const char *path, size_t max, const char **bytes,
                  size_t *len);

/* `path` as `file` means it: relative to the folder that `file` is in. */
const char *gen_file_beside(struct gen_arena *arena, const char *file, const char *path);

#endif
