/* SPDX-License-Identifier: MIT */
#include "control.h"

#include <stdio.h>

const struct cmd_timeout cmd_timeout_defaults = {.timeout_ms = -1};

const struct cmd_option cmd_timeout_options[] = {
    {"timeout", 't', CMD_SECONDS, offsetof(struct cmd_timeout, timeout_ms), "SECONDS",
     "let services drain so long; otherwise each one's stop_grace_period"},
    {0},
};

static void tell(const struct cluster_state *state, const struct cmd_list *names, const char *done)
{
    for (size_t i = 0; i < state->instance_count; i++)
        if (cmd_names_mean(names, state->instances[i].service, state->instances[i].name))
            printf("%s %s\n", done, state->instances[i].name);
}

int cmd_control(const struct cmd_globals *globals, const struct cmd_list *names, const char *verb,
                cmd_control_fn *request, const void *values, const char *done)
{
    struct cluster_state state = {0};
    struct deploy_error error = {""};
    struct cmd_project project;
    int status = cmd_project_open(&project, globals, NULL, true);

    if (!status)
        status = cmd_project_state(&project, &state);
    if (!status)
        status = cmd_project_check_names(&project, &state, verb, names);
    if (!status && !state.supervisor_pid)
        status = cmd_fail("project \"%s\" does not run; \"ucompose up\" starts it",
                          project.compose.spec->project);
    if (!status && request(&project.paths, cmd_cluster_names(names), values, &error))
        status = cmd_fail("%s", error.text);
    if (!status)
        tell(&state, names, done);
    cluster_state_free(&state);
    cmd_project_close(&project);
    return status;
}
