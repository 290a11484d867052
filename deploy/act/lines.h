/* SPDX-License-Identifier: MIT */
/*
 * lines.h - text lines from a descriptor, as they come. Loop thread only.
 */
#ifndef ACT_LINES_H
#define ACT_LINES_H

#include <stddef.h>
#include <uv.h>

/* A line without its newline, NUL-terminated; `text` NULL: the end of what came at once. */
typedef void act_lines_fn(const char *text, size_t len, void *arg);

struct act_lines;

/* Takes ownership of `fd` (non-blocking), also on failure. A line is cut where it gets too
 * long. NULL when out of memory. */
struct act_lines *act_lines_open(uv_loop_t *loop, int fd, act_lines_fn *fn, void *arg);
/* Deliver what can be read now, and a last line without its newline, then close.
 * NULL is fine. */
void act_lines_close(struct act_lines *lines);

#endif
