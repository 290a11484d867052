/* SPDX-License-Identifier: MIT */
/*
 * project.h - which compose file is meant, read; and what runs of it.
 */
#ifndef DEPLOY_CLI_PROJECT_H
#define DEPLOY_CLI_PROJECT_H

#include "command.h"
#include "deploy/cluster.h"
#include "plan/compose.h"

struct cmd_project {
    struct deploy_compose compose;
    struct cluster_paths paths;
    char file[PATH_MAX]; /* the compose file, absolute */
};

/*
 * Find the file, read it, say what is wrong with it. `services` are names given as arguments (may
 * be NULL). With `even_if_broken` a file that is not right is only warned of, as long as the
 * project's name is known: for verbs that stop and look.
 *
 * Returns an exit status. cmd_project_close() in any case.
 */
int cmd_project_open(struct cmd_project *project, const struct cmd_globals *globals,
                     const struct cmd_list *services, bool even_if_broken);
void cmd_project_close(struct cmd_project *project);

/*
 * What runs now; an empty state when nothing does. Returns an exit status.
 * Free with cluster_state_free().
 */
int cmd_project_state(const struct cmd_project *project, struct cluster_state *state);

/*
 * Do all `names` exist, as a service of the file or of what runs, or as an instance? Returns
 * CMD_OK, or CMD_USAGE with the nearest name said.
 */
int cmd_project_check_names(const struct cmd_project *project, const struct cluster_state *state,
                            const char *verb, const struct cmd_list *names);

/* Does one of `names` (none: all) mean this instance? */
bool cmd_names_mean(const struct cmd_list *names, const char *service, const char *instance);

struct cluster_names cmd_cluster_names(const struct cmd_list *names);

#endif
