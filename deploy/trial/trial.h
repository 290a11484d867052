/* SPDX-License-Identifier: MIT */
/*
 * trial.h - try a running service by its contract, and print what was found.
 *
 * The same contract and the same answers give the same text. Calls are real: they change what the service keeps.
 */
#ifndef DEPLOY_TRIAL_TRIAL_H
#define DEPLOY_TRIAL_TRIAL_H

#include "calls.h"
#include "http.h"

#include <stdio.h>

struct trial_options {
    struct trial_server server;
    int timeout_ms;             /* of each call */
    const char *const *headers; /* "Name: value", sent with each call */
    size_t header_count;
    bool verbose;               /* a line for each call, not only for those that failed */
    FILE *out;
    /* After a call without an answer: NULL while the service runs, else how it ended. May be NULL. */
    const char *(*ended)(void *arg);
    void *arg;
};

struct trial_result {
    size_t operations, calls, failed, skipped;
    bool ended; /* the service did, amid the calls */
};

struct trial_result trial_run(struct gen_arena *arena, const struct gen_service *service, const struct trial_options *options);

#endif
