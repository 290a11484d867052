/* SPDX-License-Identifier: MIT */
/* supervisor.h - the process that owns a running project. */
#ifndef ACT_SUPERVISOR_H
#define ACT_SUPERVISOR_H

#include "deploy/cluster.h"

/*
 * Start it in the background, in a session of its own, and wait until it listens on its
 * control socket. 0, or a negative errno with a sentence.
 */
int act_supervisor_start(const struct cluster_paths *paths, struct deploy_error *error);

/* Where it remembers itself (see procfile.h). */
int act_supervisor_pid_path(const struct cluster_paths *paths, char *out, size_t size);

#endif
