/* SPDX-License-Identifier: MIT */
#include "follow.h"
#include "project.h"
#include "terminal.h"

#include "plan/value.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

struct logs_values {
    bool follow;
    bool timestamps;
    bool no_log_prefix;
    bool no_colour;
    const char *tail;
};

static const struct logs_values defaults = {.tail = "all"};

#define FIELD(name) offsetof(struct logs_values, name)
static const struct cmd_option options[] = {
    {"follow", 'f', CMD_FLAG, FIELD(follow), NULL,
     "go on as the logs grow, until Ctrl-C or the project stops"},
    {"tail", 'n', CMD_TEXT, FIELD(tail), "N",
     "begin with the last N lines of each instance; \"all\" is the default"},
    {"timestamps", 't', CMD_FLAG, FIELD(timestamps), NULL, "show when each line was written"},
    {"no-log-prefix", 0, CMD_FLAG, FIELD(no_log_prefix), NULL, "leave the instance's name out"},
    {"no-color", 0, CMD_FLAG, FIELD(no_colour), NULL, "no colours, as with NO_COLOR=1"},
    {0},
};

static void add_all(struct cmd_follow *follow, const struct cluster_state *state,
                    const struct cmd_list *names)
{
    for (size_t i = 0; i < state->instance_count; i++)
        if (cmd_names_mean(names, state->instances[i].service, state->instances[i].name))
            cmd_follow_add(follow, state->instances[i].name);
}

/* Print as logs grow and instances appear, until the supervisor ends. */
static int follow_on(const struct cmd_project *project, struct cmd_follow *follow,
                     const struct cmd_list *names)
{
    struct deploy_error error = {""};
    struct cluster_events *events;
    struct cluster_event event;
    int got = 0;

    if (cluster_events_open(&project->paths, &events, &error))
        return cmd_fail("%s", error.text);
    while (got >= 0 && !cmd_follow_pump(follow)) {
        struct pollfd fds[] = {{cmd_follow_fd(follow), POLLIN, 0},
                               {cluster_events_fd(events), POLLIN, 0}};

        poll(fds, 2, 1000);
        while ((got = cluster_events_next(events, &event, 0)) > 0 &&
               event.kind == CLUSTER_EVENT_STATE)
            if (cmd_names_mean(names, event.instance.service, event.instance.name))
                cmd_follow_add(follow, event.instance.name);
        if (got > 0)
            break;
    }
    cmd_follow_pump(follow);
    cluster_events_close(events);
    return CMD_OK;
}

static int show(const struct cmd_project *project, const struct cluster_state *state,
                const struct logs_values *want, int64_t tail, const struct cmd_list *names)
{
    struct cmd_follow *follow = cmd_follow_open(
        &project->paths, &(struct cmd_follow_options){.timestamps = want->timestamps,
                                                      .prefix = !want->no_log_prefix,
                                                      .tail = tail});
    int status = CMD_OK;

    add_all(follow, state, names);
    cmd_follow_pump(follow);
    if (want->follow)
        status = follow_on(project, follow, names);
    cmd_follow_close(follow);
    return status;
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const struct logs_values *want = values;
    struct cluster_state state = {0};
    struct cmd_project project;
    uint64_t tail = 0;
    int status;

    if (strcmp(want->tail, "all") != 0 && deploy_value_number(want->tail, 0, 100000000, &tail))
        return cmd_misuse("logs", "option \"--tail\" needs a number or \"all\", not \"%s\"",
                          want->tail);
    if (want->no_colour)
        cmd_terminal_no_colour();
    status = cmd_project_open(&project, globals, NULL, true);
    if (!status)
        status = cmd_project_state(&project, &state);
    if (!status)
        status = cmd_project_check_names(&project, &state, "logs", arguments);
    if (!status && !state.supervisor_pid)
        status = cmd_fail(
            "project \"%s\" does not run, and \"down\" removes logs; \"ucompose up\" starts it",
            project.compose.spec->project);
    if (!status)
        status =
            show(&project, &state, want, strcmp(want->tail, "all") ? (int64_t)tail : -1, arguments);
    cluster_state_free(&state);
    cmd_project_close(&project);
    return status;
}

const struct cmd_verb cmd_logs_verb = {
    .name = "logs",
    .arguments = "[SERVICE...]",
    .summary = "Show what services wrote, as they wrote it",
    .options = options,
    .values_size = sizeof(struct logs_values),
    .defaults = &defaults,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
