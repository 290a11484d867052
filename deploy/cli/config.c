/* SPDX-License-Identifier: MIT */
#include "plan/config.h"
#include "project.h"

#include <stdio.h>

struct config_values {
    bool quiet;
    bool services;
};

static const struct cmd_option options[] = {
    {"quiet", 'q', CMD_FLAG, offsetof(struct config_values, quiet), NULL,
     "only check; print nothing but what is wrong"},
    {"services", 0, CMD_FLAG, offsetof(struct config_values, services), NULL,
     "print the names of the services, one a line"},
    {0},
};

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct config_values *want = values;
    struct cmd_project project;
    int status = cmd_project_open(&project, globals, NULL, false);

    (void)arguments;
    if (!status && want->services)
        for (size_t i = 0; i < project.compose.spec->service_count; i++)
            puts(project.compose.spec->services[i].name);
    else if (!status && !want->quiet)
        deploy_config_print(project.compose.spec, stdout);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_config_verb = {
    .name = "config",
    .arguments = "",
    .summary = "Check the compose file and print it with everything filled in",
    .options = options,
    .values_size = sizeof(struct config_values),
    .run = run,
};
