/* SPDX-License-Identifier: MIT */
/*
 * show.h - the table of instances that `ps` prints and `up` ends in.
 */
#ifndef DEPLOY_CLI_SHOW_H
#define DEPLOY_CLI_SHOW_H

#include "command.h"
#include "deploy/cluster.h"
#include <stdio.h>

/* With `all` instances that ended are shown too; `names` limits (count 0: no limit). */
void cmd_show_table(FILE *out, const struct cluster_state *state, const struct cmd_list *names,
                    bool all);

/* "ready", "waiting for catalog to be healthy", "exited 1", ... */
const char *cmd_show_state(const struct cluster_instance *instance, char *text, size_t size);

/* It ended and will stay so until somebody acts. */
bool cmd_is_ended(const struct cluster_instance *instance);

#endif
