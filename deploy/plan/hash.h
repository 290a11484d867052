/* SPDX-License-Identifier: MIT */
/*
 * hash.h - tell whether what runs is what is wanted.
 *
 * A service's fingerprint is "<configuration>-<image>", 16 hexadecimal digits each. It tells
 * changes apart, it does not keep forgers out.
 */
#ifndef DEPLOY_PLAN_HASH_H
#define DEPLOY_PLAN_HASH_H

#include "deploy/spec.h"

#define DEPLOY_HASH_HALF 16

/*
 * Set config_hash of every service. The configuration's half covers what a running machine cannot
 * change: environment, ports, memory, health checks, grace, restart policy; not replicas and
 * dependencies. The image's half covers the bytes of the image.
 *
 * Returns 0, or a negative errno with `error` naming the image that cannot be read.
 */
int deploy_hash_spec(struct deploy_spec *spec, struct deploy_error *error);

/* The config_hash that a service of `spec`, which has one, would have with a copy of its image at `image`. The caller
 * frees it. */
char *deploy_hash_moved(const struct deploy_spec *spec, const struct deploy_service *service, const char *image);

#endif
