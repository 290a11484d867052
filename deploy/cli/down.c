/* SPDX-License-Identifier: MIT */
#include "control.h"

#include <stdio.h>

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct cmd_project project;
    struct deploy_error error = {""};
    bool found = false;
    int status = cmd_project_open(&project, globals, NULL, true);

    (void)arguments;
    if (!status &&
        cluster_down(&project.paths, ((struct cmd_timeout *)values)->timeout_ms, &found, &error))
        status = cmd_fail("%s", error.text);
    else if (!status && !found)
        printf("Project \"%s\" does not run; nothing to stop.\n", project.compose.spec->project);
    else if (!status)
        printf("Project \"%s\" is stopped.\n", project.compose.spec->project);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_down_verb = {
    .name = "down",
    .arguments = "",
    .summary = "Stop the project and remove all that it left: machines, sockets, logs",
    .detail = "Also cleans up after a ucompose that was killed. Nothing running is fine.",
    .options = cmd_timeout_options,
    .values_size = sizeof(struct cmd_timeout),
    .defaults = &cmd_timeout_defaults,
    .run = run,
};
