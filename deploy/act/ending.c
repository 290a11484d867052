/* SPDX-License-Identifier: MIT */
#include "ending.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define KERNEL "ucompose: "

/* Values of the exit device that are no plain status. */
enum { VALUE_LARGE = 111, VALUE_SIGNAL = 112, VALUE_NO_MEMORY = 126, VALUE_PANIC = 127 };

/* Where `what` follows the kernel's name in a line, or NULL. */
static const char *kernel_says(const char *line, const char *what)
{
    const char *p = strstr(line, KERNEL);

    if (!p)
        return NULL;
    p += strlen(KERNEL);
    return strncmp(p, what, strlen(what)) == 0 ? p + strlen(what) : NULL;
}

void act_ending_note_serial(struct act_ending_notes *notes, const char *line)
{
    const char *rest;
    uint64_t needs, has;

    if ((rest = kernel_says(line, "exit status "))) {
        notes->exited = true;
        notes->exit_status = (int)strtol(rest, NULL, 10) & 0xff;
    } else if ((rest = kernel_says(line, "killed by signal "))) {
        notes->exited = true;
        notes->exit_status = 128 + ((int)strtol(rest, NULL, 10) & 0x7f);
    } else if ((rest = kernel_says(line, "panic: "))) {
        if (!notes->panic[0])
            snprintf(notes->panic, sizeof(notes->panic), "%s", rest);
    } else if ((rest = kernel_says(line, "needs at least "))) {
        if (sscanf(rest, "%" SCNu64 " KiB of memory, has %" SCNu64, &needs, &has) == 2) {
            notes->needs_kib = needs;
            notes->has_kib = has;
        }
    }
}

void act_ending_note_qemu(struct act_ending_notes *notes, const char *line)
{
    if (line[0])
        snprintf(notes->qemu, sizeof(notes->qemu), "%s", line);
}

static int decode_value(const struct act_ending_notes *notes, int value, char *reason, size_t size)
{
    if (value == VALUE_PANIC || notes->panic[0]) {
        snprintf(reason, size, "panic: %s", notes->panic[0] ? notes->panic : "no reason told");
        return VALUE_PANIC;
    }
    if (value == VALUE_NO_MEMORY && notes->needs_kib) {
        snprintf(reason, size,
                 "not enough memory: the image needs at least %" PRIu64
                 " KiB, the machine has %" PRIu64 " KiB (raise mem_limit or image.memory)",
                 notes->needs_kib, notes->has_kib);
        return VALUE_NO_MEMORY;
    }
    if (value >= VALUE_SIGNAL && value < VALUE_NO_MEMORY) {
        int signal = value == VALUE_SIGNAL ? SIGTERM : value - VALUE_SIGNAL;

        snprintf(reason, size, "killed by signal %d", signal);
        return 128 + signal;
    }
    if (value == VALUE_LARGE) {
        snprintf(reason, size, "exited with 111 or more");
        return value;
    }
    snprintf(reason, size, "exited %d", value);
    return value;
}

static int decode_exit(const struct act_ending_notes *notes, int code, char *reason, size_t size)
{
    if (notes->exited) {
        int status = notes->exit_status;

        if (status > 128 && status <= 128 + 64)
            snprintf(reason, size, "killed by signal %d", status - 128);
        else
            snprintf(reason, size, "exited %d", status);
        return status;
    }
    if (notes->panic[0] || (code & 1 && code != 1))
        return decode_value(notes, code >> 1, reason, size);
    if (code == 0) {
        snprintf(reason, size, "powered off");
        return 0;
    }
    snprintf(reason, size, "QEMU ended with status %d%s%s", code, notes->qemu[0] ? ": " : "",
             notes->qemu);
    return 125;
}

int act_ending_decode(const struct act_ending_notes *notes, int wait_status, char *reason,
                      size_t size)
{
    if (WIFSIGNALED(wait_status)) {
        snprintf(reason, size, "killed by signal %d", WTERMSIG(wait_status));
        return 128 + WTERMSIG(wait_status);
    }
    return decode_exit(notes, WEXITSTATUS(wait_status), reason, size);
}
