/* SPDX-License-Identifier: MIT */
/*
 * systemd.h - what the unit of a machine and those of its published ports share.
 *
 * A published port is a socket that systemd holds, and a proxy that hands its connections to the machine: to an address of
 * 127.0.0.0/8 that is for one port of the machine alone, where QEMU listens without any right.
 */
#ifndef MANIFEST_SYSTEMD_H
#define MANIFEST_SYSTEMD_H

#include "manifest_internal.h"

struct systemd_machine {
    const struct deploy_service *service;
    const char *folder;
    char name[MANIFEST_NAME_MAX]; /* of its unit, without ".service": "shop-orders-1" */
};

void systemd_machine_init(struct systemd_machine *machine, const struct manifest *manifest,
                          const struct deploy_service *service, unsigned number);

/* For [Unit] of the machine: its sockets, which are open before it runs. */
void systemd_print_sockets(const struct systemd_machine *machine, FILE *out);

/* For -netdev: what leads into the machine, its management listener included where the proxies ask that. */
void systemd_print_forwards(const struct systemd_machine *machine, FILE *out);

/* Does any machine publish a port? */
bool systemd_has_ports(const struct manifest *manifest);

/* Add the socket and the proxy of each published port. */
void systemd_add_ports(struct manifest *manifest, const struct systemd_machine *machine);

/* Add what the proxies run, where there is any. */
void systemd_add_proxy_script(struct manifest *manifest);

/* Settings of [Service], for whatever runs with a user of its own and without rights. */
extern const char systemd_hardening[];

#endif
