/* SPDX-License-Identifier: MIT */
/*
 * release.h - a project as a folder that a Linux host runs under our supervisor: what its files
 * say. Pure; who writes them is deploy/cli/release.c.
 *
 *   compose.yaml     the spec with built images in place of folders
 *   images/          the images, named by their content: one that runs is never overwritten
 *   NAME.service     a systemd unit that keeps the project over restarts of the host
 */
#ifndef DEPLOY_PLAN_RELEASE_H
#define DEPLOY_PLAN_RELEASE_H

#include "deploy/spec.h"
#include <stdio.h>

/* Longest name of an image's file, with its final NUL. */
#define DEPLOY_RELEASE_NAME_MAX 96

/* "orders-0123456789abcdef.elf". The spec is hashed (deploy_hash_spec()). */
void deploy_release_image_name(const struct deploy_service *service,
                               char name[DEPLOY_RELEASE_NAME_MAX]);

/* Can a release say everything that the spec does? 0, or -ENOTSUP with a sentence. */
int deploy_release_check(const struct deploy_spec *spec, struct deploy_error *error);

/* compose.yaml. A service whose file says no order of replacement is replaced start-first. */
void deploy_release_compose(const struct deploy_spec *spec, FILE *out);

/* What a unit needs to know; all paths are absolute. */
struct deploy_release_unit {
    const char *ucompose, *folder;
    const char *home; /* of running projects: the same for the manager and whoever asks */
    const char *qemu; /* $UCOMPOSE_QEMU and $UCOMPOSE_ACCEL, which a manager would not have; NULL: not set */
    const char *accel;
    bool system;      /* for the system's manager, not a user's own */
};

/* It is started when all is ready, or as much as is after the time that `up` waits; and reloaded when a new version is, or not at all. */
void deploy_release_unit(const struct deploy_spec *spec, const struct deploy_release_unit *unit, FILE *out);

#endif
