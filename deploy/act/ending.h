/* SPDX-License-Identifier: MIT */
/*
 * ending.h - how did an instance end, and why? From what the kernel said on the serial
 * port and from QEMU's wait status. Pure.
 *
 * QEMU leaves with (v << 1) | 1 for a value v that the guest wrote to its exit device,
 * and with 1 also when QEMU itself could not start: what the guest said decides.
 */
#ifndef ACT_ENDING_H
#define ACT_ENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACT_ENDING_TEXT_MAX 400

/* Lines that count, gathered while the instance runs. */
struct act_ending_notes {
    bool exited; /* "ucompose: exit status N", or "killed by signal N" */
    int exit_status;
    char panic[ACT_ENDING_TEXT_MAX]; /* of "ucompose: panic: ..." */
    uint64_t needs_kib, has_kib;     /* "ucompose: needs at least N KiB of memory, has M KiB" */
    char qemu[ACT_ENDING_TEXT_MAX];  /* the last line that QEMU itself wrote */
};

/* A line of the serial port. */
void act_ending_note_serial(struct act_ending_notes *notes, const char *line);
/* A line of QEMU's own standard error. */
void act_ending_note_qemu(struct act_ending_notes *notes, const char *line);

/* The status as a shell would have it (128 + N for a signal), and the reason: "exited 0",
 * "panic: ...", "killed by signal 9". `wait_status` is waitpid's. */
int act_ending_decode(const struct act_ending_notes *notes, int wait_status, char *reason,
                      size_t size);

#endif
