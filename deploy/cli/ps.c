/* SPDX-License-Identifier: MIT */
#include "project.h"
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ps_values {
    const char *format;
    bool all;
};

static const struct ps_values defaults = {.format = "table"};

static const struct cmd_option options[] = {
    {"all", 'a', CMD_FLAG, offsetof(struct ps_values, all), NULL, "show instances that ended too"},
    {"format", 0, CMD_TEXT, offsetof(struct ps_values, format), "table|json",
     "how to print; json is one document with everything known"},
    {0},
};

static void print_json(const struct cluster_state *state)
{
    char *text = cluster_state_to_json(state);

    puts(text ? text : "{}");
    free(text);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct ps_values *want = values;
    struct cluster_state state = {0};
    struct cmd_project project;
    int status;

    if (strcmp(want->format, "table") != 0 && strcmp(want->format, "json") != 0)
        return cmd_misuse("ps", "unknown format \"%s\"; there are table and json", want->format);
    status = cmd_project_open(&project, globals, NULL, true);
    if (!status)
        status = cmd_project_state(&project, &state);
    if (!status)
        status = cmd_project_check_names(&project, &state, "ps", arguments);
    if (!status && *want->format == 'j')
        print_json(&state);
    else if (!status && !state.supervisor_pid)
        printf("Project \"%s\" does not run.\n", project.compose.spec->project);
    else if (!status)
        cmd_show_table(stdout, &state, arguments, want->all);
    cluster_state_free(&state);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_ps_verb = {
    .name = "ps",
    .arguments = "[SERVICE...]",
    .summary = "Show the instances: state, sizes, boot time, restarts, published ports",
    .options = options,
    .values_size = sizeof(struct ps_values),
    .defaults = &defaults,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
