/* SPDX-License-Identifier: MIT */
/*
 * follow.h - print the logs of instances, and go on as they grow.
 *
 * Lines stay as the service wrote them, behind "orders-1 | ". Lines read in one go are printed
 * in the order of their time. A follower opens files as they appear and again after they were
 * turned over.
 */
#ifndef DEPLOY_CLI_FOLLOW_H
#define DEPLOY_CLI_FOLLOW_H

#include "deploy/cluster.h"

struct cmd_follow_options {
    bool timestamps;
    bool prefix;
    int64_t tail;      /* last so many lines of each instance; negative: all */
    const char *since; /* lines with an earlier time are left out, "2026-..."; NULL: none */
};

struct cmd_follow;

struct cmd_follow *cmd_follow_open(const struct cluster_paths *paths,
                                   const struct cmd_follow_options *options);
void cmd_follow_close(struct cmd_follow *follow);

/* Follow this instance too; a second time changes nothing. */
void cmd_follow_add(struct cmd_follow *follow, const char *instance);

/* Print what is new. Returns 0, or -EPIPE when standard output is gone. */
int cmd_follow_pump(struct cmd_follow *follow);

/* For poll(2): readable when a log has grown; -1: poll by time instead. */
int cmd_follow_fd(const struct cmd_follow *follow);

/* The last lines of one instance on standard error, indented: beside a failure's message. */
void cmd_follow_last_lines(const struct cluster_paths *paths, const char *instance, unsigned count);

#endif
