/* SPDX-License-Identifier: MIT */
/*
 * attach.h - `up` in the foreground: logs until the user or the services end it.
 */
#ifndef DEPLOY_CLI_ATTACH_H
#define DEPLOY_CLI_ATTACH_H

#include "project.h"
#include "watch.h"

struct cmd_attach_options {
    const char *since;       /* show lines from this time on */
    int64_t stop_timeout_ms; /* negative: each service's own */
    bool stop_all;           /* take the whole project down at the end, not only what is watched */
};

/* A descriptor that gets readable on Ctrl-C, SIGTERM and hang-up, which then do not end us. */
int cmd_attach_signals(void);

/* Follow the logs of what `watch` watches. Returns an exit status: 0 when the user ended it and all
 * drained, or when all ended with 0. A service manager that asked is told (notify.h). */
int cmd_attach(const struct cmd_project *project, struct cmd_watch *watch,
               const struct cmd_attach_options *options);

/* Drain and stop now; on a second signal, at once. Prints logs meanwhile when `watch` is open. */
int cmd_attach_stop(const struct cmd_project *project, struct cmd_watch *watch,
                    const struct cmd_attach_options *options);

#endif
