/* SPDX-License-Identifier: MIT */
/*
 * memory.h - malloc for a host program: these never return NULL.
 *
 * When the system refuses they say so on standard error and exit with status 70, as the
 * generator's arena does. What they return is given back with free().
 */
#ifndef DEPLOY_PLAN_MEMORY_H
#define DEPLOY_PLAN_MEMORY_H

#include <stddef.h>

/* Zeroed memory for `count` elements. */
void *deploy_memory_array(size_t count, size_t size);

/* The array with room for one more element, which is zeroed; it may move. */
void *deploy_memory_grow(void *items, size_t count, size_t size);

/* A copy; NULL gives NULL. */
char *deploy_memory_text(const char *text);

char *deploy_memory_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
