/* SPDX-License-Identifier: MIT */
/*
 * prefix.h - where this command is installed: it finds its SDK beside itself, so the tree may move.
 */
#ifndef DEPLOY_CLI_PREFIX_H
#define DEPLOY_CLI_PREFIX_H

#include <limits.h>

/* PREFIX/lib/ucompose/sdk, or $UCOMPOSE_SDK. Returns the path, which is not checked. */
const char *cmd_prefix_sdk(char path[PATH_MAX]);

#endif
