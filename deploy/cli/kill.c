/* SPDX-License-Identifier: MIT */
#include "control.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct kill_values {
    const char *signal;
};

static const struct kill_values defaults = {.signal = "KILL"};

static const struct cmd_option options[] = {
    {"signal", 's', CMD_TEXT, offsetof(struct kill_values, signal), "SIGNAL",
     "KILL ends the machine at once (as if without the option); TERM and INT press its power "
     "button"},
    {0},
};

static int signal_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"KILL", SIGKILL}, {"TERM", SIGTERM}, {"INT", SIGINT}, {"QUIT", SIGQUIT}};
    char *end;
    long number = strtol(name, &end, 10);

    if (end != name && !*end)
        return number > 0 && number < 65 ? (int)number : -1;
    if (!strncmp(name, "SIG", 3))
        name += 3;
    for (size_t i = 0; i < 4; i++)
        if (!strcmp(name, signals[i].name))
            return signals[i].number;
    return -1;
}

static int request(const struct cluster_paths *paths, struct cluster_names names,
                   const void *values, struct deploy_error *error)
{
    return cluster_kill(paths, names, *(const int *)values, error);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    const char *name = ((struct kill_values *)values)->signal;
    int number = signal_number(name);

    if (number < 0)
        return cmd_misuse("kill", "unknown signal \"%s\"; there are KILL, TERM, INT and QUIT",
                          name);
    return cmd_control(globals, arguments, "kill", request, &number, "killed");
}

const struct cmd_verb cmd_kill_verb = {
    .name = "kill",
    .arguments = "[SERVICE...]",
    .summary = "End machines without draining",
    .detail = "A SERVICE may also be one instance, such as orders-2. What its restart policy says "
              "happens then.",
    .options = options,
    .values_size = sizeof(struct kill_values),
    .defaults = &defaults,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
