/* SPDX-License-Identifier: MIT */
#include "project.h"

#include <stdio.h>

struct down_values {
    int64_t timeout_ms;
};

static const struct down_values defaults = {.timeout_ms = -1};

static const struct cmd_option options[] = {
    {"timeout", 't', CMD_SECONDS, offsetof(struct down_values, timeout_ms), "SECONDS",
     "let services drain so long; otherwise each one's stop_grace_period"},
    {0},
};

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    struct cmd_project project;
    struct deploy_error error = {""};
    bool found = false;
    int status = cmd_project_open(&project, globals, NULL, true);

    (void)arguments;
    if (!status &&
        cluster_down(&project.paths, ((struct down_values *)values)->timeout_ms, &found, &error))
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
    .options = options,
    .values_size = sizeof(struct down_values),
    .defaults = &defaults,
    .run = run,
};
