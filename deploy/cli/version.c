/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <stdio.h>

#ifndef UC_VERSION
#define UC_VERSION "0.1.0"
#endif

static const struct cmd_option options[] = {{0}};

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    (void)globals, (void)values, (void)arguments;
    puts("ucompose " UC_VERSION);
    return CMD_OK;
}

const struct cmd_verb cmd_version_verb = {
    .name = "version",
    .arguments = "",
    .summary = "Show the version",
    .options = options,
    .run = run,
};
