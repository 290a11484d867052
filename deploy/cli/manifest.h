/* SPDX-License-Identifier: MIT */
/*
 * manifest.h - `deploy TARGET`: write a target's files and the images beside them.
 */
#ifndef DEPLOY_CLI_MANIFEST_H
#define DEPLOY_CLI_MANIFEST_H

#include "manifest/manifest.h"
#include "project.h"

struct cmd_manifest_options {
    const char *out;      /* the folder; NULL: "<project>-<target>" here */
    const char *registry; /* for container images; NULL where not given */
    unsigned replicas_max; /* to which a service may grow; 0: not at all */
    bool plan;            /* write nothing; say what would be written and called */
    bool force;           /* replace files that were edited since they were written */
};

/* The images of project->compose.spec are built. Returns an exit status. */
int cmd_manifest(struct cmd_project *project, const struct manifest_target *target,
                 const struct cmd_manifest_options *options);

#endif
