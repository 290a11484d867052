/* SPDX-License-Identifier: MIT */
#include "control.h"

static int request(const struct cluster_paths *paths, struct cluster_names names,
                   const void *values, struct deploy_error *error)
{
    return cluster_stop(paths, names, ((const struct cmd_timeout *)values)->timeout_ms, error);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    return cmd_control(globals, arguments, "stop", request, values, "stopped");
}

const struct cmd_verb cmd_stop_verb = {
    .name = "stop",
    .arguments = "[SERVICE...]",
    .summary = "Let services drain, then stop them; \"start\" brings them back",
    .detail = "A SERVICE may also be one instance, such as orders-2.",
    .options = cmd_timeout_options,
    .values_size = sizeof(struct cmd_timeout),
    .defaults = &cmd_timeout_defaults,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
