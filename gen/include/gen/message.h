/* SPDX-License-Identifier: MIT */
/*
 * message.h - what is wrong in a user's file, and where.
 *
 * A list of messages grows while files are read and checked, so that one run reports all that
 * it finds (up to GEN_MESSAGES_MAX). The list lives in the arena given to
 * gen_messages_init(); file names in marks are borrowed and must live as long.
 *
 * A note tells of something that is legal and has no effect; it stops nothing.
 */
#ifndef GEN_MESSAGE_H
#define GEN_MESSAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "gen/arena.h"

/* After this many, one last message says that there are more. */
#define GEN_MESSAGES_MAX 50

/* A place in a file. Lines and columns count from 1; 0 means "the file as a whole". */
struct gen_mark {
    const char *file;
    unsigned line;
    unsigned column;
};

struct gen_message {
    struct gen_mark mark;
    const char *text;
};

struct gen_messages {
    struct gen_arena *arena;
    struct gen_message *items; /* what is wrong */
    size_t count;
    struct gen_message *notes;
    size_t note_count;
};

void gen_messages_init(struct gen_messages *messages, struct gen_arena *arena);

/* Add one message; a second one with the same place and text is dropped. */
void gen_messages_add(struct gen_messages *messages, struct gen_mark mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a note. */
void gen_messages_note(struct gen_messages *messages, struct gen_mark mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* All of `from`, which may live in another arena that stays as long. */
void gen_messages_join(struct gen_messages *messages, const struct gen_messages *from);

/*
 * Print all, one a line: "service.yaml:14:7: text", the notes first: "service.yaml:9:5: note: text".
 * Sorted by place within each file.
 */
void gen_messages_print(struct gen_messages *messages, FILE *out);

/*
 * The entry of `known` (NULL-terminated) that `word` was probably meant to be, or NULL: at most
 * one edit for short words, two for longer ones; upper and lower case count as equal.
 */
const char *gen_suggest(const char *word, const char *const *known);

#endif
