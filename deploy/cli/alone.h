/* SPDX-License-Identifier: MIT */
/*
 * alone.h - one service as a project of its own, for the verbs that need no compose file.
 */
#ifndef DEPLOY_CLI_ALONE_H
#define DEPLOY_CLI_ALONE_H

#include "deploy/build.h"
#include "project.h"

/* "NAME=VALUE", or NAME, which hands on one of this shell. Returns an exit status. */
int cmd_alone_variable(struct deploy_service *service, const char *verb, const char *text);
void cmd_alone_port(struct deploy_service *service, const char *host_ip, unsigned host_port, unsigned guest_port);

/*
 * A project "PREFIX-NAME" with one machine of what was built, without ports: add them to its only service.
 * Returns an exit status. cmd_project_close() in any case.
 */
int cmd_alone_open(struct cmd_project *project, const char *prefix, const struct deploy_build_result *built);

#endif
