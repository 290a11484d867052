/* SPDX-License-Identifier: MIT */
/* file.h - read a whole file into an arena. */
#ifndef GEN_FILE_H
#define GEN_FILE_H

#include "gen/arena.h"

/* Regular files only; the bytes get a final NUL. Returns 0, -EFBIG beyond `max`, or -errno. */
int gen_file_read(struct gen_arena *arena, const char *path, size_t max, const char **bytes,
                  size_t *len);

#endif
