/* SPDX-License-Identifier: MIT */
/* folder.h - the folder that a deploy writes, named in one way only. */
#ifndef DEPLOY_CLI_FOLDER_H
#define DEPLOY_CLI_FOLDER_H

#include <limits.h>

/*
 * "shop/", "./shop" and a link to it are one folder: its absolute path without links, as realpath(3) would give it, also
 * where the last parts of it are still to be made. An exit status: refused are paths with a line break, which no file of
 * ours could name, and those that are too long.
 */
int cmd_folder(const char *name, char folder[PATH_MAX]);

#endif
