/* SPDX-License-Identifier: MIT */
/*
 * process.h - a service as a child process, on ports that the system chose.
 *
 * A child that its test forgets goes with it (PR_SET_PDEATHSIG).
 */
#ifndef SERVICES_PROCESS_H
#define SERVICES_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

struct process {
    pid_t pid;
    uint16_t port; /* where the service answers */
    int log;       /* its standard error, read up to "ready" */
};

/* Waits until it is ready; fails the test when it does not get so. */
void process_start(struct process *process, const char *program);
void process_pause(struct process *process);
void process_resume(struct process *process);
/* SIGTERM; its exit status, or -1 when a signal ended it. */
int process_stop(struct process *process);

#endif
