/* SPDX-License-Identifier: MIT */
#include "control.h"

static const struct cmd_option options[] = {{0}};

static int request(const struct cluster_paths *paths, struct cluster_names names,
                   const void *values, struct deploy_error *error)
{
    (void)values;
    return cluster_start(paths, names, error);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    return cmd_control(globals, arguments, "start", request, values, "started");
}

const struct cmd_verb cmd_start_verb = {
    .name = "start",
    .arguments = "[SERVICE...]",
    .summary = "Start instances that ended or were stopped",
    .detail = "A SERVICE may also be one instance, such as orders-2. Returns when they are "
              "starting; \"ps\" tells how it went.",
    .options = options,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
