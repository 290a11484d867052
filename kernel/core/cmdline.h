/* SPDX-License-Identifier: MIT */
/*
 * cmdline.h - the command line that the launcher gave.
 *
 * Tokens are separated by blanks and have the form name=value or just name.
 * The strings live for ever.
 */
#ifndef K_CORE_CMDLINE_H
#define K_CORE_CMDLINE_H

#include <stddef.h>

/* Adds the tokens of `text`. Copies; all together up to a limit of 4 KiB. */
void k_cmdline_add(const char *text);

/* The same of a text that ends with its NUL or after `bytes`. */
void k_cmdline_add_bytes(const char *text, size_t bytes);

/* The value of the first token with this name; "" for a bare name; NULL when absent. */
const char *k_cmdline_get(const char *name);

/* All tokens in turn: *cursor starts at 0. Returns the token "name=value" or NULL. */
const char *k_cmdline_next(size_t *cursor);

/* Among all tokens, the next value of `name`, for names that come more than once. */
const char *k_cmdline_each(const char *name, size_t *cursor);

#endif
