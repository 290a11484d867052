/* SPDX-License-Identifier: MIT */
/*
 * control.h - what start, stop, restart and kill have in common.
 */
#ifndef DEPLOY_CLI_CONTROL_H
#define DEPLOY_CLI_CONTROL_H

#include "project.h"

/* One request for the supervisor; returns 0 or a negative errno with `error`. */
typedef int cmd_control_fn(const struct cluster_paths *paths, struct cluster_names names,
                           const void *values, struct deploy_error *error);

/* The one option of down, stop and restart. */
struct cmd_timeout {
    int64_t timeout_ms; /* negative: each service's own grace period */
};
extern const struct cmd_timeout cmd_timeout_defaults;
extern const struct cmd_option cmd_timeout_options[];

/* Check the names, make the request, say how it went: "stopped orders-1". */
int cmd_control(const struct cmd_globals *globals, const struct cmd_list *names, const char *verb,
                cmd_control_fn *request, const void *values, const char *done);

#endif
