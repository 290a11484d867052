/* SPDX-License-Identifier: MIT */
/* paths.h - names of the files and sockets of a project, below cluster_paths. */
#ifndef ACT_PATHS_H
#define ACT_PATHS_H

#include "deploy/cluster.h"

/* <run_dir>/<folder>[/<name>]; 0 or -ENAMETOOLONG. */
int act_path(const struct cluster_paths *paths, char *out, size_t size, const char *folder,
             const char *name);

/* The control socket. */
void act_path_control(const struct cluster_paths *paths, char out[108]);

/* Make the folders, each 0700. 0 or -errno. */
int act_paths_make(const struct cluster_paths *paths);
/* Remove all of them and what is in them; what is not there is fine. */
void act_paths_remove(const struct cluster_paths *paths);
/* Is anything of the project on disk? */
bool act_paths_exist(const struct cluster_paths *paths);

#endif
