/* SPDX-License-Identifier: MIT */
/*
 * release.h - `deploy host`: write a project as a folder that this host runs, and run it.
 */
#ifndef DEPLOY_CLI_RELEASE_H
#define DEPLOY_CLI_RELEASE_H

#include "project.h"

struct cmd_release_options {
    const char *out; /* the folder; NULL: "<project>-host" here */
    bool plan;       /* write nothing; say what would be written and done */
    bool apply;      /* then bring the project to what was written */
    bool systemd;    /* by systemd, where it runs */
};

/*
 * The images of project->compose.spec are built. With `apply` a new version takes the place of
 * what runs when it is ready; where one does not get ready, the folder and what runs go back to
 * the version before. Returns an exit status.
 */
int cmd_release(struct cmd_project *project, const struct cmd_release_options *options);

#endif
