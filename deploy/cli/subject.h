/* SPDX-License-Identifier: MIT */
/*
 * subject.h - what `ucompose test` tries: a process of this computer, or the booted image, for as long as it lasts.
 */
#ifndef DEPLOY_CLI_SUBJECT_H
#define DEPLOY_CLI_SUBJECT_H

#include "deploy/build.h"
#include "project.h"
#include "trial/http.h"

struct cmd_subject {
    bool image;
    struct trial_server server; /* where it answers */
    struct deploy_build_result built;
    /* A process. */
    pid_t pid;
    int log; /* what it wrote; -1: none */
    /* An image. */
    struct cmd_project project;
    bool launched;
    char end[600]; /* how it ended */
};

/* Build what is in `dir` and start it; returns when it is ready. `environment` holds NAME=VALUE. An exit status. */
int cmd_subject_start(struct cmd_subject *subject, const char *dir, bool image, const struct cmd_list *environment);

/* NULL while it runs, else how it ended: "was killed by signal 11". */
const char *cmd_subject_ended(struct cmd_subject *subject);

/* The last lines that it wrote, for a reader who wonders. */
void cmd_subject_show_log(struct cmd_subject *subject);

/* In any case after cmd_subject_start(). */
void cmd_subject_stop(struct cmd_subject *subject);

#endif
