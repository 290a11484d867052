/* SPDX-License-Identifier: MIT */
/*
 * terminal.h - colours where they help, and tables.
 *
 * Colour is used on a terminal unless NO_COLOR is set (https://no-color.org) or --no-color was
 * given; each stream is decided on its own.
 */
#ifndef DEPLOY_CLI_TERMINAL_H
#define DEPLOY_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum cmd_colour { CMD_PLAIN, CMD_RED, CMD_GREEN, CMD_YELLOW, CMD_DIM, CMD_BOLD };

void cmd_terminal_init(void);
void cmd_terminal_no_colour(void);
bool cmd_terminal_has_colour(FILE *stream);

/* Escape sequence that begins a colour on this stream, or "". */
const char *cmd_colour(FILE *stream, enum cmd_colour colour);
/* One of the colours that tell services apart; `index` may be anything. */
const char *cmd_colour_of(FILE *stream, size_t index);
const char *cmd_colour_end(FILE *stream);

/* ---- tables: rows of cells, columns as wide as their widest cell ---- */

struct cmd_table {
    char **cells;
    size_t count, columns;
};

/* Copies the text; cells fill row by row. */
void cmd_table_add(struct cmd_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The first row is a heading. */
void cmd_table_print(struct cmd_table *table, FILE *out);
void cmd_table_deinit(struct cmd_table *table);

/* "312 KiB", "16 MiB"; in a buffer of the caller. */
const char *cmd_bytes(uint64_t bytes, char *text, size_t size);

#endif
