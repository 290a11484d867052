/* SPDX-License-Identifier: MIT */
/*
 * release_plan.h - what `deploy host` would make of a release's files, and of what runs of it.
 */
#ifndef DEPLOY_CLI_RELEASE_PLAN_H
#define DEPLOY_CLI_RELEASE_PLAN_H

#include "project.h"

/* Print a line: is `path` new, changed, or has it this text already? An exit status. */
int cmd_release_plan_file(const char *path, const char *text);

/*
 * Print a line for each instance: "replace   orders-1 (image changed)". The spec is hashed, with the images where
 * they were built; `compose` and `images` are the file and the folder of the release. An exit status.
 */
int cmd_release_plan(const struct deploy_spec *spec, const char *compose, const char *images);

#endif
