/* SPDX-License-Identifier: MIT */
/*
 * qemu.h - one machine: its command line, its process, the sockets that lead to it.
 *
 * All sockets are pairs made here and inherited by QEMU: no names in the file system,
 * nothing to clean, nothing that another user could open.
 */
#ifndef ACT_QEMU_H
#define ACT_QEMU_H

#include "deploy/error.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct act_machine {
    const char *qemu; /* path of qemu-system-x86_64 */
    bool kvm;
    const char *name; /* "orders-1" */
    const char *image;
    uint64_t memory_bytes;
    const char *append;   /* kernel command line */
    const char *env_file; /* for fw_cfg; NULL: none */
    uint8_t mac[6];
};

/* Our ends; non-blocking, closed on exec. */
struct act_machine_sockets {
    int net, console, serial, qmp;
    int errors; /* QEMU's standard error (a pipe) */
};

/* Numbers that the other ends have inside QEMU. */
enum {
    ACT_QEMU_NET_FD = 3,
    ACT_QEMU_CONSOLE_FD,
    ACT_QEMU_SERIAL_FD,
    ACT_QEMU_QMP_FD,
    ACT_QEMU_FDS
};

/* The command line: a NULL-terminated vector to free with act_qemu_free_argv(); NULL when
 * out of memory. docs/machine.md explains each part. */
char **act_qemu_argv(const struct act_machine *machine);
void act_qemu_free_argv(char **argv);

/* Start it. It is killed with this process. 0 or a negative errno. */
int act_qemu_spawn(const struct act_machine *machine, pid_t *pid,
                   struct act_machine_sockets *sockets);

#endif
