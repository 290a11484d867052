/* SPDX-License-Identifier: MIT */
/*
 * record.h - what a made file was made of, and whether that still holds.
 *
 * Beside each object and each image lies a record: a hash of the command that made it, and the
 * time and size of every file that went in. A made file is fresh when its record says the same
 * as the disk. Times are compared for equality, never for order: restoring an older file counts
 * as a change.
 */
#ifndef BUILD_RECORD_H
#define BUILD_RECORD_H

#include "gen/arena.h"
#include "sdk.h"

#include <stdbool.h>
#include <stdint.h>

struct build_file_state {
    int64_t mtime_ns;
    int64_t bytes;
};

/* Looks a file up; false: it is not there. */
typedef bool build_look_fn(void *arg, const char *path, struct build_file_state *state);

/* The one that asks the disk. */
bool build_look_at_disk(void *arg, const char *path, struct build_file_state *state);

/* Of the words and their bounds. */
uint64_t build_command_hash(const struct build_words *command);

/* Does the record's text (NULL: none) match this command and what `look` finds? Pure but for `look`. */
bool build_record_holds(const char *text, uint64_t command, build_look_fn *look, void *arg);

/*
 * The text of a record. An input that changed at or after `start_ns` may have been read before
 * its change, so it is recorded as never matching; but not below `own_dir` (may be NULL), where
 * files are written only before the start.
 */
const char *build_record_text(struct gen_arena *arena, uint64_t command,
                              const struct build_words *inputs, int64_t start_ns,
                              const char *own_dir, build_look_fn *look, void *arg);

/* The clock that file times are made with, which is coarser than others. */
int64_t build_file_clock_ns(void);

/* The prerequisites in a dependency file as the compiler writes it (-MD): "a.o: b.c c\ d.h \". */
struct build_words build_depfile_inputs(struct gen_arena *arena, const char *text);

#endif
