/* SPDX-License-Identifier: MIT */
/*
 * libvirt.h - a domain of libvirt, for both ways that a machine reaches the world.
 */
#ifndef MANIFEST_LIBVIRT_H
#define MANIFEST_LIBVIRT_H

#include "manifest_internal.h"

/* Add the file of one instance. `network`: libvirt's name of it; NULL: QEMU's user network, with published ports. */
void libvirt_domain(struct manifest *manifest, const struct deploy_service *service, unsigned number,
                    const char *network);

/* "<uuid>...</uuid>": the same for the same name, so that what is defined again stays the same object. */
void libvirt_uuid(FILE *out, const char *name);

/* "<tag>text</tag>" */
void libvirt_element(FILE *out, const char *tag, const char *text);

/* `virsh define` and `start` of every machine, and what comes before where it runs in another version. */
void libvirt_commands(const struct manifest *manifest, const char *uri, FILE *out);

#endif
