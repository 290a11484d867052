/* SPDX-License-Identifier: MIT */
/*
 * logread.h - read one log file line by line as it grows, also when it is turned over.
 *
 * Caller's memory; cmd_log_deinit() gives back what a log holds. Lines are malloc'ed and belong to
 * the list, which cmd_lines_clear() empties.
 */
#ifndef DEPLOY_CLI_LOGREAD_H
#define DEPLOY_CLI_LOGREAD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cmd_line {
    char *text;   /* a whole line of a file */
    size_t tag;   /* which log it is of */
    size_t order; /* in which it was read */
};

struct cmd_lines {
    struct cmd_line *items;
    size_t count;
};

void cmd_lines_clear(struct cmd_lines *lines);

struct cmd_log {
    char path[PATH_MAX];
    int fd; /* -1: not there yet */
    ino_t inode;
    char *partial; /* a line whose end has not been written */
    size_t partial_len;
    bool begun; /* it was read before */
};

void cmd_log_init(struct cmd_log *log, const char *path);
void cmd_log_deinit(struct cmd_log *log);

/* Append what is new to `lines`. Of the first reading only the last `tail` lines; negative: all. */
void cmd_log_read(struct cmd_log *log, struct cmd_lines *lines, size_t tag, int64_t tail);

#endif
