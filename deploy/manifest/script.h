/* SPDX-License-Identifier: MIT */
/*
 * script.h - targets that are a shell script: one part for each image, one for each machine.
 *
 * Machines of clouds: each has an address of its own and gets the environment as user data, from
 * SERVICE.user-data beside the script.
 */
#ifndef MANIFEST_SCRIPT_H
#define MANIFEST_SCRIPT_H

#include "manifest_internal.h"

struct script_machine {
    const struct deploy_service *service;
    const char *name;  /* "shop-orders-1" */
    const char *group; /* "shop-orders": of all its machines, whatever their image */
    const char *image; /* "images/orders.qcow2", in the script's folder */
    const char *id;    /* "shop-orders-<hash of the image>": names the image where it goes */
    const char *user_data;
    const char *version; /* of its image and its user data: manifest_version() */
};

struct script {
    const char *target;
    const char *name;   /* of the file: "openstack.sh" */
    const char *suffix; /* of images */
    const char *image_word, *group_word, *machine_word; /* what it makes, as the cloud calls it: "server"; NULL: none of it */
    /* Shell lines: what to edit, with ${NAME:-value}, and functions, two of them for script_others: */
    void (*settings)(const struct deploy_spec *spec, FILE *out);
    void (*image)(const struct script_machine *machine, FILE *out);
    void (*machine)(const struct script_machine *machine, FILE *out);
};

/*
 * For `settings` and `machine`, where the cloud keeps a text with each machine and shows what it says: the shell function
 * machine, and a call of it. It needs
 *   find_machine NAME                       something, where there is such a machine; fails where that cannot be told
 *   version NAME                            what make() kept
 *   make NAME IMAGE GROUP USER-DATA VERSION
 *   replace, with the same arguments
 *   keep NAME VERSION                       another text from now on
 *   log NAME                                what its console says, or nothing yet
 */
extern const char script_replacing[];
void script_machine_call(const struct script_machine *machine, FILE *out);

/*
 * Ends the script: machines of the project that compose.yaml has no more are told. It needs
 *   find_machines REGULAR-EXPRESSION        names, one a line
 *   removal NAME                            prints the command that removes it
 */
extern const char script_others[];

/* For manifest_target.resources. */
void script_resources(const struct manifest *manifest, const struct script *script, FILE *out);

int script_write(struct manifest *manifest, const struct script *script, struct deploy_error *error);

/* " 80 443", with `separator` for the blank. */
void script_ports(const struct deploy_service *service, const char *separator, FILE *out);

/* Whole MiB or GiB that hold it. */
unsigned long long script_mib(const struct deploy_service *service);

#endif
