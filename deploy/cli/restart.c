/* SPDX-License-Identifier: MIT */
#include "control.h"

struct restart_values {
    int64_t timeout_ms;
};

static const struct restart_values defaults = {.timeout_ms = -1};

static const struct cmd_option options[] = {
    {"timeout", 't', CMD_SECONDS, offsetof(struct restart_values, timeout_ms), "SECONDS",
     "let services drain so long; otherwise each one's stop_grace_period"},
    {0},
};

static int request(const struct cluster_paths *paths, struct cluster_names names,
                   const void *values, struct deploy_error *error)
{
    return cluster_restart(paths, names, ((const struct restart_values *)values)->timeout_ms,
                           error);
}

static int run(const struct cmd_globals *globals, void *values, const struct cmd_list *arguments)
{
    return cmd_control(globals, arguments, "restart", request, values, "restarted");
}

const struct cmd_verb cmd_restart_verb = {
    .name = "restart",
    .arguments = "[SERVICE...]",
    .summary = "Stop services and start them again",
    .detail = "A SERVICE may also be one instance, such as orders-2.",
    .options = options,
    .values_size = sizeof(struct restart_values),
    .defaults = &defaults,
    .arguments_max = CMD_ALL_ARGUMENTS,
    .run = run,
};
