/* SPDX-License-Identifier: MIT */
/* run.h - programs of other packages. */
#ifndef DEPLOY_IMAGE_RUN_H
#define DEPLOY_IMAGE_RUN_H

#include "deploy/error.h"

#include <stddef.h>

/*
 * Run a program to its end; `package` is Debian's that has it. With `said` its standard output and error
 * go there, cut at `capacity` with a final NUL, otherwise to ours.
 *
 * Returns its exit status, or with `error`
 *   -ENOENT  it is not installed
 *   -EINTR   a signal ended it
 *   or why it could not be started
 */
int image_run(const char *const argv[], const char *package, char *said, size_t capacity,
              struct deploy_error *error);

#endif
