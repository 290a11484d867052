/* SPDX-License-Identifier: MIT */
/*
 * environment.h - the NAME=value pairs that configure an image.
 */
#ifndef K_CORE_ENVIRONMENT_H
#define K_CORE_ENVIRONMENT_H

#include <stddef.h>

#define K_ENVIRONMENT_MAX 256

/*
 * Read the pairs: the launcher's file first, then those of the command line, which
 * win. Later pairs replace earlier ones of the same name.
 */
void k_environment_init(void);

/* Add a pair, which must live for ever; one of the same name gives way. What is no pair is not taken. */
void k_environment_add(const char *pair);

/* The pairs; they live for ever. */
const char *const *k_environment(size_t *count);

#endif
