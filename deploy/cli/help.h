/* SPDX-License-Identifier: MIT */
/*
 * help.h - help texts, made from the tables that the parser reads.
 */
#ifndef DEPLOY_CLI_HELP_H
#define DEPLOY_CLI_HELP_H

#include "command.h"
#include <stdio.h>

void cmd_help_overview(FILE *out);
void cmd_help_print(FILE *out, const struct cmd_verb *verb);

/* The reference part of docs/cli.md. */
void cmd_help_markdown(FILE *out);

#endif
